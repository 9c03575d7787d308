import { label, t } from "../i18n";
import type { QueueItem } from "../api/types";
import { spokenWait, ticking, waitTone } from "../lib/time";
import { claim, underWay } from "../state/actions";
import { queue, queueKnown } from "../state/lists";
import { now } from "../state/live";
import { openConversation, route } from "../state/route";
import { Avatar, Badge, Empty } from "../ui/bits";
import { Language } from "../ui/Flag";
import { Icon } from "../ui/Icon";

/** Ticks by itself; a screen reader hears whole minutes and only when it reads the row. */
export function Waiting({ since }: { since: string }) {
  const ms = now.value - Date.parse(since);
  return (
    <span class={`waited ${waitTone(ms)}`}>
      <span aria-hidden="true">{ticking(ms)}</span>
      <span class="sr">{t("queue.waited", { time: spokenWait(ms) })}</span>
    </span>
  );
}

function KindLine({ item }: { item: QueueItem }) {
  if (item.kind === "callback") {
    return (
      <p class="row-kind">
        <Icon name="phone" size={14} />
        <span>{t("kind.callback")}</span>
        {item.callback_phone && <strong class="number">{item.callback_phone}</strong>}
      </p>
    );
  }
  if (item.kind === "message") {
    return (
      <p class="row-kind">
        <Icon name="mail" size={14} />
        <span>{t("kind.message")}</span>
      </p>
    );
  }
  return null;
}

function WaitingRow({ item }: { item: QueueItem }) {
  const present = route.value;
  const here = present.view === "inbox" && present.id === item.id;
  const name = item.contact?.name ?? t("who.stranger");
  const busy = underWay.value.has(`claim:${item.id}`);
  const calls = item.channel === "phone" && item.kind === "live";
  return (
    <li class="row waiting-row" data-waiting={item.id} data-here={here ? "" : undefined}>
      <button
        type="button"
        class="row-open"
        data-row
        aria-current={here ? "true" : undefined}
        onClick={() => openConversation(item.id)}
      >
        <Avatar name={item.contact?.name ?? null} seed={item.contact?.id ?? item.id} online={item.channel === "phone" ? null : item.visitor_online} />
        <span class="row-main">
          <span class="row-top">
            <span class="row-name">{name}</span>
            {item.contact?.vip && <Badge tone="warm">VIP</Badge>}
            <Language code={item.lang} />
            <Waiting since={item.waiting_since} />
          </span>
          <span class="row-preview" lang={item.lang}>
            {item.preview || label("intent", item.intent ?? "question")}
          </span>
        </span>
      </button>
      <div class="row-foot">
        <div class="row-tags">
          {item.channel !== "chat" && (
            <Badge>
              <Icon name="phone" size={12} />
              {label("channel", item.channel)}
            </Badge>
          )}
          <Badge tone={item.reason === "bot_failed" ? "bad" : "accent"}>{label("reason", item.reason)}</Badge>
          {item.priority > 0 && (
            <span class="priority" title={t("queue.priority")}>
              ▲<span class="sr">{t("queue.priority")}</span>
            </span>
          )}
        </div>
        <button
          type="button"
          class="button compact"
          aria-label={t(calls ? "call.answer_label" : "queue.claim_label", { name })}
          aria-keyshortcuts="C"
          aria-disabled={busy}
          onClick={() => claim(item.id)}
        >
          {t(calls ? "call.answer" : "queue.claim")}
        </button>
      </div>
      <KindLine item={item} />
    </li>
  );
}

export function QueueList() {
  const items = queue.value;
  return (
    <section class="list" aria-labelledby="queue-title">
      <h2 class="list-title" id="queue-title">
        {t("queue.title")} <span class={items.length > 0 ? "count hot" : "count"}>{items.length}</span>
      </h2>
      {items.length > 0 ? (
        <ul class="rows">
          {items.map((item) => (
            <WaitingRow key={item.id} item={item} />
          ))}
        </ul>
      ) : (
        queueKnown.value && <Empty icon="check" title={t("queue.empty")} lead={t("queue.empty_lead")} />
      )}
    </section>
  );
}
