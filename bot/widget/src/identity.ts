/** Who the shop's page says that the customer is: a short-lived token, or a function that fetches one. */

export type IdentitySource = string | (() => string | Promise<string>);

const FETCH_MS = 5_000;
const EARLY_MS = 5_000;

function expiresAt(token: string): number {
  try {
    const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const exp: unknown = (JSON.parse(atob(part)) as Record<string, unknown>)["exp"];
    return typeof exp === "number" ? exp * 1_000 : Infinity;
  } catch {
    return Infinity; // not for us to judge: the gateway will say
  }
}

export class Identity {
  private source: IdentitySource | null = null;

  constructor(private readonly tell: (event: "identity_expired" | "identity_error") => void) {}

  set(source: IdentitySource | null): void {
    this.source = source;
  }

  get known(): boolean {
    return this.source !== null;
  }

  /** A token for the next hello; null where there is none, it is too old, or the page failed to give one. */
  async token(): Promise<string | null> {
    const source = this.source;
    if (typeof source === "string") {
      if (expiresAt(source) > Date.now() + EARLY_MS) return source;
      this.source = null;
      this.tell("identity_expired");
      return null;
    }
    if (!source) return null;
    let timer = 0;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("late")), FETCH_MS);
    });
    try {
      const token = await Promise.race([Promise.resolve().then(source), late]);
      return typeof token === "string" && token ? token : null;
    } catch {
      this.tell("identity_error");
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
