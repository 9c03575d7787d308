/**
 * Changes the rate of a stream of samples by a polyphase filter: a Kaiser-windowed sinc, one row of
 * coefficients for each place that an output sample can have between two input samples.
 *
 * Passes up to 84 % of the lower rate's band (3.4 kHz of 4 at 8 kHz) and leaves 70 dB less of what would
 * fold back into it.
 */

const CROSSINGS = 24;
const BETA = 7.5;
const CUTOFF = 0.95;
/** The longest block that `process` takes. */
const BLOCK = 256;

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > sum * 1e-9; k += 1) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

function row(taps: number, cutoff: number, shift: number): Float32Array {
  const half = taps / 2;
  const values = new Float32Array(taps);
  let sum = 0;
  for (let k = 0; k < taps; k += 1) {
    const at = k - half + 1 - shift;
    const angle = Math.PI * cutoff * at;
    const window = bessel(BETA * Math.sqrt(Math.max(0, 1 - (at / half) ** 2))) / bessel(BETA);
    sum += values[k] = (angle === 0 ? 1 : Math.sin(angle) / angle) * window;
  }
  return values.map((value) => value / sum);
}

export class Resampler {
  private readonly rows: readonly Float32Array[];
  private readonly taps: number;
  private readonly up: number;
  private readonly down: number;
  private readonly kept: Float32Array;
  private readonly out: Float32Array;
  private length: number;
  private phase = 0;

  /** Whole rates in Hz. */
  constructor(from: number, to: number) {
    const common = gcd(from, to);
    this.up = to / common;
    this.down = from / common;
    this.taps = 2 * Math.ceil(CROSSINGS * Math.max(1, from / to));
    const cutoff = CUTOFF * Math.min(1, to / from);
    this.rows = Array.from({ length: this.up }, (_, phase) => row(this.taps, cutoff, phase / this.up));
    this.kept = new Float32Array(this.taps + BLOCK);
    this.length = this.taps - 1; // silence before the first sample
    this.out = new Float32Array(Math.ceil((BLOCK * to) / from) + 1);
  }

  /** At most 256 samples in; what comes back is valid until the next call. */
  process(input: Float32Array): Float32Array {
    const { kept, taps, out } = this;
    kept.set(input, this.length);
    this.length += input.length;
    let at = 0;
    let made = 0;
    while (at + taps <= this.length) {
      const coefficients = this.rows[this.phase] as Float32Array;
      let sum = 0;
      for (let k = 0; k < taps; k += 1) sum += (coefficients[k] as number) * (kept[at + k] as number);
      out[made] = sum;
      made += 1;
      this.phase += this.down;
      at += Math.floor(this.phase / this.up);
      this.phase %= this.up;
    }
    kept.copyWithin(0, at, this.length);
    this.length -= at;
    return out.subarray(0, made);
  }
}
