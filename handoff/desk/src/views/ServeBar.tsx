import { t } from "../i18n";
import type { Presence } from "../api/types";
import { changePresence, serveNext, underWay } from "../state/actions";
import { queue, serviceOpen } from "../state/lists";
import { me } from "../state/session";
import { Kbd } from "../ui/bits";
import { Icon } from "../ui/Icon";

const STATES: readonly Presence[] = ["online", "away", "offline"];

function PresenceSwitch() {
  const present = me.value?.presence ?? "offline";
  return (
    <fieldset class="presence" data-presence={present}>
      <legend class="sr">{t("presence.label")}</legend>
      {STATES.map((state) => (
        <label key={state} class={`presence-option ${state}`}>
          <input
            type="radio"
            name="presence"
            value={state}
            checked={present === state}
            onChange={() => changePresence(state)}
          />
          <span>
            <i class="presence-mark" aria-hidden="true" />
            {t(`presence.${state}`)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function ServeBar() {
  const busy = underWay.value.has("next");
  const count = queue.value.length;
  return (
    <div class="serve">
      <PresenceSwitch />
      <button
        type="button"
        class={count > 0 ? "serve-next ready" : "serve-next"}
        aria-keyshortcuts="N"
        aria-disabled={busy}
        aria-busy={busy}
        onClick={serveNext}
      >
        <span>{t("queue.serve_next")}</span>
        <Kbd>N</Kbd>
      </button>
      {!serviceOpen.value && (
        <p class="notice warm small">
          <Icon name="info" size={16} />
          <span>{t("queue.closed_now")}</span>
        </p>
      )}
    </div>
  );
}
