/** REST: every change goes through here, so that the CSRF token and the session's end have one place. */

/** A problem document, or what stands for one when there was no answer. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 where nothing came back */
    readonly status: number,
    /** stable and machine-readable */
    readonly code: string,
    readonly detail: string,
    /** seconds, from `Retry-After` */
    readonly retryAfter: number | null = null,
  ) {
    super(code);
  }

  /** Whether the same call may succeed later without a change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const BASE = "/api/v1";
const TIMEOUT_MS = 15_000;

let csrf = "";
let onEnded: () => void = () => {};
let skewMs = 0;

export function setCsrf(token: string | undefined): void {
  if (token) csrf = token;
}

/** Called when a call finds that the session is gone. */
export function onSessionEnded(listener: () => void): void {
  onEnded = listener;
}

/** The server's present in ms; waiting times must not depend on how this computer's clock is set. */
export function serverNow(): number {
  return Date.now() + skewMs;
}

function learnClock(response: Response): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(date)) return;
  // The header has whole seconds; smaller differences are not known.
  const skew = date + 500 - Date.now();
  skewMs = Math.abs(skew) > 2_000 ? skew : 0;
}

async function problem(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const retryAfter = Number(response.headers.get("Retry-After") ?? "");
  return new ApiError(
    response.status,
    typeof fields["code"] === "string" ? fields["code"] : `http_${response.status}`,
    typeof fields["detail"] === "string" ? fields["detail"] : "",
    retryAfter > 0 ? retryAfter : null,
  );
}

async function once(method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  const init: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  try {
    const response = await fetch(BASE + path, init);
    learnClock(response);
    return response;
  } catch {
    throw new ApiError(0, "offline", "");
  }
}

/** Calls the API; gives the parsed body, or null for 202 and 204 without one. Throws {@link ApiError}. */
export async function call<T>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<T> {
  let response = await once(method, path, body);
  if (response.status === 403 && method !== "GET") {
    const error = await problem(response);
    if (!error.code.startsWith("csrf")) throw error;
    // Another tab may have signed in anew: its token is ours as well.
    const me = await once("GET", "/me", undefined);
    if (me.ok) setCsrf(((await me.json()) as { csrf?: string }).csrf);
    response = await once(method, path, body);
  }
  if (response.status === 401 && path !== "/login") {
    onEnded();
    throw new ApiError(401, "session_ended", "");
  }
  if (!response.ok) throw await problem(response);
  try {
    const text = await response.text();
    return (text ? JSON.parse(text) : null) as T;
  } catch {
    // Cut off in the middle, or somebody between us and the gateway answered.
    throw new ApiError(0, "offline", "");
  }
}

export const get = <T>(path: string) => call<T>("GET", path);
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, body ?? {});
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, body);

/** `?a=1&b=2` without what is empty. */
export function query(fields: Record<string, string | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value) params.set(name, value);
  const text = params.toString();
  return text ? `?${text}` : "";
}
