import { t } from "../i18n";
import type { Conversation } from "../api/types";

export function Recordings({ conversation }: { conversation: Conversation }) {
  const { id, recordings } = conversation;
  if (recordings.length === 0) return null;
  return (
    <ul class="recordings">
      {recordings.map((recording, index) => {
        const n = recording.n ?? index;
        const name = t("chat.recording", { n: String(index + 1) });
        const address = `/api/v1/conversations/${encodeURIComponent(id)}/recordings/${n}`;
        return (
          <li key={n}>
            <span>{name}</span>
            <audio controls preload="none" src={address} aria-label={name} />
          </li>
        );
      })}
    </ul>
  );
}
