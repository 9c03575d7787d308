/** The keys of a telephone, for menus and for numbers that are hard to say. */

import { attr, el, label, textButton } from "../view/dom";
import type { CallTexts } from "./texts";

const KEYS = "123456789*0#";

export class KeypadView {
  private readonly pressed = el("output", { class: "call-pressed" });
  readonly element: HTMLElement;

  constructor(press: (digit: string) => void, leave: () => void) {
    const push = (digit: string): void => {
      press(digit);
      label(this.pressed, ((this.pressed.textContent ?? "") + digit).slice(-16));
    };
    const keys = [...KEYS].map((digit) => textButton("call-key", () => push(digit), digit));
    this.element = el(
      "div",
      { class: "call-keys", id: "call-keys", role: "group", hidden: true },
      this.pressed,
      el("div", {}, ...keys),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation(); // it closes the keypad, not the panel
        leave();
      } else if (KEYS.includes(event.key) && event.key.length === 1) {
        event.preventDefault();
        push(event.key);
      }
    });
  }

  show(open: boolean): void {
    attr(this.element, "hidden", !open);
    label(this.pressed, "");
    if (open) this.element.querySelector("button")?.focus();
  }

  update(texts: CallTexts): void {
    attr(this.element, "aria-label", texts.keypad);
    attr(this.pressed, "aria-label", texts.pressed);
  }
}
