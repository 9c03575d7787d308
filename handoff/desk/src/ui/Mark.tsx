/** Centrala's mark: a switchboard's C with one line plugged in. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false" class="mark">
      <rect width="32" height="32" rx="8.5" fill="currentColor" />
      <path class="mark-line" d="M21.6 10.8a7.6 7.6 0 1 0 0 10.4" />
      <path class="mark-line" d="M16.5 16H26" />
      <circle cx="15.8" cy="16" r="2.3" fill="var(--on-accent)" />
    </svg>
  );
}
