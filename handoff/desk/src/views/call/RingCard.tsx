import { label, t, tn } from "../../i18n";
import type { Conversation, QueueItem } from "../../api/types";
import { answer, underWay } from "../../state/actions";
import { queue } from "../../state/lists";
import { openConversation } from "../../state/route";
import { callerOf, quiet, ringing, type Ringing } from "../../state/ringing";
import { transcript } from "../../state/transcripts";
import { Avatar, Badge, Kbd } from "../../ui/bits";
import { Language } from "../../ui/Flag";
import { Icon } from "../../ui/Icon";
import { Waiting } from "../QueueList";

/** The number where a name stands above it, and what the call is about. */
function About({ item, conversation }: { item: QueueItem | undefined; conversation: Conversation | null }) {
  const reason = item?.reason ?? conversation?.packet?.reason;
  const intent = item?.intent ?? conversation?.packet?.intent;
  const number = conversation?.call?.caller ?? conversation?.contact?.phone;
  const named = (item?.contact ?? conversation?.contact)?.name;
  return (
    <>
      {named && number && <p class="ring-number number">{number}</p>}
      <p class="ring-tags">
        <Language code={conversation?.lang ?? item?.lang ?? "en"} />
        {item?.contact?.vip && <Badge tone="warm">{t("contact.vip")}</Badge>}
        {conversation?.call?.purpose === "renewal" && <Badge tone="good">{t("call.renewal")}</Badge>}
        {reason && <Badge tone={reason === "bot_failed" ? "bad" : "accent"}>{label("reason", reason)}</Badge>}
        {intent && <Badge>{label("intent", intent)}</Badge>}
        {item && <Waiting since={item.waiting_since} />}
      </p>
      {item?.preview && (
        <p class="ring-preview" lang={item.lang} dir="auto">
          “{item.preview}”
        </p>
      )}
    </>
  );
}

function Card({ call }: { call: Ringing }) {
  const item = queue.value.find((one) => one.id === call.id);
  const { conversation } = transcript(call.id).value;
  const name = callerOf(call.id, call.contact);
  const busy = underWay.value.has(`claim:${call.id}`);
  return (
    <section class="ring" aria-labelledby="ring-title" data-ring={call.id}>
      <div class="ring-who">
        <span class="ring-bell">
          <Avatar name={call.contact?.name ?? null} seed={call.contact?.id ?? call.id} />
        </span>
        <div class="ring-main">
          <h2 id="ring-title" class="ring-title">
            <Icon name="phone" size={14} />
            {t(call.own ? "call.handed" : "call.incoming")}
          </h2>
          <p class="ring-name">
            <button type="button" class="ring-open" title={t("call.look")} onClick={() => openConversation(call.id)}>
              {name}
            </button>
          </p>
          <About item={item} conversation={conversation} />
        </div>
      </div>
      <div class="ring-actions">
        {call.more > 0 && <span class="quiet small">{tn("call.more", call.more)}</span>}
        {!call.own && (
          <button type="button" class="button" onClick={() => quiet(call.id)}>
            {t("call.not_now")}
          </button>
        )}
        <button
          type="button"
          class="button answer"
          aria-label={t("call.answer_label", { name })}
          aria-keyshortcuts="A"
          aria-disabled={busy}
          onClick={() => answer(call.id)}
        >
          <Icon name="phone" size={16} />
          <span>{t("call.answer")}</span>
          <Kbd>A</Kbd>
        </button>
      </div>
    </section>
  );
}

/** A call that rings, over everything but in nobody's way: what is typed stays free. */
export function RingCard() {
  const call = ringing.value;
  return call && <Card key={call.id} call={call} />;
}
