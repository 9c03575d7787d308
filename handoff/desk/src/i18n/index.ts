import { computed } from "@preact/signals";
import { language, type UiLanguage } from "../state/settings";
import { codes } from "./codes";
import { cs } from "./cs";
import { en, type Dictionary, type Key, type PluralKey } from "./en";
import { pl } from "./pl";

export type { Key } from "./en";

const DICTIONARIES: Record<UiLanguage, Dictionary> = { pl, cs, en };
/** British English: the day before the month, 24 hours. */
const LOCALES: Record<UiLanguage, string> = { pl: "pl-PL", cs: "cs-CZ", en: "en-GB" };

const words = computed(() => DICTIONARIES[language.value]);
export const locale = computed(() => LOCALES[language.value]);
const plurals = computed(() => new Intl.PluralRules(locale.value));

function fill(text: string, fields: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole);
}

/** The words for a key in the page's language; a component that calls it follows the language. */
export function t(key: Key, fields: Record<string, string> = {}): string {
  return fill(words.value[key], fields);
}

/** The words for a number of things. */
export function tn(key: PluralKey, n: number, fields: Record<string, string> = {}): string {
  const forms = words.value[key];
  return fill(forms[plurals.value.select(n)] ?? forms.other, { n: n.toLocaleString(locale.value), ...fields });
}

type CodeGroup = "outcome" | "reason" | "why" | "intent" | "slot" | "channel" | "state" | "event" | "role" | "teach";

/** The words for a code that the server chose; an unknown one is shown readably. */
export function label(group: CodeGroup, code: string): string {
  const known: Record<string, string> = codes[language.value];
  const key = `${group}.${code}`;
  if (Object.hasOwn(known, key)) return known[key] ?? code;
  const plain = code.replace(/[_.-]+/g, " ").trim();
  return plain.charAt(0).toLocaleUpperCase(locale.value) + plain.slice(1);
}

/** A language's own name, as the page's language says it. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([locale.value], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
