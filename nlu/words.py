"""Words as the classifier sees them: folded, and known, nearly known, or never seen.

Standard library only: pure functions and one class, used by Rasa's components and by tests.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\w+(?:['’`-]\w+)*|[^\w\s.,;:!?…\"'()/\\-]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_STROKES = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "’": "", "'": "", "`": ""})
_SHADES = str.maketrans(dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)]))
"""What makes an emoji coloured or brown: it means the same without."""

NUMBER = "__number__"
"""Stands for every word with a digit in it: which one it is says nothing about the intent."""

MIN_REPAIRED = 4
"""Shortest word, in letters, that is taken for a mistyped one."""


def fold(word: str) -> str:
    """Return `word` without case, diacritics, apostrophes and stretched letters (`Taaak` -> `tak`)."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_STROKES).translate(_SHADES))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    if any(char.isdigit() for char in plain):
        return NUMBER
    short = _STRETCHED.sub(r"\1", plain)
    return short if len(short) > 1 else plain


def split(text: str) -> list[tuple[str, int]]:
    """Return the words and symbols of `text` with the positions at which they begin.

    Punctuation is left out, unless there is nothing else ("???"). Blank text has no words.
    """
    words = [(match.group(), match.start()) for match in _WORD.finditer(text)]
    if not words and (rest := text.strip()):
        return [(rest, text.index(rest))]
    return words


@dataclass(frozen=True)
class Vocabulary:
    """The folded words of the training data."""

    words: frozenset[str]
    """All of them: a mistyped word is repaired to one of these."""
    meaningful: frozenset[str]
    """Those seen in an intent that means something, so not only in chatter and nonsense."""

    def __post_init__(self) -> None:
        index: dict[str, str] = {}
        for word in sorted(self.words):
            if len(word) >= MIN_REPAIRED:
                for key in (word, *_deletions(word)):
                    index.setdefault(key, word)
        object.__setattr__(self, "_near", index)
        object.__setattr__(self, "_grams", frozenset(g for w in self.meaningful for g in _grams(w)))

    def repair(self, word: str) -> str:
        """Return the training data's word that is one slip of the keyboard away, or `word` itself.

        A slip is a letter too many, too few, wrong, or swapped with its neighbour.
        """
        if word in self.words or len(word) < MIN_REPAIRED or not word.isalpha():
            return word
        near: dict[str, str] = self._near  # type: ignore[attr-defined]
        for key in (word, *_deletions(word)):
            found = near.get(key)
            if found is not None and _one_slip(word, found):
                return found
        return word

    def familiarity(self, words: Collection[str]) -> float:
        """Return how much of a message (folded, repaired words) is like what was trained on, 0 to 1.

        A word that was seen counts full, another by the share of its letter triples that were seen,
        squared so that a word of another language or a fist on the keyboard counts little.
        """
        letters = [word for word in words if word != NUMBER]
        if not letters:
            return 1.0 if words else 0.0
        total = sum(len(word) for word in letters)
        return sum(self._word(word) * len(word) for word in letters) / total

    def _word(self, word: str) -> float:
        if word in self.meaningful:
            return 1.0
        known: frozenset[str] = self._grams  # type: ignore[attr-defined]
        grams = _grams(word)
        return 0.8 * (sum(gram in known for gram in grams) / len(grams)) ** 2


def build(sentences: Iterable[tuple[str, str | None]], *, meaningless: Collection[str]) -> Vocabulary:
    """Build a vocabulary from (text, intent); words that only `meaningless` intents use do not count."""
    words: set[str] = set()
    meaningful: set[str] = set()
    for text, intent in sentences:
        folded = {fold(word) for word, _ in split(text)}
        words |= folded
        if intent not in meaningless:
            meaningful |= folded
    return Vocabulary(frozenset(words), frozenset(meaningful))


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)] or [padded]


def _one_slip(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) != len(long):
        return short[start:] == long[start + 1 :]
    rest = slice(start + 2, None)
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[rest] == long[rest]
    return swapped or short[start + 1 :] == long[start + 1 :]
