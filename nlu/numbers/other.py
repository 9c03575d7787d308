"""What looks like an order number and is none: dates, times, prices, mail addresses, telephone numbers."""

import re
from functools import cache

from nlu.numbers.lexicon import TABLES
from nlu.numbers.tokens import LONGEST

_SPACE = "[ \u00a0\u202f]"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(?:0?[1-9]|1[0-2])"
_YEAR = "(?:(?:19|20)[0-9][0-9](?![0-9]))"
_CLOCK = "(?:[01]?[0-9]|2[0-3])"

_ALWAYS = (
    r"(?<!\S)\S+@\S+|\b(?:https?://|www\.)\S+",
    # 12.11.2024, 12/11/24, "12.11." and "since 12. 11."; 2024-11-12
    rf"(?<![0-9]){_DAY}(?P<by>[./-]){_SPACE}?{_MONTH}(?P=by){_SPACE}?{_YEAR}",
    rf"(?<![0-9]){_DAY}(?P<in>[./]){_MONTH}(?P=in)(?:[0-9][0-9])?(?![0-9])",
    rf"\b(?:dnia|dne|od|do|z|since|from|until|ze|on)\s{_DAY}\.{_SPACE}{_MONTH}\.",
    rf"(?<![0-9])(?:19|20)[0-9][0-9][-./]{_MONTH}[-./]{_DAY}(?![0-9])",
    # 10:30
    rf"(?<![0-9:]){_CLOCK}:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])",
    # $1,250.00 and 50 %
    rf"[€$£]{_SPACE}?[0-9][0-9.,]*(?:{_SPACE}[0-9]{{3}})*",
    rf"[0-9][0-9.,]*(?:{_SPACE}[0-9]{{3}})*{_SPACE}?[€$£%]",
)
_PHONES = (
    r"\+[0-9][0-9 \u00a0()/.-]{6,}[0-9]",
    r"(?<![\w-])0[0-9]{4}[ -][0-9]{6}(?![0-9])",
    rf"(?<![0-9-])(?<![0-9]{_SPACE})[0-9]{{3}}([ -])[0-9]{{3}}\1[0-9]{{3}}(?![0-9-])(?!{_SPACE}[0-9])",
)
_BEFORE_TIME = {
    "pl": ("o|po|przed|od|do|około|na", "w|od|do|rok|roku"),
    "cs": ("v|ve|po|před|od|do|kolem|na", "v|od|do|rok|roku|roce"),
    "en": ("at|by|after|before|until|till|around|about|from", "in|since|year"),
}
"""What stands before "10.30" and before "2024"."""


def other_numbers(text: str, lang: str) -> list[tuple[int, int]]:
    """Return the spans of `text` that are dates, times, prices, mail addresses or links."""
    return [match.span() for match in _others(lang).finditer(text, 0, LONGEST)]


def telephones(text: str) -> list[tuple[int, int]]:
    """Return the spans that are written as telephone numbers are."""
    return [match.span() for match in _TELEPHONE.finditer(text, 0, LONGEST)]


_TELEPHONE = re.compile("|".join(f"(?:{pattern})" for pattern in _PHONES))


@cache
def _others(lang: str) -> re.Pattern[str]:
    months = "|".join(TABLES[lang].months.split())
    name = rf"\b(?:{months})" + (r"\b\.?" if lang == "en" else r"\w{0,6}")
    ordinal = "(?:st|nd|rd|th)?"
    times, years = _BEFORE_TIME[lang]
    patterns = (
        *_ALWAYS,
        rf"(?<![0-9]){_DAY}{ordinal}\.?{_SPACE}?(?:of{_SPACE})?{name}(?:,?{_SPACE}{_YEAR})?",
        # "November 12th, 2024"; but "n as in november 12" is a letter and a number
        rf"(?<!as in )(?<!for )(?<!like ){name}{_SPACE}(?:the{_SPACE})?"
        rf"(?:{_YEAR}|[0-9]{{1,2}}{ordinal}(?:,?{_SPACE}{_YEAR})?)(?![0-9,.-]|{_SPACE}[0-9])",
        rf"\b(?:{times})\s{_CLOCK}\.[0-5][0-9](?![0-9.])",
        rf"\b(?:{years})\s{_YEAR}",
        rf"(?<![0-9]){_YEAR}{_SPACE}?(?:r\b|rok)",
    )
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
