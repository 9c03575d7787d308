/** The options behind the three dots: a person, the language, the sound, the end. */

import { ENDONYMS } from "../texts";
import type { Actions, Drawing } from "./context";
import { attr, el, icon, iconButton, label, textButton, type IconName } from "./dom";

function item(name: IconName, text: HTMLElement, click: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: "item" }, icon(name), text);
  button.addEventListener("click", click);
  return button;
}

export class MenuView {
  readonly button: HTMLButtonElement;
  readonly element = el("div", { class: "menu", id: "menu", role: "group", hidden: true });
  private readonly humanText = el("span");
  private readonly human: HTMLButtonElement;
  private readonly soundText = el("span");
  private readonly sound: HTMLButtonElement;
  private readonly languageText = el("span", { class: "caption", id: "langs" });
  private readonly languages = new Map<string, HTMLButtonElement>();
  private readonly languageRow: HTMLElement;
  private readonly endText = el("span");
  private readonly end: HTMLButtonElement;
  private readonly sureText = el("span", { class: "caption" });
  private readonly yes: HTMLButtonElement;
  private readonly no: HTMLButtonElement;
  private readonly sure: HTMLElement;
  private drawing: Drawing | null = null;

  constructor(
    actions: Actions,
    spoken: readonly string[],
    private soundOn: boolean,
  ) {
    this.button = iconButton("dots", "head-button", () => this.toggle());
    attr(this.button, "aria-controls", "menu");
    this.human = item("person", this.humanText, () => {
      this.hide();
      actions.choose("/ask_human", this.drawing?.texts.askHuman ?? "");
    });
    this.sound = item("bell", this.soundText, () => {
      this.soundOn = !this.soundOn;
      actions.sound(this.soundOn);
      attr(this.sound, "aria-checked", String(this.soundOn));
    });
    attr(this.sound, "role", "switch");
    attr(this.sound, "aria-checked", String(soundOn));
    this.sound.append(el("span", { class: "switch" }));
    const langs = el("div", { class: "segments", role: "group", "aria-labelledby": "langs" });
    for (const lang of spoken) {
      const button = textButton("segment", () => actions.language(lang), ENDONYMS[lang]);
      attr(button, "lang", lang);
      this.languages.set(lang, button);
      langs.append(button);
    }
    this.languageRow = el("div", { class: "langs" }, icon("globe"), this.languageText, langs);
    this.end = item("end", this.endText, () => this.ask(true));
    this.yes = textButton("solid danger", () => {
      this.hide();
      actions.end();
    });
    this.no = textButton("plain", () => this.ask(false));
    this.sure = el("div", { class: "sure", role: "group" }, this.sureText, el("div", {}, this.yes, this.no));
    this.element.append(this.human, this.languageRow, this.sound, this.end, this.sure);
    this.element.addEventListener("focusout", (event) => {
      const to = event.relatedTarget as Node | null;
      if (to && !this.element.contains(to) && to !== this.button) this.hide();
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  hide(): void {
    if (!this.open) return;
    const root = this.element.getRootNode() as ShadowRoot;
    const hadFocus = this.element.contains(root.activeElement);
    attr(this.element, "hidden", true);
    if (hadFocus) this.button.focus();
    this.ask(false, false);
    this.named();
  }

  update(drawing: Drawing): void {
    const { texts, owner, lang, rows, link } = drawing;
    this.drawing = drawing;
    label(this.humanText, texts.askHuman);
    label(this.soundText, texts.sound);
    label(this.languageText, texts.language);
    label(this.endText, texts.end);
    label(this.sureText, texts.endSure);
    attr(this.sure, "aria-label", texts.endSure);
    label(this.yes, texts.endYes);
    label(this.no, texts.endNo);
    attr(this.human, "hidden", owner === "waiting" || owner === "agent");
    attr(this.languageRow, "hidden", this.languages.size < 2);
    for (const [code, button] of this.languages) attr(button, "aria-pressed", String(code === lang));
    const endable = owner !== "closed" && rows.length > 0 && link === "online";
    if (!endable) this.ask(false, false);
    attr(this.end, "hidden", !endable || !this.sure.hidden);
    this.named();
  }

  private toggle(): void {
    if (this.open) return this.hide();
    attr(this.element, "hidden", false);
    this.element.querySelector<HTMLElement>("button:not([hidden])")?.focus();
    this.named();
  }

  private ask(asked: boolean, focus = true): void {
    attr(this.sure, "hidden", !asked);
    attr(this.end, "hidden", asked);
    if (focus) (asked ? this.yes : this.end).focus();
  }

  private named(): void {
    const { texts } = this.drawing ?? {};
    attr(this.button, "aria-expanded", String(this.open));
    if (texts) {
      attr(this.button, "aria-label", this.open ? texts.closeMenu : texts.menu);
      attr(this.element, "aria-label", texts.menu);
    }
  }
}
