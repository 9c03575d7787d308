import { effect, signal } from "@preact/signals";
import { ApiError, post } from "../api/rest";
import type { Message } from "../api/types";
import { newId } from "../lib/ids";
import { load, save } from "../lib/stored";
import { me, onAgentChange, phase } from "./session";
import { lastOrdinal, learnOwn, reload, transcript } from "./transcripts";

/** A reply or note that the gateway has not confirmed yet. */
export interface Outgoing {
  clientId: string;
  conversationId: string;
  text: string;
  internal: boolean;
  /** ms of `Date.now()` */
  at: number;
  /** the last ordinal on the screen when it was sent: what follows may be its own echo */
  after: number;
  status: "sending" | "retrying" | "failed";
  /** the problem's code and HTTP status, where it failed for good */
  code: string;
  httpStatus: number;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 15_000;

export const outgoing = signal<Outgoing[]>([]);
const busy = new Set<string>();
let keptFor = "";

const storeKey = (agent: string) => `desk:${agent}:outgoing`;

onAgentChange(() => {
  outgoing.value = [];
  keptFor = "";
});

// Kept over a reload and over the session's end, so that nothing typed and sent off is lost.
effect(() => {
  const agent = me.value?.id;
  const present = outgoing.value;
  if (!agent) return;
  if (keptFor !== agent) {
    keptFor = agent;
    const kept = load<Outgoing[]>(sessionStorage, storeKey(agent), []);
    if (kept.length > 0) {
      outgoing.value = [...kept, ...present];
      return;
    }
  }
  save(sessionStorage, storeKey(agent), present);
});

effect(() => {
  if (phase.value !== "in") return;
  for (const id of new Set(outgoing.value.map((one) => one.conversationId))) void deliver(id);
});

function change(clientId: string, fields: Partial<Outgoing>): void {
  outgoing.value = outgoing.peek().map((one) => (one.clientId === clientId ? { ...one, ...fields } : one));
}

export function discard(clientId: string): void {
  outgoing.value = outgoing.peek().filter((one) => one.clientId !== clientId);
}

export function send(conversationId: string, text: string, internal: boolean): void {
  const after = lastOrdinal(transcript(conversationId).peek().conversation);
  const clientId = newId();
  const one: Outgoing = {
    ...{ clientId, conversationId, text, internal, after },
    ...{ at: Date.now(), status: "sending", code: "", httpStatus: 0 },
  };
  outgoing.value = [...outgoing.peek(), one];
}

export function sendAgain(clientId: string): void {
  change(clientId, { status: "sending", code: "" });
}

/** One at a time for a conversation, so that they arrive in the order they were written. */
async function deliver(conversationId: string): Promise<void> {
  if (busy.has(conversationId)) return;
  busy.add(conversationId);
  try {
    let delay = FIRST_DELAY_MS;
    for (;;) {
      const next = outgoing
        .peek()
        .find((one) => one.conversationId === conversationId && one.status !== "failed");
      if (!next || phase.peek() !== "in") return;
      try {
        await deliverOne(next);
        delay = FIRST_DELAY_MS;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 401) return;
        if (!error.passing) change(next.clientId, { status: "failed", code: error.code, httpStatus: error.status });
        else {
          change(next.clientId, { status: "retrying" });
          await sleepUnlessOnline((error.retryAfter ?? 0) * 1_000 || delay * (0.5 + Math.random() / 2));
          delay = Math.min(LONGEST_DELAY_MS, delay * 2);
        }
      }
    }
  } finally {
    busy.delete(conversationId);
  }
}

async function deliverOne(one: Outgoing): Promise<void> {
  const path = `/conversations/${encodeURIComponent(one.conversationId)}/messages`;
  const body = { client_id: one.clientId, text: one.text, internal: one.internal };
  const stored = await post<Partial<Message> | null>(path, body);
  const whole = typeof stored?.ordinal === "number" && typeof stored.text === "string";
  if (!whole || !learnOwn(one.conversationId, stored as Message)) await reload(one.conversationId);
  discard(one.clientId);
}

function sleepUnlessOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", wake);
      resolve();
    };
    const timer = window.setTimeout(wake, ms);
    window.addEventListener("online", wake);
  });
}

/** What still has to be shown as on its way: the socket may have brought the message before its answer. */
export function unconfirmed(conversationId: string, messages: readonly Message[]): Outgoing[] {
  const echoes = new Set<number>();
  return outgoing.value.filter((one) => {
    if (one.conversationId !== conversationId) return false;
    const echo = messages.find(
      (message) =>
        message.ordinal > one.after &&
        message.sender === "agent" &&
        message.internal === one.internal &&
        message.text === one.text &&
        !echoes.has(message.ordinal),
    );
    if (echo) echoes.add(echo.ordinal);
    return !echo;
  });
}
