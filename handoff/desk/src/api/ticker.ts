/** A tick every second, also in a hidden tab. */
export function everySecond(listener: () => void): void {
  try {
    const worker = new Worker(new URL("./ticker.worker.ts", import.meta.url), { type: "module" });
    let own = 0;
    worker.onmessage = listener;
    worker.onerror = () => {
      if (own === 0) own = window.setInterval(listener, 1_000);
    };
  } catch {
    window.setInterval(listener, 1_000);
  }
}
