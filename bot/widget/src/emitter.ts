/** Events for the shop's page. A listener that throws is the page's fault and stops nobody else. */

export type Handler = (detail?: unknown) => void;

export class Emitter {
  private readonly handlers = new Map<string, Set<Handler>>();

  /** Returns the function that ends the subscription. */
  on(event: string, handler: Handler): () => void {
    const set = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, set.add(handler));
    return () => set.delete(handler);
  }

  emit(event: string, detail?: unknown): void {
    for (const handler of this.handlers.get(event) ?? []) {
      try {
        handler(detail);
      } catch (error) {
        console.error("Centrala: a listener failed", error);
      }
    }
  }
}
