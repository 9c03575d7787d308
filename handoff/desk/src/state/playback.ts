import { signal } from "@preact/signals";
import type { Conversation, Message, Recording } from "../api/types";

/** Where in which recording something stands. */
export interface Place {
  n: number;
  /** from the recording's beginning */
  seconds: number;
}

/** Asks the player of a conversation to go somewhere and play; answered once. */
export const jump = signal<(Place & { id: string }) | null>(null);
/** The message that is being played, as `keyOf` gives it; only one recording plays at a time. */
export const playing = signal("");
/** Whose player sounds: conversation and number. */
export const sounding = signal("");

export const keyOf = (id: string, ordinal: number) => `${id}:${ordinal}`;
export const playerOf = (id: string, n: number) => `${id}/${n}`;

/** How fast people talk, for the way back from the end of what was heard to its beginning. */
const LETTERS_A_SECOND = 14;
const BEFORE_S = 0.8;
const SLACK_S = 1;

/** When a message begins to be heard, in ms: speech is stored when it ends, all else when it begins. */
function begins(message: Message, before: Message | undefined): number {
  const at = Date.parse(message.at);
  if (message.heard?.source !== "spoken") return at;
  const long = BEFORE_S + message.text.length / LETTERS_A_SECOND;
  return Math.max(at - long * 1_000, before ? Date.parse(before.at) : 0);
}

/** Where a message is heard, or null where no recording has it. */
export function placeOf({ messages, recordings }: Conversation, message: Message): Place | null {
  if (message.internal || recordings.length === 0) return null;
  const index = messages.indexOf(message);
  const at = begins(message, messages[index - 1]);
  for (const { n, started_at, seconds } of recordings) {
    const from = (at - Date.parse(started_at)) / 1_000;
    if (seconds !== null && from >= -SLACK_S && from <= seconds) return { n, seconds: Math.max(0, from) };
  }
  return null;
}

/** The message that is heard at a moment of a recording: the last one that has begun by then. */
export function messageAt(conversation: Conversation, { n }: Recording, seconds: number): Message | null {
  let heard: Message | null = null;
  for (const message of conversation.messages) {
    const place = placeOf(conversation, message);
    if (place?.n !== n) continue;
    if (place.seconds > seconds + 0.05) break;
    heard = message;
  }
  return heard;
}
