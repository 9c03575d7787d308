"""The index of one language's articles: BM25 over lemmas and over pieces of words, added up.

Lemmas match what is inflected; pieces of four letters match what is misspelt, compounded, or known to no
dictionary. `judge.py` says whether the best one is good enough to answer with.
"""

import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import bm25s
import numpy as np
import numpy.typing as npt

from knowledge_base.forms import Forms
from knowledge_base.loader import Article
from knowledge_base.text import MAX_CHARS, fold, stopwords, words
from knowledge_base.typos import repairs

_MAX_WORDS = 64
"""Of a question; a longer one is a story, and its beginning says what it is about."""
_STOPWORD_WEIGHT = 0.15
_GRAM = 4
_GRAMS_WEIGHT = 0.5
_TITLE_TIMES = 2

logging.getLogger("bm25s").setLevel(logging.ERROR)  # it warns of every index that it builds

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an article."""

    article: Article
    strength: float
    """BM25 as a share of what an article would get that is full of every word asked for: 0 to 1.

    Words that no article has weigh as much as the rarest, so a question about something else is weak.
    """
    lead: float
    """How far above the next article, or (negative) below the best one, as a share of the best."""


class ArticleIndex:
    """Searches one set of articles in one language. Immutable: may be used by any thread."""

    def __init__(self, articles: Sequence[Article], lang: str, forms: Forms) -> None:
        self._articles = tuple(articles)
        self._forms = forms
        self._stop = stopwords(lang)
        texts = [words(_text_of(article)) for article in self._articles]
        self._known = {fold(w) for text in texts for w in text} | forms.keys()
        self._words = _Field([[t for w in text for t in self._lemmas(w)] for text in texts])
        self._grams = _Field([[g for w in text for g in self._grams_of(w)] for text in texts])

    def search(self, question: str, today: date, limit: int) -> list[Evidence]:
        """Return the best articles that customers may be told today, best first.

        Articles that share nothing with the question are left out, so the list may be empty.
        """
        asked = list(dict.fromkeys(self._repaired(question[:MAX_CHARS])))[:_MAX_WORDS]
        content = [w for w in asked if w not in self._stop]
        lemmas = [lemma for w in content for lemma in self._lemmas(w)]
        small = [lemma for w in asked if w in self._stop for lemma in self._lemmas(w)]
        grams = [g for w in content for g in self._grams_of(w)]
        scores = (
            self._words.scores(lemmas)
            + _STOPWORD_WEIGHT * self._words.scores(small)
            + _GRAMS_WEIGHT * self._grams.scores(grams)
        )
        perfect = self._words.mass(lemmas) + _GRAMS_WEIGHT * self._grams.mass(grams)
        order = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0]
        told = [i for i in order if self._articles[i].is_told(today)]
        return [
            Evidence(
                article=self._articles[i],
                strength=min(1.0, float(scores[i]) / perfect) if perfect else 0.0,
                lead=_lead(scores, told, place),
            )
            for place, i in enumerate(told[:limit])
        ]

    def _repaired(self, question: str) -> Iterator[str]:
        """The question's words, folded; unknown ones give way to the known ones that were meant."""
        for word in words(question):
            folded = fold(word)
            if folded in self._known or folded in self._stop:
                yield folded
            else:
                yield from repairs(folded, self._known) or (folded,)

    def _lemmas(self, word: str) -> tuple[str, ...]:
        folded = fold(word)
        return self._forms.get(folded) or (folded,)

    def _grams_of(self, word: str) -> list[str]:
        folded = fold(word)
        if folded in self._stop:
            return []
        edged = f"^{folded}$"
        return [edged[i : i + _GRAM] for i in range(max(1, len(edged) - _GRAM + 1))]


class _Field:
    """One way of cutting the articles into terms."""

    def __init__(self, documents: Sequence[list[str]]) -> None:
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.4)
        self._bm25.index([document or [""] for document in documents], show_progress=False)
        self._vocabulary: dict[str, int] = self._bm25.vocab_dict
        count = self._count = len(documents)
        known = Counter(term for document in documents for term in set(document))
        self._idf = {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in known.items()}
        self._rarest = math.log(1 + (count + 0.5) / 0.5)

    def scores(self, terms: Iterable[str]) -> Vector:
        """BM25 of every document; terms that no document has count nothing."""
        ids = [self._vocabulary[term] for term in terms if term in self._idf]
        if not ids:
            return np.zeros(self._count)
        return np.asarray(self._bm25.get_scores_from_ids(ids), dtype=np.float64)

    def mass(self, terms: Iterable[str]) -> float:
        """What the terms weigh together; unknown ones as much as the rarest."""
        return sum(self._idf.get(term, self._rarest) for term in terms)


def vocabulary(articles: Iterable[Article]) -> set[str]:
    """Return the words of the articles, with their diacritics: what the index wants the forms of."""
    return {word for article in articles for word in words(_text_of(article))}


def _text_of(article: Article) -> str:
    return "\n".join([*[article.title] * _TITLE_TIMES, *article.paraphrases, article.short, article.text])


def _lead(scores: Vector, order: Sequence[int], place: int) -> float:
    best = float(scores[order[0]])
    rival = order[1] if place == 0 and len(order) > 1 else order[0]
    if rival == order[place]:  # the only one
        return 1.0
    return (float(scores[order[place]]) - float(scores[rival])) / best
