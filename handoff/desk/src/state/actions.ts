import { signal } from "@preact/signals";
import { ApiError, call, post, put } from "../api/rest";
import type { Contact, Conversation, Presence } from "../api/types";
import { t } from "../i18n";
import { newId } from "../lib/ids";
import { tellFailure } from "./failures";
import { mine, queue } from "./lists";
import { go, openConversation, route } from "./route";
import { composeRequest } from "./screen";
import { setPresence } from "./session";
import { begin, dial, drop } from "./talk";
import { announce, tell } from "./toasts";
import { isOnTheLine, learnContact, learnConversation, reload, transcript } from "./transcripts";

/** The calls that are under way, so that a second click does nothing. */
export const underWay = signal<ReadonlySet<string>>(new Set());

async function alone(name: string, run: () => Promise<void>, again: () => void): Promise<void> {
  if (underWay.peek().has(name)) return;
  underWay.value = new Set([...underWay.peek(), name]);
  try {
    await run();
  } catch (error) {
    tellFailure(error, again);
  } finally {
    underWay.value = new Set([...underWay.peek()].filter((other) => other !== name));
  }
}

const path = (id: string, verb: string) => `/conversations/${encodeURIComponent(id)}/${verb}`;

function take(id: string): void {
  openConversation(id);
  // In a call the keys are for the call: the field waits until it is asked for.
  if (!isOnTheLine(transcript(id).peek().conversation)) composeRequest.value = { id, mode: null };
  announce(t("said.taken"));
}

/** Takes the line for a call; false where another tab of this browser is on one. */
async function lift(id: string): Promise<boolean> {
  const free = await begin(id);
  if (!free) tell(t("call.elsewhere"), "bad");
  return free;
}

/** Answers a call that rings, or takes up an own one: the conversation is there before the sound. */
export function answer(id: string): void {
  void alone(
    `claim:${id}`,
    async () => {
      const before = route.peek();
      const own = mine.peek().some((item) => item.id === id);
      if (!(await lift(id))) return;
      const claimed = own ? Promise.resolve() : post(path(id, "claim"));
      dial(claimed);
      openConversation(id);
      try {
        await claimed;
      } catch (error) {
        drop(id);
        go(before);
        throw error;
      }
      announce(t("said.taken"));
      await reload(id);
    },
    () => answer(id),
  );
}

/** Whether claiming it is answering a telephone. */
function rings(id: string): boolean {
  const waits = queue.peek().some((item) => item.id === id && item.channel === "phone" && item.kind === "live");
  return waits && transcript(id).peek().conversation?.call?.state !== "ended";
}

export function serveNext(): void {
  void alone(
    "next",
    async () => {
      const conversation = await call<Conversation | null>("POST", "/queue/next");
      if (conversation === null) {
        tell(t("queue.nobody"), "info");
        return;
      }
      learnConversation(conversation);
      take(conversation.id);
      if (isOnTheLine(conversation) && (await lift(conversation.id))) dial();
    },
    serveNext,
  );
}

export function claim(id: string): void {
  if (rings(id)) return answer(id);
  void alone(
    `claim:${id}`,
    async () => {
      await post(path(id, "claim"));
      await reload(id);
      take(id);
    },
    () => claim(id),
  );
}

export interface Release {
  /** `bot`, `queue` or an agent's id */
  to: string;
  /** written for whoever takes it; may be empty */
  note: string;
  /** one id however often it is tried, so that the note stands once */
  noteId: string;
  /** what the agent is told when it is done */
  said: string;
}

export function newRelease(to: string, note: string, said: string): Release {
  return { to, note, noteId: newId(), said };
}

export function release(id: string, how: Release): void {
  void alone(
    `release:${id}`,
    async () => {
      const note = { client_id: how.noteId, text: how.note, internal: true };
      if (how.note) await post(path(id, "messages"), note);
      await post(path(id, "release"), { to: how.to }).catch((error: unknown) => {
        // Of a colleague the same code means that hers is full, not one's own.
        if (!(error instanceof ApiError) || error.code !== "at_capacity") throw error;
        throw new ApiError(error.status, "colleague_full", error.detail);
      });
      left(id, how.said);
    },
    () => release(id, how),
  );
}

export function close(id: string, outcome: string): void {
  void alone(
    `close:${id}`,
    async () => {
      await post(path(id, "close"), { outcome });
      left(id, t("close.done"));
    },
    () => close(id, outcome),
  );
}

/** The own list may still hold it for a moment: the next one is another. */
function left(id: string, said: string): void {
  drop(id);
  tell(said, "good");
  const next = mine.peek().find((item) => item.id !== id);
  const present = route.peek();
  if (present.view === "inbox" && present.id === id) openConversation(next?.id ?? null);
  void reload(id);
}

export function changePresence(presence: Presence): void {
  setPresence(presence).catch((error: unknown) => tellFailure(error, () => changePresence(presence)));
}

/** Gives whether it was stored. */
export async function saveContact(contact: Contact, fields: { name?: string; note?: string }): Promise<boolean> {
  try {
    const stored = await put<Contact | null>(`/contacts/${encodeURIComponent(contact.id)}`, fields);
    learnContact({ ...contact, ...fields, ...stored });
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}
