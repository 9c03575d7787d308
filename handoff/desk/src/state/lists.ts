import { computed, signal } from "@preact/signals";
import { get, query } from "../api/rest";
import type { Agent, MineItem, OutboxItem, Page, QueueItem } from "../api/types";
import { load, save } from "../lib/stored";
import { me, onAgentChange } from "./session";

export const queue = signal<QueueItem[]>([]);
/** Whether the opening hours say open. */
export const serviceOpen = signal(true);
export const mine = signal<MineItem[]>([]);
export const agents = signal<Agent[]>([]);
/** False until the first frame of each: empty and unknown look different. */
export const queueKnown = signal(false);
export const mineKnown = signal(false);

/** What waits for the CRM; null until it was asked for. */
export const outboxPending = signal<number | null>(null);

/** The last ordinal of each own conversation that stood on the screen. */
const shown = signal<Record<string, number>>({});

const shownKey = () => `desk:${me.peek()?.id ?? ""}:shown`;

onAgentChange(() => {
  queue.value = [];
  mine.value = [];
  queueKnown.value = mineKnown.value = false;
  shown.value = {};
});

export function learnQueue(items: QueueItem[], open: boolean): void {
  queue.value = items;
  serviceOpen.value = open;
  queueKnown.value = true;
}

export function learnMine(items: MineItem[]): void {
  if (!mineKnown.peek()) shown.value = load<Record<string, number>>(localStorage, shownKey(), {});
  const kept: Record<string, number> = {};
  for (const { id } of items) {
    const ordinal = shown.peek()[id];
    if (ordinal !== undefined) kept[id] = ordinal;
  }
  shown.value = kept;
  mine.value = items;
  mineKnown.value = true;
}

export function markShown(id: string, ordinal: number): void {
  if ((shown.peek()[id] ?? -1) >= ordinal) return;
  shown.value = { ...shown.peek(), [id]: ordinal };
  save(localStorage, shownKey(), shown.peek());
}

export const lastShown = (id: string): number | null => shown.peek()[id] ?? null;

/** Unread messages; null where the conversation was never opened here. */
export function unreadOf(item: MineItem): number | null {
  const seen = shown.value[item.id];
  return seen === undefined ? null : Math.max(0, item.last_ordinal - seen);
}

export const unreadConversations = computed(() => mine.value.filter((item) => unreadOf(item) !== 0).length);

/** Asked for now and then: the outbox has no frame of its own. */
export async function countOutbox(): Promise<void> {
  try {
    const page = await get<Page<OutboxItem> & { pending: number }>(`/outbox${query({})}`);
    outboxPending.value = page.pending;
  } catch {
    outboxPending.value = null;
  }
}
