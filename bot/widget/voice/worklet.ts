/**
 * The part that runs on the audio thread: the microphone becomes 20 ms frames at 8 kHz, frames from the
 * gateway become sound. Built into `/voice-worklet.js`, a file of its own: an `AudioWorklet` loads a URL, and
 * a `blob:` would be one more thing that a shop's content security policy has to allow.
 */

import { JitterBuffer } from "./jitter";
import { Resampler } from "./resampler";

declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => Processor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
interface Processor {
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

/** What the page says to this thread; `ArrayBuffer` is s16le at 8 kHz. */
export type ToWorklet = ArrayBuffer | { readonly mark: string } | "clear" | "end";
/** What this thread says to the page: a captured frame (320 bytes), or a mark that was reached. */
export type FromWorklet = ArrayBuffer | { readonly played: string };

const RATE = 8_000;
const FRAME = 160;
/** Frames from the gateway are taken out of the buffer by the millisecond. */
const GRAIN = 8;

class LineProcessor extends AudioWorkletProcessor implements Processor {
  private readonly down = new Resampler(sampleRate, RATE);
  private readonly up = new Resampler(RATE, sampleRate);
  private readonly buffer = new JitterBuffer((played) => this.port.postMessage({ played } satisfies FromWorklet));
  private readonly grain = new Float32Array(GRAIN);
  private mono = new Float32Array(128);
  private frame = new Int16Array(FRAME);
  private filled = 0;
  private spare: Float32Array = new Float32Array(0);
  private ended = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToWorklet>) => {
      if (data === "end") this.ended = true;
      else if (data === "clear") this.buffer.clear();
      else if (data instanceof ArrayBuffer) this.buffer.push(new Int16Array(data, 0, data.byteLength >> 1));
      else this.buffer.mark(data.mark);
    };
  }

  process([microphone]: Float32Array[][], [speaker]: Float32Array[][]): boolean {
    const length = speaker?.[0]?.length ?? 128;
    this.capture(microphone ?? [], length);
    this.play(speaker ?? [], length);
    return !this.ended;
  }

  /** Silence where no microphone is connected (it is being changed): the clock goes on. */
  private capture(channels: Float32Array[], length: number): void {
    if (this.mono.length !== length) this.mono = new Float32Array(length);
    this.mono.fill(0);
    for (const channel of channels) {
      for (let k = 0; k < length; k += 1) this.mono[k]! += channel[k]! / channels.length;
    }
    for (const sample of this.down.process(this.mono)) {
      this.frame[this.filled] = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
      this.filled += 1;
      if (this.filled < FRAME) continue;
      this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
      this.frame = new Int16Array(FRAME);
      this.filled = 0;
    }
  }

  private play(channels: Float32Array[], length: number): void {
    const sound = new Float32Array(length);
    let made = 0;
    for (let left = this.spare; ; left = this.up.process(this.grain)) {
      const taken = Math.min(left.length, length - made);
      sound.set(left.subarray(0, taken), made);
      made += taken;
      if (made === length) {
        this.spare = left.slice(taken);
        break;
      }
      this.buffer.pull(this.grain);
    }
    for (const channel of channels) channel.set(sound);
  }
}

registerProcessor("centrala-line", LineProcessor);
