import type { Message } from "../api/types";
import { dayOf } from "./time";

/** Consecutive messages of one author, shown under one name. */
export interface Group {
  key: number;
  /** the first of its day: a separator stands above */
  newDay: boolean;
  messages: Message[];
}

const TOGETHER_MS = 5 * 60_000;

function belongs(message: Message, before: Message): boolean {
  return (
    message.sender === before.sender &&
    message.sender !== "system" &&
    message.name === before.name &&
    message.internal === before.internal &&
    dayOf(message.at) === dayOf(before.at) &&
    Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS
  );
}

/** Groups end also before `cut`, the first unread ordinal, so that its separator can stand there. */
export function grouped(messages: readonly Message[], cut: number | null): Group[] {
  const groups: Group[] = [];
  let before: Message | null = null;
  for (const message of messages) {
    const open = groups.at(-1);
    if (open && before && message.ordinal !== cut && belongs(message, before)) open.messages.push(message);
    else {
      const newDay = before === null || dayOf(message.at) !== dayOf(before.at);
      groups.push({ key: message.ordinal, newDay, messages: [message] });
    }
    before = message;
  }
  return groups;
}
