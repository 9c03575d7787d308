/**
 * What the customer sent and no server has acknowledged. Every item has its own storage key, so two
 * tabs never overwrite each other's; both may send the same item, and its `client_id` makes that one.
 */

import type { Store } from "./storage";

export interface Item {
  readonly id: string;
  readonly kind: "message" | "choice" | "rating";
  /** What the customer sees as having said; a rating's comment. */
  readonly text: string;
  readonly payload?: string;
  readonly score?: number;
  /** Milliseconds since 1970, by this browser's clock; the order of sending. */
  readonly at: number;
  /** Refused for good; kept on the page so that the customer can try again, not sent by itself. */
  readonly failed?: boolean;
}

const PREFIX = "out:";
export const MOST = 50;

function isItem(value: unknown): value is Item {
  const item = value as Item | null;
  return (
    typeof item === "object" &&
    item !== null &&
    typeof item.id === "string" &&
    typeof item.text === "string" &&
    typeof item.at === "number" &&
    ["message", "choice", "rating"].includes(item.kind)
  );
}

export class Outbox {
  private items: Item[] = [];

  constructor(private readonly store: Store) {
    this.reload();
  }

  /** Take what an earlier page, or another tab, left behind. */
  reload(): void {
    const found: Item[] = [];
    for (const key of this.store.keys(PREFIX)) {
      try {
        const item: unknown = JSON.parse(this.store.get(key) ?? "");
        if (isItem(item)) found.push(item);
        else this.store.remove(key);
      } catch {
        this.store.remove(key);
      }
    }
    this.items = found.sort((a, b) => a.at - b.at).slice(0, MOST);
  }

  all(): readonly Item[] {
    return this.items;
  }

  get full(): boolean {
    return this.items.length >= MOST;
  }

  /** The one to send now: the oldest that was not refused. */
  next(): Item | undefined {
    return this.items.find((item) => !item.failed);
  }

  add(item: Omit<Item, "id" | "at">): Item {
    const last = this.items.at(-1)?.at ?? 0;
    const whole: Item = { ...item, id: crypto.randomUUID?.() ?? uuid(), at: Math.max(Date.now(), last + 1) };
    this.items.push(whole);
    this.write(whole);
    return whole;
  }

  fail(id: string, failed: boolean): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, failed } : item));
    const changed = this.items.find((item) => item.id === id);
    if (changed) this.write(changed);
  }

  /** It is with the server, or the customer gave it up. */
  remove(id: string): Item | undefined {
    const gone = this.items.find((item) => item.id === id);
    this.items = this.items.filter((item) => item.id !== id);
    this.store.remove(PREFIX + id);
    return gone;
  }

  clear(): void {
    for (const key of this.store.keys(PREFIX)) this.store.remove(key);
    this.items = [];
  }

  private write(item: Item): void {
    this.store.set(PREFIX + item.id, JSON.stringify(item));
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
