import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Conversation } from "../api/types";
import { t, tn } from "../i18n";
import { grouped } from "../lib/groups";
import { useStick } from "../lib/stick";
import { dayName } from "../lib/time";
import { markShown } from "../state/lists";
import { now } from "../state/live";
import { unconfirmed } from "../state/outgoing";
import { lastOrdinal, transcript } from "../state/transcripts";
import { Icon } from "../ui/Icon";
import { MessageGroup } from "./MessageGroup";
import { OutgoingMessage } from "./OutgoingMessage";
import { Recordings } from "./Recordings";

function Typing({ id, onShow }: { id: string; onShow: () => void }) {
  const { typingUntil, conversation } = transcript(id).value;
  // `now` moves every second, so that it goes by itself; the computer's own clock measures it.
  const typing = now.value > 0 && Date.now() < typingUntil;
  useLayoutEffect(() => {
    if (typing) onShow();
  }, [typing]);
  if (!typing) return null;
  return (
    <p class="typing">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {t("chat.typing", { name: conversation?.contact?.name ?? t("who.visitor") })}
    </p>
  );
}

/** The messages; `live` where it is the conversation at work, not one that is looked up. */
export function TranscriptView({ id, live = false }: { id: string; live?: boolean }) {
  const { conversation } = transcript(id).value;
  // Only with something to show: what the scroller does is tied to its element when this mounts.
  return conversation && <Shown id={id} live={live} conversation={conversation} />;
}

function Shown({ id, live, conversation }: { id: string; live: boolean; conversation: Conversation }) {
  const { firstUnread } = transcript(id).value;
  const box = useRef<HTMLDivElement>(null);
  const seenUpTo = useRef(0);
  const messages = conversation.messages;
  const pending = live ? unconfirmed(id, messages) : [];
  const last = lastOrdinal(conversation);
  const cut = live ? firstUnread : null;
  const forced = pending.at(-1)?.clientId ?? "";
  const { atEnd, toEnd } = useStick(box, { content: last, forced, mark: cut });
  if (atEnd) seenUpTo.current = last;
  const missed = messages.filter((message) => message.ordinal > seenUpTo.current).length;

  useEffect(() => {
    if (!live) return undefined;
    const mark = () => {
      if (!document.hidden && atEnd && last > 0) markShown(id, last);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [id, last, atEnd, live]);

  return (
    <>
      <Recordings conversation={conversation} />
      <div class="transcript-frame">
        <div
          ref={box}
          class="transcript"
          role="log"
          aria-live="off"
          aria-label={t("chat.transcript")}
          tabIndex={0}
          data-transcript
        >
          {grouped(messages, cut).map((group) => (
            <Fragment key={group.key}>
              {group.newDay && group.messages[0] && (
                <p class="separator day">
                  <span>{dayName(group.messages[0].at, now.peek())}</span>
                </p>
              )}
              {cut !== null && group.key === cut && (
                <p class="separator unread-line" data-mark>
                  <span>{t("chat.unread_line")}</span>
                </p>
              )}
              <MessageGroup group={group} conversation={conversation} />
            </Fragment>
          ))}
          {pending.map((one) => (
            <OutgoingMessage key={one.clientId} one={one} />
          ))}
          {live && <Typing id={id} onShow={() => atEnd && toEnd()} />}
        </div>
        {!atEnd && (
          <button type="button" class={missed > 0 ? "to-end fresh" : "to-end"} onClick={toEnd}>
            <Icon name="down" size={16} />
            <span class={missed > 0 ? "" : "sr"}>
              {missed > 0 ? tn("chat.new_messages", missed) : t("chat.to_bottom")}
            </span>
          </button>
        )}
      </div>
    </>
  );
}
