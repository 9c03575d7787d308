import { effect } from "@preact/signals";
import type { Message } from "../api/types";
import { t, tn } from "../i18n";
import { chime } from "../lib/chime";
import { mine, mineKnown, queue, queueKnown, unreadConversations } from "./lists";
import { callerOf, ringing } from "./ringing";
import { route } from "./route";
import { me, phase } from "./session";
import { notifications, sound } from "./settings";
import { announce, settle } from "./toasts";

let waitingBefore: Set<string> | null = null;
let lastBefore: Map<string, number> | null = null;

function attract(kind: "queue" | "message", title: string, body: string): void {
  if (sound.peek()) chime(kind);
  if (!notifications.peek() || !document.hidden) return;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  // A fixed tag: ten people who wait make one notification, not ten.
  const note = new Notification(title, { body, tag: `centrala-${kind}`, icon: "/desk/assets/icon.svg" });
  note.onclick = () => {
    window.focus();
    note.close();
  };
}

/** New messages in the conversation on the screen, for those who do not see it. */
export function heardFrom(id: string, messages: readonly Message[]): void {
  const present = route.peek();
  const onScreen = present.view === "inbox" && present.id === id;
  for (const message of messages) {
    if (message.sender !== "visitor") continue;
    if (onScreen) announce(`${message.name ?? t("who.visitor")}: ${message.text}`);
    if (document.hidden) attract("message", t("alert.message"), "");
  }
}

function watchQueue(): void {
  if (phase.value !== "in" || !queueKnown.value) {
    waitingBefore = null;
    return;
  }
  const present = new Set(queue.value.map((item) => item.id));
  // A call that rings is heard already.
  const rings = ringing.value?.id;
  const fresh = waitingBefore !== null && [...present].some((id) => id !== rings && !waitingBefore?.has(id));
  const firstLook = waitingBefore === null && present.size > 0;
  waitingBefore = present;
  if (me.peek()?.presence !== "online") return;
  const text = tn("queue.count", present.size);
  if (fresh) attract("queue", t("alert.waiting"), text);
  if (fresh || firstLook) announce(text);
}

function watchMine(): void {
  if (phase.value !== "in" || !mineKnown.value) {
    lastBefore = null;
    return;
  }
  const present = new Map(mine.value.map((item) => [item.id, item.last_ordinal]));
  const before = lastBefore;
  lastBefore = present;
  if (!before) return;
  const at = route.peek();
  for (const item of mine.value) {
    const last = before.get(item.id);
    if (last === undefined || last >= item.last_ordinal) continue;
    if (at.view === "inbox" && at.id === item.id) continue;
    const name = item.contact?.name ?? t("who.stranger");
    attract("message", t("alert.message"), "");
    announce(t("said.message_from", { name }));
    return;
  }
}

export function startAlerts(): void {
  effect(() => {
    if (me.value?.presence === "online") settle("not_online");
  });
  effect(watchQueue);
  effect(watchMine);
  effect(() => {
    const count = phase.value === "in" ? queue.value.length : 0;
    const unread = phase.value === "in" && unreadConversations.value > 0 ? "• " : "";
    const call = ringing.value;
    if (call) document.title = `☎ ${callerOf(call.id, call.contact)} · ${t("call.incoming")}`;
    else document.title = count > 0 ? `(${count}) ${unread}Centrala` : `${unread}Centrala`;
  });
}
