const a = (h) => h * 8e3 / 1e3, k = a(40), b = a(60), F = a(240), u = a(20), T = a(100), c = a(4e3), R = a(1e4), d = 200, v = 256;
class I {
  constructor(t) {
    this.played = t;
  }
  played;
  ring = new Int16Array(c);
  marks = [];
  written = 0;
  read = 0;
  wanted = b;
  playing = !1;
  waited = 0;
  calm = 0;
  get level() {
    return this.written - this.read;
  }
  push(t) {
    if (this.level > this.wanted + T && t.every((e) => e < d && e > -d)) return;
    const s = t.subarray(-c);
    this.level + s.length > c && (this.read = this.written + s.length - c, this.report());
    for (const e of s) this.ring[this.written++ % c] = e;
  }
  mark(t) {
    this.marks.push({ name: t, at: this.written }), this.marks.length > v && this.played(this.marks.shift().name), this.report();
  }
  clear() {
    this.read = this.written, this.playing = !1, this.waited = 0, this.report();
  }
  /** Fill `out` (-1 to 1); with silence where there is nothing. */
  pull(t) {
    if (t.fill(0), !this.playing && !this.begin(t.length)) return;
    const s = Math.min(t.length, this.level);
    for (let e = 0; e < s; e += 1) t[e] = this.ring[this.read++ % c] / 32768;
    s < t.length ? this.starved() : this.rested(s), this.report();
  }
  begin(t) {
    return this.waited = this.level > 0 ? this.waited + t : 0, this.playing = this.level >= this.wanted || this.waited > this.wanted * 2, this.playing && (this.waited = 0), this.playing;
  }
  starved() {
    this.playing = !1, this.calm = 0, this.wanted = Math.min(F, this.wanted + u);
  }
  rested(t) {
    this.calm += t, !(this.calm < R) && (this.calm = 0, this.wanted = Math.max(k, this.wanted - u));
  }
  report() {
    for (; this.marks[0] && this.marks[0].at <= this.read; ) this.played(this.marks.shift().name);
  }
}
const S = 24, m = 7.5, E = 0.95, w = 256;
function M(h, t) {
  return t === 0 ? h : M(t, h % t);
}
function g(h) {
  let t = 1;
  for (let s = 1, e = 1; s > t * 1e-9; e += 1) t += s *= (h / (2 * e)) ** 2;
  return t;
}
function C(h, t, s) {
  const e = h / 2, i = new Float32Array(h);
  let n = 0;
  for (let r = 0; r < h; r += 1) {
    const f = r - e + 1 - s, l = Math.PI * t * f, o = g(m * Math.sqrt(Math.max(0, 1 - (f / e) ** 2))) / g(m);
    n += i[r] = (l === 0 ? 1 : Math.sin(l) / l) * o;
  }
  return i.map((r) => r / n);
}
class y {
  rows;
  taps;
  up;
  down;
  kept;
  out;
  length;
  phase = 0;
  /** Whole rates in Hz. */
  constructor(t, s) {
    const e = M(t, s);
    this.up = s / e, this.down = t / e, this.taps = 2 * Math.ceil(S * Math.max(1, t / s));
    const i = E * Math.min(1, s / t);
    this.rows = Array.from({ length: this.up }, (n, r) => C(this.taps, i, r / this.up)), this.kept = new Float32Array(this.taps + w), this.length = this.taps - 1, this.out = new Float32Array(Math.ceil(w * s / t) + 1);
  }
  /** At most 256 samples in; what comes back is valid until the next call. */
  process(t) {
    const { kept: s, taps: e, out: i } = this;
    s.set(t, this.length), this.length += t.length;
    let n = 0, r = 0;
    for (; n + e <= this.length; ) {
      const f = this.rows[this.phase];
      let l = 0;
      for (let o = 0; o < e; o += 1) l += f[o] * s[n + o];
      i[r] = l, r += 1, this.phase += this.down, n += Math.floor(this.phase / this.up), this.phase %= this.up;
    }
    return s.copyWithin(0, n, this.length), this.length -= n, i.subarray(0, r);
  }
}
const A = 8e3, p = 160, L = 8;
class P extends AudioWorkletProcessor {
  down = new y(sampleRate, A);
  up = new y(A, sampleRate);
  buffer = new I((t) => this.port.postMessage({ played: t }));
  grain = new Float32Array(L);
  mono = new Float32Array(128);
  frame = new Int16Array(p);
  filled = 0;
  spare = new Float32Array(0);
  ended = !1;
  constructor() {
    super(), this.port.onmessage = ({ data: t }) => {
      t === "end" ? this.ended = !0 : t === "clear" ? this.buffer.clear() : t instanceof ArrayBuffer ? this.buffer.push(new Int16Array(t, 0, t.byteLength >> 1)) : this.buffer.mark(t.mark);
    };
  }
  process([t], [s]) {
    const e = s?.[0]?.length ?? 128;
    return this.capture(t ?? [], e), this.play(s ?? [], e), !this.ended;
  }
  /** Silence where no microphone is connected (it is being changed): the clock goes on. */
  capture(t, s) {
    this.mono.length !== s && (this.mono = new Float32Array(s)), this.mono.fill(0);
    for (const e of t)
      for (let i = 0; i < s; i += 1) this.mono[i] += e[i] / t.length;
    for (const e of this.down.process(this.mono))
      this.frame[this.filled] = Math.max(-32768, Math.min(32767, Math.round(e * 32768))), this.filled += 1, !(this.filled < p) && (this.port.postMessage(this.frame.buffer, [this.frame.buffer]), this.frame = new Int16Array(p), this.filled = 0);
  }
  play(t, s) {
    const e = new Float32Array(s);
    let i = 0;
    for (let n = this.spare; ; n = this.up.process(this.grain)) {
      const r = Math.min(n.length, s - i);
      if (e.set(n.subarray(0, r), i), i += r, i === s) {
        this.spare = n.slice(r);
        break;
      }
      this.buffer.pull(this.grain);
    }
    for (const n of t) n.set(e);
  }
}
registerProcessor("centrala-line", P);
