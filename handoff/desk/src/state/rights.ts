import type { Conversation } from "../api/types";
import { me } from "./session";

/** What this agent may do with a conversation; the gateway decides, this only hides what it would refuse. */
export interface Rights {
  reply: boolean;
  note: boolean;
  claim: boolean;
  release: boolean;
  close: boolean;
}

export const NO_RIGHTS: Rights = { reply: false, note: false, claim: false, release: false, close: false };

/** A component that calls it follows who is signed in. */
export function rightsTo(conversation: Conversation | null): Rights {
  const agent = me.value;
  if (!agent || !conversation) return NO_RIGHTS;
  const { state } = conversation;
  const supervises = agent.role === "supervisor";
  const own = state === "agent" && conversation.agent?.id === agent.id;
  const waits = state === "waiting";
  return {
    reply: own,
    note: own || waits || supervises,
    claim: waits,
    release: own || (supervises && (waits || state === "agent")),
    close: own || waits || (supervises && state !== "closed"),
  };
}
