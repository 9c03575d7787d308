import { t } from "../../i18n";
import type { Conversation } from "../../api/types";
import { ticking } from "../../lib/time";
import { answer } from "../../state/actions";
import { now } from "../../state/live";
import { ringing } from "../../state/ringing";
import { dialog } from "../../state/screen";
import { findMicrophone, hangUp, level, talk, talking, toggleHold, toggleMute, tryAgain, type Talk } from "../../state/talk";
import { isOnTheLine } from "../../state/transcripts";
import { Kbd } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/Icon";
import { endWords, problemWords, stateWords } from "./words";

/** How long the line is there; it stands still once the call is over. */
export function TalkTime({ since, until }: { since: number | null; until: number | null }) {
  // Read to be drawn every second; the computer's own clock measures both ends.
  const ticks = until ?? (now.value > 0 ? Date.now() : 0);
  if (since === null) return null;
  return (
    <span class="call-time figure" role="timer" aria-label={t("call.time")}>
      {ticking(ticks - since)}
    </span>
  );
}

/** That the own microphone works is seen, not believed. */
export function Level() {
  const bars = Math.round(level.value * 5);
  return (
    <span class="mic-level" data-level={bars} aria-hidden="true">
      {[1, 2, 3, 4, 5].map((bar) => (
        <i key={bar} class={bar <= bars ? "on" : ""} />
      ))}
    </span>
  );
}

interface ToolProps {
  icon: IconName;
  text: string;
  keys?: string;
  pressed?: boolean;
  disabled?: boolean;
  run: () => void;
}

function Tool({ icon, text, keys, pressed, disabled = false, run }: ToolProps) {
  return (
    <button
      type="button"
      class="button call-tool"
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      aria-disabled={disabled}
      onClick={() => disabled || run()}
    >
      <Icon name={icon} size={16} />
      <span>{text}</span>
      {keys && <Kbd>{keys}</Kbd>}
    </button>
  );
}

function Tools({ present }: { present: Talk }) {
  const off = present.phase !== "talking";
  return (
    <div class="call-tools">
      <Level />
      <Tool
        icon={present.muted ? "micoff" : "mic"}
        text={t(present.muted ? "call.unmute" : "call.mute")}
        keys="M"
        pressed={present.muted}
        disabled={off}
        run={toggleMute}
      />
      <Tool
        icon={present.held ? "play" : "pause"}
        text={t(present.held ? "call.unhold" : "call.hold")}
        keys="P"
        pressed={present.held}
        disabled={off}
        run={toggleHold}
      />
      <button
        type="button"
        class="icon-button"
        aria-label={t("headset.title")}
        title={t("headset.title")}
        onClick={() => (dialog.value = "headset")}
      >
        <Icon name="headset" />
      </button>
      <button type="button" class="button hang-up" aria-disabled={off} onClick={() => off || hangUp()}>
        <Icon name="hangup" size={16} />
        <span>{t("call.hang_up")}</span>
      </button>
    </div>
  );
}

/** What is wrong with the sound, what to do, and the way to try again. */
function Problem({ text, run }: { text: string; run: () => void }) {
  return (
    <div class="call-problem" role="alert">
      <Icon name="warn" size={16} />
      <p>{text}</p>
      <button type="button" class="button compact" onClick={run}>
        {t("common.try_again")}
      </button>
      <button type="button" class="text-button" onClick={() => (dialog.value = "headset")}>
        {t("headset.title")}
      </button>
    </div>
  );
}

function Mine({ present, recorded }: { present: Talk; recorded: boolean }) {
  const over = present.phase === "over";
  return (
    <div class="call-bar" data-phase={present.held && present.phase === "talking" ? "held" : present.phase} role="group" aria-label={t("call.title")}>
      <div class="call-line">
        <p class="call-state" role="status">
          <i class="call-dot" aria-hidden="true" />
          <span>{over ? endWords(present.code) : stateWords(present)}</span>
        </p>
        <TalkTime since={present.since} until={present.until} />
        {recorded && !over && <span class="call-recorded">{t("call.recorded")}</span>}
        {over && <span class="quiet">{t("call.wrap_up")}</span>}
        {!over && present.phase !== "phone" && <Tools present={present} />}
      </div>
      {present.phase === "failed" && <Problem text={problemWords(present.code)} run={tryAgain} />}
      {present.microphoneGone && <Problem text={t("call.microphone_gone")} run={findMicrophone} />}
    </div>
  );
}

/** The call of an own conversation: its controls, or the way to take it up. */
export function CallBar({ conversation, own }: { conversation: Conversation; own: boolean }) {
  const present = talk.value;
  const { id, call } = conversation;
  const live = isOnTheLine(conversation);
  if (!own || !call) return null;
  if (present?.id === id) {
    return <Mine present={present} recorded={conversation.recordings.some((one) => one.seconds === null)} />;
  }
  if (!live) {
    return (
      <div class="call-bar" data-phase="over" role="group" aria-label={t("call.title")}>
        <div class="call-line">
          <p class="call-state">
            <i class="call-dot" aria-hidden="true" />
            <span>{t("call.over")}</span>
          </p>
          <span class="quiet">{t("call.wrap_up")}</span>
        </div>
      </div>
    );
  }
  const rings = ringing.value?.id === id;
  return (
    <div class="call-bar" data-phase="lost" role="group" aria-label={t("call.title")}>
      <div class="call-line">
        <p class="call-state">
          <i class="call-dot" aria-hidden="true" />
          <span>{t(rings || !talking.value ? "call.waits_for_you" : "call.other_first")}</span>
        </p>
        {!rings && !talking.value && (
          <button type="button" class="button answer" onClick={() => answer(id)}>
            <Icon name="phone" size={16} />
            <span>{t("call.connect")}</span>
          </button>
        )}
      </div>
    </div>
  );
}
