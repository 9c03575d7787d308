import { useState } from "preact/hooks";
import { post } from "../../api/rest";
import { label, t, tn } from "../../i18n";
import { Dialog } from "../../ui/Dialog";
import { useSaving, type Accepted, type Making } from "./saving";

export function ExampleDialog(making: Making) {
  const { reviews, ids, onClose } = making;
  // Nothing is chosen beforehand: what is taught wrongly is found out late.
  const [intent, setIntent] = useState("");
  const { busy, save } = useSaving(making);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!intent) return;
    save(
      () => post<Accepted>("/review/examples", { lang: reviews.lang, questions: ids, intent }),
      ({ added }) => tn("review.taught", added),
    );
  };
  return (
    <Dialog title={t("review.example")} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="quiet small">{t("review.example_lead")}</p>
        <fieldset class="choices meanings">
          <legend>{t("review.meaning")}</legend>
          {reviews.intents.map((one, index) => (
            <label key={one} class="choice">
              <input
                type="radio"
                name="intent"
                value={one}
                checked={intent === one}
                data-first={index === 0 ? "" : undefined}
                onChange={() => setIntent(one)}
              />
              <span class="choice-text">{label("teach", one)}</span>
            </label>
          ))}
        </fieldset>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={busy || !intent}>
            {t(busy ? "review.busy" : "review.add")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
