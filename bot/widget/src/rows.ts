/** What stands in the log: the server's messages, then what waits to be sent. */

import type { Item } from "./outbox";
import type { Choice, Link, Message, Sender } from "./protocol";

export type Status = "sent" | "sending" | "waiting" | "failed";

export interface Row {
  /** Stays the same from the click to the ack, so that the element does too. */
  readonly key: string;
  readonly sender: Sender;
  readonly name: string;
  readonly text: string;
  readonly choices: readonly Choice[];
  readonly link: Link | null;
  /** Milliseconds since 1970; NaN where the server's time could not be read. */
  readonly at: number;
  /** Of the customer's own messages only. */
  readonly status: Status | null;
  readonly clientId: string | null;
}

/** A button is stored as its payload where the server knew no title: show what the customer clicked. */
function said(message: Message, titles: ReadonlyMap<string, string>): string {
  return (message.sender === "visitor" && titles.get(message.text)) || message.text;
}

export function messageRows(
  conversation: string,
  messages: readonly Message[],
  knownTitles: ReadonlyMap<string, string>,
): Row[] {
  const titles = new Map(knownTitles);
  return messages.map((message) => {
    for (const choice of message.choices) titles.set(choice.payload, choice.title);
    return {
      key: message.client_id ?? `${conversation}:${message.seq}`,
      sender: message.sender,
      name: message.name,
      text: said(message, titles),
      choices: message.choices,
      link: message.link,
      at: Date.parse(message.at),
      status: message.sender === "visitor" ? "sent" : null,
      clientId: message.client_id,
    };
  });
}

export function pendingRows(items: readonly Item[], online: boolean): Row[] {
  return items
    .filter((item) => item.kind !== "rating")
    .map((item) => ({
      key: item.id,
      sender: "visitor",
      name: "",
      text: item.text,
      choices: [],
      link: null,
      at: item.at,
      status: item.failed ? "failed" : online ? "sending" : "waiting",
      clientId: item.id,
    }));
}
