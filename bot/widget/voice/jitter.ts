/**
 * What came over the network and is not played yet, in samples at 8 kHz.
 *
 * The gateway sends in real time, so a few frames are enough: 60 ms at first, more after every time that the
 * network was too late, less again when it is not. What piles up behind a stall is made good in the pauses of
 * speech, where frames of silence are left out. Marks lie between the samples and come back when these were
 * played or thrown away.
 */

const RATE = 8_000;
const ms = (milliseconds: number): number => (milliseconds * RATE) / 1_000;

const LEAST = ms(40);
const FIRST = ms(60);
const MOST = ms(240);
const STEP = ms(20);
/** So much more than wanted is too late: silence is left out. */
const SLACK = ms(100);
/** More is not kept at all. */
const CAPACITY = ms(4_000);
const CALM = ms(10_000);
const QUIET = 200;
const MOST_MARKS = 256;

interface Mark {
  readonly name: string;
  readonly at: number;
}

export class JitterBuffer {
  private readonly ring = new Int16Array(CAPACITY);
  private readonly marks: Mark[] = [];
  private written = 0;
  private read = 0;
  private wanted = FIRST;
  private playing = false;
  private waited = 0;
  private calm = 0;

  constructor(private readonly played: (mark: string) => void) {}

  private get level(): number {
    return this.written - this.read;
  }

  push(pcm: Int16Array): void {
    if (this.level > this.wanted + SLACK && pcm.every((sample) => sample < QUIET && sample > -QUIET)) return;
    const added = pcm.subarray(-CAPACITY);
    if (this.level + added.length > CAPACITY) {
      this.read = this.written + added.length - CAPACITY;
      this.report();
    }
    for (const sample of added) this.ring[this.written++ % CAPACITY] = sample;
  }

  mark(name: string): void {
    this.marks.push({ name, at: this.written });
    if (this.marks.length > MOST_MARKS) this.played((this.marks.shift() as Mark).name);
    this.report();
  }

  clear(): void {
    this.read = this.written;
    this.playing = false;
    this.waited = 0;
    this.report();
  }

  /** Fill `out` (-1 to 1); with silence where there is nothing. */
  pull(out: Float32Array): void {
    out.fill(0);
    if (!this.playing && !this.begin(out.length)) return;
    const count = Math.min(out.length, this.level);
    for (let k = 0; k < count; k += 1) out[k] = (this.ring[this.read++ % CAPACITY] as number) / 32_768;
    if (count < out.length) this.starved();
    else this.rested(count);
    this.report();
  }

  private begin(passed: number): boolean {
    this.waited = this.level > 0 ? this.waited + passed : 0;
    // The second: the last words before the other side fell silent are not kept back.
    this.playing = this.level >= this.wanted || this.waited > this.wanted * 2;
    if (this.playing) this.waited = 0;
    return this.playing;
  }

  private starved(): void {
    this.playing = false;
    this.calm = 0;
    this.wanted = Math.min(MOST, this.wanted + STEP);
  }

  private rested(count: number): void {
    this.calm += count;
    if (this.calm < CALM) return;
    this.calm = 0;
    this.wanted = Math.max(LEAST, this.wanted - STEP);
  }

  private report(): void {
    while (this.marks[0] && this.marks[0].at <= this.read) this.played((this.marks.shift() as Mark).name);
  }
}
