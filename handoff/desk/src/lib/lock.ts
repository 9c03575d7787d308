/** What only one tab of this browser may do at a time (Web Locks). */

const WITHOUT = () => {};

/** Takes a lock, waiting for at most so many ms; gives what lets it go, or null where another tab keeps it. */
export function takeLock(name: string, waitMs = 0): Promise<(() => void) | null> {
  // Missing where the page is not served over https: no microphone works there either.
  if (!("locks" in navigator)) return Promise.resolve(WITHOUT);
  const patience = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
  return new Promise((resolve) => {
    const held = (lock: Lock | null) => (lock ? new Promise<void>((letGo) => resolve(letGo)) : resolve(null));
    navigator.locks.request(name, patience, held).catch(() => resolve(null));
  });
}

export async function isLocked(name: string): Promise<boolean> {
  if (!("locks" in navigator)) return false;
  const { held } = await navigator.locks.query();
  return held?.some((lock) => lock.name === name) ?? false;
}
