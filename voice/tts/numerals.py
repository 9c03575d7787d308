"""Numbers in words: Polish, Czech and British English, in the gender and case that the sentence asks for."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

Gender = Literal["m", "f", "n"]
Case = Literal["nom", "gen", "dat", "acc", "ins", "loc"]
"""`acc` differs from `nom` only in the feminine one; the vocative is not for numbers."""

LARGEST = 999_999_999
"""Beyond it nobody counts; such a number is read digit by digit."""


class Numerals(ABC):
    """One language's numbers."""

    digits: Sequence[str]
    """0 to 9, as they are dictated."""
    letters: str
    """Names of the letters a to z, with spaces between them and `_` inside one."""

    @abstractmethod
    def cardinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say how many: 0 to `LARGEST`."""

    @abstractmethod
    def ordinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say which one: 1 to 9999, enough for days and years."""


def numerals(lang: str) -> Numerals:
    """Return a language's numbers. Raises `KeyError`."""
    from voice.tts import numerals_cs, numerals_en, numerals_pl

    by_language: dict[str, Numerals] = {
        "pl": numerals_pl.POLISH,
        "cs": numerals_cs.CZECH,
        "en": numerals_en.ENGLISH,
    }
    return by_language[lang]


def listed(words: str, separator: str | None = None) -> tuple[str, ...]:
    """Return the words of a table's row."""
    return tuple(words.split(separator))


def thousands(number: int) -> tuple[int, int, int]:
    """Take a number apart: millions, thousands, the rest."""
    return number // 1_000_000, number // 1000 % 1000, number % 1000


def grouped(count: int) -> list[int]:
    """Lengths of the groups in which `count` digits are dictated: three at the most, never a lone one."""
    if count <= 3:
        return [count]
    if count == 4:
        return [2, 2]
    threes, rest = divmod(count, 3)
    if rest == 0:
        return [3] * threes
    return [3] * threes + [2] if rest == 2 else [3] * (threes - 1) + [2, 2]


def spell(code: str, lang: str) -> str:
    """Dictate digits and Latin letters one by one, with a pause (a comma) between small groups.

    Whatever else stands in `code` only parts groups. `OC-7781` is, in English, "O C, seven seven, eight one".
    """
    tongue = numerals(lang)
    names = [name.replace("_", " ") for name in tongue.letters.split()]
    groups: list[str] = []
    for run in _runs(code):
        start = 0
        for length in grouped(len(run)):
            part = run[start : start + length]
            start += length
            groups.append(
                " ".join(
                    tongue.digits[int(sign)] if sign.isdigit() else names[ord(sign) - ord("a")]
                    for sign in part
                )
            )
    return ", ".join(groups)


def _runs(code: str) -> list[str]:
    """Part a code where digits and letters meet, and at everything that is neither."""
    runs: list[str] = []
    before = ""
    for sign in code.lower():
        kind = "9" if "0" <= sign <= "9" else "a" if "a" <= sign <= "z" else ""
        if kind and kind == before:
            runs[-1] += sign
        elif kind:
            runs.append(sign)
        before = kind
    return runs
