"""The index of one language's articles by what they mean: how near each is to a question.

An article is near by its title and the ways in which customers ask for it (the nearest of them), by its
answer's sentences (the nearest of them) and as a whole; the three are added up. The nearest alone would let
an article with many sentences win by chance; the whole alone blurs what it is about.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.encoder import DIMENSIONS, Vectors
from knowledge_base.loader import Article
from knowledge_base.space import Space, unit

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MAX_SENTENCES = 16
_MAX_QUESTIONS = 32
_MAX_CHARS = 400
_MAX_WHOLE = 800
"""Characters: what stands first says what it is about, and an encoder averages."""
_COMMON = 2, 0.05
"""A sentence that stands in more articles, and in a larger share of them, tells none from another."""
_OWN_CENTRE = 50
"""From so many vectors on more than half of their own mean is taken off: a folder's are somehow alike."""

Nearness = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What of an article is encoded."""

    asked: tuple[str, ...]
    """Its title and the ways to ask for it."""
    told: tuple[str, ...]
    """The sentences of its answer."""
    whole: str


def pieces(articles: Sequence[Article]) -> tuple[Pieces, ...]:
    """Return what is encoded of each article."""
    told = [tuple(dict.fromkeys(_sentences(article.text))) for article in articles]
    count = Counter(sentence for sentences in told for sentence in sentences)
    common = max(_COMMON[0], _COMMON[1] * len(articles))
    return tuple(
        Pieces(
            asked=tuple(
                text[:_MAX_CHARS]
                for text in dict.fromkeys((article.title, *article.paraphrases[:_MAX_QUESTIONS]))
                if text
            ),
            told=tuple(sentence for sentence in sentences if count[sentence] <= common)[:_MAX_SENTENCES],
            whole=f"{article.title}\n{article.text}".strip()[:_MAX_WHOLE],
        )
        for article, sentences in zip(articles, told, strict=True)
    )


def texts(articles: Sequence[Article]) -> list[str]:
    """Return every text that the index of these articles wants a vector of, each once."""
    cut = pieces(articles)
    return list(dict.fromkeys(text for part in cut for text in (*part.asked, *part.told, part.whole)))


class MeaningIndex:
    """The vectors of one set of articles in one language. Immutable: may be used by any thread."""

    def __init__(self, articles: Sequence[Article], lang: str, vectors: Mapping[str, Vectors]) -> None:
        """`vectors` has the encoder's vector of all `texts(articles)`.

        Raises:
            KeyError: a text is missing.
        """
        self._space = Space.of(lang)
        kinds: tuple[list[str], list[str], list[str]] = ([], [], [])
        starts: tuple[list[int], list[int]] = ([], [])
        for article in pieces(articles):
            for kind, start in zip(kinds, starts, strict=False):
                start.append(len(kind))
            kinds[0].extend(article.asked or (article.whole,))
            kinds[1].extend(article.told or (article.whole,))
            kinds[2].append(article.whole)
        straight = [
            self._space.straighten(np.array([vectors[text] for text in kind]).reshape(-1, DIMENSIONS))
            for kind in kinds
        ]
        own = np.concatenate(straight[:2])
        self._centre = own.sum(axis=0) / (len(own) + _OWN_CENTRE)
        self._asked, self._told, self._whole = (unit(kind - self._centre) for kind in straight)
        self._asked_starts, self._told_starts = starts

    def nearness(self, questions: Vectors) -> Nearness:
        """Return how near each article is to each question: shape (questions, articles), from -3 to 3.

        `questions` are the encoder's vectors, shape (questions, 512).
        """
        asked = unit(self._space.straighten(questions) - self._centre)
        near: Nearness = (
            np.maximum.reduceat(_cosines(self._asked, asked), self._asked_starts, axis=1)
            + np.maximum.reduceat(_cosines(self._told, asked), self._told_starts, axis=1)
            + _cosines(self._whole, asked)
        )
        return near


def _cosines(texts: Vectors, questions: Vectors) -> Nearness:
    """Return an array of shape (questions, texts)."""
    if len(questions) == 1:
        # One row at a time: the linear algebra's threads cost ten times what they save on so little.
        alone: Nearness = np.vecdot(texts, questions[0])[None]
        return alone
    cosines: Nearness = questions @ texts.T
    return cosines


def _sentences(text: str) -> list[str]:
    parts = (part.strip(" \t-*#>") for part in _SENTENCE.split(text))
    return [part[:_MAX_CHARS] for part in parts if len(part) > 2]
