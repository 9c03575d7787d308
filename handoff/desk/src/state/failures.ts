import { ApiError } from "../api/rest";
import { locale, t } from "../i18n";
import { me, setPresence } from "./session";
import { announce, tell, type ToastAction } from "./toasts";

const presenceWord = () => t(`presence.${me.peek()?.presence ?? "offline"}`).toLocaleLowerCase(locale.value);

/** What went wrong, in words that name the mend. */
export function wording(error: unknown): string {
  if (!(error instanceof ApiError)) return t("err.unknown");
  switch (error.code) {
    case "offline":
      return t("err.offline");
    case "not_online":
      return t("err.not_online", { state: presenceWord() });
    case "at_capacity":
      return t("err.at_capacity");
    case "bad_credentials":
      return t("err.bad_credentials");
    case "throttled":
    case "rate_limited":
      return t("err.throttled", { seconds: String(Math.ceil(error.retryAfter ?? 30)) });
    case "conversation_closed":
      return t("err.closed");
    case "agent_unavailable":
      return t("err.agent_unavailable");
    case "already_reviewed":
      return t("err.already_reviewed");
    case "read_only_folder":
      return t("err.read_only_folder");
    case "taught_otherwise":
      return t("err.taught_otherwise");
    case "not_usable":
      return t("err.not_usable");
    case "colleague_full":
      return t("err.colleague_full");
  }
  if (error.status === 409) return t("err.lost_race");
  if (error.status === 403) return t("err.forbidden");
  if (error.status === 404) return t("err.not_found");
  if (error.status === 413 || error.code === "too_large") return t("err.too_large");
  if (error.status === 0 || error.status >= 500) return t("err.server");
  return t("err.other", { code: error.code });
}

/** Shows a failure; `again` repeats the call once what stood in its way is mended. */
export function tellFailure(error: unknown, again?: () => void): void {
  // The sign-in page says it already.
  if (error instanceof ApiError && error.status === 401) return;
  let action: ToastAction | null = null;
  if (error instanceof ApiError && error.code === "not_online") {
    action = { label: t("err.go_online"), run: () => void goOnline(again) };
  } else if (again && error instanceof ApiError && error.passing) {
    action = { label: t("common.try_again"), run: again };
  }
  tell(wording(error), "bad", action, error instanceof ApiError ? error.code : "");
  if (!(error instanceof ApiError)) throw error;
}

/** The gateway takes an agent for gone whose page was away for too long: that must not pass unseen. */
export function tellTakenOffline(): void {
  const action = { label: t("err.go_online"), run: () => void goOnline() };
  tell(t("presence.dropped", { state: presenceWord() }), "bad", action, "not_online");
}

async function goOnline(then?: () => void): Promise<void> {
  try {
    await setPresence("online");
    announce(t("presence.now", { state: t("presence.online") }));
    then?.();
  } catch (error) {
    tellFailure(error);
  }
}
