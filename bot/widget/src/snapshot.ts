/** What the page is drawn from: one moment of a session. */

import type { Link } from "./connection";
import type { Owner } from "./protocol";
import type { Row } from "./rows";

export type Survey = "none" | "open" | "sent" | "done";

export interface Snapshot {
  readonly link: Link;
  readonly owner: Owner;
  readonly position: number | null;
  readonly waitSeconds: number | null;
  readonly agent: string | null;
  /** Rows of conversations that ended while this page was open, then of the present one. */
  readonly past: readonly Row[];
  readonly rows: readonly Row[];
  readonly typing: "bot" | "agent" | null;
  readonly survey: Survey;
  readonly unread: number;
  /** The first replay is under way: what comes now is old and not to be read aloud. */
  readonly replaying: boolean;
  readonly full: boolean;
}
