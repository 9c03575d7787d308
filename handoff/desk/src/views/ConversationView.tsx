import { t } from "../i18n";
import { retryOpen } from "../state/live";
import { openConversation } from "../state/route";
import { rightsTo } from "../state/rights";
import { isOnTheLine, transcript } from "../state/transcripts";
import { Empty } from "../ui/bits";
import { CallBar } from "./call/CallBar";
import { Composer } from "./Composer";
import { ConversationHead } from "./ConversationHead";
import { NotMineBar } from "./NotMineBar";
import { TranscriptView } from "./TranscriptView";

export function ConversationView({ id }: { id: string }) {
  const { status, conversation } = transcript(id).value;
  if (status === "gone" || status === "failed") {
    const failed = status === "failed";
    return (
      <Empty
        icon={failed ? "offline" : "info"}
        title={t(failed ? "chat.failed" : "chat.gone")}
        lead={failed ? undefined : t("chat.gone_lead")}
      >
        <button type="button" class="button" onClick={failed ? retryOpen : () => openConversation(null)}>
          {t(failed ? "common.try_again" : "common.back")}
        </button>
      </Empty>
    );
  }
  if (!conversation) {
    return (
      <div class="loading" aria-busy="true">
        <p class="quiet">{t("common.loading")}</p>
      </div>
    );
  }
  const rights = rightsTo(conversation);
  // After a call there is nobody to read an answer.
  const gone = conversation.call !== null && !isOnTheLine(conversation);
  return (
    <>
      <ConversationHead conversation={conversation} rights={rights} />
      <CallBar conversation={conversation} own={rights.reply} />
      <TranscriptView id={id} live />
      {rights.reply ? (
        <Composer key={gone ? "note" : "all"} conversation={conversation} noteOnly={gone} />
      ) : (
        <NotMineBar conversation={conversation} rights={rights} />
      )}
    </>
  );
}
