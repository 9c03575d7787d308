/**
 * One visitor's conversation: what the server says is the truth, the outbox is what it does not know yet.
 * Pages see it through `Snapshot`; `changed` is called after every change.
 */

import { Connection, type Link } from "./connection";
import { Delivery } from "./delivery";
import type { Emitter } from "./emitter";
import { Identity, type IdentitySource } from "./identity";
import { Outbox } from "./outbox";
import { parse, type Hello, type Message, type Owner, type State, type Welcome } from "./protocol";
import { ReadMark } from "./readmark";
import { messageRows, pendingRows, type Row } from "./rows";
import type { Snapshot, Survey } from "./snapshot";
import type { Store } from "./storage";
import { Transcript } from "./transcript";
import { Typing } from "./typing";

/** A hole in the numbers heals by itself where two frames crossed; else we ask again. */
const HOLE_MS = 3_000;
const REPLAY_MS = 2_000;
const PAST_ROWS = 200;

export class Session {
  private readonly connection: Connection;
  private readonly outbox: Outbox;
  private readonly delivery: Delivery;
  readonly identity: Identity;
  private readonly typing: Typing;
  private readonly mark: ReadMark;
  private transcript = new Transcript();
  private conversation = "";
  private token: string | null;
  private sent: Hello | null = null;
  private replay: { readonly to: number; readonly first: boolean } | null = null;
  private owner: Owner = "bot";
  private queue: State | null = null;
  private agent: string | null = null;
  private survey: Survey = "none";
  private past: readonly Row[] = [];
  private hidden = false;
  private attended = false;
  private holeTimer = 0;
  private replayTimer = 0;

  constructor(
    url: string,
    private readonly store: Store,
    private readonly events: Emitter,
    private lang: string,
    private languages: readonly string[],
    private readonly titles: () => ReadonlyMap<string, string>,
    private readonly changed: () => void,
  ) {
    this.token = store.get("token");
    this.outbox = new Outbox(store);
    this.mark = new ReadMark(store);
    this.typing = new Typing(changed);
    this.identity = new Identity((event) => events.emit(event));
    this.connection = new Connection(url, {
      hello: () => this.hello(),
      frame: (data) => this.frame(data),
      link: (link) => this.linked(link),
    });
    this.delivery = new Delivery(this.outbox, this.connection);
    store.watch((key) => this.elsewhere(key));
  }

  /** An earlier page has begun something: listen for what is still to come. */
  get known(): boolean {
    return this.token !== null;
  }

  snapshot(): Snapshot {
    const { link } = this.connection;
    const online = link === "online";
    const rows = this.hidden ? [] : messageRows(this.conversation, this.transcript.messages(), this.titles());
    return {
      link,
      owner: this.hidden ? "bot" : this.owner,
      position: this.queue?.position ?? null,
      waitSeconds: this.queue?.wait_seconds ?? null,
      agent: this.agent,
      past: this.past,
      rows: [...rows, ...pendingRows(this.outbox.all().filter((item) => !this.transcript.hasClientId(item.id)), online)],
      typing: this.typing.who,
      survey: this.hidden ? "none" : this.survey,
      unread: this.mark.unread(this.conversation, this.transcript.messages()),
      replaying: this.replay?.first === true,
      full: this.outbox.full,
    };
  }

  start(): void {
    this.connection.start();
  }

  say(text: string): void {
    this.put({ kind: "message", text });
  }

  choose(payload: string, title: string): void {
    this.put({ kind: "choice", text: title, payload });
  }

  rate(score: number, comment: string): void {
    this.survey = "sent";
    this.put({ kind: "rating", text: comment, score });
  }

  again(id: string): void {
    this.outbox.fail(id, false);
    this.delivery.flush();
    this.changed();
  }

  discard(id: string): void {
    this.delivery.done(id);
    this.changed();
  }

  end(): void {
    this.connection.send({ type: "end" });
  }

  /** Clear the page for a new conversation; it begins on the server with its first message. */
  renew(): void {
    this.past = [];
    this.hidden = true;
    this.survey = "none";
    for (const item of this.outbox.all()) if (item.failed) this.outbox.remove(item.id);
    this.changed();
  }

  typed(): void {
    const online = this.connection.link === "online";
    if (online && this.owner !== "closed" && this.typing.mayTell()) this.connection.send({ type: "typing" });
  }

  /** The customer sees the log (or no longer). */
  attend(attended: boolean): void {
    this.attended = attended;
    this.markRead();
  }

  identify(source: IdentitySource): void {
    this.identity.set(source);
    this.connection.restart();
  }

  setLanguage(lang: string): void {
    if (this.lang === lang) return;
    this.lang = lang;
    this.connection.restart();
  }

  /** Forget who this is, here and in every other tab. `goOn` where the customer still looks at the panel. */
  logout(goOn: boolean): void {
    this.identity.set(null);
    this.outbox.clear();
    this.mark.forget();
    this.store.remove("token");
    this.forget(null);
    if (goOn) this.connection.restart();
    else this.connection.stop();
    this.changed();
  }

  // --- the server speaks

  private async hello(): Promise<Hello> {
    const identity = await this.identity.token();
    const after_seq = this.transcript.contiguous;
    return (this.sent = { type: "hello", lang: this.lang, visitor_token: this.token, after_seq, identity });
  }

  private linked(link: Link): void {
    if (link !== "online") {
      this.delivery.pause();
      this.sent = null;
      this.typing.hide();
    }
    this.changed();
  }

  private frame(data: unknown): void {
    const frame = parse(data);
    switch (frame?.type) {
      case "welcome":
        this.welcome(frame);
        break;
      case "ack":
        this.acked(frame);
        break;
      case "message":
        this.received(frame);
        break;
      case "state":
        this.owned(frame);
        break;
      case "typing":
        this.typing.show(frame.sender);
        break;
      case "survey":
        if (this.survey === "none") {
          this.survey = this.outbox.all().some((item) => item.kind === "rating") ? "sent" : "open";
        }
        break;
      case "error":
        this.refused(frame);
        break;
    }
    this.changed();
  }

  private welcome(frame: Welcome): void {
    const other = frame.conversation_id !== this.conversation;
    const greeted = this.sent;
    this.sent = null;
    if (frame.visitor_token && frame.visitor_token !== this.token) {
      this.token = frame.visitor_token;
      this.store.set("token", this.token);
    }
    if (other) this.begin(frame.conversation_id, greeted === null);
    this.owner = frame.state;
    if (greeted === null) return; // a new conversation on the old connection: its ack comes next
    if (other && greeted.after_seq > 0 && frame.seq > 0) {
      this.connection.restart(); // our numbers were those of another conversation
      return;
    }
    this.connection.settled();
    this.outbox.reload();
    this.replay = { to: frame.seq, first: greeted.after_seq === 0 };
    clearTimeout(this.replayTimer);
    this.replayTimer = setTimeout(() => this.caughtUp(), REPLAY_MS);
    if (this.transcript.contiguous >= frame.seq) this.caughtUp();
  }

  private begin(conversation: string, live: boolean): void {
    if (live && !this.hidden) {
      const rows = messageRows(this.conversation, this.transcript.messages(), this.titles());
      this.past = [...this.past, ...rows].slice(-PAST_ROWS);
    } else if (!live) {
      this.past = [];
    }
    this.transcript = new Transcript();
    this.conversation = conversation;
    this.hidden = false;
    this.survey = "none";
    this.agent = this.queue = null;
    this.typing.hide();
  }

  private caughtUp(): void {
    if (this.replay === null) return;
    this.replay = null;
    clearTimeout(this.replayTimer);
    this.delivery.resume();
    this.markRead();
    this.events.emit("connected");
    this.changed();
  }

  private acked(frame: { client_id: string; seq: number | null }): void {
    const item = this.delivery.done(frame.client_id);
    if (!item) return;
    if (item.kind === "rating") {
      this.survey = "done";
      return;
    }
    if (frame.seq === null || this.transcript.hasClientId(item.id)) return;
    this.added({
      type: "message",
      seq: frame.seq,
      sender: "visitor",
      name: "",
      text: item.text,
      choices: [],
      link: null,
      at: new Date(item.at).toISOString(),
      client_id: item.id,
    });
    this.typing.expect(() => this.owner);
  }

  private received(frame: Message): void {
    if (frame.client_id) this.delivery.done(frame.client_id);
    if (frame.sender !== "visitor") this.typing.hide();
    if (frame.sender === "agent") this.agent = frame.name || this.agent;
    if (!this.added(frame)) return;
    if (this.replay !== null) {
      if (this.transcript.contiguous >= this.replay.to) this.caughtUp();
      return;
    }
    if (frame.sender === "visitor") return;
    this.markRead();
    this.events.emit("message", { sender: frame.sender, name: frame.name, text: frame.text, seq: frame.seq });
  }

  private added(message: Message): boolean {
    const isNew = this.transcript.add(message);
    clearTimeout(this.holeTimer);
    if (this.transcript.hasHole) {
      this.holeTimer = setTimeout(() => this.transcript.hasHole && this.connection.restart(), HOLE_MS);
    }
    return isNew;
  }

  private owned(frame: State): void {
    const before = this.owner;
    this.owner = frame.state;
    this.queue = frame.state === "waiting" ? frame : null;
    this.agent = frame.state === "agent" ? (frame.name ?? this.agent) : null;
    if (frame.state !== "agent" || before !== "agent") this.typing.hide();
    this.caughtUp(); // the state is the last thing of a replay
    if (before !== frame.state) this.events.emit("state", { state: frame.state, name: this.agent });
  }

  private refused(frame: { code: string; client_id: string | null }): void {
    this.events.emit("error", { code: frame.code });
    switch (frame.code) {
      case "token_invalid":
        return this.tokenRefused();
      case "identity_invalid":
        this.identity.set(null);
        this.events.emit("identity_invalid");
        return this.connection.restart();
      case "unsupported_language":
        return this.languageRefused();
      default:
        if (this.sent) return this.connection.retry();
        if (!this.delivery.refused(frame.code, frame.client_id) && frame.code === "hello_required") {
          this.connection.retry();
        }
        if (this.survey === "sent" && this.outbox.all().some((item) => item.kind === "rating" && item.failed)) {
          this.survey = "done"; // too late for a rating; that is nothing to trouble the customer with
        }
    }
  }

  private tokenRefused(): void {
    const used = this.token;
    if (used === null) return this.connection.retry();
    if (this.store.get("token") === used) this.store.remove("token");
    this.forget(this.store.get("token"));
    this.connection.restart();
  }

  private languageRefused(): void {
    this.languages = this.languages.filter((lang) => lang !== this.lang);
    const other = this.languages[0];
    if (!other) return this.connection.retry();
    this.lang = other;
    this.events.emit("language", other);
    this.connection.restart();
  }

  // --- this tab and the others

  /** A call or another tab has learnt who the visitor is, or that the token is not taken any more. */
  adopt(token: string | null): void {
    if (token === this.token) return;
    if (token === null) this.store.remove("token");
    else this.store.set("token", token);
    this.forget(token);
    if (token !== null) this.connection.start();
    this.connection.restart();
  }

  private elsewhere(key: string): void {
    if (key === "token") this.adopt(this.store.get("token"));
    this.changed();
  }

  private forget(token: string | null): void {
    this.token = token;
    this.begin("", false);
    this.owner = "bot";
    this.replay = null;
    this.delivery.pause();
    this.outbox.reload();
  }

  private put(item: Parameters<Outbox["add"]>[0]): void {
    if (this.outbox.full) return;
    this.outbox.add(item);
    this.connection.start();
    this.delivery.flush();
    this.changed();
  }

  private markRead(): void {
    const top = this.transcript.contiguous;
    if (!this.attended || this.hidden || this.replay !== null || top <= this.mark.last(this.conversation)) return;
    this.mark.set(this.conversation, top);
    this.connection.send({ type: "read", seq: top });
    this.changed();
  }
}
