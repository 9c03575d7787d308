/**
 * Sends the outbox, one item at a time and in order, each until its ack: a refused item must not be
 * overtaken by the next. Sending again is harmless, because the gateway knows the `client_id`.
 */

import { backoff } from "./backoff";
import type { Item, Outbox } from "./outbox";
import type { ClientFrame } from "./protocol";

const REFUSED_FOR_GOOD = ["too_large", "invalid_frame"];
/** These pass by themselves: the item waits as long as it takes. */
const REFUSED_FOR_NOW = ["rate_limited", "unavailable", "internal_error"];
/** An item refused so often for a reason that we do not know is shown as not sent. */
const MOST_TRIES = 5;
const RATE_LIMIT_MS = 1_000;

function frameOf(item: Item): ClientFrame {
  if (item.kind === "choice") return { type: "choice", client_id: item.id, payload: item.payload ?? "" };
  if (item.kind === "rating")
    return { type: "rating", client_id: item.id, score: item.score ?? 0, comment: item.text };
  return { type: "message", client_id: item.id, text: item.text };
}

export class Delivery {
  private inFlight: string | null = null;
  private tries = 0;
  private timer = 0;
  private open = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly line: { send(frame: ClientFrame): boolean; awaiting(waits: boolean): void },
  ) {}

  /** The conversation is up to date: what waits may go. */
  resume(): void {
    this.open = true;
    this.inFlight = null;
    this.tries = 0;
    this.flush();
  }

  /** The connection is gone. */
  pause(): void {
    this.open = false;
    this.inFlight = null;
    clearTimeout(this.timer);
    this.timer = 0;
  }

  flush(): void {
    const item = this.outbox.next();
    if (!this.open || this.inFlight || this.timer || !item) return;
    if (!this.line.send(frameOf(item))) return;
    this.inFlight = item.id;
    this.line.awaiting(true);
  }

  /** With the server, by an ack or because the message itself came back. */
  done(id: string): Item | undefined {
    const item = this.outbox.remove(id);
    if (this.inFlight === id) this.next();
    return item;
  }

  /** The server refused a frame. True where this was ours to deal with. */
  refused(code: string, clientId: string | null): boolean {
    const id = clientId ?? this.inFlight;
    if (!id) return code === "rate_limited"; // a `typing` too many: nothing is lost
    this.tries += 1;
    const known = REFUSED_FOR_NOW.includes(code);
    if (REFUSED_FOR_GOOD.includes(code) || (!known && this.tries >= MOST_TRIES)) {
      this.outbox.fail(id, true);
      if (this.inFlight === id) this.next();
      return true;
    }
    this.inFlight = null;
    this.line.awaiting(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.timer = 0;
        this.flush();
      },
      RATE_LIMIT_MS + backoff(this.tries - 1, Math.random()) - backoff(0, 0),
    );
    return true;
  }

  private next(): void {
    this.inFlight = null;
    this.tries = 0;
    this.line.awaiting(false);
    this.flush();
  }
}
