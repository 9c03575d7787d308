/** Text cut into plain parts and links; what is not surely http or https stays text. */
export type Part = { text: string; href: null } | { text: string; href: string };

const CANDIDATE = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/giu;
const BRACKETS = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
] as const;
/** What a sentence puts behind an address. */
const TRAILING = /[.,;:!?…'"»”’]+$/u;

function trimmed(candidate: string): string {
  let link = candidate.replace(TRAILING, "");
  // A closing bracket belongs to the address only where it was opened inside it.
  for (const [open, close] of BRACKETS) {
    while (link.endsWith(close) && link.split(close).length > link.split(open).length) {
      link = link.slice(0, -1).replace(TRAILING, "");
    }
  }
  return link;
}

function safeHref(link: string): string | null {
  try {
    const url = new URL(link);
    const web = url.protocol === "http:" || url.protocol === "https:";
    // user@host is how an address pretends to be another one.
    return web && url.hostname && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

export function linkify(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = trimmed(match[0]);
    const href = safeHref(link);
    if (href === null) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: link, href });
    from = match.index + link.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}
