import type { ClientFrame, ServerFrame } from "./types";

export type Link = "off" | "connecting" | "up" | "lost";

const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const SESSION_GONE = 4401;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

export interface SocketEvents {
  frame(frame: ServerFrame): void;
  link(link: Link): void;
  /** the server ended the session */
  ended(): void;
  /** a connection failed before its first frame: the session may be gone, only REST can tell */
  refused(): void;
}

/** One connection to `/desk/ws` that comes back by itself; it carries no state of its own. */
export class DeskSocket {
  private socket: WebSocket | null = null;
  private wanted = false;
  private greeted = false;
  private failures = 0;
  private retryTimer = 0;
  private sentAt = 0;
  private heardAt = 0;

  constructor(private readonly events: SocketEvents) {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.hurry();
    });
  }

  open(): void {
    this.wanted = true;
    if (!this.socket) this.connect();
  }

  close(): void {
    this.wanted = false;
    window.clearTimeout(this.retryTimer);
    this.drop();
    this.events.link("off");
  }

  /** Tries now instead of waiting for the back-off. */
  hurry(): void {
    if (!this.wanted || this.socket) return;
    window.clearTimeout(this.retryTimer);
    this.connect();
  }

  /** Frames to a connection that is down are dropped: watching starts again at `hello`. */
  send(frame: ClientFrame): void {
    if (this.socket?.readyState !== WebSocket.OPEN || !this.greeted) return;
    this.socket.send(JSON.stringify(frame));
    this.sentAt = Date.now();
  }

  /** Called once a second; after a computer's sleep the first tick finds the dead connection. */
  tick(): void {
    if (!this.socket) return;
    const now = Date.now();
    if (now - this.heardAt >= SILENCE_MS) {
      this.drop();
      this.lost();
    } else if (now - this.sentAt >= PING_MS) this.send({ type: "ping" });
  }

  private connect(): void {
    this.events.link("connecting");
    this.greeted = false;
    this.heardAt = this.sentAt = Date.now();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/desk/ws`);
    this.socket = socket;
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (event.code === SESSION_GONE) this.events.ended();
      else {
        if (!this.greeted) this.events.refused();
        this.lost();
      }
    };
  }

  private receive(data: unknown): void {
    this.heardAt = Date.now();
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === "session_ended") {
      this.events.ended();
      return;
    }
    if (frame.type === "hello") {
      this.greeted = true;
      this.failures = 0;
      this.events.link("up");
    }
    this.events.frame(frame);
  }

  private lost(): void {
    if (!this.wanted) return;
    this.events.link("lost");
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures += 1;
    this.retryTimer = window.setTimeout(() => this.connect(), ceiling / 2 + Math.random() * (ceiling / 2));
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
  }
}

function parse(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
