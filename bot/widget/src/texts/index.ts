import { cs } from "./cs";
import { en, type Texts } from "./en";
import { pl } from "./pl";

export type { Texts };

export const LANGUAGES: Readonly<Record<string, Texts>> = { pl, cs, en };

/** What a language calls itself: how a reader finds theirs. */
export const ENDONYMS: Readonly<Record<string, string>> = { pl: "Polski", cs: "Čeština", en: "English" };

/** The reader's own way to write times in this language: en-GB says 14:05 where en says 2:05 PM. */
export function regional(lang: string): string {
  return navigator.languages.find((own) => own.startsWith(`${lang}-`)) ?? lang;
}

/** Put values in for `{names}`; they are text, nothing more. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** "3 nieprzeczytane wiadomości": the plural as the language has it. */
export function unreadText(texts: Texts, lang: string, n: number): string {
  const rule = new Intl.PluralRules(lang).select(n);
  const key = rule === "one" || rule === "few" || rule === "many" ? (`unread_${rule}` as const) : "unread_other";
  return fill(texts[key], { n });
}
