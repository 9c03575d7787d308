"""Searches one language's articles: by their words, and by their meaning where there is an encoder.

The two are added up. `judge.py` says with which weight, and whether the best one is good enough.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from knowledge_base.encoder import Vectors
from knowledge_base.evidence import Evidence, Mode
from knowledge_base.forms import Forms
from knowledge_base.index import WordIndex
from knowledge_base.judge import Judge
from knowledge_base.loader import Article
from knowledge_base.meaning import MeaningIndex, Nearness

Worth = npt.NDArray[np.float64]


class ArticleIndex:
    """Searches one set of articles in one language. Immutable: may be used by any thread."""

    def __init__(
        self,
        articles: Sequence[Article],
        lang: str,
        forms: Forms,
        meanings: MeaningIndex | None = None,
        *,
        weight: float | None = None,
    ) -> None:
        """`weight` is what the words weigh beside the meaning; none: as calibrated."""
        self._articles = tuple(articles)
        self._weight = Judge.calibrated().weight(lang) if weight is None else weight
        self._words = WordIndex(articles, lang, forms)
        self._meanings = meanings
        self._told: tuple[date, npt.NDArray[np.int64]] | None = None

    @property
    def understands(self) -> bool:
        """Whether it can search by meaning too."""
        return self._meanings is not None

    def corrected(self, question: str) -> str:
        """Return the question as an encoder understands it best."""
        return self._words.corrected(question)

    def nearness(self, vectors: Vectors) -> Nearness | None:
        """Return how near the articles are to each question's vector; none where there is no encoder."""
        return self._meanings.nearness(vectors) if self._meanings else None

    def search(self, question: str, today: date, limit: int, near: Nearness | None = None) -> list[Evidence]:
        """Return the best articles that customers may be told today, best first.

        `near` is this question's row of `nearness`. Without it, articles that share no word with the
        question are left out, so that the list may be empty.
        """
        worth = self._worth(question, near)
        told = self._told_on(today)
        if near is None:
            told = told[worth[told] > 0]
        count = min(len(told), limit + 1)
        if not count:
            return []
        best = told[np.argpartition(-worth[told], count - 1)[:count]]
        order = best[np.lexsort((best, -worth[best]))]
        mode: Mode = "words" if near is None else "both"
        return [
            Evidence(self._articles[i], float(worth[i]), _lead(worth, order, place), mode)
            for place, i in enumerate(order[:limit])
        ]

    def _worth(self, question: str, near: Nearness | None) -> Worth:
        strengths = self._words.strengths(question)
        return strengths if near is None else near + self._weight * strengths

    def _told_on(self, today: date) -> npt.NDArray[np.int64]:
        if self._told is None or self._told[0] != today:
            told = [i for i, article in enumerate(self._articles) if article.is_told(today)]
            self._told = today, np.array(told, dtype=np.int64)
        return self._told[1]


def _lead(worth: Worth, order: npt.NDArray[np.int64], place: int) -> float:
    if place:
        return float(worth[order[place]] - worth[order[0]])
    return float(worth[order[0]] - (worth[order[1]] if len(order) > 1 else 0.0))
