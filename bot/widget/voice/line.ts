/**
 * One telephone call over a WebSocket, from the click to the end: microphone, loudspeaker, keys, states.
 * It draws nothing. The widget's 'call us' and the agent's desk are both made of it.
 *
 *     const line = openLine({
 *       url: "wss://gateway.example/voice/web", worklet: "https://gateway.example/voice-worklet.js",
 *       hello: async () => ({ type: "hello", lang: "pl", visitor_token: null, identity: null }),
 *       onState: (state) => draw(state), onEnded: ({ code }) => explain(code),
 *     });
 *     line.mute(true); line.digit("5"); line.hangUp();
 *
 * To be called in the customer's click, or the browser keeps the sound back.
 */

import { parse, type FromGateway, type Hello, type Owner, type ToGateway } from "./frames";
import { Sound, SoundError, type Devices, type SoundProblem } from "./sound";

export type { Devices, Hello, SoundProblem };
export { SoundError };

/** `microphone`: the browser asks for it. `open`: connected, and the gateway has not said to whom. */
export type Phase = "microphone" | "connecting" | "open" | Owner;

export interface LineState {
  readonly phase: Phase;
  /** Whoever the caller talks to, where that is a person. */
  readonly name: string | null;
  /** Place in the queue, while waiting. */
  readonly position: number | null;
  readonly muted: boolean;
  /** The other side is on hold: neither hears the other. On the desk only. */
  readonly held: boolean;
}

/**
 * Why it is over: `hung_up` or `left` by this side, `ended` by the other one, `lost` in the middle, `unreachable`
 * before it began, no sound, or the code of the gateway's error (`busy`, `token_invalid`, ...).
 */
export type EndCode = "hung_up" | "left" | "ended" | "lost" | "unreachable" | SoundProblem | (string & {});

export interface Ended {
  readonly code: EndCode;
  /** The gateway's own word for an end that it made, or "". */
  readonly reason: string;
}

export interface LineOptions {
  /** Where the socket is: `wss://gateway/voice/web`. */
  readonly url: string;
  /** Where the audio thread's part is: `https://gateway/voice-worklet.js`. */
  readonly worklet: string;
  /** The first frame; asked for when the microphone is there. */
  readonly hello: Hello | (() => Hello | Promise<Hello>);
  readonly devices?: Devices;
  readonly onState: (state: LineState) => void;
  /** Called once; nothing is called after it. */
  readonly onEnded: (ended: Ended) => void;
  readonly onWelcome?: (welcome: { readonly callId: string; readonly visitorToken: string | null }) => void;
  /** How loud the microphone is, 0 to 1, 50 times a second. */
  readonly onLevel?: (level: number) => void;
  /**
   * The microphone was unplugged and no other could be taken: the line goes on with silence, and
   * `setDevice({ microphone: "" })` tries again. Without this function the call ends.
   */
  readonly onMicrophoneLost?: () => void;
}

export interface Line {
  readonly state: LineState;
  mute(on: boolean): void;
  /** Put the other side on hold, or talk on; the gateway takes it from an agent's page. */
  hold(on: boolean): void;
  /** One of `0123456789*#ABCD`. */
  digit(digit: string): void;
  hangUp(): void;
  /** Go without ending the call: it is somebody else's now, or another line of this page takes it up. */
  leave(): void;
  /** Change microphone or loudspeaker in the middle; rejects with `SoundError`, and the old one stays. */
  setDevice(devices: Devices): Promise<void>;
}

/** A gateway that does not welcome us by then is not there. */
const CONNECT_MS = 12_000;
/** Two seconds of audio that the network did not take: what is older than that is of no use to anybody. */
const MOST_BUFFERED = 32_000;
/** Closes a socket without hanging up; of RFC 6455's private ones (7.4.2). */
const LEFT = 4000;

export function openLine(options: LineOptions): Line {
  return new Call(options);
}

function loudness(pcm: ArrayBuffer): number {
  const samples = new Int16Array(pcm);
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length ? Math.sqrt(sum / samples.length) / 32_768 : 0;
}

class Call implements Line {
  state: LineState = { phase: "microphone", name: null, position: null, muted: false, held: false };
  private sound: Sound | null = null;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(private readonly options: LineOptions) {
    try {
      this.sound = new Sound({
        frame: (pcm) => this.spoken(pcm),
        played: (name) => this.say({ type: "mark", name }),
        microphoneLost: () => {
          if (options.onMicrophoneLost) options.onMicrophoneLost();
          else this.goodbye("microphone_missing");
        },
      });
    } catch (error) {
      queueMicrotask(() => this.end(error instanceof SoundError ? error.code : "unsupported"));
      return;
    }
    queueMicrotask(() => void this.begin());
  }

  mute(on: boolean): void {
    if (this.over || on === this.state.muted) return;
    this.sound?.mute(on);
    this.say({ type: "mute", on });
    this.tell({ muted: on });
  }

  hold(on: boolean): void {
    if (this.over || on === this.state.held) return;
    this.say({ type: "hold", on });
    this.tell({ held: on });
  }

  digit(digit: string): void {
    this.say({ type: "dtmf", digit });
  }

  hangUp(): void {
    this.goodbye("hung_up");
  }

  leave(): void {
    this.end("left", "", LEFT);
  }

  async setDevice(devices: Devices): Promise<void> {
    if (!this.over) await this.sound?.setDevice(devices);
  }

  // --- from the click to the welcome

  private async begin(): Promise<void> {
    this.tell({});
    try {
      await this.sound?.open(this.options.worklet, this.options.devices ?? {});
    } catch (error) {
      return this.end(error instanceof SoundError ? error.code : "microphone_failed");
    }
    if (this.over) return;
    this.tell({ phase: "connecting" });
    this.timer = setTimeout(() => this.end("unreachable", "", LEFT), CONNECT_MS);
    const { hello } = this.options;
    let first: Hello;
    try {
      first = typeof hello === "function" ? await hello() : hello;
    } catch {
      return this.end("unreachable");
    }
    if (!this.over) this.connect(first);
  }

  private connect(hello: Hello): void {
    try {
      this.socket = new WebSocket(this.options.url);
    } catch {
      return this.end("unreachable"); // the page's content security policy does not allow it
    }
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.say(hello);
    this.socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (this.over) return;
      if (typeof data !== "string") this.sound?.play(data);
      else this.heard(parse(data));
    };
    this.socket.onclose = () => this.end(this.welcomed ? "lost" : "unreachable");
  }

  private get welcomed(): boolean {
    return this.state.phase !== "microphone" && this.state.phase !== "connecting";
  }

  // --- what is said on either side

  private spoken(pcm: ArrayBuffer): void {
    const { socket } = this;
    if (this.over) return;
    this.options.onLevel?.(loudness(pcm));
    if (!this.welcomed || socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount < MOST_BUFFERED) socket.send(pcm);
  }

  private heard(frame: FromGateway | null): void {
    switch (frame?.type) {
      case "welcome":
        clearTimeout(this.timer);
        this.options.onWelcome?.({ callId: frame.call_id, visitorToken: frame.visitor_token });
        if (this.state.muted) this.say({ type: "mute", on: true });
        if (this.state.held) this.say({ type: "hold", on: true });
        return this.welcomed ? undefined : this.tell({ phase: "open" });
      case "mark":
        return this.sound?.mark(frame.name);
      case "clear":
        return this.sound?.clear();
      case "state":
        return this.tell({ phase: frame.state, name: frame.name, position: frame.position });
      case "ended":
        return this.end("ended", frame.reason);
      case "error":
        // In the middle of a call it tells of one frame that was refused, and the call goes on.
        return this.welcomed ? undefined : this.end(frame.code || "unreachable");
    }
  }

  private say(frame: ToGateway): void {
    if (!this.over && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private tell(change: Partial<LineState>): void {
    if (this.over) return;
    this.state = { ...this.state, ...change };
    this.options.onState(this.state);
  }

  // --- the end

  private goodbye(code: EndCode): void {
    this.say({ type: "hangup" });
    this.end(code);
  }

  private end(code: EndCode, reason = "", closing = 1000): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.sound?.close();
    const { socket } = this;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(closing); // what was said before goes out first
    }
    this.options.onEnded({ code, reason });
  }
}
