import { memo } from "../lib/memo";
import { t } from "../i18n";
import type { Conversation, Message, Recording } from "../api/types";
import type { Group } from "../lib/groups";
import { linkify } from "../lib/linkify";
import { percent } from "../lib/percent";
import { clock, fullTime, ticking } from "../lib/time";
import { jump, keyOf, placeOf, playing } from "../state/playback";
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

const SURE = 0.6;

/** How the words came over the phone, where that matters: keys, and what was hardly understood. */
function HowHeardMark({ message }: { message: Message }) {
  const { heard } = message;
  if (heard?.source === "keypad") {
    return (
      <span class="how-heard" title={t("heard.keypad")}>
        <Icon name="keypad" size={14} />
        <span class="sr">{t("heard.keypad")}</span>
      </span>
    );
  }
  if (heard?.source !== "spoken" || heard.confidence >= SURE) return null;
  const text = t("heard.unsure", { percent: percent(heard.confidence) });
  return (
    <span class="how-heard unsure" title={text}>
      <Icon name="ear" size={14} />
      <span class="sr">{text}</span>
    </span>
  );
}

function Bubble({ message, conversation }: { message: Message; conversation: Conversation }) {
  const place = placeOf(conversation, message);
  const key = keyOf(conversation.id, message.ordinal);
  const play = () => {
    if (place) jump.value = { id: conversation.id, ...place };
  };
  const onClick = (event: MouseEvent) => {
    // Links stay links, and who marks words to copy them does not want to listen.
    if (event.target instanceof Element && event.target.closest("a, button")) return;
    if (getSelection()?.isCollapsed !== false) play();
  };
  return (
    <div
      class={place ? "bubble playable" : "bubble"}
      title={fullTime(message.at)}
      data-ordinal={message.ordinal}
      data-playing={playing.value === key ? "" : undefined}
      onClick={place ? onClick : undefined}
    >
      <Text text={message.text} lang={message.internal ? undefined : conversation.lang} />
      <HowHeardMark message={message} />
      {place && (
        <button
          type="button"
          class="icon-button small bubble-play"
          aria-label={t("player.from", { at: ticking(place.seconds * 1_000) })}
          onClick={play}
        >
          <Icon name="play" size={14} />
        </button>
      )}
    </div>
  );
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
        <Bubble key={message.ordinal} message={message} conversation={conversation} />
      ))}
    </div>
  );
}

export const MessageGroup = memo(MessageGroupView, (before, after) => {
  const same = before.group.messages.length === after.group.messages.length && before.group.key === after.group.key;
  const { contact, recordings } = before.conversation;
  const whole = (recording: Recording) => recording.seconds !== null;
  return (
    same &&
    contact === after.conversation.contact &&
    recordings.filter(whole).length === after.conversation.recordings.filter(whole).length
  );
});
