/** What every part of the panel is drawn from. */

import type { Snapshot } from "../snapshot";
import type { Texts } from "../texts";

export interface Drawing extends Snapshot {
  readonly texts: Texts;
  readonly lang: string;
  /** Calls are taken, and there is none at present. */
  readonly callable: boolean;
}

/** What the customer can do; the parts of the panel know no session. */
export interface Actions {
  say(text: string): void;
  choose(payload: string, title: string): void;
  rate(score: number, comment: string): void;
  again(id: string): void;
  discard(id: string): void;
  typed(): void;
  end(): void;
  renew(): void;
  call(): void;
  open(): void;
  close(): void;
  language(lang: string): void;
  sound(on: boolean): void;
}
