/** A telephone that rings softly: two warbled bursts, made on the spot. */

import { soundContext } from "./chime";

const BURST_S = 0.42;
const GAP_S = 0.2;
const NOTES = [587.33, 739.99] as const;
const TRILL_S = 0.07;
const LOUD = 0.14;

/** One ring of about a second, to be repeated by whoever keeps the time; gives what silences it. */
export function ringOnce(): () => void {
  const context = soundContext();
  if (!context) return () => {};
  const level = new GainNode(context, { gain: 0 });
  const tone = new OscillatorNode(context, { type: "triangle" });
  tone.connect(level).connect(context.destination);
  const begin = context.currentTime + 0.02;
  for (const from of [begin, begin + BURST_S + GAP_S]) {
    for (let at = 0, note = 0; at < BURST_S; at += TRILL_S, note += 1) {
      tone.frequency.setValueAtTime(NOTES[note % 2] ?? NOTES[0], from + at);
    }
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(LOUD, from + 0.02);
    level.gain.setValueAtTime(LOUD, from + BURST_S - 0.12);
    level.gain.linearRampToValueAtTime(0, from + BURST_S);
  }
  tone.start(begin);
  tone.stop(begin + 2 * BURST_S + GAP_S + 0.05);
  return () => {
    level.disconnect();
    tone.stop();
  };
}
