import { useState } from "preact/hooks";
import { label, t } from "../i18n";
import type { Conversation } from "../api/types";
import { isMissed } from "../lib/missed";
import { claim, underWay } from "../state/actions";
import { loadDraft } from "../state/drafts";
import type { Rights } from "../state/rights";
import { composeRequest } from "../state/screen";
import { isOnTheLine } from "../state/transcripts";
import { Kbd, PhoneLink } from "../ui/bits";
import { Icon } from "../ui/Icon";
import { Composer } from "./Composer";

function words(conversation: Conversation): string {
  switch (conversation.state) {
    case "waiting":
      return t("bar.waiting");
    case "bot":
      return t("bar.bot");
    case "agent":
      return t("bar.other", { name: conversation.agent?.name ?? t("who.agent") });
    case "closed":
      return conversation.outcome
        ? t("bar.outcome", { outcome: label("outcome", conversation.outcome) })
        : t("bar.closed");
  }
}

/** Stands where the composer would, when the customer is not this agent's to answer. */
/** Whoever rang in vain is to be called: the number stands where the eye is. */
function CallBack({ conversation }: { conversation: Conversation }) {
  const phone = conversation.call?.caller ?? conversation.contact?.phone;
  if (!isMissed(conversation) || !phone) return null;
  return (
    <p class="call-back">
      <Icon name="phone" size={16} />
      <span>{t("packet.call")}</span>
      <PhoneLink phone={phone} />
    </p>
  );
}

export function NotMineBar({ conversation, rights }: { conversation: Conversation; rights: Rights }) {
  const [noting, setNoting] = useState(() => loadDraft(conversation.id).note !== "");
  const request = composeRequest.value;
  if (!noting && rights.note && request?.id === conversation.id && request.mode === "note") setNoting(true);
  const calls = isOnTheLine(conversation);
  const busy = underWay.value.has(`claim:${conversation.id}`);
  return (
    <>
      {noting && rights.note && <Composer conversation={conversation} noteOnly />}
      <div class="not-mine">
        <p>{words(conversation)}</p>
        <CallBack conversation={conversation} />
        {rights.note && !noting && (
          <button
            type="button"
            class="text-button"
            aria-keyshortcuts="I"
            onClick={() => (composeRequest.value = { id: conversation.id, mode: "note" })}
          >
            <Icon name="note" size={16} />
            <span>{t("compose.note")}</span>
          </button>
        )}
        {rights.claim && (
          <button
            type="button"
            class="button primary"
            aria-keyshortcuts="C"
            aria-disabled={busy}
            onClick={() => claim(conversation.id)}
          >
            <span>{t(calls ? "call.answer" : "queue.claim")}</span>
            <Kbd>C</Kbd>
          </button>
        )}
      </div>
    </>
  );
}
