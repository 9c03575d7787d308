/** Where the customer writes; after the end, the way to begin again. */

import { fill } from "../texts";
import type { Actions, Drawing } from "./context";
import { attr, el, iconButton, label, textButton } from "./dom";

const MOST_CHARACTERS = 4_000;
const COUNTER_FROM = 3_600;
const TALLEST_PX = 132;
// Control characters take six bytes each in JSON and mean nothing in a chat; tab and newline may stay.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

export class ComposerView {
  readonly element: HTMLElement;
  private readonly input = el("textarea", {
    id: "input",
    rows: "1",
    enterkeyhint: "send",
    autocomplete: "off",
    "aria-describedby": "counter",
  });
  private readonly name = el("label", { for: "input", class: "sr" });
  private readonly counter = el("span", { id: "counter", class: "counter" });
  private readonly send: HTMLButtonElement;
  private readonly form: HTMLFormElement;
  private readonly notice = el("p", { class: "notice", role: "status" });
  private readonly endedText = el("p");
  private readonly renew: HTMLButtonElement;
  private readonly ended: HTMLElement;
  private drawing: Drawing | null = null;

  constructor(private readonly actions: Actions) {
    this.send = iconButton("send", "send", () => this.submit());
    this.form = el("form", { class: "composer" }, this.name, this.input, this.counter, this.send);
    this.renew = textButton("solid", () => actions.renew());
    this.ended = el("div", { class: "ended" }, this.endedText, this.renew);
    this.element = el("div", { class: "foot" }, this.notice, this.form, this.ended);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => {
      this.measure();
      if (this.input.value.trim()) actions.typed();
    });
    this.input.addEventListener("keydown", (event) => {
      // While an input method composes a character, Enter belongs to it (229: browsers that say so late).
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
  }

  focus(): void {
    (this.form.hidden ? this.renew : this.input).focus({ preventScroll: true });
  }

  update(drawing: Drawing): void {
    const { texts } = drawing;
    this.drawing = drawing;
    const closed = drawing.owner === "closed";
    const root = this.element.getRootNode() as ShadowRoot;
    const hadFocus = root.activeElement !== null && this.element.contains(root.activeElement);
    const turned = this.form.hidden !== closed;
    attr(this.form, "hidden", closed);
    attr(this.ended, "hidden", !closed);
    if (turned && hadFocus) this.focus(); // what had it is gone
    label(this.name, texts.inputLabel);
    attr(this.input, "placeholder", texts.inputHint);
    attr(this.send, "aria-label", texts.send);
    label(this.notice, drawing.full ? texts.full : "");
    label(this.endedText, texts.ended);
    label(this.renew, texts.again);
    this.measure();
  }

  private get text(): string {
    return this.input.value.replace(/\r\n?/g, "\n").replace(CONTROL, "").trim();
  }

  private submit(): void {
    const { text } = this;
    if (!text || text.length > MOST_CHARACTERS || this.drawing?.full) return;
    this.input.value = "";
    this.measure();
    this.actions.say(text);
    this.input.focus({ preventScroll: true });
  }

  private measure(): void {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(TALLEST_PX, this.input.scrollHeight)}px`;
    const left = MOST_CHARACTERS - this.text.length;
    const { texts } = this.drawing ?? {};
    const over = left < 0;
    attr(this.input, "aria-invalid", over && "true");
    attr(this.send, "aria-disabled", (!this.text || over || this.drawing?.full === true) && "true");
    attr(this.counter, "hidden", MOST_CHARACTERS - left < COUNTER_FROM);
    attr(this.counter, "class", over ? "counter over" : "counter");
    if (texts) label(this.counter, fill(over ? texts.tooLong : texts.left, { n: Math.abs(left) }));
  }
}
