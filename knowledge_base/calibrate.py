"""Finds the weights and lines of `judge.py`: `python -m knowledge_base.calibrate`.

Each paraphrase is asked of an index that does not know it, and should find its article; the sentences in
calibration/<lang>.txt, which no article answers, should find nothing. The weights are fitted on all languages
together; a language's lines stand where one in ten of its unanswerable sentences would get an answer,
and, strictly, one in fifty. Prints what that means for the answerable ones.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge_base.forms import Forms, find_forms
from knowledge_base.index import ArticleIndex, Evidence, vocabulary
from knowledge_base.judge import LINES
from knowledge_base.loader import Article, load_articles

ROOT = Path(__file__).parent
_ANSWERED, _ANSWERED_STRICTLY = 0.10, 0.02
_RIDGE = 0.5
_TODAY = date(2026, 1, 1)
"""Any day: the calibration is about words."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trials:
    """One language's questions and what they found."""

    features: Vector
    """Shape (questions, 2): strength and lead of the best article; of nothing found, 0 and -1."""
    right: npt.NDArray[np.bool_]
    """Whether the best article is the right one; never for a sentence without an answer."""
    answerable: npt.NDArray[np.bool_]


def try_out(articles: Sequence[Article], lang: str, forms: Forms, unanswerable: Sequence[str]) -> Trials:
    """Ask every paraphrase of an index without it, and every unanswerable sentence of the whole."""
    found: list[tuple[Evidence | None, bool, bool]] = []
    for place, article in enumerate(articles):
        for left_out, question in enumerate(article.paraphrases):
            others = article.paraphrases[:left_out] + article.paraphrases[left_out + 1 :]
            changed = [*articles[:place], replace(article, paraphrases=others), *articles[place + 1 :]]
            best = _best(ArticleIndex(changed, lang, forms), question)
            found.append((best, best is not None and best.article.id == article.id, True))
    whole = ArticleIndex(articles, lang, forms)
    found += [(_best(whole, sentence), False, False) for sentence in unanswerable]
    return Trials(
        np.array([(e.strength, e.lead) if e else (0.0, -1.0) for e, _, _ in found]),
        np.array([right for _, right, _ in found]),
        np.array([answerable for _, _, answerable in found]),
    )


def _best(index: ArticleIndex, question: str) -> Evidence | None:
    return next(iter(index.search(question, _TODAY, 1)), None)


def fit(features: Vector, right: npt.NDArray[np.bool_]) -> Vector:
    """Logistic regression by Newton's method: the bias, then a weight for each feature."""
    inputs = np.column_stack([np.ones(len(features)), features])
    ridge = _RIDGE * np.diag([1e-6, *np.ones(features.shape[1])])
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - right) + ridge @ weights
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights


async def _gather() -> dict[str, Trials]:
    trials = {}
    for path in sorted((ROOT / "calibration").glob("*.txt")):
        lang = path.stem
        articles = load_articles(ROOT / "articles", lang)
        forms = await find_forms(lang, vocabulary(articles))
        trials[lang] = try_out(articles, lang, forms, path.read_text(encoding="utf-8").splitlines())
    return trials


def _main() -> None:
    trials = asyncio.run(_gather())
    features = np.concatenate([trial.features for trial in trials.values()])
    weights = fit(features, np.concatenate([trial.right for trial in trials.values()]))
    lines = {}
    for lang, trial in trials.items():
        scores = 1 / (1 + np.exp(-(weights[0] + trial.features @ weights[1:])))
        off, asked, right = scores[~trial.answerable], scores[trial.answerable], trial.right[trial.answerable]
        answer, strict = (float(np.quantile(off, 1 - part)) for part in (_ANSWERED, _ANSWERED_STRICTLY))
        lines[lang] = {"answer": round(answer, 3), "strict": round(strict, 3)}
        report = [f"{lang}: best article right {right.mean():.2f}"]
        for name, line in lines[lang].items():
            told = asked >= line
            report.append(
                f"{name} at {line}: right {(told & right).mean():.2f}, wrong {(told & ~right).mean():.2f}"
            )
        sys.stdout.write("; ".join(report) + "\n")
    bias, strength, lead = (round(float(weight), 3) for weight in weights)
    result = {"bias": bias, "strength": strength, "lead": lead, "lines": lines}
    LINES.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _main()
