/** Colours of a shop's brand, kept readable: contrast as WCAG 2.2 defines it. */

export type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [17, 24, 39];

/** `#abc` or `#aabbcc`; anything else is null. */
export function parseHex(value: unknown): Rgb | null {
  if (typeof value !== "string") return null;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value);
  const parts = long?.slice(1) ?? short?.slice(1).map((digit) => digit + digit);
  return parts ? [parseInt(parts[0] ?? "", 16), parseInt(parts[1] ?? "", 16), parseInt(parts[2] ?? "", 16)] : null;
}

export function hex(colour: Rgb): string {
  return "#" + colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `share` of `to` in `from`. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => (from[i] ?? 0) * (1 - share) + (to[i] ?? 0) * share) as unknown as Rgb;
}

/** What is written on `ground`: the wish where it can be read (4.5:1), else white or ink, the better. */
export function readableOn(ground: Rgb, wish: Rgb | null): Rgb {
  if (wish && contrast(ground, wish) >= 4.5) return wish;
  if (contrast(ground, WHITE) >= 4.5) return WHITE;
  return contrast(ground, INK) >= 4.5 ? INK : [0, 0, 0];
}

/** `colour` darkened until it can be read on `ground`. */
export function darkenedFor(colour: Rgb, ground: Rgb): Rgb {
  let share = 0;
  while (contrast(mix(colour, INK, share), ground) < 4.5 && share < 1) share += 0.05;
  return mix(colour, INK, share);
}

/** The palette as CSS custom properties. */
export function palette(primary: Rgb, wish: Rgb | null): Record<string, string> {
  const on = readableOn(primary, wish);
  const tint = mix(primary, WHITE, 0.92);
  // The header is a gradient; its far end goes away from what is written on it, so contrast only grows.
  const far = luminance(on) > 0.5 ? mix(primary, [0, 0, 0], 0.28) : mix(primary, WHITE, 0.28);
  return {
    "--primary": hex(primary),
    "--primary-far": hex(far),
    "--on-primary": hex(on),
    "--accent": hex(darkenedFor(primary, tint)),
    "--tint": hex(tint),
    "--tint-line": hex(mix(primary, WHITE, 0.72)),
  };
}
