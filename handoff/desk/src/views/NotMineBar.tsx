import { label, t } from "../i18n";
import type { Conversation } from "../api/types";
import { claim, underWay } from "../state/actions";
import { Kbd } from "../ui/bits";

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

/** Stands where the composer would, when this agent has nothing to write here. */
export function NotMineBar({ conversation }: { conversation: Conversation }) {
  const busy = underWay.value.has(`claim:${conversation.id}`);
  return (
    <div class="not-mine">
      <p>{words(conversation)}</p>
      {conversation.state === "waiting" && (
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
  );
}
