/** A waveform's outline as an SVG path, one unit wide a bucket, between -127 and 127. */
export function outline(buckets: readonly (readonly [number, number])[]): string {
  if (buckets.length === 0) return "";
  // What is silent still has a line, and nothing has no height.
  const top = buckets.map(([, high], at) => `${at} ${-Math.max(high, 2)}L${at + 1} ${-Math.max(high, 2)}`);
  const bottom = buckets.map(([low], at) => `${at + 1} ${-Math.min(low, -2)}L${at} ${-Math.min(low, -2)}`);
  return `M${top.join("L")}L${bottom.reverse().join("L")}Z`;
}
