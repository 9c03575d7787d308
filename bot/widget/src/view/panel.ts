/** The panel: header, log, composer; a dialog beside the page, on small screens over it. */

import { fill } from "../texts";
import { ComposerView } from "./composer";
import type { Actions, Drawing } from "./context";
import { attr, el, icon, iconButton, label } from "./dom";
import { LogView } from "./log";
import type { MenuView } from "./menu";
import { SurveyView } from "./survey";

/** A broken connection that is back sooner is not worth a word. */
const PATIENCE_MS = 2_500;

/** Nothing for one who left a message or a number: nobody is looked for in that moment. */
function waitText({ owner, position, waitSeconds, texts }: Drawing): string[] {
  if (owner !== "waiting" || !position) return [];
  const place = fill(texts.queue, { n: position });
  if (waitSeconds === null) return [place];
  const wait = waitSeconds < 60 ? texts.waitSoon : fill(texts.waitMinutes, { n: Math.ceil(waitSeconds / 60) });
  return [place, wait];
}

export class PanelView {
  readonly element: HTMLElement;
  private readonly face = el("span", { class: "avatar", "aria-hidden": "true" });
  private readonly title = el("h2", { id: "title" });
  private readonly status = el("p", { class: "status" });
  private readonly close: HTMLButtonElement;
  private readonly phone: HTMLButtonElement;
  /** Where a call is shown; what is in it is loaded with the first call. */
  readonly slot = el("div");
  private readonly offline = el("p", { class: "strip offline", role: "status" });
  private readonly place = el("strong");
  private readonly wait = el("span");
  private readonly queue = el("div", { class: "strip queue", role: "status" });
  private readonly log: LogView;
  private readonly survey: SurveyView;
  private readonly composer: ComposerView;
  private drawing: Drawing | null = null;
  private shownFace = "";
  private lostAt = 0;
  private lostTimer = 0;
  private full = false;

  constructor(
    actions: Actions,
    private readonly menu: MenuView,
    private readonly shop: string,
  ) {
    this.survey = new SurveyView(actions);
    this.log = new LogView(actions, this.survey.element);
    this.composer = new ComposerView(actions);
    this.close = iconButton("close", "head-button", () => actions.close());
    this.phone = iconButton("phone", "head-button", () => actions.call());
    const names = el("div", { class: "names" }, this.title, this.status);
    const head = el("div", { class: "head" }, this.face, names, this.phone, menu.button, this.close);
    this.element = el(
      "div",
      { class: "panel", id: "panel", role: "dialog", "aria-modal": "false", "aria-labelledby": "title" },
      head,
      menu.element,
      this.slot,
      this.offline,
      this.log.element,
      this.queue,
      this.composer.element,
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("pointerdown", (event) => {
      const path = event.composedPath();
      if (!path.includes(menu.element) && !path.includes(menu.button)) menu.hide();
    });
  }

  /** Over the whole screen what lies beneath must not take the focus. */
  setFull(full: boolean): void {
    this.full = full;
    attr(this.element, "aria-modal", String(full));
  }

  show(open: boolean): void {
    this.element.classList.toggle("open", open);
    if (!open) this.menu.hide();
    else this.log.toEnd();
  }

  focus(): void {
    void this.element.offsetHeight; // what is not laid out yet takes no focus
    // On a touch screen the field would call up the keyboard, which hides what there is to read.
    if (matchMedia("(pointer: coarse)").matches) this.log.focus();
    else this.composer.focus();
  }

  update(drawing: Drawing): void {
    const { texts, owner, agent, link } = drawing;
    this.drawing = drawing;
    label(this.title, owner === "agent" && agent ? agent : this.shop ? fill(texts.title, { shop: this.shop }) : texts.region);
    const status = { bot: texts.statusBot, waiting: texts.statusWaiting, agent: texts.statusAgent, closed: texts.statusClosed };
    label(this.status, link === "connecting" ? texts.statusConnecting : status[owner]);
    attr(this.status, "class", `status ${link === "online" ? owner : "off"}`);
    const initial = owner === "agent" ? [...(agent ?? "").trim()][0]?.toUpperCase() : undefined;
    const face = initial ?? (owner === "waiting" || owner === "agent" ? "person" : "bot");
    if (face !== this.shownFace) this.face.replaceChildren(initial ?? icon(face === "person" ? "person" : "bot"));
    this.shownFace = face;
    attr(this.close, "aria-label", texts.close);
    attr(this.phone, "aria-label", texts.call);
    attr(this.phone, "title", texts.call);
    attr(this.phone, "hidden", !drawing.callable);

    this.drawOffline();
    const [place = "", wait = ""] = waitText(drawing);
    const waiting = place !== "";
    label(this.place, place);
    label(this.wait, wait);
    if (waiting !== this.queue.childElementCount > 0) {
      this.queue.replaceChildren(...(waiting ? [el("i", { "aria-hidden": "true" }), el("span", {}, this.place, this.wait)] : []));
    }
    this.menu.update(drawing);
    this.survey.update(drawing);
    this.composer.update(drawing);
    this.log.update(drawing);
  }

  private drawOffline(): void {
    const { link = "idle", texts } = this.drawing ?? {};
    const lost = link === "offline" || link === "connecting";
    if (!lost) {
      clearTimeout(this.lostTimer);
      this.lostAt = this.lostTimer = 0;
    } else if (!this.lostAt) {
      this.lostAt = Date.now();
      this.lostTimer = setTimeout(() => this.drawOffline(), PATIENCE_MS);
    }
    const told = this.lostAt > 0 && Date.now() - this.lostAt >= PATIENCE_MS - 50;
    label(this.offline, told && texts ? texts.offline : "");
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      if (this.menu.open) this.menu.hide();
      else this.close.click();
    }
    if (event.key === "Tab" && this.full) this.trap(event);
  }

  private trap(event: KeyboardEvent): void {
    const stops = [...this.element.querySelectorAll<HTMLElement>("button, a[href], textarea, input, [tabindex='0']")].filter(
      (stop) => stop.checkVisibility() && (stop as HTMLInputElement).type !== "radio",
    );
    const active = (this.element.getRootNode() as ShadowRoot).activeElement;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (active !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }
}
