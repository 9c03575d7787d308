import { useState } from "preact/hooks";
import { label, t } from "../i18n";
import type { Conversation } from "../api/types";
import { claim, underWay } from "../state/actions";
import { loadDraft } from "../state/drafts";
import type { Rights } from "../state/rights";
import { composeRequest } from "../state/screen";
import { Kbd } from "../ui/bits";
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
export function NotMineBar({ conversation, rights }: { conversation: Conversation; rights: Rights }) {
  const [noting, setNoting] = useState(() => loadDraft(conversation.id).note !== "");
  const request = composeRequest.value;
  if (!noting && rights.note && request?.id === conversation.id && request.mode === "note") setNoting(true);
  const busy = underWay.value.has(`claim:${conversation.id}`);
  return (
    <>
      {noting && rights.note && <Composer conversation={conversation} noteOnly />}
      <div class="not-mine">
        <p>{words(conversation)}</p>
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
            <span>{t("queue.claim")}</span>
            <Kbd>C</Kbd>
          </button>
        )}
      </div>
    </>
  );
}
