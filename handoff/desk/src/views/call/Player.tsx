import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { get } from "../../api/rest";
import type { Conversation, Peaks, Recording } from "../../api/types";
import { ticking } from "../../lib/time";
import { jump, keyOf, messageAt, playerOf, playing, sounding } from "../../state/playback";
import { talking } from "../../state/talk";
import { Icon } from "../../ui/Icon";
import { Wave } from "./Wave";

const BUCKETS = 400;
const SPEEDS = [1, 1.5, 2] as const;

type Loaded = Peaks | "failed" | null;

function usePeaks(address: string, again: number): Loaded {
  const [peaks, setPeaks] = useState<Loaded>(null);
  useEffect(() => {
    let gone = false;
    get<Peaks>(`${address}/peaks?buckets=${BUCKETS}`).then(
      (found) => gone || setPeaks(found),
      () => gone || setPeaks("failed"),
    );
    return () => {
      gone = true;
    };
  }, [address, again]);
  return peaks;
}

interface PlayerProps {
  conversation: Conversation;
  recording: Recording;
  name: string;
}

/** One recording: both voices to look at, to listen to, and to go to by a click on what was said. */
export function Player({ conversation, recording, name }: PlayerProps) {
  const { id } = conversation;
  const { n } = recording;
  const address = `/conversations/${encodeURIComponent(id)}/recordings/${n}`;
  const own = playerOf(id, n);
  const audio = useRef<HTMLAudioElement>(null);
  const [tries, setTries] = useState(0);
  const peaks = usePeaks(address, tries);
  const [at, setAt] = useState(0);
  const [on, setOn] = useState(false);
  const [speed, setSpeed] = useState<number>(1);
  const [broken, setBroken] = useState(false);
  const present = useRef(conversation);
  present.current = conversation;
  const known = peaks && peaks !== "failed" ? peaks : null;
  const length = known?.seconds ?? recording.seconds ?? 0;

  const show = (seconds: number) => {
    setAt(seconds);
    const heard = messageAt(present.current, recording, seconds);
    if (sounding.peek() === own) playing.value = heard ? keyOf(id, heard.ordinal) : "";
  };
  const seek = (seconds: number) => {
    const element = audio.current;
    if (!element) return;
    const to = Math.min(length, Math.max(0, seconds));
    element.currentTime = to;
    show(to);
  };
  const play = () => {
    const element = audio.current;
    if (!element) return;
    sounding.value = own;
    if (element.ended) element.currentTime = 0;
    element.playbackRate = speed;
    element.play().catch(() => undefined); // told by `onError`, or stopped before it began
  };
  const toggle = () => (on ? audio.current?.pause() : play());
  const choose = (next: number) => {
    setSpeed(next);
    if (audio.current) audio.current.playbackRate = next;
  };

  useEffect(
    () =>
      effect(() => {
        // Another one plays, or the telephone rings in one's ear.
        if (sounding.value !== own || talking.value) audio.current?.pause();
      }),
    [own],
  );
  const go = useRef(seek);
  go.current = seek;
  useEffect(
    () =>
      effect(() => {
        const place = jump.value;
        if (place?.id !== id || place.n !== n) return;
        queueMicrotask(() => {
          if (jump.peek() === place) jump.value = null;
          sounding.value = own;
          go.current(place.seconds);
          play();
        });
      }),
    [id, n],
  );
  useEffect(
    () => () => {
      if (sounding.peek() === own) sounding.value = playing.value = "";
    },
    [own],
  );
  useEffect(() => {
    if (!on) return undefined;
    // `timeupdate` comes four times a second: too seldom for the eye.
    let frame = requestAnimationFrame(function look() {
      const element = audio.current;
      if (element && !element.seeking) show(element.currentTime);
      frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [on]);

  const retry = () => {
    setBroken(false);
    setTries(tries + 1);
    audio.current?.load();
  };
  const wave = useMemo(() => known?.channels ?? [[], []], [known]);
  return (
    <div class="player" role="group" aria-label={name} data-player={n}>
      <audio
        ref={audio}
        preload="metadata"
        src={`/api/v1${address}`}
        onPlay={() => setOn(true)}
        onPause={() => setOn(false)}
        onEnded={() => {
          setOn(false);
          show(length);
        }}
        onError={() => setBroken(true)}
      />
      <button
        type="button"
        class="player-play"
        aria-label={t(on ? "player.pause" : "player.play")}
        title={t(on ? "player.pause" : "player.play")}
        onClick={toggle}
      >
        <Icon name={on ? "pause" : "play"} />
      </button>
      <Wave channels={wave} length={length} at={at} name={name} onSeek={seek} onToggle={toggle} />
      <span class="player-time figure">
        {ticking(at * 1_000)} <span class="quiet">/ {ticking(length * 1_000)}</span>
      </span>
      <div class="segments player-speeds" role="group" aria-label={t("player.speed")}>
        {SPEEDS.map((one) => (
          <button key={one} type="button" aria-pressed={speed === one} onClick={() => choose(one)}>
            {one}×
          </button>
        ))}
      </div>
      {(broken || peaks === "failed") && (
        <p class="player-problem" role="alert">
          {t("player.failed")}{" "}
          <button type="button" class="text-button" onClick={retry}>
            {t("common.try_again")}
          </button>
        </p>
      )}
    </div>
  );
}
