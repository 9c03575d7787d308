/** Finds web addresses in a bot's or an agent's text. Strict: when in doubt it stays text. */

export interface Piece {
  readonly text: string;
  /** Where the text leads; absent where it is only text. */
  readonly href?: string;
}

const CANDIDATE = /https?:\/\/[^\s<>"'`\\{}|^]+/gi;
// Characters that can make an address look like another one: bidi controls, zero width, soft hyphen.
const DECEPTIVE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** The address without the punctuation of the sentence around it; a closing bracket stays if it was opened. */
function trimmed(candidate: string): string {
  let end = candidate.length;
  while (end > 0) {
    const last = candidate[end - 1] ?? "";
    if (last === ")" || last === "]") {
      const open = last === ")" ? "(" : "[";
      const inside = candidate.slice(0, end);
      if (inside.split(open).length >= inside.split(last).length) break;
    } else if (!".,;:!?…»”’*_~".includes(last)) {
      break;
    }
    end -= 1;
  }
  return candidate.slice(0, end);
}

/** The address as a browser writes it; null where it is none, or imitates another. */
export function safeHref(candidate: string): string | null {
  if (DECEPTIVE.test(candidate)) return null;
  let url: URL;
  try {
    url = new URL(candidate);
  } catch {
    return null;
  }
  const web = url.protocol === "https:" || url.protocol === "http:";
  // `https://bank.example@evil.example` leads to evil.example; letters of other scripts imitate ours.
  const honest = !url.username && !url.password && candidate.toLowerCase().startsWith(url.origin);
  return web && honest && (url.hostname.includes(".") || url.hostname === "localhost") ? url.href : null;
}

/** Cut `text` into pieces whose texts, joined, are `text` again. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const candidate = trimmed(match[0]);
    const href = safeHref(candidate);
    if (href === null) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: candidate, href });
    from = match.index + candidate.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
