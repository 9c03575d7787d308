/** Who writes: the other side's dots (told by a frame, or the bot thinks for a while), and our own telling. */

import type { Owner } from "./protocol";

const SHOWN_MS = 6_000;
/** An answer that comes sooner needs no dots. */
const THINKING_MS = 600;
const TELL_EVERY_MS = 3_000;

export class Typing {
  who: "bot" | "agent" | null = null;
  private timer = 0;
  private toldAt = 0;

  constructor(private readonly changed: () => void) {}

  show(who: "bot" | "agent"): void {
    this.hide();
    this.who = who;
    this.timer = setTimeout(() => {
      this.hide();
      this.changed();
    }, SHOWN_MS);
  }

  hide(): void {
    clearTimeout(this.timer);
    this.who = null;
  }

  /** The customer's message is with the bot. */
  expect(owner: () => Owner): void {
    if (owner() !== "bot" || this.who) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (owner() === "bot") this.show("bot");
      this.changed();
    }, THINKING_MS);
  }

  /** Whether the other side is to be told that the customer writes: not at every key. */
  mayTell(): boolean {
    const due = Date.now() - this.toldAt >= TELL_EVERY_MS;
    if (due) this.toldAt = Date.now();
    return due;
  }
}
