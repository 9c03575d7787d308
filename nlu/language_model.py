"""How likely words and pieces of words are in each language: counts, read from a file, and looked up.

Standard library only. Everything is folded (`nlu.words.fold`), so a sentence without diacritics has the same
evidence as one with them; the letters that folding takes away count as features of their own.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from nlu.words import NUMBER, fold, split

MAX_CHARS = 240
"""What is looked at of a message: enough to know a language, and a bound on the time."""

_NOT_A_WORD = re.compile(r"[\d@]|://|^www\.", re.IGNORECASE)
_GRAM_LENGTHS = (3, 4)
_SMOOTHING = 0.3
_TEMPER = 0.25
"""N-grams of one word overlap, so their sum says more than is known."""
_COMMON = 3
"""How often a word has to be in the training texts of a language to be one of its common words."""
_FAMILIAR = 0.5
_CLIP = 4.0
"""The most, in nats, that one word may say for a language: one word is never enough."""


@dataclass(frozen=True)
class Word:
    """One word of a message."""

    raw: str
    """As it was written."""
    folded: str
    """Without case, diacritics and stretched letters."""
    first: bool
    """Whether it begins the message or a sentence, where a capital letter says nothing."""


def words_of(text: str) -> list[Word]:
    """Return the words of `text` without numbers, addresses and symbols; at most `MAX_CHARS` are read."""
    plain = " ".join(part for part in text[:MAX_CHARS].split() if not _NOT_A_WORD.search(part))
    words: list[Word] = []
    end = 0
    for raw, start in split(plain):
        folded = fold(raw)
        first = not words or any(mark in plain[end:start] for mark in ".!?")
        end = start + len(raw)
        if folded != NUMBER and any(char.isalpha() for char in folded):
            words.append(Word(raw, folded, first))
    return words


def pieces(word: Word) -> list[str]:
    """Return the features of a word beside itself: n-grams with its ends marked, and letters with a mark."""
    padded = f"^{word.folded}$"
    end = len(padded) + 1
    found = [padded[at : at + length] for length in _GRAM_LENGTHS for at in range(end - length)]
    if not word.raw.isascii():
        found += [f"'{char}" for char in word.raw.casefold() if char > "\x7f" and char.isalpha()]
    return found


class LanguageModel:
    """Log-likelihoods of words, a language each; immutable once built."""

    def __init__(
        self,
        languages: Sequence[str],
        words: Mapping[str, Sequence[int]],
        grams: Mapping[str, Sequence[int]],
    ) -> None:
        """Take, for each word and each n-gram, how often it was seen in each of `languages`."""
        self.languages = tuple(languages)
        self.words = words
        self.grams = grams
        self._words = _logs(words, len(languages), 1.0)
        self._grams = _logs(grams, len(languages), _TEMPER)
        self._nothing = (0.0,) * len(languages)

    def evidence(self, word: Word) -> tuple[float, ...]:
        """Return what `word` says for each language, in nats: 0 for the likeliest, down to -`_CLIP`.

        All zeros for a word of which nothing was ever seen.
        """
        rows = [self._grams[piece] for piece in pieces(word) if piece in self._grams]
        if (logs := self._words.get(word.folded)) is not None:
            rows.append(logs)
        if not rows:
            return self._nothing
        sums = [sum(column) for column in zip(*rows, strict=True)]
        top = max(sums)
        return tuple(max(value - top, -_CLIP) for value in sums)

    def familiar(self, word: Word, language: int) -> bool:
        """Whether most pieces of a word were seen in `language`, so that it is no fist on the keyboard."""
        parts = pieces(word)
        seen = sum(1 for piece in parts if piece in self.grams and self.grams[piece][language])
        return seen >= _FAMILIAR * len(parts)

    def common(self, word: Word, language: int) -> bool:
        """Whether a word is one of those that make up the language, more than a name that was once used."""
        counts = self.words.get(word.folded)
        return counts is not None and counts[language] >= _COMMON

    def knows(self, word: Word, language: int, other: int) -> bool:
        """Whether the whole word was seen in `language`, and seldom or never in `other`."""
        counts = self.words.get(word.folded)
        return counts is not None and counts[language] > 0 and counts[other] * 8 <= counts[language]


def _logs(counts: Mapping[str, Sequence[int]], languages: int, weight: float) -> dict[str, tuple[float, ...]]:
    totals = [sum(row[i] for row in counts.values()) for i in range(languages)]
    bases = [log(total + _SMOOTHING * len(counts)) for total in totals]
    logs: dict[tuple[int, ...], tuple[float, ...]] = {}  # few counts are all there is: each row is made once
    for row in {tuple(row) for row in counts.values()}:
        logs[row] = tuple(weight * (log(n + _SMOOTHING) - base) for n, base in zip(row, bases, strict=True))
    return {name: logs[tuple(row)] for name, row in counts.items()}


def load(path: Path) -> LanguageModel:
    """Read the model that `nlu.language_training` wrote; some ten milliseconds."""
    data = json.loads(path.read_text("utf-8"))
    return LanguageModel(data["languages"], _unpack(data["words"]), _unpack(data["grams"]))


def save(model: LanguageModel, path: Path) -> None:
    """Write `model`. Names with the same counts stand together, which makes the file half as long."""
    tables = {"words": _pack(model.words), "grams": _pack(model.grams)}
    data = {"languages": model.languages} | tables
    path.write_text(json.dumps(data, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", "utf-8")


def _pack(table: Mapping[str, Sequence[int]]) -> dict[str, str]:
    packed: dict[str, list[str]] = {}
    for name in sorted(table):
        packed.setdefault(" ".join(map(str, table[name])), []).append(name)
    return {counts: " ".join(names) for counts, names in sorted(packed.items())}


def _unpack(packed: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    table: dict[str, tuple[int, ...]] = {}
    for counts, names in packed.items():
        table.update(dict.fromkeys(names.split(), tuple(int(count) for count in counts.split())))
    return table
