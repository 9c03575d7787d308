import { batch, computed, signal } from "@preact/signals";
import { ApiError, get, onSessionEnded, post, put, setCsrf } from "../api/rest";
import type { Me, Presence } from "../api/types";
import { forget } from "../lib/stored";

/**
 * `loading` until it is known who sits here, `out` without a session, `ended` when one was lost in the
 * middle of work (what was typed is kept for the same agent), `in` at work, `down` when nobody answers.
 */
export type Phase = "loading" | "down" | "out" | "ended" | "in";

export const phase = signal<Phase>("loading");
export const me = signal<Me | null>(null);
export const isSupervisor = computed(() => me.value?.role === "supervisor");
/** Who sat here when the session ended: their e-mail is filled in. */
export const lastEmail = signal("");

const forgetters: (() => void)[] = [];

/** Registers what must go when another agent sits down. */
export function onAgentChange(forgetter: () => void): void {
  forgetters.push(forgetter);
}

function enter(next: Me): void {
  setCsrf(next.csrf);
  batch(() => {
    if (me.value && me.value.id !== next.id) forgetters.forEach((run) => run());
    me.value = next;
    lastEmail.value = next.email;
    phase.value = "in";
  });
}

export async function boot(): Promise<void> {
  phase.value = "loading";
  try {
    enter(await get<Me>("/me"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) phase.value = "out";
    else phase.value = "down";
  }
}

/** Throws {@link ApiError}: `bad_credentials`, `throttled`. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await post<{ csrf?: string; me: Me }>("/login", { email, password });
  setCsrf(answer.csrf);
  enter(answer.me);
}

export async function signOut(): Promise<void> {
  const agent = me.value;
  try {
    await post("/logout");
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  batch(() => {
    forgetters.forEach((run) => run());
    if (agent) forget(sessionStorage, `desk:${agent.id}:`);
    me.value = null;
    lastEmail.value = "";
    phase.value = "out";
  });
}

export function sessionEnded(): void {
  if (phase.peek() === "in") phase.value = "ended";
  else if (phase.peek() === "loading") phase.value = "out";
}

onSessionEnded(sessionEnded);

/** A connection was refused: asks whether there still is a session. */
export async function checkSession(): Promise<void> {
  if (phase.peek() !== "in") return;
  try {
    learnMe(await get<Me>("/me"));
  } catch {
    // 401 was told to `sessionEnded`; anything else is for the next try to see.
  }
}

export function learnMe(next: Me): void {
  setCsrf(next.csrf);
  const known = me.peek();
  if (known && known.id !== next.id) enter(next);
  // What was written before the gateway heard of a change takes nothing back: nobody would tell it again.
  else me.value = { ...known, ...next, presence: known && changing > 0 ? known.presence : next.presence };
}

let changing = 0;

/** Shown at once, taken back when the gateway refuses. Throws {@link ApiError}. */
export async function setPresence(presence: Presence): Promise<void> {
  const before = me.peek();
  if (!before || before.presence === presence) return;
  me.value = { ...before, presence };
  changing += 1;
  try {
    await put("/me/presence", { state: presence });
  } catch (error) {
    const present = me.peek();
    if (present) me.value = { ...present, presence: before.presence };
    throw error;
  } finally {
    changing -= 1;
  }
}

/** What the gateway says of this agent's presence: another tab may have changed it. */
export function learnPresence(presence: Presence): void {
  const present = me.peek();
  if (present && changing === 0 && present.presence !== presence) me.value = { ...present, presence };
}
