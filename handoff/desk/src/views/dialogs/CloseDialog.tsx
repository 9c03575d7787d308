import { useState } from "preact/hooks";
import { label, t } from "../../i18n";
import { close } from "../../state/actions";
import { dialog } from "../../state/screen";
import { me } from "../../state/session";
import { Kbd } from "../../ui/bits";
import { Dialog } from "../../ui/Dialog";

export function CloseDialog({ id }: { id: string }) {
  const outcomes = me.value?.outcomes ?? [];
  const [outcome, setOutcome] = useState(outcomes[0] ?? "");
  const leave = () => (dialog.value = null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!outcome) return;
    leave();
    close(id, outcome);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = outcomes[Number(event.key) - 1];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setOutcome(chosen);
    document.getElementById(`outcome-${chosen}`)?.focus();
  };
  return (
    <Dialog title={t("close.title")} onClose={leave}>
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <fieldset class="choices">
          <legend>{t("close.outcome")}</legend>
          {outcomes.map((one, index) => (
            <label key={one} class="choice">
              <input
                id={`outcome-${one}`}
                type="radio"
                name="outcome"
                value={one}
                checked={outcome === one}
                data-first={index === 0 ? "" : undefined}
                onChange={() => setOutcome(one)}
              />
              <span class="choice-text">{label("outcome", one)}</span>
              {index < 9 && <Kbd>{index + 1}</Kbd>}
            </label>
          ))}
        </fieldset>
        <p class="quiet small">{t("close.lead")}</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={leave}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={!outcome}>
            {t("close.submit")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
