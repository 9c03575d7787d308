import { signal, type Signal } from "@preact/signals";
import { ApiError, get } from "../api/rest";
import type { AgentRef, Contact, Conversation, Message, State } from "../api/types";
import { lastShown } from "./lists";
import { onAgentChange } from "./session";

export interface Transcript {
  status: "loading" | "ready" | "failed" | "gone";
  conversation: Conversation | null;
  /** everything up to this ordinal is here; an own message's answer may run ahead of it */
  synced: number;
  /** ms of `Date.now()` until which the customer counts as typing */
  typingUntil: number;
  /** the first message that had not been seen here when it was opened */
  firstUnread: number | null;
  /** what had been seen when it was opened, until everything since then is here */
  openedAt: number | null;
}

const NOTHING: Transcript = {
  status: "loading",
  conversation: null,
  synced: 0,
  typingUntil: 0,
  firstUnread: null,
  openedAt: null,
};
const KEPT = 24;
const TYPING_MS = 5_000;
const kept = new Map<string, Signal<Transcript>>();

onAgentChange(() => kept.clear());

/** The transcript's signal; the least recently used ones are let go. */
export function transcript(id: string): Signal<Transcript> {
  let entry = kept.get(id);
  if (entry) kept.delete(id);
  else entry = signal<Transcript>({ ...NOTHING });
  kept.set(id, entry);
  if (kept.size > KEPT) {
    const oldest = kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
  }
  return entry;
}

export function lastOrdinal(conversation: Conversation | null): number {
  return conversation?.messages.at(-1)?.ordinal ?? 0;
}

function merge(old: readonly Message[], fresh: readonly Message[]): Message[] {
  const last = old.at(-1)?.ordinal ?? 0;
  if (fresh.length === 0) return old as Message[];
  if (fresh.every((message, index) => message.ordinal > (fresh[index - 1]?.ordinal ?? last))) {
    return [...old, ...fresh];
  }
  const all = new Map(old.map((message) => [message.ordinal, message]));
  for (const message of fresh) all.set(message.ordinal, message);
  return [...all.values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** The separator stands before what came while nobody looked; what comes from now on is seen coming. */
function caughtUp(old: Transcript, messages: readonly Message[]): Partial<Transcript> {
  const { openedAt } = old;
  if (openedAt === null) return {};
  const first = messages.find((message) => message.ordinal > openedAt);
  return { openedAt: null, firstUnread: first?.ordinal ?? null };
}

/** To be called when the conversation comes on the screen, before it is loaded. */
export function opened(id: string): void {
  const entry = transcript(id);
  entry.value = { ...entry.peek(), openedAt: lastShown(id), firstUnread: null };
}

/** Takes a whole conversation as REST gives it. */
export function learnConversation(fresh: Conversation): void {
  const entry = transcript(fresh.id);
  const old = entry.peek();
  const messages = merge(old.conversation?.messages ?? [], fresh.messages);
  entry.value = {
    ...old,
    status: "ready",
    conversation: { ...fresh, messages },
    synced: Math.max(old.synced, fresh.messages.at(-1)?.ordinal ?? 0),
    ...caughtUp(old, messages),
  };
}

export interface Change {
  id: string;
  state: State;
  agent: AgentRef | null;
  visitor_online: boolean;
  messages: Message[];
}

/** Takes a `conversation` frame; gives the messages that were new here. */
export function learnChange(change: Change): Message[] {
  const entry = kept.get(change.id);
  const old = entry?.peek();
  if (!entry || !old?.conversation) return [];
  const known = new Set(old.conversation.messages.map((message) => message.ordinal));
  const { state, agent, visitor_online } = change;
  const fromCustomer = change.messages.some((message) => message.sender === "visitor");
  const messages = merge(old.conversation.messages, change.messages);
  entry.value = {
    ...old,
    ...caughtUp(old, messages),
    synced: Math.max(old.synced, change.messages.at(-1)?.ordinal ?? 0),
    typingUntil: fromCustomer ? 0 : old.typingUntil,
    conversation: {
      ...old.conversation,
      state,
      agent,
      visitor_online,
      messages,
    },
  };
  return change.messages.filter((message) => !known.has(message.ordinal));
}

/** Takes an own message from the answer to its POST: others before it may still be on their way. */
export function learnOwn(id: string, message: Message): boolean {
  const entry = kept.get(id);
  const old = entry?.peek();
  if (!entry || !old?.conversation) return false;
  const messages = merge(old.conversation.messages, [message]);
  entry.value = { ...old, conversation: { ...old.conversation, messages } };
  return true;
}

export function learnTyping(id: string): void {
  const entry = kept.get(id);
  if (entry) entry.value = { ...entry.peek(), typingUntil: Date.now() + TYPING_MS };
}

export function learnContact(contact: Contact): void {
  for (const entry of kept.values()) {
    const { conversation } = entry.peek();
    if (conversation?.contact?.id !== contact.id) continue;
    entry.value = { ...entry.peek(), conversation: { ...conversation, contact } };
  }
}

const ENDED_TRIES = 8;
const ENDED_EVERY_MS = 1_500;

/** Whether a caller is on the line, or about to be. */
export const isOnTheLine = (conversation: Conversation | null): boolean =>
  conversation?.call != null && conversation.call.state !== "ended";

/** Loads until the gateway has stored how the call ended and its recording is whole. */
export async function whenCallEnded(id: string): Promise<void> {
  for (let tried = 0; tried < ENDED_TRIES; tried += 1) {
    await reload(id);
    const { conversation } = transcript(id).peek();
    if (!conversation) return;
    const whole = conversation.recordings.every((recording) => recording.seconds !== null);
    if (!isOnTheLine(conversation) && whole) return;
    await new Promise((done) => window.setTimeout(done, ENDED_EVERY_MS));
  }
}

/** Loads anew; what is already here stays on the screen meanwhile. */
export async function reload(id: string): Promise<void> {
  const entry = transcript(id);
  if (entry.peek().conversation === null) entry.value = { ...entry.peek(), status: "loading" };
  try {
    learnConversation(await get<Conversation>(`/conversations/${encodeURIComponent(id)}`));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const gone = error.status === 403 || error.status === 404;
    if (gone) entry.value = { ...entry.peek(), status: "gone", conversation: null };
    else if (entry.peek().conversation === null) entry.value = { ...entry.peek(), status: "failed" };
  }
}
