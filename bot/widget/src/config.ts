/** What the shop set for its widget; every value is checked, and a missing one has a default. */

import { parseHex, type Rgb } from "./colour";
import { LANGUAGES, type Texts } from "./texts";

export interface Config {
  readonly languages: readonly string[];
  readonly primary: Rgb;
  readonly onPrimary: Rgb | null;
  readonly texts: Readonly<Record<string, Partial<Texts>>>;
  readonly position: "left" | "right";
  readonly shop: string;
  /** The gateway takes calls. */
  readonly voice: boolean;
  /** The shop's own words as they came: the call's part looks for its own. */
  readonly words: unknown;
}

const PATIENCE_MS = 4_000;
const LONGEST_TEXT = 400;
const PRIMARY: Rgb = [11, 92, 173];

type Loose = Record<string, unknown>;

const object = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});

/** The shop's own words, in every language that there are words in; a name that is not known is left out. */
export function overrides<T extends object>(
  raw: unknown,
  languages: Readonly<Record<string, T>>,
): Record<string, Partial<T>> {
  const found: Record<string, Partial<T>> = {};
  for (const [lang, known] of Object.entries(languages)) {
    const wanted = Object.entries(object(object(raw)[lang])).filter(
      ([key, value]) => Object.hasOwn(known, key) && typeof value === "string" && value.length <= LONGEST_TEXT,
    );
    found[lang] = Object.fromEntries(wanted) as Partial<T>;
  }
  return found;
}

export function readConfig(raw: unknown): Config {
  const given = object(raw);
  const colours = object(given["colours"]);
  const listed = Array.isArray(given["languages"]) ? (given["languages"] as unknown[]) : [];
  const languages = listed.filter((lang): lang is string => typeof lang === "string" && Object.hasOwn(LANGUAGES, lang));
  return {
    languages: languages.length ? languages : Object.keys(LANGUAGES),
    primary: parseHex(colours["primary"]) ?? PRIMARY,
    onPrimary: parseHex(colours["on_primary"]),
    texts: overrides(given["texts"], LANGUAGES),
    position: given["position"] === "left" ? "left" : "right",
    shop: typeof given["shop"] === "string" ? given["shop"].slice(0, 60) : "",
    voice: given["voice"] === true,
    words: given["texts"],
  };
}

/** The configuration, or its defaults where the gateway does not answer in time. */
export async function fetchConfig(origin: string): Promise<Config> {
  try {
    const answer = await fetch(`${origin}/api/v1/widget/config`, {
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return readConfig(answer.ok ? await answer.json() : null);
  } catch {
    return readConfig(null);
  }
}

/** The first wish that the shop speaks: `pl-PL` means `pl`. */
export function pickLanguage(wishes: readonly (string | null | undefined)[], spoken: readonly string[]): string {
  for (const wish of wishes) {
    const lang = wish?.toLowerCase().split(/[-_]/)[0] ?? "";
    if (spoken.includes(lang)) return lang;
  }
  return spoken.includes("pl") ? "pl" : (spoken[0] ?? "pl");
}
