import { useState } from "preact/hooks";
import type { ReviewGroup, Reviews } from "../../api/types";

/** What the review's dialogs are given. */
export interface Making {
  reviews: Reviews;
  group: ReviewGroup;
  ids: string[];
  onClose: () => void;
  onDone: (text: string) => void;
  onFailed: (error: unknown, again: () => void) => void;
}

/** An article that is less likely than this is no help in deciding. */
const NEAR = 0.1;

/** The nearest article, where it is near at all. */
export function nearOf({ nearest }: ReviewGroup): ReviewGroup["nearest"] {
  return nearest && nearest.score >= NEAR ? nearest : null;
}

/** What was accepted, as the gateway says it. */
export interface Accepted {
  article: string | null;
  added: number;
}

/** Saves once, whatever is pressed meanwhile. */
export function useSaving({ onDone, onFailed }: Making) {
  const [busy, setBusy] = useState(false);
  const save = (call: () => Promise<Accepted>, wording: (accepted: Accepted) => string) => {
    if (busy) return;
    setBusy(true);
    call().then(
      (accepted) => onDone(wording(accepted)),
      (error: unknown) => {
        setBusy(false);
        onFailed(error, () => save(call, wording));
      },
    );
  };
  return { busy, save };
}
