"""What each word of a language means inside a number, looked up by its folded form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlu.numbers.tokens import fold
from nlu.numbers.words import cs, en, pl
from nlu.numbers.words.table import Words
from nlu.words import Vocabulary

Role = Literal[
    "unit", "ten", "tens", "hundred", "x100", "x1000", "x1000000",  # numbers; "ten": 10 to 19 and fused words
    "repeat", "times", "letter", "shy", "name", "like",
    "filler", "cue", "phone", "elsewhere", "measure", "month", "hour",
    "wrong", "again", "afresh", "instead", "last", "first", "all",
]  # fmt: skip

NUMBERS = frozenset({"unit", "ten", "tens", "hundred", "x100", "x1000", "x1000000"})

TABLES: dict[str, Words] = {"pl": pl.WORDS, "cs": cs.WORDS, "en": en.WORDS}

_SHORTEST_REPAIRED = {"pl": 6, "cs": 6, "en": 7}
"""Letters of the shortest number word of which a misspelling is recognised; shorter ones are other words."""

_LONGEST_WORD = 40
"""Letters of the longest word that is looked at closely."""

_NATO = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november "
    "oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word is good for."""

    role: Role
    text: str = ""
    """The number's digits, the letter, or how often something is repeated."""
    noun: bool = False
    """A digit as a thing, which a count may stand before ("two sevens")."""
    slip: bool = False
    """Only perhaps: another word that sounds like this one."""


@dataclass(frozen=True)
class Lexicon:
    """One language."""

    words: dict[str, tuple[Meaning, ...]]
    """Every meaning of a word; numbers come first."""
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]]
    """By the first word, the longest phrase first."""
    idioms: frozenset[tuple[str, ...]]
    _fused: re.Pattern[str]
    _typos: Vocabulary
    _shortest: int

    def meanings(self, word: str) -> tuple[Meaning, ...]:
        """Return what a folded word may mean, best first; nothing for a word that has no part in numbers."""
        known = self.words.get(word)
        if known is not None or not self._shortest <= len(word) <= _LONGEST_WORD:
            return known or ()
        repaired = self._typos.repair(word)
        if repaired == word:
            return ()
        return tuple(Meaning(m.role, m.text, m.noun, True) for m in self.words[repaired] if m.role in NUMBERS)

    def parts(self, word: str) -> list[str]:
        """Return the number words of which a long word is written together, or nothing."""
        if not 6 <= len(word) <= _LONGEST_WORD or word in self.words or not self._fused.fullmatch(word):
            return []
        found: list[str] = []
        while word:
            longest = max(
                (n for n in range(3, len(word) + 1) if self._is_number(word[:n]) and self._rest(word[n:])),
                default=0,
            )
            if not longest:
                return []
            found.append(word[:longest])
            word = word[longest:]
        return found

    def _is_number(self, word: str) -> bool:
        return word in self.words and self.words[word][0].role in NUMBERS and not self.words[word][0].slip

    def _rest(self, word: str) -> bool:
        return not word or self._fused.fullmatch(word) is not None


@cache
def lexicon(lang: str) -> Lexicon:
    """Return the lexicon of `pl`, `cs` or `en`; KeyError for another language."""
    table = TABLES[lang]
    words: dict[str, list[Meaning]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}

    def add(forms: Iterable[str], meaning: Meaning) -> None:
        for form in forms:
            parts = tuple(fold(part) for part in form.split("_") if part)
            if len(parts) > 1:
                phrases.setdefault(parts[0], []).append((parts, meaning))
                continue
            known = words.setdefault(parts[0], [])
            if all((m.role, m.text) != (meaning.role, meaning.text) for m in known):
                known.append(meaning)

    for numbers, role in (
        (table.units, "unit"), (table.teens, "ten"), (table.fused, "ten"), (table.tens, "tens"),
        (table.hundreds, "hundred"),
    ):  # fmt: skip
        for value, forms in numbers.items():
            add(forms.split(), Meaning(role, str(value)))  # type: ignore[arg-type]
    for value, forms in table.nouns.items():
        add(forms.split(), Meaning("unit", str(value), noun=True))
    add(table.hundred.split(), Meaning("x100", "1" if table.hundred_of_units else ""))
    add(table.thousand.split(), Meaning("x1000"))
    add(table.million.split(), Meaning("x1000000"))
    for value, forms in table.slips.items():
        add(forms.split(), Meaning("unit", str(value), slip=True))
    for count, forms in table.repeats.items():
        add(forms.split(), Meaning("repeat", str(count)))
    for letter, forms in table.letters.items():
        add(forms.split(), Meaning("letter", letter))
    for letter, forms in table.shy_letters.items():
        add(forms.split(), Meaning("shy", letter))
    for word in (table.names + " " + _NATO).split():
        add([word], Meaning("name", fold(word)[0].upper()))
    for forms, role in (
        (table.times, "times"), (table.like, "like"), (table.wrong, "wrong"), (table.again, "again"),
        (table.afresh, "afresh"), (table.instead, "instead"), (table.last, "last"), (table.first, "first"),
        (table.all_of, "all"), (table.cues, "cue"), (table.phones, "phone"), (table.elsewhere, "elsewhere"),
        (table.measures, "measure"),
        (table.fillers, "filler"), (table.phrases, "filler"), (table.hours, "hour"),
    ):  # fmt: skip
        add(forms.split(), Meaning(role))  # type: ignore[arg-type]
    for found in phrases.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    return _lexicon(lang, {word: tuple(m) for word, m in words.items()}, phrases)


def _lexicon(
    lang: str,
    words: dict[str, tuple[Meaning, ...]],
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]],
) -> Lexicon:
    numbers = [w for w, m in words.items() if m[0].role in NUMBERS and not m[0].slip]
    long = sorted((w for w in numbers if len(w) > 2), key=len, reverse=True)
    shortest = _SHORTEST_REPAIRED[lang]
    repairable = frozenset(w for w in numbers if len(w) >= shortest)
    return Lexicon(
        words,
        phrases,
        frozenset(tuple(map(fold, idiom.split("_"))) for idiom in TABLES[lang].idioms.split()),
        re.compile("(?:" + "|".join(map(re.escape, long)) + "){2,}|" + "|".join(map(re.escape, long))),
        Vocabulary(repairable, frozenset()),
        shortest,
    )
