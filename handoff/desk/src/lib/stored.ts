/** Web storage that is full, blocked or spoilt must never stop the desk. */

export function load<T>(area: Storage, key: string, fallback: T): T {
  try {
    const text = area.getItem(key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function save(area: Storage, key: string, value: unknown): void {
  try {
    area.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: what is on the page stays; it is only not kept over a reload.
  }
}

export function forget(area: Storage, prefix: string): void {
  try {
    const keys = Array.from({ length: area.length }, (_, index) => area.key(index));
    for (const key of keys) if (key?.startsWith(prefix)) area.removeItem(key);
  } catch {
    // Nothing kept, nothing to forget.
  }
}
