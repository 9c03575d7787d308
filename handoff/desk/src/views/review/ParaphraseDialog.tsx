import { useState } from "preact/hooks";
import { post } from "../../api/rest";
import { t, tn } from "../../i18n";
import { Dialog } from "../../ui/Dialog";
import { nearOf, useSaving, type Accepted, type Making } from "./saving";

export function ParaphraseDialog(making: Making) {
  const { reviews, group, ids, onClose } = making;
  const [article, setArticle] = useState(nearOf(group)?.article ?? "");
  const { busy, save } = useSaving(making);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!article) return;
    save(
      () => post<Accepted>("/review/paraphrases", { lang: reviews.lang, questions: ids, article }),
      ({ added }) => tn("review.added", added),
    );
  };
  return (
    <Dialog title={t("review.paraphrase")} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="quiet small">{t("review.paraphrase_lead")}</p>
        <label class="field">
          <span>{t("review.choose_article")}</span>
          <select
            value={article}
            lang={reviews.lang}
            data-first
            onChange={(event) => setArticle(event.currentTarget.value)}
          >
            <option value="">{t("review.choose")}</option>
            {reviews.articles.map((one) => (
              <option key={one.id} value={one.id}>
                {one.draft ? t("review.draft_mark", { title: one.title }) : one.title}
              </option>
            ))}
          </select>
        </label>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={busy || !article}>
            {t(busy ? "review.busy" : "review.add")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
