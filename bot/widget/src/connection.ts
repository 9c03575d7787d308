/** A WebSocket that comes back by itself. What is said over it is the session's business. */

import { backoff } from "./backoff";
import type { ClientFrame, Hello } from "./protocol";

export type Link = "idle" | "connecting" | "online" | "offline";

export interface Listener {
  /** Asked for at every connection; it may take a moment, as the shop's page may have to sign an identity. */
  hello(): Promise<Hello>;
  frame(data: unknown): void;
  link(link: Link): void;
}

const CONNECT_MS = 10_000;
/** No ack for so long: whatever the socket says of itself, it is dead. */
const SILENCE_MS = 45_000;
const TICK_MS = 5_000;
/** The gateway threw us out (1008): come back, but not at once. */
const POLICY = 1008;
const PATIENT = 4;
/** A timer this late means that the computer slept: what the socket says of itself is old. */
const SLEPT_MS = 120_000;

export class Connection {
  private socket: WebSocket | null = null;
  private state: Link = "idle";
  private attempts = 0;
  private timer = 0;
  private ticker = 0;
  private tickedAt = 0;
  private waitsSince: number | null = null;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {
    addEventListener("online", () => this.nudge());
    addEventListener("pageshow", () => this.nudge());
    addEventListener("offline", () => this.state !== "idle" && this.retry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.nudge());
  }

  get link(): Link {
    return this.state;
  }

  start(): void {
    if (this.state !== "idle") return;
    this.tickedAt = Date.now();
    this.ticker = setInterval(() => this.tick(), TICK_MS);
    this.connect();
  }

  stop(): void {
    clearInterval(this.ticker);
    this.drop();
    this.attempts = 0;
    this.become("idle");
  }

  /** Say hello anew over a new socket, at once. */
  restart(): void {
    if (this.state === "idle") return;
    this.drop();
    this.connect();
  }

  /** The welcome came: from here on a broken connection is tried again quickly. */
  settled(): void {
    clearTimeout(this.timer);
    this.attempts = 0;
    this.become("online");
  }

  /** Close, and come back after the next pause: something on the other side is not right. */
  retry(): void {
    this.drop();
    this.become("offline");
    this.timer = setTimeout(() => this.connect(), backoff(this.attempts, Math.random()));
    this.attempts += 1;
  }

  send(frame: ClientFrame): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** From now on a send waits for its ack, or none does. */
  awaiting(waits: boolean): void {
    this.waitsSince = waits ? Date.now() : null;
  }

  private nudge(): void {
    if (this.state === "offline") this.restart();
    else this.tick();
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.become("connecting");
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      return this.retry();
    }
    this.socket = socket;
    this.timer = setTimeout(() => this.retry(), CONNECT_MS);
    socket.onopen = () => void this.greet(socket);
    socket.onclose = ({ code }) => {
      if (code === POLICY) this.attempts = Math.max(this.attempts, PATIENT);
      this.retry();
    };
    socket.onmessage = (event) => this.listener.frame(event.data);
  }

  private async greet(socket: WebSocket): Promise<void> {
    const hello = await this.listener.hello();
    if (this.socket === socket) this.send(hello);
  }

  private tick(): void {
    const now = Date.now();
    const slept = now - this.tickedAt > SLEPT_MS;
    this.tickedAt = now;
    const silent = this.waitsSince !== null && now - this.waitsSince > SILENCE_MS;
    if (this.state === "online" && (slept || silent)) this.restart();
  }

  private drop(): void {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    this.waitsSince = null;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  private become(state: Link): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.link(state);
  }
}
