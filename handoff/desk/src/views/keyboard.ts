import { answer, claim, serveNext } from "../state/actions";
import { mine } from "../state/lists";
import { rightsTo, type Rights } from "../state/rights";
import { ringing } from "../state/ringing";
import { go, openConversation, route } from "../state/route";
import { composeRequest, dialog } from "../state/screen";
import { shortcuts } from "../state/settings";
import { toggleHold, toggleMute } from "../state/talk";
import { transcript } from "../state/transcripts";

function typesInto(target: EventTarget | null): target is HTMLElement {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Moves the focus through the rows of the lists on the screen. */
function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent);
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const start = focused >= 0 ? focused : rows.findIndex((row) => row.ariaCurrent === "true");
  const next = start < 0 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, start + step));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

function switchOwn(step: 1 | -1): void {
  const own = mine.peek();
  const present = route.peek();
  if (own.length === 0) return;
  const at = present.view === "inbox" ? own.findIndex((item) => item.id === present.id) : -1;
  const next = own[(at + step + own.length + (at < 0 && step === -1 ? 1 : 0)) % own.length];
  if (!next) return;
  const typed = document.activeElement?.hasAttribute("data-composer");
  openConversation(next.id);
  if (typed) composeRequest.value = { id: next.id, mode: null };
}

function openId(): string | null {
  const present = route.peek();
  return present.view === "inbox" ? present.id : null;
}

/** The open conversation, where this agent may do that with it. */
function openWith(right: keyof Rights): string | null {
  const id = openId();
  return id && rightsTo(transcript(id).peek().conversation)[right] ? id : null;
}

function claimChosen(): void {
  const chosen = document.activeElement?.closest<HTMLElement>("[data-waiting]")?.dataset["waiting"];
  const id = chosen ?? openWith("claim");
  if (id) claim(id);
}

function toSearch(): void {
  if (route.peek().view !== "search") go({ view: "search", q: "", state: "" });
  // The field is drawn with the view.
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-search]")?.focus());
}

function compose(mode: "reply" | "note"): void {
  const id = openWith(mode);
  if (id) composeRequest.value = { id, mode };
}

const SINGLE: Record<string, () => void> = {
  a: () => {
    const call = ringing.peek();
    if (call) answer(call.id);
  },
  m: toggleMute,
  p: toggleHold,
  n: serveNext,
  j: () => move(1),
  k: () => move(-1),
  r: () => compose("reply"),
  i: () => compose("note"),
  e: () => {
    if (openWith("close")) dialog.value = "close";
  },
  h: () => {
    if (openWith("release")) dialog.value = "release";
  },
  c: claimChosen,
  "/": toSearch,
  "?": () => (dialog.value = "keys"),
};

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    switchOwn(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (event.key === "Escape") {
    if (typesInto(event.target)) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typesInto(event.target) || !shortcuts.peek()) return;
  const run = SINGLE[event.key.toLowerCase()];
  if (!run || (event.repeat && event.key !== "j" && event.key !== "k")) return;
  event.preventDefault();
  run();
}

/** Gives the function that stops listening. */
export function listenToKeys(): () => void {
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
