import { useEffect, useState } from "preact/hooks";
import { label, t } from "../../i18n";
import { get } from "../../api/rest";
import type { ConversationRow, Page } from "../../api/types";
import { isMissed } from "../../lib/missed";
import { dialog } from "../../state/screen";
import { Badge, When } from "../../ui/bits";
import { Icon } from "../../ui/Icon";

function Entry({ row }: { row: ConversationRow }) {
  return (
    <li>
      <button
        type="button"
        class={isMissed(row) ? "history-row missed" : "history-row"}
        title={isMissed(row) ? t("call.missed_hint") : undefined}
        onClick={() => (dialog.value = { peek: row.id })}
      >
        <Icon name={isMissed(row) ? "missed" : row.channel === "chat" ? "chat" : "phone"} size={16} />
        <span class="history-main">
          <span class="history-top">
            <span>{row.outcome ? label("outcome", row.outcome) : label("state", row.state)}</span>
            {isMissed(row) && <Badge tone="bad">{t("packet.call")}</Badge>}
            {row.rating !== null && <Badge>{t("history.rating", { n: String(row.rating) })}</Badge>}
            <When at={row.last_at} />
          </span>
          <span class="row-preview" lang={row.lang}>
            {row.preview}
          </span>
        </span>
      </button>
    </li>
  );
}

/** What this customer talked about before, newest first; an entry opens without leaving the present one. */
export function History({ contactId, except }: { contactId: string; except: string }) {
  const [rows, setRows] = useState<ConversationRow[] | "failed" | null>(null);
  const load = () => {
    setRows(null);
    get<Page<ConversationRow>>(`/contacts/${encodeURIComponent(contactId)}/timeline`).then(
      (page) => setRows(page.items),
      () => setRows("failed"),
    );
  };
  useEffect(load, [contactId]);

  const earlier = Array.isArray(rows) ? rows.filter((row) => row.id !== except) : [];
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 class="card-title" id="history-title">
        {t("history.title")}
      </h2>
      {rows === null && <p class="quiet">{t("common.loading")}</p>}
      {rows === "failed" && (
        <p class="quiet">
          {t("history.failed")}{" "}
          <button type="button" class="text-button" onClick={load}>
            {t("common.try_again")}
          </button>
        </p>
      )}
      {Array.isArray(rows) && earlier.length === 0 && <p class="quiet">{t("history.empty")}</p>}
      {earlier.length > 0 && (
        <ol class="history">
          {earlier.map((row) => (
            <Entry key={row.id} row={row} />
          ))}
        </ol>
      )}
    </section>
  );
}
