import { useEffect } from "preact/hooks";
import { label, t } from "../../i18n";
import { isMissed } from "../../lib/missed";
import { fullTime } from "../../lib/time";
import { openConversation } from "../../state/route";
import { dialog } from "../../state/screen";
import { reload, transcript } from "../../state/transcripts";
import { Badge, PhoneLink } from "../../ui/bits";
import { Dialog } from "../../ui/Dialog";
import { Language } from "../../ui/Flag";
import { Icon } from "../../ui/Icon";
import { TranscriptView } from "../TranscriptView";

/** An earlier conversation to read; the present one stays as it is behind it. */
export function PeekDialog({ id }: { id: string }) {
  useEffect(() => void reload(id), [id]);
  const { status, conversation } = transcript(id).value;
  const first = conversation?.messages[0];
  const phone = conversation?.call?.caller ?? conversation?.contact?.phone;
  return (
    <Dialog title={first ? fullTime(first.at) : t("history.title")} wide onClose={() => (dialog.value = null)}>
      {conversation ? (
        <>
          <div class="peek-line">
            <Language code={conversation.lang} />
            <Badge>{label("channel", conversation.channel)}</Badge>
            <Badge>{label("state", conversation.state)}</Badge>
            {conversation.outcome && (
              <span>{t("bar.outcome", { outcome: label("outcome", conversation.outcome) })}</span>
            )}
            {conversation.rating !== null && (
              <Badge>{t("history.rating", { n: String(conversation.rating) })}</Badge>
            )}
            {isMissed(conversation) && phone && (
              <span class="call-back">
                <Icon name="phone" size={16} />
                <span>{t("packet.call")}</span>
                <PhoneLink phone={phone} />
              </span>
            )}
            {conversation.agent && <span>{conversation.agent.name}</span>}
            <button type="button" class="text-button" onClick={() => openConversation(id)}>
              {t("delivery.open")}
            </button>
          </div>
          <TranscriptView id={id} />
        </>
      ) : (
        <p class="quiet">{t(status === "loading" ? "common.loading" : status === "gone" ? "chat.gone_lead" : "chat.failed")}</p>
      )}
    </Dialog>
  );
}
