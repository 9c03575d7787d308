/** The scrolling middle of the panel: greeting, messages, dots, buttons. */

import type { Row } from "../rows";
import { fill, regional } from "../texts";
import type { Actions, Drawing } from "./context";
import { attr, el, icon, iconButton, label, textButton } from "./dom";
import { messageView, type MessageView, type Place } from "./message";

const GROUP_MS = 5 * 60_000;
const NEAR_PX = 80;
/** So long after a replay the log is still; screen readers look at it a little late. */
const QUIET_MS = 300;
/** No payload of the server's is empty. */
const CALL = "";

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

/** The heading over a day's first message; none over today's, if nothing older stands above. */
function dayName(row: Row, before: Row | undefined, { texts, lang }: Drawing): string | null {
  if (Number.isNaN(row.at) || (before && sameDay(before.at, row.at))) return null;
  const now = Date.now();
  if (sameDay(row.at, now)) return before ? texts.today : null;
  if (sameDay(row.at, now - 86_400_000)) return texts.yesterday;
  return new Date(row.at).toLocaleDateString(regional(lang), { weekday: "long", day: "numeric", month: "long" });
}

const together = (a: Row | undefined, b: Row | undefined): boolean =>
  a !== undefined && b !== undefined && a.sender === b.sender && a.name === b.name && Math.abs(b.at - a.at) < GROUP_MS;

export class LogView {
  readonly element: HTMLElement;
  private readonly scroll = el("div", { class: "scroll", role: "region", tabindex: "0" });
  private readonly greeting = el("h3");
  private readonly intro = el("p");
  private readonly log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-relevant": "additions" });
  private readonly dots = el("div", { class: "dots", role: "img" }, el("i"), el("i"), el("i"));
  private readonly typing = el("div", { class: "row bot typing" }, el("div", { class: "line" }, this.dots));
  private readonly choices = el("div", { class: "choices", role: "group" });
  private readonly divider = el("p", { class: "day divider" });
  private readonly jump: HTMLButtonElement;
  private readonly views = new Map<string, MessageView>();
  private offered = "";
  private newest = "";
  private pinned = true;
  private quiet = 0;

  constructor(
    private readonly actions: Actions,
    after: HTMLElement,
  ) {
    const card = el("div", { class: "greeting" }, el("span", { class: "avatar big" }, icon("bot")), this.greeting, this.intro);
    const content = el("div", {}, card, this.log, this.typing, this.choices, after);
    this.scroll.append(content);
    this.jump = iconButton("down", "jump", () => this.toEnd());
    this.element = el("div", { class: "middle" }, this.scroll, this.jump);
    this.scroll.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.scroll;
      this.pinned = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      attr(this.jump, "hidden", this.pinned);
    }, { passive: true });
    const keepEnd = new ResizeObserver(() => this.pinned && this.toEnd());
    keepEnd.observe(this.scroll);
    keepEnd.observe(content);
  }

  focus(): void {
    this.scroll.focus({ preventScroll: true });
  }

  toEnd(): void {
    this.pinned = true;
    attr(this.jump, "hidden", true);
    // With nothing said yet the greeting is what matters, and it begins at the top.
    this.scroll.scrollTop = this.log.childElementCount ? this.scroll.scrollHeight : 0;
  }

  update(drawing: Drawing): void {
    const { texts, past, rows } = drawing;
    attr(this.scroll, "aria-label", texts.log);
    attr(this.jump, "aria-label", texts.newMessages);
    label(this.greeting, texts.welcomeTitle);
    label(this.intro, texts.welcomeText);
    label(this.divider, texts.earlier);
    this.hush(drawing.replaying);
    this.list(past, rows, drawing);
    this.offer(drawing);

    attr(this.typing, "hidden", drawing.typing === null);
    const name = drawing.typing === "agent" ? (drawing.agent ?? texts.statusAgent) : texts.botName;
    attr(this.dots, "aria-label", fill(texts.typing, { name }));

    const last = rows.at(-1);
    const own = last?.sender === "visitor" && last.key !== this.newest;
    this.newest = last?.key ?? "";
    if (this.pinned || own) this.toEnd();
  }

  /** What an earlier page has shown already is not read aloud again. */
  private hush(replaying: boolean): void {
    if (!replaying && this.quiet) return;
    clearTimeout(this.quiet);
    attr(this.log, "aria-live", "off");
    if (!replaying) this.quiet = setTimeout(() => attr(this.log, "aria-live", "polite"), QUIET_MS);
    else this.quiet = 0;
  }

  private list(past: readonly Row[], rows: readonly Row[], drawing: Drawing): void {
    const all = [...past, ...rows];
    const newestOwn = all.findLast((row) => row.sender === "visitor")?.key;
    const wanted: Element[] = [];
    const keys = new Set(all.map((row) => row.key));
    for (const key of this.views.keys()) if (!keys.has(key)) this.views.delete(key);
    all.forEach((row, i) => {
      const edge = i === past.length && i > 0;
      if (edge) wanted.push(this.divider);
      const before = edge ? undefined : all[i - 1];
      const place: Place = {
        first: !together(before, row),
        last: !together(row, all[i + 1]) || i === past.length - 1,
        day: edge ? null : dayName(row, before, drawing),
        newestOwn: row.key === newestOwn,
      };
      const view = this.views.get(row.key) ?? messageView(row, this.actions);
      this.views.set(row.key, view);
      view.update(row, place, drawing);
      wanted.push(view.element);
    });
    // Elements stay where they are as long as they can: moving one would make it be read aloud again.
    let at: Element | null = this.log.firstElementChild;
    for (const element of wanted) {
      if (element === at) at = at.nextElementSibling;
      else this.log.insertBefore(element, at);
    }
    while (at) {
      const next: Element | null = at.nextElementSibling;
      at.remove();
      at = next;
    }
  }

  private offer(drawing: Drawing): void {
    const { rows, owner, texts, lang, callable } = drawing;
    const last = rows.at(-1);
    const first = [
      { title: texts.orderStatus, payload: "/order_status" },
      { title: texts.topics, payload: "/topics" },
      { title: texts.askHuman, payload: "/ask_human" },
      ...(callable ? [{ title: texts.call, payload: CALL }] : []),
    ];
    const open = owner !== "closed" ? (last ? (last.sender === "visitor" ? [] : last.choices) : first) : [];
    const offered = open.length ? JSON.stringify([last?.key, lang, open]) : "";
    if (offered === this.offered) return;
    this.offered = offered;
    const hadFocus = this.choices.contains((this.choices.getRootNode() as ShadowRoot).activeElement);
    this.choices.replaceChildren(
      ...open.map(({ title, payload }) =>
        textButton("choice", () => (payload === CALL ? this.actions.call() : this.actions.choose(payload, title)), title),
      ),
    );
    if (hadFocus) this.focus();
  }
}
