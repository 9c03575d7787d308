import { useEffect, useState } from "preact/hooks";
import { label, t, tn } from "../i18n";
import { get, post, query } from "../api/rest";
import type { OutboxItem, Page } from "../api/types";
import { relative } from "../lib/time";
import { tellFailure } from "../state/failures";
import { outboxPending } from "../state/lists";
import { now } from "../state/live";
import { hrefOf } from "../state/route";
import { tell } from "../state/toasts";
import { Badge, Empty, When } from "../ui/bits";
import { Icon } from "../ui/Icon";

const EVERY_MS = 10_000;
const SOON_MS = 1_500;

type Outbox = Page<OutboxItem> & { pending: number };

function NextAttempt({ item }: { item: OutboxItem }) {
  const at = item.next_attempt_at;
  if (item.blocked || !at) return <span class="quiet">–</span>;
  return <>{Date.parse(at) <= now.value ? t("delivery.due") : relative(at, now.value)}</>;
}

/** The host is what tells one CRM from another; the whole address stands in the tooltip. */
function Sink({ address }: { address: string }) {
  let host = address;
  try {
    host = new URL(address).host || address;
  } catch {
    // A name, not an address.
  }
  return <span title={address}>{host}</span>;
}

function Row({ item, onRetry }: { item: OutboxItem; onRetry: (id: string) => void }) {
  const what = label("event", item.type);
  return (
    <tr>
      <td data-label={t("delivery.what")}>
        {item.conversation_id ? (
          <a href={hrefOf({ view: "inbox", id: item.conversation_id })} title={t("delivery.open")}>
            {what}
          </a>
        ) : (
          what
        )}
      </td>
      <td data-label={t("delivery.sink")}>
        <Sink address={item.sink} />
      </td>
      <td data-label={t("delivery.error")}>
        {item.blocked ? (
          <Badge>{t("delivery.blocked")}</Badge>
        ) : item.last_error ? (
          <span class="why-waits">{item.last_error}</span>
        ) : (
          <span class="quiet">{t("delivery.fresh")}</span>
        )}
      </td>
      <td data-label={t("delivery.attempts")} class="figure">
        {item.attempts}
      </td>
      <td data-label={t("delivery.next")}>
        <NextAttempt item={item} />
      </td>
      <td data-label={t("delivery.since")}>
        <When at={item.created_at} />
      </td>
      <td class="actions">
        <button type="button" class="button compact" aria-disabled={item.blocked} onClick={() => onRetry(item.id)}>
          <Icon name="refresh" size={15} />
          <span>{t("common.try_again")}</span>
        </button>
      </td>
    </tr>
  );
}

function Table({ items, onRetry }: { items: OutboxItem[]; onRetry: (id: string) => void }) {
  return (
    <table class="outbox panel">
      <thead>
        <tr>
          <th scope="col">{t("delivery.what")}</th>
          <th scope="col">{t("delivery.sink")}</th>
          <th scope="col">{t("delivery.error")}</th>
          <th scope="col">{t("delivery.attempts")}</th>
          <th scope="col">{t("delivery.next")}</th>
          <th scope="col">{t("delivery.since")}</th>
          <th scope="col">
            <span class="sr">{t("common.try_again")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.id} item={item} onRetry={onRetry} />
        ))}
      </tbody>
    </table>
  );
}

export function Delivery() {
  const [outbox, setOutbox] = useState<Outbox | "failed" | null>(null);
  const load = async (cursor: string | null = null, before: OutboxItem[] = []) => {
    try {
      const page = await get<Outbox>(`/outbox${query({ cursor })}`);
      outboxPending.value = page.pending;
      setOutbox({ ...page, items: [...before, ...page.items] });
    } catch {
      setOutbox((present) => (present === null ? "failed" : present));
    }
  };
  const more = outbox !== null && outbox !== "failed" ? outbox : null;
  const longer = (more?.items.length ?? 0) > 50;
  useEffect(() => {
    void load();
  }, []);
  useEffect(() => {
    // A list that was paged on is left alone: reading must not be pulled from under the eyes.
    const timer = window.setInterval(() => {
      if (!document.hidden && !longer) void load();
    }, EVERY_MS);
    return () => window.clearInterval(timer);
  }, [longer]);

  const retry = (id: string) => {
    const item = more?.items.find((one) => one.id === id);
    if (!item || item.blocked) return;
    post(`/outbox/${encodeURIComponent(id)}/retry`).then(
      () => {
        tell(t("delivery.retried"), "good");
        window.setTimeout(() => void load(), SOON_MS);
      },
      (error: unknown) => tellFailure(error, () => retry(id)),
    );
  };
  return (
    <main class="page" id="conversation" tabIndex={-1}>
      <header class="page-head">
        <h1>
          {t("nav.delivery")} {more && more.pending > 0 && <Badge tone="warm">{tn("delivery.pending", more.pending)}</Badge>}
        </h1>
        <p class="quiet">{t("delivery.lead")}</p>
        <button type="button" class="button" onClick={() => void load()}>
          <Icon name="refresh" size={16} />
          <span>{t("delivery.refresh")}</span>
        </button>
      </header>
      {outbox === null && <p class="quiet">{t("common.loading")}</p>}
      {outbox === "failed" && (
        <Empty icon="offline" title={t("delivery.failed")}>
          <button type="button" class="button" onClick={() => void load()}>
            {t("common.try_again")}
          </button>
        </Empty>
      )}
      {more && more.items.length === 0 && (
        <Empty icon="check" title={t("delivery.empty")} lead={t("delivery.empty_lead")} />
      )}
      {more && more.items.length > 0 && <Table items={more.items} onRetry={retry} />}
      {more?.next && (
        <button type="button" class="button more" onClick={() => void load(more.next, more.items)}>
          {t("common.load_more")}
        </button>
      )}
    </main>
  );
}
