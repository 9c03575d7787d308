/** The widget's call: built into `/widget-voice.js`, which is loaded when a customer first presses 'call us'. */

import { openLine, type Ended, type Line } from "../../voice/line";
import type { CallHost, CallPart } from "./host";
import { CallView } from "./view";

/** A token that is too old is no reason to tell the customer anything: once without it. */
const TRY_WITHOUT: readonly string[] = ["token_invalid", "identity_invalid"];

class Call implements CallPart {
  private readonly view: CallView;
  private line: Line | null = null;

  constructor(private readonly host: CallHost) {
    this.view = new CallView(host, {
      mute: (on) => this.line?.mute(on),
      digit: (digit) => this.line?.digit(digit),
      hangUp: () => this.hangUp(),
      again: () => this.call(),
      close: () => this.view.hide(),
    });
    addEventListener("beforeunload", (event) => {
      if (this.line) event.preventDefault(); // the call would end with the page
    });
  }

  get calling(): boolean {
    return this.line !== null;
  }

  call(): void {
    if (!this.line) this.dial(true);
  }

  hangUp(): void {
    this.line?.hangUp();
  }

  redraw(): void {
    this.view.redraw();
  }

  private dial(mayRetry: boolean): void {
    const { origin } = this.host;
    this.line = openLine({
      url: `${origin.replace(/^http/, "ws")}/voice/web`,
      worklet: `${origin}/voice-worklet.js`,
      hello: () => this.host.hello(),
      onState: (state) => this.view.show(state),
      onLevel: (level) => this.view.level(level),
      onWelcome: ({ visitorToken }) => visitorToken && this.host.welcomed(visitorToken),
      onEnded: (ended) => this.ended(ended, mayRetry),
    });
    this.host.changed();
  }

  private ended(ended: Ended, mayRetry: boolean): void {
    this.line = null;
    if (TRY_WITHOUT.includes(ended.code)) {
      this.host.refused(ended.code);
      if (mayRetry) return this.dial(false);
    }
    this.view.ended(ended.code);
    this.host.changed();
  }
}

export function createCall(host: CallHost): CallPart {
  return new Call(host);
}
