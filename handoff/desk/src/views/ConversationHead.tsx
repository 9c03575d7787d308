import { label, t } from "../i18n";
import type { Conversation } from "../api/types";
import type { Rights } from "../state/rights";
import { openConversation } from "../state/route";
import { dialog, pane } from "../state/screen";
import { isOnTheLine } from "../state/transcripts";
import { Avatar, Badge, Kbd } from "../ui/bits";
import { Language } from "../ui/Flag";
import { Icon } from "../ui/Icon";

function Actions({ rights }: { rights: Rights }) {
  return (
    <div class="head-actions">
      {rights.release && (
        <button type="button" class="button" aria-keyshortcuts="H" onClick={() => (dialog.value = "release")}>
          <Icon name="release" size={16} />
          <span>{t("act.release")}</span>
          <Kbd>H</Kbd>
        </button>
      )}
      {rights.close && (
        <button type="button" class="button" aria-keyshortcuts="E" onClick={() => (dialog.value = "close")}>
          <Icon name="check" size={16} />
          <span>{t("act.close")}</span>
          <Kbd>E</Kbd>
        </button>
      )}
    </div>
  );
}

const TONES = { bot: "bot", waiting: "warm", agent: "accent", closed: "plain" } as const;

export function ConversationHead({ conversation, rights }: { conversation: Conversation; rights: Rights }) {
  const { contact, packet, call } = conversation;
  const ended = conversation.state === "closed";
  // A caller is there for as long as the call is.
  const online = call ? isOnTheLine(conversation) : conversation.visitor_online;
  return (
    <header class="chat-head">
      <button
        type="button"
        class="icon-button narrow-only"
        aria-label={t("common.back")}
        onClick={() => openConversation(null)}
      >
        <Icon name="back" />
      </button>
      <Avatar
        name={contact?.name ?? null}
        seed={contact?.id ?? conversation.id}
        online={ended ? null : online}
      />
      <div class="head-who">
        <h2>
          <span class="head-name">{contact?.name ?? call?.caller ?? t("who.stranger")}</span>
          {contact?.vip && <Badge tone="warm">{t("contact.vip")}</Badge>}
        </h2>
        <p class="head-line">
          <Language code={conversation.lang} />
          <span>{label("channel", conversation.channel)}</span>
          {call?.caller && contact?.name && <span class="number">{call.caller}</span>}
          {call?.purpose === "renewal" && <Badge tone="good">{t("call.renewal")}</Badge>}
          {packet?.intent && <span class="head-intent">{label("intent", packet.intent)}</span>}
          {!rights.reply && <Badge tone={TONES[conversation.state]}>{label("state", conversation.state)}</Badge>}
          {!ended && !call && !online && <span class="gone-text">{t("who.gone")}</span>}
        </p>
      </div>
      {(rights.release || rights.close) && <Actions rights={rights} />}
      <button
        type="button"
        class="icon-button details-toggle"
        aria-label={t("nav.details")}
        onClick={() => (pane.value = "details")}
      >
        <Icon name="info" />
      </button>
    </header>
  );
}
