/** 'Call us': nothing of it is loaded before a customer presses the button. */

import type { CallHost, CallPart } from "./call/host";
import { LANGUAGES } from "./texts";
import { el } from "./view/dom";

export class Phone {
  private part: CallPart | null = null;
  private loading = false;

  constructor(private readonly host: CallHost) {}

  get calling(): boolean {
    return this.loading || this.part?.calling === true;
  }

  call(): void {
    if (this.calling) return;
    if (this.part) return this.part.call();
    this.loading = true;
    this.host.changed();
    const url = `${this.host.origin}/widget-voice.js`;
    (import(/* @vite-ignore */ url) as Promise<{ createCall(host: CallHost): CallPart }>)
      .then(
        ({ createCall }) => {
          this.host.slot.replaceChildren();
          this.part = createCall(this.host);
          this.part.call();
        },
        () => this.host.slot.replaceChildren(el("p", { class: "strip offline", role: "alert" }, this.failed)),
      )
      .finally(() => {
        this.loading = false;
        this.host.changed();
      });
  }

  hangUp(): void {
    this.part?.hangUp();
  }

  /** The language has changed. */
  redraw(): void {
    this.part?.redraw();
  }

  private get failed(): string {
    return LANGUAGES[this.host.lang()]?.callFailed ?? "";
  }
}
