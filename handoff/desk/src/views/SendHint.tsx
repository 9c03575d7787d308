import { t } from "../i18n";
import { sendKey } from "../state/settings";
import { Kbd } from "../ui/bits";

export const MOD = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘" : "Ctrl";

/** Which key sends; a click changes it for good. */
export function SendHint() {
  const withMod = sendKey.value === "mod_enter";
  return (
    <button
      type="button"
      class="send-hint"
      title={t("settings.send")}
      onClick={() => (sendKey.value = withMod ? "enter" : "mod_enter")}
    >
      <Kbd>{withMod ? `${MOD} + Enter` : "Enter"}</Kbd> <span>{t("compose.to_send")}</span>
    </button>
  );
}
