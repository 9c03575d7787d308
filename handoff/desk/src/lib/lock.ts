/** What only one tab of this browser may do at a time (Web Locks). */

const WITHOUT = () => {};

/** Takes a lock, waiting at most so many ms; gives what lets it go, or null where another tab keeps it. */
export function takeLock(name: string, waitMs: number): Promise<(() => void) | null> {
  // Missing where the page is not served over https: no microphone works there either.
  if (!("locks" in navigator)) return Promise.resolve(WITHOUT);
  return new Promise((resolve) => {
    const held = () => new Promise<void>((letGo) => resolve(letGo));
    navigator.locks.request(name, { signal: AbortSignal.timeout(waitMs) }, held).catch(() => resolve(null));
  });
}

export async function isLocked(name: string): Promise<boolean> {
  if (!("locks" in navigator)) return false;
  const { held } = await navigator.locks.query();
  return held?.some((lock) => lock.name === name) ?? false;
}
