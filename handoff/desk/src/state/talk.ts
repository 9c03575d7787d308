import { computed, effect, signal } from "@preact/signals";
import { openLine, type Ended, type Line, type LineState } from "../../../../bot/widget/voice/line";
import { takeLock } from "../lib/lock";
import { soundAllowed } from "../lib/chime";
import { forget, load, save } from "../lib/stored";
import { mine, mineKnown } from "./lists";
import { me, onAgentChange } from "./session";
import { language, microphone, speaker } from "./settings";
import { isOnTheLine, reload, transcript, whenCallEnded } from "./transcripts";

/**
 * `asleep`: the page was reloaded and the browser plays no sound before a click. `lost`: the line is coming
 * back, and the caller hears music. `phone`: the agent talks on a telephone of her own. `over`: to be wrapped up.
 */
export type TalkPhase = "asleep" | "microphone" | "connecting" | "talking" | "lost" | "failed" | "phone" | "over";

/** The call that this page talks on; there is one at a time. */
export interface Talk {
  /** the conversation's */
  id: string;
  phase: TalkPhase;
  /** why it failed or is over */
  code: string;
  muted: boolean;
  held: boolean;
  /** unplugged in the middle: the caller is heard, the agent is not */
  microphoneGone: boolean;
  /** ms of `Date.now()` at which the line was first there, and at which the call was over */
  since: number | null;
  until: number | null;
}

export const talk = signal<Talk | null>(null);
/** How loud the own microphone is, 0 to 1. */
export const level = signal(0);
export const talking = computed(() => talk.value !== null && talk.value.phase !== "over");

export const CALL_LOCK = "centrala-desk-call";
/** The page that was reloaded lets its lock go a moment after this one is there. */
const LOCK_AFTER_RELOAD_MS = 4_000;
/** The caller goes back to the queue after 5 s, and comes back to whoever is there: so the first tries are fast. */
const RETRY_MS = [0, 300, 600, 1_000, 1_500, 2_500] as const;
const GIVE_UP_MS = 30_000;
const PHONE_EVERY_MS = 2_000;

let line: Line | null = null;
let letGo: (() => void) | null = null;
let retry = 0;
let tries = 0;
let lostAt = 0;
let seenMine = false;
/** The chosen microphone is not there: the browser's own choice will do. */
let anyMicrophone = false;

const markKey = () => `desk:${me.peek()?.id ?? ""}:talk`;

function change(fields: Partial<Talk>): void {
  const present = talk.peek();
  if (present) talk.value = { ...present, ...fields };
}

/** Makes this page the one that talks; false where another tab is on a call. */
export async function begin(id: string, since: number | null = null, waitMs = 0): Promise<boolean> {
  drop();
  const taken = await takeLock(CALL_LOCK, waitMs);
  if (!taken) return false;
  drop();
  letGo = taken;
  tries = lostAt = 0;
  anyMicrophone = seenMine = false;
  talk.value = {
    ...{ id, phase: "microphone", code: "", muted: false, held: false },
    ...{ microphoneGone: false, since, until: null },
  };
  save(sessionStorage, markKey(), { id, since });
  return true;
}

/** Opens the line once `ready`; the microphone is asked for meanwhile. */
export function dial(ready: Promise<unknown> = Promise.resolve()): void {
  const present = talk.peek();
  if (!present) return;
  const { id, muted, held } = present;
  const own: Line = openLine({
    url: `${location.origin.replace(/^http/, "ws")}/desk/calls/${encodeURIComponent(id)}/audio`,
    worklet: `${location.origin}/voice-worklet.js`,
    hello: async () => {
      await ready;
      const nobody = { visitor_token: null, identity: null };
      return { type: "hello", lang: language.peek(), conversation_id: id, ...nobody };
    },
    devices: { microphone: (!anyMicrophone && microphone.peek()) || undefined, speaker: speaker.peek() || undefined },
    onState: (state) => line === own && follow(state),
    onEnded: (ended) => line === own && finish(ended),
    onLevel: (loud) => line === own && hear(loud),
    onMicrophoneLost: () => line === own && change({ microphoneGone: true }),
  });
  line = own;
  own.mute(muted);
  own.hold(held);
}

function follow({ phase, muted, held }: LineState): void {
  const present = talk.peek();
  if (!present) return;
  const opening = phase === "microphone" || phase === "connecting";
  if (opening) {
    // A line that comes back is `lost` until it is there.
    change({ phase: lostAt && present.since !== null ? "lost" : phase, muted, held });
    return;
  }
  tries = lostAt = 0;
  const since = present.since ?? Date.now();
  if (present.since === null) save(sessionStorage, markKey(), { id: present.id, since });
  change({ phase: "talking", code: "", muted, held, since });
}

function finish({ code, reason }: Ended): void {
  const present = talk.peek();
  line = null;
  level.value = 0;
  switch (code) {
    case "hung_up":
      return over("agent");
    case "ended":
      return over(reason);
    case "not_yours":
      return over("returned");
    case "call_ended":
      return over("caller");
    case "by_phone":
      change({ phase: "phone", since: present?.since ?? Date.now() });
      return void followPhone();
    case "lost":
    case "unreachable":
      return again();
    case "microphone_missing":
      if (microphone.peek() && !anyMicrophone) {
        anyMicrophone = true;
        return dial();
      }
  }
  if (present) change({ phase: "failed", code, microphoneGone: false });
}

/** No line of ours tells when that call is over. */
async function followPhone(): Promise<void> {
  for (;;) {
    await new Promise((done) => window.setTimeout(done, PHONE_EVERY_MS));
    const present = talk.peek();
    if (present?.phase !== "phone") return;
    await reload(present.id);
    const { conversation } = transcript(present.id).peek();
    if (conversation && !isOnTheLine(conversation) && talk.peek()?.phase === "phone") return over("");
  }
}

function again(): void {
  lostAt ||= Date.now();
  if (Date.now() - lostAt > GIVE_UP_MS) {
    change({ phase: "failed", code: "unreachable" });
    return;
  }
  change({ phase: talk.peek()?.since === null ? "connecting" : "lost", microphoneGone: false });
  const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
  tries += 1;
  window.clearTimeout(retry);
  retry = window.setTimeout(() => dial(), wait);
}

/** After a failure that the agent has mended. */
export function tryAgain(): void {
  if (talk.peek()?.phase !== "failed") return;
  tries = lostAt = 0;
  anyMicrophone = false;
  change({ phase: "connecting", code: "" });
  dial();
}

function free(): void {
  window.clearTimeout(retry);
  const own = line;
  line = null;
  own?.leave();
  letGo?.();
  letGo = null;
  level.value = 0;
  forget(sessionStorage, markKey());
}

function over(code: string): void {
  const present = talk.peek();
  if (!present || present.phase === "over") return;
  free();
  change({ phase: "over", code, until: Date.now(), microphoneGone: false });
  void whenCallEnded(present.id);
}

/** Goes without hanging up: the call is a colleague's, the bot's or the queue's now. */
export function drop(id?: string): void {
  const present = talk.peek();
  if (!present || (id !== undefined && present.id !== id)) return;
  free();
  talk.value = null;
}

export function hangUp(): void {
  line?.hangUp();
}

export function toggleMute(): void {
  line?.mute(!talk.peek()?.muted);
}

export function toggleHold(): void {
  line?.hold(!talk.peek()?.held);
}

/** Changes the headset, also in the middle of a call. Throws `SoundError`; the old one stays then. */
export async function changeDevice(which: "microphone" | "speaker", id: string): Promise<void> {
  await line?.setDevice({ [which]: id });
  (which === "microphone" ? microphone : speaker).value = id;
  if (which === "microphone") change({ microphoneGone: false });
}

/** Looks for any microphone after the present one was unplugged. */
export function findMicrophone(): void {
  if (!talk.peek()?.microphoneGone) return;
  line?.setDevice({ microphone: "" }).then(
    () => change({ microphoneGone: false }),
    () => undefined,
  );
}

const FLOOR_DB = -55;
const CEILING_DB = -12;
let frames = 0;
let peak = 0;

/** 50 times a second; drawn 12 times, in steps, so that silence draws nothing. */
export function hear(loud: number): void {
  peak = Math.max(peak * 0.9, loud);
  frames += 1;
  if (frames % 4) return;
  const share = (20 * Math.log10(peak + 1e-6) - FLOOR_DB) / (CEILING_DB - FLOOR_DB);
  level.value = Math.round(Math.min(1, Math.max(0, share)) * 20) / 20;
}

/** A page that was reloaded in the middle of a call takes it up again. */
async function resume(): Promise<void> {
  const kept = load<{ id: string; since: number | null } | null>(sessionStorage, markKey(), null);
  if (!kept || talk.peek() || !mine.peek().some((item) => item.id === kept.id)) return;
  if (!(await begin(kept.id, kept.since, LOCK_AFTER_RELOAD_MS))) return;
  if (await soundAllowed()) {
    dial();
    return;
  }
  change({ phase: "asleep" });
  const wake = () => {
    window.removeEventListener("pointerdown", wake, true);
    window.removeEventListener("keydown", wake, true);
    if (talk.peek()?.phase === "asleep") dial();
  };
  window.addEventListener("pointerdown", wake, true);
  window.addEventListener("keydown", wake, true);
}

/** What ends it without a word on the line: it left the own list. */
function watchMine(): void {
  const present = talk.value;
  if (!present || !mineKnown.value) return;
  const own = mine.value.some((item) => item.id === present.id);
  if (own) seenMine = true;
  else if (seenMine && present.phase === "over") drop();
  else if (seenMine) {
    const state = transcript(present.id).peek().conversation?.state;
    over(state === "closed" ? "closed" : present.phase === "lost" || state === "waiting" ? "returned" : "transferred");
  }
}

onAgentChange(() => drop());

export function startTalk(): void {
  let known = false;
  effect(() => {
    const before = known;
    known = mineKnown.value;
    if (known && !before) queueMicrotask(() => void resume());
  });
  effect(watchMine);
  effect(() => {
    if (talking.value) window.addEventListener("beforeunload", warn);
    else window.removeEventListener("beforeunload", warn);
  });
  if ("mediaDevices" in navigator) navigator.mediaDevices.addEventListener("devicechange", findMicrophone);
}

/** The browser asks whether to leave. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
