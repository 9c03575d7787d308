import { useId, useState } from "preact/hooks";
import type { ReviewGroup, Wording } from "../../api/types";
import { t, tn } from "../../i18n";
import { percent } from "../../lib/percent";
import { hrefOf } from "../../state/route";
import { tell } from "../../state/toasts";
import { Badge, When } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/Icon";
import { nearOf } from "./saving";

export type Action = "article" | "paraphrase" | "example" | "dismiss";

const ACTIONS: readonly (readonly [Action, IconName])[] = [
  ["article", "note"],
  ["paraphrase", "copy"],
  ["example", "bot"],
  ["dismiss", "close"],
];
/** Sentences that are shown before somebody asks for all of them. */
const FIRST = 5;

interface SentenceProps {
  wording: Wording;
  lang: string;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

function Sentence({ wording, lang, chosen, onChoose }: SentenceProps) {
  return (
    <li class="wording">
      <label>
        <input type="checkbox" checked={chosen} onChange={(event) => onChoose(event.currentTarget.checked)} />
        <span lang={lang}>{wording.text}</span>
      </label>
      {wording.times > 1 && <Badge>{`${wording.times}×`}</Badge>}
      <a class="quiet small" href={hrefOf({ view: "inbox", id: wording.conversation })}>
        {t("review.conversation")}
      </a>
    </li>
  );
}

interface Props {
  group: ReviewGroup;
  lang: string;
  onAct: (action: Action, ids: string[]) => void;
}

export function GroupCard({ group, lang, onAct }: Props) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState(false);
  const heading = useId();
  const shown = whole ? group.questions : group.questions.slice(0, FIRST);
  const ids = group.questions.map((one) => one.id).filter((id) => !left.has(id));
  const choose = (id: string, chosen: boolean) => {
    const next = new Set(left);
    if (chosen) next.delete(id);
    else next.add(id);
    setLeft(next);
  };
  const act = (action: Action) => {
    if (ids.length) onAct(action, ids);
    else tell(t("review.none_chosen"), "bad");
  };
  const near = nearOf(group);
  return (
    <article class="panel review-group" aria-labelledby={heading} tabIndex={-1} data-row>
      <header>
        <h2 id={heading} lang={lang}>
          {group.questions[0]?.text}
        </h2>
        <p class="review-facts">
          <Badge tone="accent">{tn("review.askers", group.askers)}</Badge>
          {group.questions.some((one) => one.missed) && <Badge tone="warm">{t("review.missed")}</Badge>}
          {group.questions.some((one) => one.not_helped > 0) && <Badge tone="bad">{t("review.not_helped")}</Badge>}
          <span class="quiet small">
            {tn("review.times", group.times)}, {t("review.last")} <When at={group.last_at} />
          </span>
        </p>
      </header>
      <fieldset>
        <legend class="quiet small">{t("review.wordings")}</legend>
        <ul>
          {shown.map((one) => (
            <Sentence
              key={one.id}
              wording={one}
              lang={lang}
              chosen={!left.has(one.id)}
              onChoose={(chosen) => choose(one.id, chosen)}
            />
          ))}
        </ul>
        {shown.length < group.questions.length && (
          <button type="button" class="text-button" onClick={() => setWhole(true)}>
            {tn("review.show_all", group.questions.length - shown.length)}
          </button>
        )}
      </fieldset>
      <p class="quiet small">
        {near
          ? t("review.nearest", { title: near.title, percent: percent(near.score) })
          : t("review.no_nearest")}
      </p>
      <div class="review-actions">
        {ACTIONS.map(([action, icon]) => (
          <button
            key={action}
            type="button"
            class={action === "article" ? "button primary" : "button"}
            aria-describedby={heading}
            onClick={() => act(action)}
          >
            <Icon name={icon} size={15} />
            <span>{t(`review.${action}`)}</span>
          </button>
        ))}
      </div>
    </article>
  );
}
