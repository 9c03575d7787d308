import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { dialog } from "../../state/screen";
import {
  language,
  notifications,
  sendKey,
  shortcuts,
  sound,
  theme,
  type SendKey,
  type Theme,
  type UiLanguage,
} from "../../state/settings";
import { Dialog } from "../../ui/Dialog";
import { MOD } from "../SendHint";

interface SegmentsProps<T extends string> {
  name: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChoose: (value: T) => void;
}

function Segments<T extends string>({ name, value, options, onChoose }: SegmentsProps<T>) {
  return (
    <div class="setting">
      <span class="setting-name">{name}</span>
      <div class="segments" role="group" aria-label={name}>
        {options.map(([one, text]) => (
          <button key={one} type="button" aria-pressed={value === one} onClick={() => onChoose(one)}>
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}

function Toggle({ name, lead, on, onChange }: { name: string; lead?: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="setting">
      <span class="setting-name">
        {name}
        {lead && <small>{lead}</small>}
      </span>
      <input class="switch" type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  );
}

/** Permission is asked for on this click and never by itself. */
function Notifications() {
  const supported = "Notification" in window;
  const [permission, setPermission] = useState(supported ? Notification.permission : "denied");
  if (!supported) return null;
  const on = notifications.value && permission === "granted";
  const turnOn = async () => {
    const answer = await Notification.requestPermission();
    setPermission(answer);
    notifications.value = answer === "granted";
  };
  return (
    <div class="setting">
      <span class="setting-name">
        {t("settings.notify")}
        {permission === "denied" && <small>{t("settings.notify_denied")}</small>}
        {on && <small>{t("settings.notify_on")}</small>}
      </span>
      {permission !== "denied" && (
        <button type="button" class="button" onClick={() => (on ? (notifications.value = false) : void turnOn())}>
          {t(on ? "settings.notify_off" : "settings.notify_ask")}
        </button>
      )}
    </div>
  );
}

export function SettingsDialog() {
  const languages: readonly (readonly [UiLanguage, string])[] = [
    ["pl", "Polski"],
    ["cs", "Čeština"],
    ["en", "English"],
  ];
  const themes: readonly (readonly [Theme, string])[] = [
    ["system", t("settings.theme_system")],
    ["light", t("settings.theme_light")],
    ["dark", t("settings.theme_dark")],
  ];
  const keys: readonly (readonly [SendKey, string])[] = [
    ["enter", "Enter"],
    ["mod_enter", `${MOD} + Enter`],
  ];
  return (
    <Dialog title={t("settings.title")} onClose={() => (dialog.value = null)}>
      <Segments name={t("settings.language")} value={language.value} options={languages} onChoose={(one) => (language.value = one)} />
      <Segments name={t("settings.theme")} value={theme.value} options={themes} onChoose={(one) => (theme.value = one)} />
      <Segments name={t("settings.send")} value={sendKey.value} options={keys} onChoose={(one) => (sendKey.value = one)} />
      <Toggle name={t("settings.sound")} on={sound.value} onChange={(on) => (sound.value = on)} />
      <Toggle
        name={t("settings.shortcuts")}
        lead={t("settings.shortcuts_lead")}
        on={shortcuts.value}
        onChange={(on) => (shortcuts.value = on)}
      />
      <div class="setting">
        <span class="setting-name">{t("headset.title")}</span>
        <button type="button" class="button" onClick={() => (dialog.value = "headset")}>
          {t("headset.choose")}
        </button>
      </div>
      <Notifications />
    </Dialog>
  );
}
