/**
 * What is kept between pages, one set per gateway. Where the browser forbids storage (private modes,
 * sandboxed frames) it is kept in memory, and the conversation lives as long as the page.
 */

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys that begin with `prefix`. */
  keys(prefix: string): string[];
  /** Called when another tab changed a key. */
  watch(changed: (key: string) => void): void;
}

function available(): Storage | null {
  try {
    const probe = "centrala:probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

export function openStore(origin: string): Store {
  const disk = available();
  const memory = new Map<string, string>();
  const full = (key: string): string => `centrala:${origin}:${key}`;
  const head = full("");
  return {
    get: (key) => memory.get(full(key)) ?? disk?.getItem(full(key)) ?? null,
    set(key, value) {
      try {
        if (!disk) throw new Error("no storage");
        disk.setItem(full(key), value);
        memory.delete(full(key));
      } catch {
        memory.set(full(key), value); // the quota is full, or there is no storage at all
      }
    },
    remove(key) {
      memory.delete(full(key));
      disk?.removeItem(full(key));
    },
    keys(prefix) {
      const found = new Set(memory.keys());
      for (let i = 0; disk && i < disk.length; i += 1) found.add(disk.key(i) ?? "");
      return [...found].filter((key) => key.startsWith(full(prefix))).map((key) => key.slice(head.length));
    },
    watch(changed) {
      addEventListener("storage", (event) => {
        if (disk && event.storageArea === disk && event.key?.startsWith(head)) changed(event.key.slice(head.length));
      });
    },
  };
}
