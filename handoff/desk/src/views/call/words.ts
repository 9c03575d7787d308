import { t } from "../../i18n";
import type { Talk } from "../../state/talk";

/** How the call stands. */
export function stateWords({ phase, held, muted }: Talk): string {
  switch (phase) {
    case "asleep":
      return t("call.asleep");
    case "microphone":
      return t("call.microphone");
    case "connecting":
      return t("call.connecting");
    case "lost":
      return t("call.lost");
    case "failed":
      return t("call.no_line");
    case "phone":
      return t("call.by_phone");
    default:
      return t(held ? "call.held" : muted ? "call.muted" : "call.talking");
  }
}

/** Why there is no line, and what to do about it. */
export function problemWords(code: string): string {
  switch (code) {
    case "microphone_denied":
      return t("call.denied");
    case "microphone_missing":
      return t("call.missing");
    case "microphone_busy":
      return t("call.taken");
    case "microphone_failed":
      return t("call.broken");
    case "unsupported":
    case "worklet_blocked":
      return t("call.unsupported");
    default:
      return t("call.unreachable");
  }
}

/** Why it is over. */
export function endWords(code: string): string {
  switch (code) {
    case "agent":
      return t("call.over_agent");
    case "caller":
    case "hung_up":
      return t("call.over_caller");
    case "returned":
    case "not_yours":
      return t("call.over_returned");
    case "transferred":
      return t("call.over_transferred");
    default:
      return t("call.over");
  }
}
