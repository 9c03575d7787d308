import { t } from "../../i18n";
import { mine } from "../../state/lists";
import { callerOf, talkIsOnScreen } from "../../state/ringing";
import { openConversation } from "../../state/route";
import { pane } from "../../state/screen";
import { hangUp, talk, talking, toggleMute } from "../../state/talk";
import { Icon } from "../../ui/Icon";
import { Level, TalkTime } from "./CallBar";
import { stateWords } from "./words";

/** The call while something else is on the screen: where it is, and what must never be far away. */
export function CallStrip() {
  const present = talk.value;
  if (!present || !talking.value || (talkIsOnScreen.value && pane.value === "chat")) return null;
  const contact = mine.value.find((item) => item.id === present.id)?.contact ?? null;
  const back = () => {
    openConversation(present.id);
    pane.value = "chat";
  };
  return (
    <section class="call-strip" aria-label={t("call.title")}>
      <button type="button" class="call-back-to" onClick={back}>
        <Icon name="phone" size={16} />
        <strong>{callerOf(present.id, contact)}</strong>
        <span>{stateWords(present)}</span>
        <TalkTime since={present.since} until={null} />
      </button>
      {present.phase !== "phone" && <Tools muted={present.muted} />}
    </section>
  );
}

function Tools({ muted }: { muted: boolean }) {
  const text = t(muted ? "call.unmute" : "call.mute");
  return (
    <>
      <Level />
      <button
        type="button"
        class="icon-button"
        aria-label={text}
        title={text}
        onClick={toggleMute}
      >
        <Icon name={muted ? "micoff" : "mic"} />
      </button>
      <button type="button" class="icon-button" aria-label={t("call.hang_up")} title={t("call.hang_up")} onClick={hangUp}>
        <Icon name="hangup" />
      </button>
    </>
  );
}
