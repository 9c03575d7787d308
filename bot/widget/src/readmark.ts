/** How far the customer has read, shared by all tabs. */

import type { Message } from "./protocol";
import type { Store } from "./storage";

export class ReadMark {
  constructor(private readonly store: Store) {}

  last(conversation: string): number {
    const [id, seq] = (this.store.get("read") ?? "").split("#");
    return id === conversation ? Number(seq) || 0 : 0;
  }

  set(conversation: string, seq: number): void {
    this.store.set("read", `${conversation}#${seq}`);
  }

  unread(conversation: string, messages: readonly Message[]): number {
    const last = this.last(conversation);
    return messages.filter((message) => message.sender !== "visitor" && message.seq > last).length;
  }

  forget(): void {
    this.store.remove("read");
  }
}
