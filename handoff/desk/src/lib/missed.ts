import type { ConversationRow } from "../api/types";

/** A caller who gave up waiting: to be called back. */
export const isMissed = ({ channel, outcome }: Pick<ConversationRow, "channel" | "outcome">): boolean =>
  channel === "phone" && outcome === "missed";
