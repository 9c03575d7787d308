/** The shapes of docs/desk-protocol.md, as they come over REST and the socket. */

export type Presence = "online" | "away" | "offline";
export type State = "bot" | "waiting" | "agent" | "closed";
export type Sender = "visitor" | "bot" | "agent" | "system";
export type Kind = "live" | "message" | "callback";

export interface Me {
  id: string;
  email: string;
  name: string;
  role: "agent" | "supervisor";
  presence: Presence;
  capacity?: number;
  outcomes: string[];
  languages: string[];
  open: boolean;
  csrf?: string;
}

export interface Agent {
  id: string;
  name: string;
  role: string;
  presence: Presence;
  connected: boolean;
  load: number;
}

export interface AgentRef {
  id: string;
  name: string;
}

/** What lists show of a customer. */
export interface ContactRef {
  id: string;
  name: string | null;
  vip?: boolean;
}

export interface Contact extends ContactRef {
  email: string | null;
  phone: string | null;
  lang: string | null;
  verified: boolean;
  note: string | null;
}

export interface QueueItem {
  id: string;
  channel: string;
  lang: string;
  state: State;
  kind: Kind;
  reason: string;
  intent: string | null;
  priority: number;
  /** RFC 3339 */
  waiting_since: string;
  contact: ContactRef | null;
  callback_phone: string | null;
  visitor_online: boolean;
  preview: string | null;
}

export interface MineItem {
  id: string;
  channel: string;
  lang: string;
  state: State;
  contact: ContactRef | null;
  visitor_online: boolean;
  preview: string | null;
  last_ordinal: number;
  last_at: string | null;
}

export interface Message {
  /** null for internal notes */
  seq: number | null;
  /** orders notes among the rest */
  ordinal: number;
  sender: Sender;
  name: string | null;
  text: string;
  at: string;
  internal: boolean;
  /** how words came over the phone; null for what was typed */
  heard?: HowHeard | null;
}

export interface HowHeard {
  source: "typed" | "spoken" | "keypad";
  /** 0 to 1 */
  confidence: number;
}

export interface Heard {
  text: string;
  /** 0 to 1 */
  confidence: number | null;
}

export interface Packet {
  reason: string;
  lang: string;
  intent: string | null;
  slots: Record<string, unknown>;
  misses: number;
  last_heard: Heard[];
  summary: string | null;
  channel: string;
  waiting_since: string | null;
  priority: number;
  skills: string[];
  kind?: Kind;
  /** where a call-back was asked for */
  callback_phone?: string | null;
}

/** The call that a conversation is. */
export interface Call {
  id: string;
  state: "announced" | "talking" | "ended";
  purpose: "inbound" | "renewal";
  caller: string | null;
  transport: string | null;
  outcome: string | null;
}

export interface Recording {
  n: number;
  started_at: string;
  /** null while it is being written */
  seconds: number | null;
}

/** A recording's waveform: the caller's channel, then the house's; lowest and highest of each bucket, -127 to 127. */
export interface Peaks {
  seconds: number;
  channels: [number, number][][];
}

export interface Conversation {
  id: string;
  channel: string;
  lang: string;
  state: State;
  agent: AgentRef | null;
  messages: Message[];
  packet: Packet | null;
  contact: Contact | null;
  outcome: string | null;
  tags: string[];
  recordings: Recording[];
  call: Call | null;
  visitor_online: boolean;
  /** CES, 1 to 7 */
  rating: number | null;
}

/** A row of `GET /conversations` and of a contact's timeline. */
export interface ConversationRow {
  id: string;
  channel: string;
  lang: string;
  state: State;
  agent: AgentRef | null;
  contact: ContactRef;
  preview: string | null;
  last_at: string;
  outcome: string | null;
  /** CES, 1 to 7 */
  rating: number | null;
}

export interface OutboxItem {
  id: string;
  sink: string;
  type: string;
  contact_id: string | null;
  conversation_id: string | null;
  attempts: number;
  next_attempt_at: string | null;
  last_error: string | null;
  created_at: string;
  blocked: boolean;
}

/** One wording of a question that found no answer; `…` stands for what may say who asked. */
export interface Wording {
  id: string;
  text: string;
  times: number;
  not_helped: number;
  missed: boolean;
  conversation: string;
}

/** Wordings that ask the same; what stands for them first. */
export interface ReviewGroup {
  id: string;
  askers: number;
  times: number;
  first_at: string;
  last_at: string;
  questions: Wording[];
  nearest: { article: string; title: string; score: number; answered: boolean } | null;
  /** what a colleague wrote to one of them: where an article may begin */
  answer: string | null;
}

/** `GET /review` */
export interface Reviews {
  lang: string;
  languages: { lang: string; waiting: number }[];
  groups: ReviewGroup[];
  total: number;
  topics: { path: string; title: string }[];
  articles: { id: string; title: string; topic: string | null; draft: boolean }[];
  intents: string[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type ServerFrame =
  | { type: "hello"; me: Me }
  | { type: "queue"; items: QueueItem[]; open: boolean }
  | { type: "mine"; items: MineItem[] }
  | {
      type: "conversation";
      id: string;
      state: State;
      agent: AgentRef | null;
      visitor_online: boolean;
      messages: Message[];
    }
  | { type: "typing"; id: string; sender: string }
  | { type: "agents"; items: Agent[] }
  | { type: "pong" }
  | { type: "session_ended" }
  | { type: "error"; code: string; message: string };

export type ClientFrame =
  | { type: "watch"; id: string; after: number }
  | { type: "unwatch"; id: string }
  | { type: "typing"; id: string }
  | { type: "ping" };
