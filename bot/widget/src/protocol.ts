/** The frames of `/chat/ws`, and the only door through which what a server sent comes in. */

import { safeHref } from "./linkify";

export type Sender = "visitor" | "bot" | "agent" | "system";
export type Owner = "bot" | "waiting" | "agent" | "closed";

export interface Choice {
  readonly title: string;
  readonly payload: string;
}

/** Where an answer can be read in full. */
export interface Link {
  readonly title: string;
  /** A web address that is what it looks like. */
  readonly url: string;
}

export interface Welcome {
  readonly type: "welcome";
  readonly conversation_id: string;
  readonly visitor_token: string;
  readonly state: Owner;
  readonly seq: number;
}

export interface Ack {
  readonly type: "ack";
  readonly client_id: string;
  /** `null` for a rating: it is no message. */
  readonly seq: number | null;
}

export interface Message {
  readonly type: "message";
  readonly seq: number;
  readonly sender: Sender;
  readonly name: string;
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly link: Link | null;
  /** RFC 3339. */
  readonly at: string;
  /** The visitor's own id, on the visitor's own messages. */
  readonly client_id: string | null;
}

export interface State {
  readonly type: "state";
  readonly state: Owner;
  readonly position: number | null;
  readonly wait_seconds: number | null;
  readonly name: string | null;
}

export interface ErrorFrame {
  readonly type: "error";
  readonly code: string;
  readonly client_id: string | null;
}

export type ServerFrame =
  | Welcome
  | Ack
  | Message
  | State
  | ErrorFrame
  | { readonly type: "typing"; readonly sender: "bot" | "agent" }
  | { readonly type: "survey"; readonly kind: string };

export interface Hello {
  readonly type: "hello";
  readonly lang: string;
  readonly visitor_token: string | null;
  readonly after_seq: number;
  readonly identity: string | null;
}

export type ClientFrame =
  | Hello
  | { readonly type: "message"; readonly client_id: string; readonly text: string }
  | { readonly type: "choice"; readonly client_id: string; readonly payload: string }
  | { readonly type: "rating"; readonly client_id: string; readonly score: number; readonly comment: string }
  | { readonly type: "typing" }
  | { readonly type: "read"; readonly seq: number }
  | { readonly type: "end" };

type Loose = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const textOrNull = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const count = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;

const SENDERS: readonly string[] = ["visitor", "bot", "agent", "system"];
const OWNERS: readonly string[] = ["bot", "waiting", "agent", "closed"];

function choices(value: unknown): Choice[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((item: Loose | null) => ({ title: text(item?.["title"]), payload: text(item?.["payload"]) }))
    .filter((choice) => choice.title && choice.payload);
}

function link(value: unknown): Link | null {
  const raw = value as Loose | null | undefined;
  const title = text(raw?.["title"]);
  const url = safeHref(text(raw?.["url"]));
  return title && url !== null ? { title, url } : null;
}

function message(raw: Loose): Message | null {
  const seq = count(raw["seq"]);
  // Internal notes have no `seq` and are no business of a customer's screen.
  if (seq === null || seq < 1 || !SENDERS.includes(text(raw["sender"]))) return null;
  return {
    type: "message",
    seq,
    sender: raw["sender"] as Sender,
    name: text(raw["name"]),
    text: text(raw["text"]),
    choices: choices(raw["choices"]),
    link: link(raw["link"]),
    at: text(raw["at"]),
    client_id: textOrNull(raw["client_id"]),
  };
}

/** A frame as the types above say it, or null where the text is none: a newer server may say more. */
export function parse(data: unknown): ServerFrame | null {
  let raw: Loose;
  try {
    raw = JSON.parse(text(data)) as Loose;
  } catch {
    return null;
  }
  if (raw === null || typeof raw !== "object") return null;
  const owner = OWNERS.includes(text(raw["state"])) ? (raw["state"] as Owner) : null;
  const id = textOrNull(raw["client_id"]);
  switch (raw["type"]) {
    case "welcome":
      return {
        type: "welcome",
        conversation_id: text(raw["conversation_id"]),
        visitor_token: text(raw["visitor_token"]),
        state: owner ?? "bot",
        seq: count(raw["seq"]) ?? 0,
      };
    case "ack":
      return id === null ? null : { type: "ack", client_id: id, seq: count(raw["seq"]) };
    case "message":
      return message(raw);
    case "state":
      return owner === null
        ? null
        : {
            type: "state",
            state: owner,
            position: count(raw["position"]),
            wait_seconds: count(raw["wait_seconds"]),
            name: textOrNull(raw["name"]),
          };
    case "typing":
      return raw["sender"] === "bot" || raw["sender"] === "agent" ? { type: "typing", sender: raw["sender"] } : null;
    case "survey":
      return { type: "survey", kind: text(raw["kind"]) };
    case "error":
      return { type: "error", code: text(raw["code"]), client_id: id };
    default:
      return null;
  }
}
