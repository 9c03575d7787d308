import { useMemo, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { ticking } from "../../lib/time";
import { outline, stretch } from "../../lib/wave";

interface WaveProps {
  /** the caller's, then the house's */
  channels: [number, number][][];
  /** seconds */
  length: number;
  at: number;
  name: string;
  onSeek: (seconds: number) => void;
  onToggle: () => void;
}

const STEP_S = 5;
const LEAP_S = 30;

function Side({ buckets, side, by }: { buckets: [number, number][]; side: "caller" | "house"; by: number }) {
  const path = useMemo(() => outline(buckets, by), [buckets, by]);
  return (
    <svg class={`wave-side ${side}`} viewBox={`0 -128 ${Math.max(1, buckets.length)} 256`} preserveAspectRatio="none">
      <path d={path} />
    </svg>
  );
}

/** Both voices one above the other; a slider, by pointer and by keys. */
export function Wave({ channels, length, at, name, onSeek, onToggle }: WaveProps) {
  const box = useRef<HTMLDivElement>(null);
  const [caller = [], house = []] = channels;
  const by = useMemo(() => stretch(channels), [channels]);
  const seekBy = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    if (area && area.width > 0) onSeek(((event.clientX - area.left) / area.width) * length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to: Record<string, number> = {
      ...{ ArrowLeft: at - STEP_S, ArrowDown: at - STEP_S, ArrowRight: at + STEP_S, ArrowUp: at + STEP_S },
      ...{ PageDown: at - LEAP_S, PageUp: at + LEAP_S, Home: 0, End: length },
    };
    const seconds = to[event.key];
    if (seconds === undefined && event.key !== " ") return;
    event.preventDefault();
    if (seconds === undefined) onToggle();
    else onSeek(seconds);
  };
  const share = length > 0 ? Math.min(1, at / length) : 0;
  const sides = (
    <>
      <Side buckets={caller} side="caller" by={by} />
      <Side buckets={house} side="house" by={by} />
    </>
  );
  return (
    <div
      ref={box}
      class="wave"
      role="slider"
      tabIndex={0}
      aria-label={t("player.position", { name })}
      aria-valuemin={0}
      aria-valuemax={Math.round(length)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={t("player.of", { at: ticking(at * 1_000), length: ticking(length * 1_000) })}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        box.current?.setPointerCapture(event.pointerId);
        seekBy(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons & 1) seekBy(event);
      }}
    >
      <div class="wave-all" aria-hidden="true">
        {sides}
      </div>
      <div class="wave-played" aria-hidden="true" style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }}>
        {sides}
      </div>
      <i class="wave-head" style={{ left: `${share * 100}%` }} />
    </div>
  );
}
