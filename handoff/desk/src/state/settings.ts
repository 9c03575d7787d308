import { effect, signal, type Signal } from "@preact/signals";
import { load, save } from "../lib/stored";

export type UiLanguage = "pl" | "cs" | "en";
export type SendKey = "enter" | "mod_enter";
export type Theme = "system" | "light" | "dark";

export const UI_LANGUAGES: readonly UiLanguage[] = ["pl", "cs", "en"];

function browserLanguage(): UiLanguage {
  for (const tag of navigator.languages) {
    const language = UI_LANGUAGES.find((one) => tag.toLowerCase().startsWith(one));
    if (language) return language;
  }
  return "en";
}

function setting<T>(name: string, fallback: T, valid: (value: unknown) => boolean): Signal<T> {
  const key = `desk:set:${name}`;
  const kept = load<unknown>(localStorage, key, fallback);
  const value = signal<T>(valid(kept) ? (kept as T) : fallback);
  let first = true;
  effect(() => {
    const present = value.value;
    // The default is not written: a changed browser language must still count.
    if (!first) save(localStorage, key, present);
    first = false;
  });
  return value;
}

const isBoolean = (value: unknown) => typeof value === "boolean";
const oneOf =
  (...all: readonly string[]) =>
  (value: unknown) =>
    all.includes(value as string);

export const language = setting<UiLanguage>("language", browserLanguage(), oneOf(...UI_LANGUAGES));
export const sendKey = setting<SendKey>("send", "enter", oneOf("enter", "mod_enter"));
export const theme = setting<Theme>("theme", "system", oneOf("system", "light", "dark"));
export const sound = setting<boolean>("sound", true, isBoolean);
/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export const shortcuts = setting<boolean>("shortcuts", true, isBoolean);
export const notifications = setting<boolean>("notifications", false, isBoolean);

const isString = (value: unknown) => typeof value === "string";
/** Device ids of the headset; empty for the browser's own choice. */
export const microphone = setting<string>("microphone", "", isString);
export const speaker = setting<string>("speaker", "", isString);

effect(() => {
  document.documentElement.lang = language.value;
});
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", () => {
  systemDark.value = darkSystem.matches;
});
effect(() => {
  const dark = theme.value === "dark" || (theme.value === "system" && systemDark.value);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
});
