import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, query } from "../../api/rest";
import type { ReviewGroup, Reviews } from "../../api/types";
import { languageName, t, tn } from "../../i18n";
import { tellFailure } from "../../state/failures";
import { amend, route } from "../../state/route";
import { isSupervisor } from "../../state/session";
import { tell } from "../../state/toasts";
import { Empty } from "../../ui/bits";
import { ArticleDialog } from "./ArticleDialog";
import { ExampleDialog } from "./ExampleDialog";
import { GroupCard, type Action } from "./GroupCard";
import { ParaphraseDialog } from "./ParaphraseDialog";

/** What is being made of which sentences. */
interface Open {
  action: Action;
  group: ReviewGroup;
  ids: string[];
}

function Languages({ reviews, onChoose }: { reviews: Reviews; onChoose: (lang: string) => void }) {
  return (
    <div class="segments review-languages" role="group" aria-label={t("review.language")}>
      {reviews.languages.map(({ lang, waiting }) => (
        <button key={lang} type="button" aria-pressed={reviews.lang === lang} onClick={() => onChoose(lang)}>
          {languageName(lang)} <span class="count">{waiting}</span>
        </button>
      ))}
    </div>
  );
}

/** Loads a language; an answer that was overtaken is dropped. */
function useReviews(lang: string) {
  const [reviews, setReviews] = useState<Reviews | "failed" | null>(null);
  const asked = useRef(0);
  const load = async () => {
    const mine = ++asked.current;
    try {
      const found = await get<Reviews>(`/review${query({ lang })}`);
      if (mine === asked.current) setReviews(found);
    } catch {
      if (mine === asked.current) setReviews("failed");
    }
  };
  useEffect(() => {
    if (isSupervisor.peek()) void load();
  }, [lang]);
  return { reviews, load };
}

export function Review() {
  const present = route.value;
  const lang = present.view === "review" ? present.lang : "";
  const { reviews, load } = useReviews(lang);
  const [open, setOpen] = useState<Open | null>(null);
  const page = useRef<HTMLElement>(null);
  const loaded = reviews !== null && reviews !== "failed" ? reviews : null;

  const done = async (text: string) => {
    setOpen(null);
    tell(text, "good");
    await load();
    // What had the focus is gone with its group.
    (page.current?.querySelector<HTMLElement>("[data-row]") ?? page.current)?.focus();
  };
  const failed = (error: unknown, again: () => void) => {
    tellFailure(error, again);
    if (error instanceof Object && "code" in error && error.code === "already_reviewed") {
      setOpen(null);
      void load();
    }
  };
  const dismiss = (ids: string[]) => {
    if (!loaded) return;
    post("/review/dismissals", { lang: loaded.lang, questions: ids }).then(
      () => void done(t("review.dismissed")),
      (error: unknown) => failed(error, () => dismiss(ids)),
    );
  };
  const act = (action: Action, group: ReviewGroup, ids: string[]) => {
    if (action === "dismiss") dismiss(ids);
    else setOpen({ action, group, ids });
  };
  const shared = open && loaded ? { reviews: loaded, group: open.group, ids: open.ids } : null;
  const ends = { onClose: () => setOpen(null), onDone: (text: string) => void done(text), onFailed: failed };
  return (
    <main class="page" id="conversation" tabIndex={-1} ref={page}>
      <header class="page-head">
        <h1>{t("nav.review")}</h1>
        <p class="quiet">{t("review.lead")}</p>
      </header>
      {!isSupervisor.value && <Empty icon="shield" title={t("review.only_supervisors")} />}
      {loaded && <Languages reviews={loaded} onChoose={(one) => amend({ view: "review", lang: one })} />}
      <p class="sr" role="status">
        {loaded && tn("review.found", loaded.total)}
      </p>
      <div aria-busy={reviews === null} class="review-groups">
        {isSupervisor.value && reviews === null && <p class="quiet">{t("common.loading")}</p>}
        {reviews === "failed" && (
          <Empty icon="offline" title={t("review.failed")}>
            <button type="button" class="button" onClick={() => void load()}>
              {t("common.try_again")}
            </button>
          </Empty>
        )}
        {loaded?.groups.length === 0 && (
          <Empty icon="check" title={t("review.empty")} lead={t("review.empty_lead")} />
        )}
        {loaded?.groups.map((group) => (
          <GroupCard key={group.id} group={group} lang={loaded.lang} onAct={(action, ids) => act(action, group, ids)} />
        ))}
        {loaded && loaded.total > loaded.groups.length && (
          <p class="quiet">{tn("review.more", loaded.total - loaded.groups.length)}</p>
        )}
      </div>
      {shared && open?.action === "article" && <ArticleDialog {...shared} {...ends} />}
      {shared && open?.action === "paraphrase" && <ParaphraseDialog {...shared} {...ends} />}
      {shared && open?.action === "example" && <ExampleDialog {...shared} {...ends} />}
    </main>
  );
}
