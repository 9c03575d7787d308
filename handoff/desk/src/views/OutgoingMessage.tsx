import { t } from "../i18n";
import { ApiError } from "../api/rest";
import { wording } from "../state/failures";
import { discard, sendAgain, type Outgoing } from "../state/outgoing";
import { takenBack } from "../state/screen";
import { Icon } from "../ui/Icon";
import { Text } from "./MessageGroup";

function back(one: Outgoing): void {
  takenBack.value = { id: one.conversationId, text: one.text, internal: one.internal };
  discard(one.clientId);
}

function Failure({ one }: { one: Outgoing }) {
  return (
    <div class="out-failed" role="alert">
      <p>
        <Icon name="warn" size={15} />
        <span>
          <strong>{t("chat.not_sent")}</strong> {wording(new ApiError(one.httpStatus, one.code, ""))}
        </span>
      </p>
      <button type="button" class="text-button" onClick={() => sendAgain(one.clientId)}>
        {t("common.try_again")}
      </button>
      <button type="button" class="text-button" onClick={() => back(one)}>
        {t("chat.discard")}
      </button>
    </div>
  );
}

export function OutgoingMessage({ one }: { one: Outgoing }) {
  return (
    <div class={`message ${one.internal ? "internal" : "agent"} outgoing ${one.status}`}>
      <p class="message-head">
        {one.internal && <Icon name="note" size={15} />}
        <span class="message-author">{t("who.you")}</span>
        {one.status !== "failed" && (
          <span class="out-status">{t(one.status === "sending" ? "chat.sending" : "chat.retrying")}</span>
        )}
      </p>
      <div class="bubble">
        <Text text={one.text} />
      </div>
      {one.status === "failed" && <Failure one={one} />}
    </div>
  );
}
