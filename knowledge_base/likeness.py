"""Groups customers' questions that ask the same, so that one answer may be written for all of them.

Average linkage: two groups become one while their questions are alike enough on average, the likest first.
What is alike are the words and their pieces, and the meaning where there is an encoder. The threshold leaves
a group too small rather than too large: one article should answer all of it. Tried on eight subjects asked
three times among as many other questions (tests/knowledge_base/likeness_questions.py): in Polish and English
all that belongs together is together and nothing else; Czech, which the encoder never learnt, finds nine in
ten; the words alone two in three.
"""

import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge_base.encoder import Vectors
from knowledge_base.space import Space, unit
from knowledge_base.text import fold, stopwords, words

MAX_TEXTS = 1000
"""Texts in one grouping: their likeness is a square of numbers (4 MB), found in some tenths of a second."""
_BUCKETS = 4096
_GRAM = 4
_STOPWORD_WEIGHT = 0.15
_GRAM_WEIGHT = 0.5
_BY_WORDS = 0.2
"""How alike two groups must be on average to become one, where there is no encoder."""
_BOTH = (0.45, 0.23)
_BOTH_IN = {"cs": (0.3, 0.18)}
"""What the meaning weighs beside the words, and how alike groups must then be."""
_SPACE = re.compile(r"\s+")

Likeness = npt.NDArray[np.float32]


def key(text: str) -> str:
    """Return what two texts share that differ in case, diacritics and punctuation alone."""
    return " ".join(fold(word) for word in words(text)) or _SPACE.sub(" ", text.strip())


def group(texts: Sequence[str], lang: str, vectors: Vectors | None = None) -> list[list[int]]:
    """Return the groups of `texts` as their places, each group in order, groups by their first text.

    `vectors` are the encoder's, shape (texts, 512); without them the words alone tell. The same texts give
    the same groups. Blocks: up to a second for `MAX_TEXTS`.

    Raises:
        ValueError: there are more than `MAX_TEXTS`.
    """
    if len(texts) > MAX_TEXTS:
        raise ValueError(f"{len(texts)} texts; at most {MAX_TEXTS} are grouped at once")
    if not texts:
        return []
    worded = _by_words(texts, lang)
    alike: Likeness = worded @ worded.T
    if vectors is None:
        return _linked(alike, _BY_WORDS)
    weight, enough = _BOTH_IN.get(lang, _BOTH)
    straight = unit(Space.of(lang).straighten(vectors))
    return _linked(weight * (straight @ straight.T) + (1 - weight) * alike, enough)


def _by_words(texts: Sequence[str], lang: str) -> Vectors:
    """Return a row of length 1 for each text: its words and their pieces, the common ones weighing less."""
    stop = stopwords(lang)
    rows = np.zeros((len(texts), _BUCKETS), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in dict.fromkeys(fold(word) for word in words(text)):
            weight = _STOPWORD_WEIGHT if word in stop else 1.0
            row[_bucket(word)] += weight
            edged = f"^{word}$"
            if word not in stop:
                for start in range(max(1, len(edged) - _GRAM + 1)):
                    row[_bucket(edged[start : start + _GRAM])] += _GRAM_WEIGHT
    known = (rows > 0).sum(axis=0)
    rarity = np.log(1 + len(texts) / np.maximum(known, 1)).astype(np.float32)
    return unit(rows * rarity)


def _bucket(term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "replace")) % _BUCKETS


def _linked(alike: Likeness, enough: float) -> list[list[int]]:
    """Merge the two likest groups while their average likeness is enough; the first of equals first."""
    alike = alike.astype(np.float64)
    np.fill_diagonal(alike, -np.inf)
    members: dict[int, list[int]] = {place: [place] for place in range(len(alike))}
    nearest = alike.argmax(axis=1)
    best = alike[np.arange(len(alike)), nearest]
    while len(members) > 1:
        one = int(best.argmax())
        if best[one] < enough:
            break
        one, other = sorted((one, int(nearest[one])))
        kept, gone = len(members[one]), len(members[other])
        joined = (kept * alike[one] + gone * alike[other]) / (kept + gone)
        joined[one] = -np.inf
        alike[one], alike[:, one] = joined, joined
        alike[other], alike[:, other] = -np.inf, -np.inf
        members[one] += members.pop(other)
        best[other] = -np.inf
        for stale in {one, *np.flatnonzero((nearest == one) | (nearest == other)).tolist()} - {other}:
            if stale in members:
                nearest[stale] = alike[stale].argmax()
                best[stale] = alike[stale, nearest[stale]]
        closer = joined > best
        nearest[closer], best[closer] = one, joined[closer]
    return sorted(sorted(group) for group in members.values())
