import { useEffect, useRef, useState } from "preact/hooks";
import { label, t, tn } from "../i18n";
import { get, query } from "../api/rest";
import type { ConversationRow, Page } from "../api/types";
import { isMissed } from "../lib/missed";
import { amend, openConversation, route } from "../state/route";
import { isSupervisor } from "../state/session";
import { Avatar, Badge, Empty, When } from "../ui/bits";
import { Language } from "../ui/Flag";
import { Icon } from "../ui/Icon";

const STATES = ["", "waiting", "agent", "bot", "closed"] as const;
const PAUSE_MS = 250;
const TONES = { bot: "bot", waiting: "warm", agent: "accent", closed: "plain" } as const;

function Result({ row }: { row: ConversationRow }) {
  const who = row.agent?.name;
  return (
    <li class="row result">
      <button type="button" class="row-open" data-row onClick={() => openConversation(row.id)}>
        <Avatar name={row.contact.name ?? null} seed={row.contact.id} />
        <span class="row-main">
          <span class="row-top">
            <span class="row-name">{row.contact.name ?? t("who.stranger")}</span>
            {row.contact.vip && <Badge tone="warm">VIP</Badge>}
            <Language code={row.lang} />
            {row.channel !== "chat" && <Badge>{label("channel", row.channel)}</Badge>}
            <span class="row-time"><When at={row.last_at} /></span>
          </span>
          <span class="row-bottom">
            <span class="row-preview" lang={row.lang}>
              {row.preview}
            </span>
            {who && <span class="row-agent">{who}</span>}
            {isMissed(row) ? (
              <Badge tone="bad">
                <Icon name="missed" size={12} />
                {label("outcome", "missed")} · {t("packet.call")}
              </Badge>
            ) : (
              row.outcome && <span class="row-agent">{label("outcome", row.outcome)}</span>
            )}
            {row.rating !== null && <span class="row-agent">{t("history.rating", { n: String(row.rating) })}</span>}
            <Badge tone={TONES[row.state]}>{label("state", row.state)}</Badge>
          </span>
        </span>
      </button>
    </li>
  );
}

interface Found {
  rows: ConversationRow[];
  next: string | null;
}

/** Asks a moment after the last key; an answer that was overtaken is dropped. */
function useSearch(q: string, state: string) {
  const [found, setFound] = useState<Found | "failed" | null>(null);
  const asked = useRef(0);
  const ask = async (cursor: string | null, before: ConversationRow[]) => {
    const mine = ++asked.current;
    try {
      const page = await get<Page<ConversationRow>>(`/conversations${query({ q, state, cursor })}`);
      if (mine === asked.current) setFound({ rows: [...before, ...page.items], next: page.next });
    } catch {
      if (mine === asked.current) setFound("failed");
    }
  };
  useEffect(() => {
    const timer = window.setTimeout(() => void ask(null, []), found === null ? 0 : PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [q, state]);
  return { found, ask };
}

export function Search() {
  const present = route.value;
  const { q, state } = present.view === "search" ? present : { q: "", state: "" };
  const { found, ask } = useSearch(q, state);
  const rows = found !== null && found !== "failed" ? found.rows : [];
  return (
    <main class="page" id="conversation" tabIndex={-1}>
      <header class="page-head">
        <h1>{t("search.title")}</h1>
        <p class="quiet">{t(isSupervisor.value ? "search.scope_supervisor" : "search.scope_agent")}</p>
      </header>
      <div class="search-bar" role="search">
        <label class="search-field">
          <Icon name="search" />
          <span class="sr">{t("search.field")}</span>
          <input
            type="search"
            value={q}
            placeholder={t("search.hint")}
            data-search
            onInput={(event) => amend({ view: "search", q: event.currentTarget.value, state })}
          />
        </label>
        <div class="segments" role="group" aria-label={t("search.state")}>
          {STATES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={state === one}
              onClick={() => amend({ view: "search", q, state: one })}
            >
              {one ? label("state", one) : t("search.all")}
            </button>
          ))}
        </div>
      </div>
      <p class="sr" role="status">
        {found !== null && found !== "failed" && tn("search.found", rows.length)}
      </p>
      <div aria-busy={found === null} class="results">
        {found === "failed" && (
          <Empty icon="offline" title={t("search.failed")}>
            <button type="button" class="button" onClick={() => void ask(null, [])}>
              {t("common.try_again")}
            </button>
          </Empty>
        )}
        {found !== null && found !== "failed" && rows.length === 0 && (
          <Empty icon="search" title={t("search.empty")} lead={t("search.empty_lead")} />
        )}
        {rows.length > 0 && (
          <ul class="rows panel">
            {rows.map((row) => (
              <Result key={row.id} row={row} />
            ))}
          </ul>
        )}
        {found !== null && found !== "failed" && found.next && (
          <button type="button" class="button more" onClick={() => void ask(found.next, found.rows)}>
            {t("common.load_more")}
          </button>
        )}
      </div>
    </main>
  );
}
