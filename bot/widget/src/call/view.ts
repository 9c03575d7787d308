/** The call as the customer sees it: a strip at the top of the panel, with the chat beneath it. */

import type { EndCode, LineState } from "../../voice/line";
import { overrides } from "../config";
import { fill } from "../texts";
import { attr, drawn, el, label, textButton } from "../view/dom";
import type { CallHost } from "./host";
import { KeypadView } from "./keypad";
import css from "./style.css?inline";
import { endText, LANGUAGES, stateText, type CallTexts } from "./texts";

export interface CallActions {
  mute(on: boolean): void;
  digit(digit: string): void;
  hangUp(): void;
  again(): void;
  close(): void;
}

const MICROPHONE = "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3Zm-6-3.2a6 6 0 0 0 12 0M12 17.300V20.5";
const OFF = `${MICROPHONE}M4.5 4.500l15 15`;
const KEYS = "M6.5 6.500h.01M12 6.500h.01M17.5 6.500h.01M6.5 12h.01M12 12h.01M17.5 12h.01M6.5 17.500h.01M12 17.500h.01M17.5 17.500h.01";
const DOWN = "M4 14.500c0-5 16-5 16 0v1.800l-4.3.7-.7-2.800c-2-.7-4-.7-6 0l-.7 2.8-4.3-.7v-1.800Z";

const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

export class CallView {
  private readonly meter = el("i", { class: "call-meter", "aria-hidden": "true" });
  private readonly status = el("p", { class: "call-status", role: "status" });
  private readonly time = el("span", { class: "call-time", role: "timer" });
  private readonly hint = el("p", { class: "call-hint" });
  private readonly keypad: KeypadView;
  private readonly mute: HTMLButtonElement;
  private readonly keys: HTMLButtonElement;
  private readonly end: HTMLButtonElement;
  private readonly again: HTMLButtonElement;
  private readonly close: HTMLButtonElement;
  private readonly on: HTMLElement;
  private readonly over: HTMLElement;
  private readonly element: HTMLElement;
  private state: LineState | null = null;
  private code: EndCode | null = null;
  private since = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private shownMuted: boolean | null = null;

  constructor(
    private readonly host: CallHost,
    actions: CallActions,
  ) {
    this.dress();
    this.keypad = new KeypadView((digit) => actions.digit(digit), () => this.toggleKeys());
    this.mute = textButton("call-button", () => actions.mute(!this.state?.muted));
    this.keys = textButton("call-button", () => this.toggleKeys());
    this.end = textButton("call-button danger", () => actions.hangUp());
    this.again = textButton("solid", () => actions.again());
    this.close = textButton("plain", () => actions.close());
    attr(this.keys, "aria-controls", "call-keys");
    attr(this.keys, "aria-expanded", "false");
    this.mute.append(drawn(MICROPHONE), el("span"));
    this.keys.append(drawn(KEYS, "i-dots"), el("span"));
    this.end.append(drawn(DOWN), el("span"));
    this.on = el("div", { class: "call-buttons" }, this.mute, this.keys, this.end);
    this.over = el("div", { class: "call-buttons" }, this.again, this.close);
    const line = el("div", { class: "call-line" }, this.meter, this.status, this.time);
    this.element = el(
      "div",
      { class: "call", role: "group", tabindex: "-1" },
      line,
      this.hint,
      this.keypad.element,
      this.on,
      this.over,
    );
  }

  show(state: LineState): void {
    const begins = this.state === null;
    this.state = state;
    this.code = null;
    if (!this.element.isConnected) this.host.slot.replaceChildren(this.element);
    if (begins) this.element.focus({ preventScroll: true });
    const talking = !["microphone", "connecting"].includes(state.phase);
    if (talking && !this.since) this.begin();
    this.redraw();
  }

  ended(code: EndCode): void {
    const hadFocus = this.hasFocus;
    clearInterval(this.ticking);
    this.state = null;
    this.since = 0;
    this.code = code;
    if (!this.element.isConnected) this.host.slot.replaceChildren(this.element);
    this.keypad.show(false);
    this.level(0);
    this.redraw();
    if (hadFocus) this.close.focus();
  }

  hide(): void {
    const hadFocus = this.hasFocus;
    this.element.remove();
    if (hadFocus) this.host.left();
  }

  /** How loud the microphone is: the customer sees that it works. */
  level(level: number): void {
    const shown = this.state?.muted ? 0 : Math.min(1, Math.sqrt(level) * 2.5);
    this.meter.style.setProperty("--level", shown.toFixed(2));
  }

  redraw(): void {
    const texts = this.texts;
    const { state } = this;
    attr(this.element, "aria-label", texts.title);
    attr(this.element, "lang", this.host.lang());
    attr(this.element, "class", `call ${state?.phase ?? "over"}`);
    label(this.status, state ? stateText(texts, state) : this.code ? endText(texts, this.code) : "");
    label(this.hint, state?.phase === "microphone" ? texts.allow : state?.position ? fill(texts.place, { n: state.position }) : "");
    attr(this.time, "aria-label", texts.duration);
    attr(this.time, "hidden", !state);
    attr(this.on, "hidden", !state);
    attr(this.over, "hidden", state !== null);
    this.keypad.update(texts);
    name(this.mute, state?.muted ? texts.unmute : texts.mute);
    if (state && this.shownMuted !== state.muted) {
      this.shownMuted = state.muted;
      this.mute.firstElementChild?.replaceWith(drawn(state.muted ? OFF : MICROPHONE));
      attr(this.mute, "aria-pressed", String(state.muted));
    }
    name(this.keys, texts.keypad);
    name(this.end, texts.hangUp);
    label(this.again, texts.again);
    label(this.close, texts.close);
    this.tick();
  }

  private get texts(): CallTexts {
    const lang = this.host.lang();
    return { ...(LANGUAGES[lang] ?? LANGUAGES["en"]), ...overrides(this.host.words, LANGUAGES)[lang] } as CallTexts;
  }

  private get hasFocus(): boolean {
    const root = this.element.getRootNode();
    return root instanceof ShadowRoot && this.element.contains(root.activeElement);
  }

  private begin(): void {
    this.since = Date.now();
    clearInterval(this.ticking);
    this.ticking = setInterval(() => this.tick(), 1_000);
  }

  private tick(): void {
    label(this.time, this.since ? clock(Date.now() - this.since) : "");
  }

  private toggleKeys(): void {
    const open = this.keys.getAttribute("aria-expanded") !== "true";
    this.keypad.show(open);
    attr(this.keys, "aria-expanded", String(open));
    if (!open) this.keys.focus();
  }

  private dress(): void {
    const root = this.host.slot.getRootNode() as ShadowRoot;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
}

/** A button's words stand beside its drawing. */
function name(button: HTMLElement, text: string): void {
  const words = button.lastElementChild;
  if (words) label(words, text);
}
