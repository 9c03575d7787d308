/** How long to wait before another try: doubling from half a second to fifteen, with jitter. */

const FIRST_MS = 500;
const MOST_MS = 15_000;

/** `attempt` counts from 0, `random` is in [0, 1). At least half of the doubled time, never more than 15 s. */
export function backoff(attempt: number, random: number): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.max(FIRST_MS, whole * (0.5 + random / 2));
}
