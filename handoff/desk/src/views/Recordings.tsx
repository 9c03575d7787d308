import { t } from "../i18n";
import type { Conversation } from "../api/types";
import { Player } from "./call/Player";

/** A call's recordings, above the words that were said; one that is still written has no player yet. */
export function Recordings({ conversation }: { conversation: Conversation }) {
  const whole = conversation.recordings.filter((recording) => recording.seconds !== null);
  if (whole.length === 0) return null;
  return (
    <div class="recordings">
      {whole.map((recording, index) => (
        <Player
          key={recording.n}
          conversation={conversation}
          recording={recording}
          name={whole.length === 1 ? t("player.title") : t("chat.recording", { n: String(index + 1) })}
        />
      ))}
      <p class="wave-legend">
        <span class="caller">{t("player.caller")}</span>
        <span class="house">{t("player.house")}</span>
        <span class="quiet">{t("player.hint")}</span>
      </p>
    </div>
  );
}
