/** The JSON frames of `/voice/web`, beside the binary ones that carry s16le mono at 8 kHz. */

/** The first frame. A desk's leg names the conversation whose caller is to be answered. */
export interface Hello {
  readonly type: "hello";
  readonly lang: string;
  readonly visitor_token: string | null;
  readonly identity: string | null;
  readonly conversation_id?: string | null;
}

export type ToGateway =
  | Hello
  | { readonly type: "dtmf"; readonly digit: string }
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "mute" | "hold"; readonly on: boolean }
  | { readonly type: "hangup" };

export type Owner = "bot" | "waiting" | "agent" | "closed";

export type FromGateway =
  | { readonly type: "welcome"; readonly call_id: string; readonly visitor_token: string | null }
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "clear" }
  | { readonly type: "state"; readonly state: Owner; readonly name: string | null; readonly position: number | null }
  | { readonly type: "ended"; readonly reason: string }
  | { readonly type: "error"; readonly code: string };

type Loose = Record<string, unknown>;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const textOrNull = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const OWNERS: readonly string[] = ["bot", "waiting", "agent", "closed"];

/** A frame as the types above say it, or null where it is none: a newer gateway may say more. */
export function parse(data: string): FromGateway | null {
  let raw: Loose | null;
  try {
    raw = JSON.parse(data) as Loose | null;
  } catch {
    return null;
  }
  switch (raw?.["type"]) {
    case "welcome":
      return { type: "welcome", call_id: text(raw["call_id"]), visitor_token: textOrNull(raw["visitor_token"]) };
    case "mark":
      return { type: "mark", name: text(raw["name"]) };
    case "clear":
      return { type: "clear" };
    case "state": {
      if (!OWNERS.includes(text(raw["state"]))) return null;
      const position = raw["position"];
      return {
        type: "state",
        state: raw["state"] as Owner,
        name: textOrNull(raw["name"]),
        position: typeof position === "number" && position > 0 ? position : null,
      };
    }
    case "ended":
      return { type: "ended", reason: text(raw["reason"]) };
    case "error":
      return { type: "error", code: text(raw["code"]) };
    default:
      return null;
  }
}
