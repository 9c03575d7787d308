import { signal } from "@preact/signals";
import { ApiError, call, post, put } from "../api/rest";
import type { Contact, Conversation, Presence } from "../api/types";
import { t } from "../i18n";
import { newId } from "../lib/ids";
import { tellFailure } from "./failures";
import { mine } from "./lists";
import { openConversation, route } from "./route";
import { composeRequest } from "./screen";
import { setPresence } from "./session";
import { announce, tell } from "./toasts";
import { learnContact, learnConversation, reload } from "./transcripts";

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
  composeRequest.value = { id, mode: null };
  announce(t("said.taken"));
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
    },
    serveNext,
  );
}

export function claim(id: string): void {
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
