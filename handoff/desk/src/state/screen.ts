import { effect, signal } from "@preact/signals";
import { route } from "./route";

/** The open dialog; `peek` shows an earlier conversation without leaving the present one. */
export type DialogName = "keys" | "settings" | "close" | "release" | "headset" | { peek: string };
export const dialog = signal<DialogName | null>(null);

/** On a narrow screen one column shows at a time. */
export type Pane = "list" | "chat" | "details";
export const pane = signal<Pane>("list");

/** Asks a conversation's composer for the focus, with null in the mode it is in; answered once. */
export const composeRequest = signal<{ id: string; mode: "reply" | "note" | null } | null>(null);
/** A message that was not sent goes back into the field of its conversation. */
export const takenBack = signal<{ id: string; text: string; internal: boolean } | null>(null);

effect(() => {
  const present = route.value;
  pane.value = present.view === "inbox" && present.id ? "chat" : "list";
});
effect(() => {
  route.value;
  dialog.value = null;
  composeRequest.value = null;
});
