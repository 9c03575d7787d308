import { effect, signal } from "@preact/signals";
import { DeskSocket, type Link } from "../api/socket";
import { everySecond } from "../api/ticker";
import type { Agent, Me, ServerFrame } from "../api/types";
import { serverNow } from "../api/rest";
import { heardFrom } from "./alerts";
import { tellTakenOffline } from "./failures";
import { agents, countOutbox, learnMine, learnQueue, mineKnown, queueKnown } from "./lists";
import { startRinging, tickRinging } from "./ringing";
import { route } from "./route";
import { checkSession, learnMe, learnPresence, me, phase, sessionEnded } from "./session";
import { startTalk } from "./talk";
import { learnChange, learnTyping, opened, reload, transcript } from "./transcripts";

export const link = signal<Link>("off");
/** The server's present in ms, moving every second. */
export const now = signal(serverNow());
/** The conversation that the socket follows. */
let watched: string | null = null;
const OUTBOX_EVERY_S = 60;
let seconds = 0;

const socket = new DeskSocket({
  frame: receive,
  link: (next) => {
    link.value = next;
  },
  ended: sessionEnded,
  refused: () => void checkSession(),
});

function receive(frame: ServerFrame): void {
  switch (frame.type) {
    case "hello":
      greet(frame.me);
      if (watched) void follow(watched);
      break;
    case "queue":
      learnQueue(frame.items, frame.open);
      break;
    case "mine":
      learnMine(frame.items);
      break;
    case "conversation": {
      const fresh = learnChange(frame);
      heardFrom(frame.id, fresh);
      break;
    }
    case "typing":
      if (frame.sender === "visitor") learnTyping(frame.id);
      break;
    case "agents":
      agents.value = frame.items;
      learnOwn(frame.items);
      break;
  }
}

function greet(next: Me): void {
  const before = me.peek()?.presence;
  learnMe(next);
  if (before === "online" && me.peek()?.presence !== "online") tellTakenOffline();
}

function learnOwn(items: readonly Agent[]): void {
  const own = items.find((agent) => agent.id === me.peek()?.id);
  if (own) learnPresence(own.presence);
}

/** Loads (again) and watches from what is here: after a cut nothing is missed and nothing doubled. */
async function follow(id: string): Promise<void> {
  const have = transcript(id).peek();
  if (have.conversation) socket.send({ type: "watch", id, after: have.synced });
  await reload(id);
  if (watched !== id || have.conversation) return;
  const loaded = transcript(id).peek();
  if (loaded.conversation) socket.send({ type: "watch", id, after: loaded.synced });
}

function unfollow(): void {
  if (!watched) return;
  socket.send({ type: "unwatch", id: watched });
  watched = null;
}

let typedAt = 0;

/** Tells the customer that somebody types, at most every three seconds. */
export function sayTyping(id: string): void {
  if (Date.now() - typedAt < 3_000) return;
  typedAt = Date.now();
  socket.send({ type: "typing", id });
}

export const reconnect = () => socket.hurry();

/** Loads the open conversation again after it had failed. */
export function retryOpen(): void {
  if (watched) void follow(watched);
}

export function startLive(): void {
  startTalk();
  startRinging();
  everySecond(() => {
    socket.tick();
    now.value = serverNow();
    tickRinging();
    seconds += 1;
    if (seconds % OUTBOX_EVERY_S === 0 && phase.peek() === "in") void countOutbox();
  });
  effect(() => {
    if (phase.value === "in") {
      socket.open();
      void countOutbox();
    } else {
      queueKnown.value = mineKnown.value = false;
      socket.close();
    }
  });
  effect(() => {
    const present = route.value;
    const id = phase.value === "in" && present.view === "inbox" ? present.id : null;
    if (id === watched) return;
    unfollow();
    watched = id;
    if (!id) return;
    opened(id);
    void follow(id);
  });
}
