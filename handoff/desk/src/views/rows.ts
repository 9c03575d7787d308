import type { ConversationRow } from "../api/types";

/** A timeline's entry may name its conversation apart from itself. */
export const rowId = (row: ConversationRow): string => row.conversation_id ?? row.id;

/** When it last moved, as far as the row says. */
export const rowTime = (row: ConversationRow): string | null =>
  row.last_at ?? row.closed_at ?? row.at ?? row.started_at ?? row.created_at ?? null;

export const rowText = (row: ConversationRow): string => row.summary ?? row.preview ?? "";
