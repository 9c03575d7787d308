/** One message of the log, made once and then brought up to date. */

import { linkify } from "../linkify";
import type { Row } from "../rows";
import { regional } from "../texts";
import { attr, el, icon, label, textButton, type IconName } from "./dom";
import type { Actions, Drawing } from "./context";

/** Where a message stands among its neighbours. */
export interface Place {
  readonly first: boolean;
  readonly last: boolean;
  readonly day: string | null;
  /** The newest of the customer's own: only there "sent" is worth a word. */
  readonly newestOwn: boolean;
}

export interface MessageView {
  readonly element: HTMLElement;
  update(row: Row, place: Place, drawing: Drawing): void;
}

const STATUS_ICONS: Record<string, IconName> = { sent: "check", sending: "clock", waiting: "clock", failed: "warn" };

const away = (href: string, text: string): HTMLElement =>
  el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);

function body(row: Row): Node[] {
  // What the customer wrote is never made into links: they would point out of our page under our name.
  if (row.sender === "visitor") return [document.createTextNode(row.text)];
  const words = linkify(row.text).map(({ text, href }) => (href === undefined ? document.createTextNode(text) : away(href, text)));
  if (row.link === null) return words;
  const source = away(row.link.url, row.link.title);
  attr(source, "class", "source");
  return [source, ...words];
}

function avatar(row: Row): HTMLElement {
  const initial = [...row.name.trim()][0]?.toUpperCase();
  const face = row.sender === "agent" && initial ? initial : icon(row.sender === "agent" ? "person" : "bot");
  return el("span", { class: "avatar", "aria-hidden": "true" }, face);
}

export function messageView(row: Row, actions: Actions): MessageView {
  const day = el("p", { class: "day" });
  const name = el("span", { class: "name" });
  const bubble = el("div", { class: "bubble", dir: "auto" });
  const time = el("time");
  const mark = el("span", { class: "mark" });
  const id = row.clientId ?? "";
  const retry = textButton("link", () => actions.again(id));
  const discard = textButton("link", () => actions.discard(id));
  const meta = el("div", { class: "meta" }, time, mark, retry, discard);
  const line = el("div", { class: "line" }, name, bubble, meta);
  const element = el("div", { class: "row" }, day, line);
  if (row.sender === "bot" || row.sender === "agent") line.prepend(avatar(row));
  let text: string | null = null;
  let status: string | null = null;

  return {
    element,
    update(next, place, { texts, lang }) {
      const shown = ["row", next.sender, place.first && "first", place.last && "last", next.status].filter(Boolean);
      attr(element, "class", shown.join(" "));
      label(day, place.day ?? "");
      const speaker = next.sender === "visitor" ? texts.you : next.name || (next.sender === "bot" ? texts.botName : "");
      label(name, speaker);
      attr(name, "class", place.first && next.sender !== "visitor" && next.sender !== "system" ? "name" : "sr");
      if (text !== next.text) bubble.replaceChildren(...body(next));
      text = next.text;

      label(time, Number.isNaN(next.at) ? "" : new Date(next.at).toLocaleTimeString(regional(lang), { timeStyle: "short" }));
      const told = next.status !== null && (next.status !== "sent" || place.newestOwn) ? next.status : null;
      if (status !== told + lang) mark.replaceChildren(...(told ? [icon(STATUS_ICONS[told] ?? "check"), texts[told]] : []));
      status = told + lang;
      const failed = next.status === "failed";
      attr(meta, "hidden", !(place.last || told));
      attr(retry, "hidden", !failed);
      attr(discard, "hidden", !failed);
      label(retry, texts.retry);
      label(discard, texts.discard);
    },
  };
}
