"""What a language must know to say aloud what a screen shows; `wording` asks, `tongue_<lang>` answers."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voice.tts.numerals import Case, Gender, Numerals

NUMBER = r"(?:\d{1,3}(?:[ .,]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?)"
"""A number as people type it, with any separators; `amount` takes it apart."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: the forms after one, after two to four, after more (and after fractions)."""

    gender: Gender
    direct: tuple[str, str, str]
    """Nominative: koruna, koruny, korun."""
    genitive: tuple[str, str, str]
    one_accusative: str = ""
    """Where it differs: korunu."""

    def after(self, form: int, case: Case) -> str:
        """Return the form for `plural(number)` in a case; the rarer cases are said as the genitive."""
        if form == 0 and case == "acc" and self.one_accusative:
            return self.one_accusative
        return (self.direct if case in ("nom", "acc") else self.genitive)[form]


@dataclass(frozen=True, slots=True)
class Signs:
    """How single signs are called."""

    at: str
    dot: str
    dash: str
    underscore: str
    plus: str
    slash: str
    ampersand: str
    minus: str


class Tongue(ABC):
    """One language. All texts given to it are `plain`."""

    numbers: Numerals
    signs: Signs
    cues: re.Pattern[str]
    """Words after which a number is one that is dictated: order, parcel, number."""
    ending_in: str
    """With `{}` for the last four digits of what is too long to be dictated."""
    abbreviations: Sequence[tuple[re.Pattern[str], str]]
    domains: Mapping[str, str]
    """Top-level domains that are said as words."""

    @abstractmethod
    def case(self, before: str, after: str) -> Case:
        """Tell in which case a number stands, by what stands around it."""

    @abstractmethod
    def gender(self, after: str) -> Gender:
        """Tell the gender of what a number counts, by what follows it."""

    @abstractmethod
    def dates(self, text: str) -> str:
        """Say every date."""

    @abstractmethod
    def times(self, text: str) -> str:
        """Say every time of day."""

    @abstractmethod
    def between(self, before: str, low: int, high: int) -> str:
        """Write a range with words, the numbers still in digits: `2 to 3`."""

    @abstractmethod
    def money(self, units: int, cents: int, currency: str, case: Case) -> str:
        """Say an amount; `currency` is an ISO 4217 code of `CURRENCIES`."""

    @abstractmethod
    def measure(self, whole: int, fraction: str, unit: str, case: Case) -> str:
        """Say a number with a unit (`%`, `kg`, ...); `fraction` are the digits after the point, or none."""

    @abstractmethod
    def decimal(self, whole: int, fraction: str) -> str:
        """Say a number with digits after the point."""

    @abstractmethod
    def compound(self, number: int, rest: str) -> str:
        """Say a number that is part of a word: `24-month`, `14denní`."""

    def finished(self, text: str) -> str:
        """Mend what saying numbers has changed around them."""
        return text


CURRENCIES: Mapping[str, str] = {
    "zł": "PLN",
    "PLN": "PLN",
    "Kč": "CZK",
    "CZK": "CZK",
    "£": "GBP",
    "GBP": "GBP",
    "€": "EUR",
    "EUR": "EUR",
    "$": "USD",
    "USD": "USD",
}
UNITS = ("%", "kg", "km", "cm", "mm", "g", "m", "min", "h")


def amount(number: str) -> tuple[int, str]:
    """Take a `NUMBER` apart: the whole part, and the digits after the point or none.

    Separators before exactly three digits part thousands, in every language: no price has three decimals,
    and texts travel between languages.
    """
    groups = re.split(r"[ .,]", number)
    if len(groups) > 1 and len(groups[-1]) != 3:
        return int("".join(groups[:-1])), groups[-1]
    if len(groups) == 2 and groups[0].lstrip("0") == "":
        return 0, groups[1]
    return int("".join(groups)), ""


def last_words(before: str, count: int = 1) -> list[str]:
    """Return the last words of a text in lower case, the very last one first."""
    return [word.lower() for word in re.findall(r"[^\W\d_]+", before[-60:])[::-1][:count]]


def words_before(match: re.Match[str]) -> list[str]:
    """Return the word before a match in lower case, in a list; none at the start of the text."""
    return last_words(match.string[max(0, match.start() - 60) : match.start()])


def next_words(after: str, count: int = 2) -> list[str]:
    """Return the words that follow directly, up to the next sign of punctuation, in lower case."""
    run = re.match(r"(?:\s+[^\W\d_]+)*", after[:80])
    return [word.lower() for word in run[0].split()[:count]] if run else []


def digit_by_digit(fraction: str, numbers: Numerals) -> str:
    """Say the digits after a point."""
    return " ".join(numbers.digits[int(sign)] for sign in fraction)


def cents(fraction: str) -> int:
    """Return hundredths of what stands after the point: `5` is 50."""
    return int(fraction[:2].ljust(2, "0")) if fraction else 0
