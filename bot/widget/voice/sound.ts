/** Microphone and loudspeaker of one line: an audio context, and the worklet between them. */

import type { FromWorklet, ToWorklet } from "./worklet";

/** Why there is no sound; each has its own words in the pages. */
export type SoundProblem =
  | "unsupported"
  | "microphone_denied"
  | "microphone_missing"
  | "microphone_busy"
  | "microphone_failed"
  | "worklet_blocked";

export class SoundError extends Error {
  constructor(readonly code: SoundProblem) {
    super(code);
  }
}

/** Device ids as `navigator.mediaDevices.enumerateDevices` gives them; the browser's own choice where absent. */
export interface Devices {
  readonly microphone?: string | undefined;
  readonly speaker?: string | undefined;
}

interface Handlers {
  /** 20 ms of the microphone, s16le mono at 8 kHz. */
  frame(pcm: ArrayBuffer): void;
  played(mark: string): void;
  /** The microphone was unplugged, and no other could be taken. */
  microphoneLost(): void;
}

type WithSink = AudioContext & { setSinkId?(id: string): Promise<void> };

const PROBLEMS: Readonly<Record<string, SoundProblem>> = {
  NotAllowedError: "microphone_denied",
  SecurityError: "microphone_denied",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy",
};

async function listen(device: string | undefined): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
        ...(device ? { deviceId: { exact: device } } : {}),
      },
    });
  } catch (error) {
    throw new SoundError(PROBLEMS[error instanceof DOMException ? error.name : ""] ?? "microphone_failed");
  }
}

export class Sound {
  private readonly context: WithSink;
  private node: AudioWorkletNode | null = null;
  private stream: MediaStream | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private muted = false;
  private closed = false;

  /** To be called in the customer's click: a context that was made later stays silent. */
  constructor(private readonly handlers: Handlers) {
    if (!isSecureContext || !("mediaDevices" in navigator) || typeof AudioWorkletNode === "undefined") {
      throw new SoundError("unsupported");
    }
    this.context = new AudioContext({ latencyHint: "interactive" });
    void this.context.resume();
    this.context.addEventListener("statechange", this.wake);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Ask for the microphone and load the worklet. Throws `SoundError`. */
  async open(worklet: string, devices: Devices): Promise<void> {
    const loaded = this.context.audioWorklet.addModule(worklet).then(
      () => null,
      () => new SoundError("worklet_blocked"),
    );
    const stream = await listen(devices.microphone);
    const problem = await loaded;
    if (this.closed || problem) for (const track of stream.getTracks()) track.stop();
    if (problem) throw problem;
    if (this.closed) return;
    this.node = new AudioWorkletNode(this.context, "centrala-line", { outputChannelCount: [1] });
    this.node.port.onmessage = ({ data }: MessageEvent<FromWorklet>) => {
      if (data instanceof ArrayBuffer) this.handlers.frame(data);
      else this.handlers.played(data.played);
    };
    this.node.connect(this.context.destination);
    this.take(stream);
    if (devices.speaker) await this.speak(devices.speaker).catch(() => undefined); // gone: then the usual one
  }

  /** s16le mono at 8 kHz; the buffer belongs to the audio thread afterwards. */
  play(pcm: ArrayBuffer): void {
    this.post(pcm, [pcm]);
  }

  mark(name: string): void {
    this.post({ mark: name });
  }

  clear(): void {
    this.post("clear");
  }

  /** Silence goes out instead of the microphone; the call's clock goes on. */
  mute(on: boolean): void {
    this.muted = on;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !on;
  }

  /** Throws `SoundError` where a device is not there; the old one stays then. */
  async setDevice({ microphone, speaker }: Devices): Promise<void> {
    if (microphone !== undefined) this.take(await listen(microphone));
    if (speaker !== undefined) await this.speak(speaker);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    document.removeEventListener("visibilitychange", this.wake);
    this.context.removeEventListener("statechange", this.wake);
    this.post("end");
    this.release();
    this.node?.disconnect();
    void this.context.close();
  }

  private readonly wake = (): void => {
    // A telephone call or another app took the sound: it comes back with the page.
    if (!this.closed && this.context.state !== "running") void this.context.resume().catch(() => undefined);
  };

  private async speak(device: string): Promise<void> {
    if (!this.context.setSinkId) throw new SoundError("unsupported");
    await this.context.setSinkId(device).catch(() => {
      throw new SoundError("unsupported");
    });
  }

  private take(stream: MediaStream): void {
    if (this.closed || !this.node) return stream.getTracks().forEach((track) => track.stop());
    this.release();
    this.stream = stream;
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.node);
    this.mute(this.muted);
    stream.getAudioTracks()[0]?.addEventListener("ended", () => {
      if (this.stream !== stream || this.closed) return;
      listen(undefined).then(
        (other) => this.take(other),
        () => this.handlers.microphoneLost(),
      );
    });
  }

  private release(): void {
    this.source?.disconnect();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.source = this.stream = null;
  }

  private post(message: ToWorklet, transfer: Transferable[] = []): void {
    this.node?.port.postMessage(message, transfer);
  }
}
