import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { hear, level } from "../../state/talk";
import { Level } from "../call/CallBar";
import { problemWords } from "../call/words";

const EVERY_MS = 20;
const PROBLEMS: Record<string, string> = {
  NotAllowedError: "microphone_denied",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
};

/** Listens until it is stopped; nothing leaves the page. */
async function listen(device: string): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: device ? { deviceId: { exact: device } } : true,
  });
  const context = new AudioContext();
  const ear = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(ear);
  const samples = new Float32Array(ear.fftSize);
  const timer = window.setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    hear(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }, EVERY_MS);
  return () => {
    window.clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
    level.value = 0;
  };
}

/** Tries the microphone before a call does. */
export function MicrophoneTest({ device, onAllowed }: { device: string; onAllowed: () => void }) {
  const [on, setOn] = useState(false);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    if (!on) return undefined;
    let stop: (() => void) | null = null;
    let gone = false;
    listen(device).then(
      (end) => {
        if (gone) return end();
        stop = end;
        onAllowed();
      },
      (error: unknown) => {
        setOn(false);
        setFailed(PROBLEMS[error instanceof DOMException ? error.name : ""] ?? "microphone_failed");
      },
    );
    return () => {
      gone = true;
      stop?.();
    };
  }, [on]);
  const toggle = () => {
    setFailed("");
    setOn(!on);
  };
  return (
    <>
      <p class="headset-level">
        <button type="button" class="button compact" aria-pressed={on} onClick={toggle}>
          {t(on ? "headset.stop" : "headset.try")}
        </button>
        {on && <Level />}
        {on && <span class="quiet small">{t("headset.level")}</span>}
      </p>
      {failed && (
        <p class="problem" role="alert">
          {problemWords(failed)}
        </p>
      )}
    </>
  );
}
