import { signal } from "@preact/signals";

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  tone: "info" | "good" | "bad";
  action: ToastAction | null;
  /** what it is about: gone when that is mended otherwise */
  topic: string;
}

const MOST = 4;
const SHORT_MS = 5_000;
const LONG_MS = 12_000;

export const toasts = signal<Toast[]>([]);
const timers = new Map<number, number>();
let last = 0;

export function dismiss(id: number): void {
  window.clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.peek().filter((toast) => toast.id !== id);
}

/** Stays while the pointer or the focus is on it. */
export function hold(id: number): void {
  window.clearTimeout(timers.get(id));
}

export function letGo(toast: Toast): void {
  const wait = toast.action || toast.tone === "bad" ? LONG_MS : SHORT_MS;
  window.clearTimeout(timers.get(toast.id));
  timers.set(toast.id, window.setTimeout(() => dismiss(toast.id), wait));
}

export function tell(
  text: string,
  tone: Toast["tone"] = "info",
  action: ToastAction | null = null,
  topic = "",
): void {
  const same = toasts.peek().find((toast) => toast.text === text);
  if (same) dismiss(same.id);
  const toast: Toast = { id: ++last, text, tone, action, topic };
  const kept = toasts.peek().slice(-(MOST - 1));
  for (const gone of toasts.peek()) if (!kept.includes(gone)) timers.delete(gone.id);
  toasts.value = [...kept, toast];
  letGo(toast);
}

/** What a toast asked for has happened. */
export function settle(topic: string): void {
  for (const toast of toasts.peek()) if (toast.topic === topic) dismiss(toast.id);
}

/** What a screen reader is told besides; the text is also on the page somewhere. */
export const spoken = signal("");

export function announce(text: string): void {
  // The same words twice would not be read: a no-break space makes them differ.
  spoken.value = spoken.peek() === text ? `${text}\u00a0` : text;
}
