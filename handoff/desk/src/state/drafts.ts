import { forget, load, save } from "../lib/stored";
import { me } from "./session";

/** What was typed and not sent, per agent and conversation, for as long as the tab lives. */
export interface Draft {
  mode: "reply" | "note";
  reply: string;
  note: string;
}

const noteKey = (contactId: string) => `desk:${me.peek()?.id ?? ""}:contact:${contactId}`;

/** A note about a customer that is not stored yet; null for none. */
export const loadContactNote = (contactId: string) => load<string | null>(sessionStorage, noteKey(contactId), null);

export function saveContactNote(contactId: string, text: string | null): void {
  if (text === null) forget(sessionStorage, noteKey(contactId));
  else save(sessionStorage, noteKey(contactId), text);
}

const EMPTY: Draft = { mode: "reply", reply: "", note: "" };
const key = (id: string) => `desk:${me.peek()?.id ?? ""}:draft:${id}`;

export const loadDraft = (id: string): Draft => ({ ...EMPTY, ...load<Partial<Draft>>(sessionStorage, key(id), {}) });

export function saveDraft(id: string, draft: Draft): void {
  if (draft.reply || draft.note || draft.mode === "note") save(sessionStorage, key(id), draft);
  else forget(sessionStorage, key(id));
}
