import { computed, effect, signal, untracked } from "@preact/signals";
import type { ContactRef } from "../api/types";
import { t } from "../i18n";
import { isLocked } from "../lib/lock";
import { ringOnce } from "../lib/ring";
import { mine, mineKnown, queue } from "./lists";
import { route } from "./route";
import { me, onAgentChange, phase } from "./session";
import { notifications, sound } from "./settings";
import { CALL_LOCK, talk, talking } from "./talk";
import { announce } from "./toasts";
import { isOnTheLine, reload, transcript } from "./transcripts";

/** A call that this agent may answer. */
export interface Ringing {
  id: string;
  contact: ContactRef | null;
  lang: string;
  /** handed over to her, rather than waiting for anybody */
  own: boolean;
  /** how many more wait behind it */
  more: number;
}

const RING_EVERY_S = 3;
const LOOK_EVERY_S = 2;

/** Those that she does not want to hear now. */
const quieted = signal<ReadonlySet<string>>(new Set());
/** Whether another tab of this browser is on a call; null until it was looked up. */
const elsewhere = signal<boolean | null>(null);

onAgentChange(() => {
  quieted.value = new Set();
});

/** Own calls whose caller hears nobody: handed over by a colleague, or left by a page that was closed. */
const unanswered = computed(() =>
  mine.value.filter(
    (item) =>
      item.channel === "phone" && talk.value?.id !== item.id && isOnTheLine(transcript(item.id).value.conversation),
  ),
);

/** What is still in the queue of a caller who is gone is work, but nothing to be answered. */
const hasHungUp = (id: string) => transcript(id).value.conversation?.call?.state === "ended";

/** Rings while it is there; the server gives an agent one call or several chats, never both. */
export const ringing = computed<Ringing | null>(() => {
  if (phase.value !== "in" || talking.value || !mineKnown.value) return null;
  const own = elsewhere.value === false ? unanswered.value[0] : undefined;
  if (own) return { id: own.id, contact: own.contact, lang: own.lang, own: true, more: 0 };
  if (me.value?.presence !== "online" || mine.value.length > 0) return null;
  const calls = queue.value.filter(
    (item) =>
      item.channel === "phone" && item.kind === "live" && !quieted.value.has(item.id) && !hasHungUp(item.id),
  );
  const first = calls[0];
  return first
    ? { id: first.id, contact: first.contact, lang: first.lang, own: false, more: calls.length - 1 }
    : null;
});

/** Not now: it stays in the queue for others, and in the list. */
export function quiet(id: string): void {
  quieted.value = new Set([...quieted.peek(), id]);
}

/** The name, else the number, of whoever calls. */
export function callerOf(id: string, contact: ContactRef | null): string {
  const { conversation } = transcript(id).value;
  return contact?.name ?? conversation?.call?.caller ?? conversation?.contact?.phone ?? t("call.unknown");
}

let silence: (() => void) | null = null;
let note: Notification | null = null;
let ringingId = "";
let seconds = 0;

function sing(): void {
  silence?.();
  silence = sound.peek() ? ringOnce() : null;
}

function show(name: string): void {
  if (!notifications.peek() || !document.hidden) return;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  note = new Notification(t("call.incoming"), {
    ...{ body: name, tag: "centrala-call", icon: "/desk/assets/icon.svg", requireInteraction: true },
  });
  note.onclick = () => {
    window.focus();
    note?.close();
  };
}

function begin({ id, contact }: Ringing): void {
  seconds = 0;
  // What the agent is to see when she answers is loaded while it rings.
  void reload(id).then(() => {
    if (ringingId !== id) return;
    const name = callerOf(id, contact);
    announce(t("call.said_ringing", { name }));
    show(name);
  });
  sing();
}

function stop(): void {
  silence?.();
  note?.close();
  silence = note = null;
}

/** Called once a second. */
export function tickRinging(): void {
  seconds += 1;
  if (ringing.peek() && seconds % RING_EVERY_S === 0) sing();
  if (seconds % LOOK_EVERY_S === 0 && unanswered.peek().length > 0) look();
}

function look(): void {
  void isLocked(CALL_LOCK).then((held) => {
    elsewhere.value = held && !talking.peek();
  });
  // Its caller may have hung up, of which no frame tells.
  for (const item of unanswered.peek()) void reload(item.id);
}

export function startRinging(): void {
  const known = new Set<string>();
  effect(() => {
    const calls = mine.value.filter((item) => item.channel === "phone");
    for (const id of known) if (!calls.some((item) => item.id === id)) known.delete(id);
    for (const { id } of calls) {
      if (known.has(id)) continue;
      known.add(id);
      if (talk.peek()?.id !== id) void reload(id).then(look);
    }
  });
  effect(() => {
    const next = ringing.value;
    if ((next?.id ?? "") === ringingId) return;
    ringingId = next?.id ?? "";
    stop();
    if (next) untracked(() => begin(next));
  });
  effect(() => {
    if (!sound.value) silence?.();
  });
  effect(() => {
    const waiting = new Set(queue.value.map((item) => item.id));
    if ([...quieted.peek()].every((id) => waiting.has(id))) return;
    quieted.value = new Set([...quieted.peek()].filter((id) => waiting.has(id)));
  });
}

/** Whether the call that this page talks on is what stands on the screen. */
export const talkIsOnScreen = computed(() => {
  const present = route.value;
  return present.view === "inbox" && present.id === talk.value?.id;
});
