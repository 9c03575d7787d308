/** What the widget and its call's part, which is loaded later, know of each other. */

import type { Hello } from "../../voice/frames";

export interface CallHost {
  /** The gateway's. */
  readonly origin: string;
  /** Where the call is drawn, inside the widget's shadow root. */
  readonly slot: HTMLElement;
  /** The shop's own words, unchecked. */
  readonly words: unknown;
  lang(): string;
  /** Who calls: the visitor of the chat. */
  hello(): Promise<Hello>;
  /** The gateway has given the visitor a token. */
  welcomed(token: string): void;
  /** `token_invalid` or `identity_invalid`: it is not to be used again. */
  refused(code: string): void;
  /** A call has begun or ended. */
  changed(): void;
  /** What had the focus is gone. */
  left(): void;
}

export interface CallPart {
  readonly calling: boolean;
  call(): void;
  hangUp(): void;
  /** The language has changed. */
  redraw(): void;
}
