import { useState } from "preact/hooks";
import { post } from "../../api/rest";
import { t } from "../../i18n";
import { Dialog } from "../../ui/Dialog";
import { useSaving, type Accepted, type Making } from "./saving";

const TITLE_CHARS = 120;

/** A customer's words as a title: without the gaps where something personal was, and with a capital. */
function titleOf(text: string): string {
  const plain = text.replace(/…/g, " ").replace(/\s+/g, " ").replace(/ ([,.?!])/g, "$1").trim();
  return (plain.charAt(0).toLocaleUpperCase() + plain.slice(1)).slice(0, TITLE_CHARS);
}

export function ArticleDialog(making: Making) {
  const { reviews, group, ids, onClose } = making;
  const near = reviews.articles.find((one) => one.id === group.nearest?.article);
  const first = group.questions.find((one) => ids.includes(one.id)) ?? group.questions[0];
  const [title, setTitle] = useState(titleOf(first?.text ?? ""));
  const [topic, setTopic] = useState(reviews.topics.some((one) => one.path === near?.topic) ? (near?.topic ?? "") : "");
  const [text, setText] = useState(group.answer ?? "");
  const [short, setShort] = useState("");
  const [publish, setPublish] = useState(false);
  const { busy, save } = useSaving(making);
  const lacking = publish && !text.trim();
  const submit = (event: Event) => {
    event.preventDefault();
    if (!title.trim() || lacking) return;
    const body = { lang: reviews.lang, questions: ids, title, topic: topic || null, text, short, publish };
    save(
      () => post<Accepted>("/review/articles", body),
      ({ article }) => t(publish ? "review.published" : "review.drafted", { name: article ?? title }),
    );
  };
  return (
    <Dialog title={t("review.article")} onClose={onClose}>
      <form onSubmit={submit}>
        <p class="quiet small">{t("review.article_lead")}</p>
        <label class="field">
          <span>{t("review.title")}</span>
          <input
            required
            maxLength={TITLE_CHARS}
            lang={reviews.lang}
            value={title}
            data-first
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("review.topic")}</span>
          <select value={topic} onChange={(event) => setTopic(event.currentTarget.value)}>
            <option value="">{t("review.no_topic")}</option>
            {reviews.topics.map((one) => (
              <option key={one.path} value={one.path}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t("review.text")}</span>
          <textarea
            rows={5}
            maxLength={8000}
            lang={reviews.lang}
            value={text}
            placeholder={t("review.text_hint")}
            aria-invalid={lacking}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {group.answer && <small class="quiet">{t("review.from_colleague")}</small>}
        </label>
        <label class="field">
          <span>{t("review.short")}</span>
          <input
            maxLength={500}
            lang={reviews.lang}
            value={short}
            placeholder={t("review.short_hint")}
            onInput={(event) => setShort(event.currentTarget.value)}
          />
        </label>
        <label class="setting">
          <span class="setting-name">
            {t("review.publish")}
            <small>{t("review.publish_lead")}</small>
          </span>
          <input
            type="checkbox"
            role="switch"
            class="switch"
            checked={publish}
            onChange={(event) => setPublish(event.currentTarget.checked)}
          />
        </label>
        <p class="problem" role="status">
          {lacking && t("review.publish_needs")}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t("common.cancel")}
          </button>
          <button type="submit" class="button primary" aria-disabled={busy || lacking}>
            {t(busy ? "review.busy" : publish ? "review.save_publish" : "review.save_draft")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
