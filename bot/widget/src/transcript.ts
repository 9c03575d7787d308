/** The messages of one conversation as the server numbers them: in order, each once. */

import type { Message } from "./protocol";

/** Older ones are forgotten on the page (never on the server), so that a page's memory stays bounded. */
const MOST = 1_000;

export class Transcript {
  private bySeq = new Map<number, Message>();
  private byClientId = new Map<string, number>();
  private sorted: readonly Message[] | null = null;
  private whole = 0;
  private top = 0;

  /** True where this message was new. */
  add(message: Message): boolean {
    if (message.seq <= this.whole || this.bySeq.has(message.seq)) return false;
    this.bySeq.set(message.seq, message);
    if (message.client_id) this.byClientId.set(message.client_id, message.seq);
    this.top = Math.max(this.top, message.seq);
    while (this.bySeq.has(this.whole + 1)) this.whole += 1;
    this.forget();
    this.sorted = null;
    return true;
  }

  hasClientId(id: string): boolean {
    return this.byClientId.has(id);
  }

  /** Everything up to and with this `seq` is here: the `after_seq` of the next hello. */
  get contiguous(): number {
    return this.whole;
  }

  /** Something between two messages is missing. */
  get hasHole(): boolean {
    return this.top > this.whole;
  }

  messages(): readonly Message[] {
    this.sorted ??= [...this.bySeq.values()].sort((a, b) => a.seq - b.seq);
    return this.sorted;
  }

  private forget(): void {
    for (const seq of [...this.bySeq.keys()].sort((a, b) => a - b)) {
      if (this.bySeq.size <= MOST || seq >= this.whole) return;
      const gone = this.bySeq.get(seq);
      this.bySeq.delete(seq);
      if (gone?.client_id) this.byClientId.delete(gone.client_id);
    }
  }
}
