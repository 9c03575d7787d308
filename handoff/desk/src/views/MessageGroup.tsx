import { memo } from "../lib/memo";
import { t } from "../i18n";
import type { Conversation, Message } from "../api/types";
import type { Group } from "../lib/groups";
import { linkify } from "../lib/linkify";
import { clock, fullTime } from "../lib/time";
import { me } from "../state/session";
import { Icon } from "../ui/Icon";

/** Text as text: the only elements made of it are checked links. */
export function Text({ text, lang }: { text: string; lang?: string | undefined }) {
  return (
    <p class="bubble-text" lang={lang} dir="auto">
      {linkify(text).map((part, index) =>
        part.href === null ? (
          part.text
        ) : (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
}

function author(message: Message, conversation: Conversation): string {
  switch (message.sender) {
    case "visitor":
      return message.name ?? conversation.contact?.name ?? t("who.visitor");
    case "bot":
      return t("who.bot");
    case "system":
      return t("who.system");
    case "agent":
      return message.name === me.value?.name ? t("who.you") : (message.name ?? t("who.agent"));
  }
}

function MessageGroupView({ group, conversation }: { group: Group; conversation: Conversation }) {
  const first = group.messages[0];
  if (!first) return null;
  const name = author(first, conversation);
  const time = (
    <time dateTime={first.at} title={fullTime(first.at)}>
      {clock(first.at)}
    </time>
  );
  if (first.sender === "system" && !first.internal) {
    return (
      <div class="message system">
        <p class="system-line" dir="auto">
          <span class="sr">{name}: </span>
          {first.text} <span class="system-time">{time}</span>
        </p>
      </div>
    );
  }
  const kind = first.internal ? "internal" : first.sender;
  return (
    <div class={`message ${kind}`} data-sender={first.sender}>
      <p class="message-head">
        {first.sender === "bot" && <Icon name="bot" size={15} />}
        {first.internal && <Icon name="note" size={15} />}
        <span class="message-author">{name}</span>
        {first.internal && <span class="message-kind">{t("chat.note")}</span>}
        {time}
      </p>
      {group.messages.map((message) => (
        <div key={message.ordinal} class="bubble" title={fullTime(message.at)} data-ordinal={message.ordinal}>
          <Text text={message.text} lang={message.internal ? undefined : conversation.lang} />
        </div>
      ))}
    </div>
  );
}

export const MessageGroup = memo(MessageGroupView, (before, after) => {
  const same = before.group.messages.length === after.group.messages.length && before.group.key === after.group.key;
  return same && before.conversation.contact === after.conversation.contact;
});
