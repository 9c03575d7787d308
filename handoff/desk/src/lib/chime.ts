/** Two soft notes made on the spot; browsers allow them after the first click or key. */

let context: AudioContext | null = null;

const NOTES = { queue: [659.25, 880], message: [783.99] } as const;
const NOTE_S = 0.16;

function wake(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
  } catch {
    // No sound device: the title and the list still say it.
  }
}

export function allowSound(): void {
  window.addEventListener("pointerdown", wake, { once: true });
  window.addEventListener("keydown", wake, { once: true });
}

/** The context to play with, or null before the first click or key. */
export const soundContext = (): AudioContext | null => (context?.state === "running" ? context : null);

const PROBE_MS = 400;

/** Whether the browser plays sound at all: before the first click on a page most do not. */
export async function soundAllowed(): Promise<boolean> {
  const clicked = () => navigator.userActivation?.hasBeenActive === true;
  if (clicked()) return true;
  const probe = new AudioContext();
  await Promise.race([probe.resume(), new Promise((done) => window.setTimeout(done, PROBE_MS))]);
  const allowed = probe.state === "running" || clicked();
  void probe.close();
  return allowed;
}

export function chime(kind: keyof typeof NOTES): void {
  if (context?.state !== "running") return;
  const start = context.currentTime;
  NOTES[kind].forEach((frequency, index) => {
    if (!context) return;
    const from = start + index * NOTE_S;
    const tone = new OscillatorNode(context, { type: "sine", frequency });
    const level = new GainNode(context, { gain: 0 });
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(0.12, from + 0.015);
    level.gain.exponentialRampToValueAtTime(0.0005, from + NOTE_S * 2.4);
    tone.connect(level).connect(context.destination);
    tone.start(from);
    tone.stop(from + NOTE_S * 2.5);
  });
}
