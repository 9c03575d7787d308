type Bucket = readonly [number, number];

/** What a quiet call's loudest moment is drawn as, of 127: silence must not look like speech. */
const QUIETEST = 24;

/** How much a recording's two waveforms are to be stretched alike, so that the louder one fills its place. */
export function stretch(channels: readonly (readonly Bucket[])[]): number {
  let loudest = QUIETEST;
  for (const [low, high] of channels.flat()) loudest = Math.max(loudest, high, -low);
  return 127 / loudest;
}

/** A waveform's outline as an SVG path, one unit wide a bucket, between -127 and 127. */
export function outline(buckets: readonly Bucket[], by: number): string {
  if (buckets.length === 0) return "";
  // What is silent still has a line.
  const edge = (at: number, from: number, to: number) => `${at} ${Math.round(from)}L${to} ${Math.round(from)}`;
  const top = buckets.map(([, high], at) => edge(at, -Math.max(high * by, 3), at + 1));
  const bottom = buckets.map(([low], at) => edge(at + 1, -Math.min(low * by, -3), at));
  return `M${top.join("L")}L${bottom.reverse().join("L")}Z`;
}
