import { t, type Key } from "../../i18n";
import { dialog } from "../../state/screen";
import { sendKey, shortcuts } from "../../state/settings";
import { Kbd } from "../../ui/bits";
import { Dialog } from "../../ui/Dialog";
import { MOD } from "../SendHint";

const KEYS: readonly (readonly [readonly string[], Key])[] = [
  [["A"], "keys.answer"],
  [["M"], "keys.mute"],
  [["P"], "keys.hold"],
  [["N"], "keys.next"],
  [["J", "K"], "keys.move"],
  [["Enter"], "keys.open"],
  [["C"], "keys.claim"],
  [["R"], "keys.reply"],
  [["I"], "keys.note"],
  [["H"], "keys.release"],
  [["E"], "keys.close"],
  [["/"], "keys.search"],
  [["Alt + ↓", "Alt + ↑"], "keys.switch"],
  [["Esc"], "keys.escape"],
  [["?"], "keys.help"],
];

export function KeysDialog() {
  const sending = sendKey.value === "enter" ? "Enter" : `${MOD} + Enter`;
  return (
    <Dialog title={t("keys.title")} onClose={() => (dialog.value = null)}>
      {!shortcuts.value && <p class="notice warm">{t("keys.off")}</p>}
      <dl class="keys">
        {KEYS.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Kbd>{sending}</Kbd>
          </dt>
          <dd>{t("compose.send")}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
