"""What looks like an order number and is none: dates, times, prices, addresses, telephone numbers."""

import re
from functools import cache

from nlu.numbers.lexicon import TABLES
from nlu.numbers.tokens import LONGEST

_SPACE = "[ \u00a0\u202f]"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = "(?:0?[1-9]|1[0-2])"
_YEAR = "(?:(?:19|20)[0-9][0-9](?![0-9]))"
_CLOCK = "(?:[01]?[0-9]|2[0-3])"
_ALONE = rf"(?<![0-9])(?<![0-9][ .,/–-])(?<![0-9]{_SPACE}[–-])(?<![0-9]{_SPACE}[–-]{_SPACE})"
_ENDS = rf"(?![0-9]|[.,/–-][0-9]|{_SPACE}[–-]{_SPACE}?[0-9]|{_SPACE}[0-9]{{1,3}}(?![0-9]))"
"""No further figures before and behind: "45 - 0,17" and "5812 3" are pieces of one number."""
_AMOUNT = rf"[0-9][0-9.,]*(?:{_SPACE}[0-9]{{3}}(?![0-9]))*(?:,[0-9]{{2}})?"
_NAME = r"(?-i:[A-ZÁČĎÉÍĽŁŃÓŘŚŠŤÚÝŹŻŽ])\w{2,}"
_HOUSE = rf"(?:[0-9]{{1,4}}[a-z]?(?:/[0-9]{{1,4}}[a-z]?)?,?{_SPACE})?"

_SURE = (
    r"(?<!\S)\S+@\S+|\b(?:https?://|www\.)\S+",
    rf"\b(?:dnia|dne|od|do|z|since|from|until|ze|on)\s{_DAY}\.{_SPACE}{_MONTH}\.",
    # 10:30 h, 3.30 pm
    rf"(?<![0-9]){_CLOCK}(?:[.:][0-5][0-9])?{_SPACE}?(?:h|hod|godz|[ap]\.?m)\b",
    # $1,250.00 and 50 %, 1 299,-
    rf"[€$£]{_SPACE}?{_AMOUNT}",
    rf"{_AMOUNT}{_SPACE}?[€$£%]",
    rf"{_AMOUNT},(?:-|–|—)",
)
_ADDRESSES = {
    "pl": rf"{_HOUSE}\b[0-9]{{2}}-[0-9]{{3}},?{_SPACE}{_NAME}",
    "cs": rf"{_HOUSE}\b[1-7][0-9]{{2}}{_SPACE}[0-9]{{2}},?{_SPACE}{_NAME}(?:{_SPACE}[0-9]{{1,2}}\b)?",
    "en": rf"{_HOUSE}(?-i:\b[A-Z]{{1,2}}[0-9][A-Z0-9]?{_SPACE}[0-9][A-Z]{{2}}\b)",
}
"""A postcode and its town, with the house's number before it."""
_DOUBTFUL = (
    # 12.11.2024, 12/11/24, "12.11."; 2024-11-12; 12 11 2024
    rf"(?<![0-9]){_DAY}(?P<by>[./-]){_SPACE}?{_MONTH}(?P=by){_SPACE}?{_YEAR}",
    rf"(?<![0-9]){_DAY}(?P<in>[./]){_MONTH}(?P=in)(?:[0-9][0-9])?(?![0-9])",
    rf"(?<![0-9])(?:19|20)[0-9][0-9][-./]{_MONTH}[-./]{_DAY}(?![0-9])",
    rf"{_ALONE}{_DAY}{_SPACE}{_MONTH}{_SPACE}{_YEAR}{_ENDS}",
    # 10:30
    rf"(?<![0-9:]){_CLOCK}:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])",
    # 129,99 and 1 299,00
    rf"{_ALONE}(?:[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]{{1,4}})[.,][0-9]{{2}}{_ENDS}",
    # 00-950: a postcode, for no order number begins with two noughts. 31-154 may be 31154.
    rf"{_ALONE}0[0-9]-[0-9]{{3}}{_ENDS}",
)
_PHONES = (
    r"(?:\+|(?<![\w-])00(?=[1-9]))[0-9][0-9 \u00a0()/.-]{6,}[0-9]",
    r"(?<![\w-])0[0-9]{4}[ -][0-9]{6}(?![0-9])",
    rf"(?<![0-9-])(?<![0-9]{_SPACE})[0-9]{{3}}([ -])[0-9]{{3}}\1[0-9]{{3}}(?![0-9-])(?!{_SPACE}[0-9])",
)
_BEFORE_TIME = {
    "pl": ("o|po|przed|od|do|około|na", "w|od|do|rok|roku"),
    "cs": ("v|ve|po|před|od|do|kolem|na", "v|od|do|rok|roku|roce"),
    "en": ("at|by|after|before|until|till|around|about|from", "in|since|year"),
}
"""What stands before "10.30" and before "2024"."""
_PAID = {
    "pl": r"zapłaci\w+|zapłacono|kosztuj\w+|kosztowa\w+",
    "cs": r"zaplati\w+(?:\sjsem)?|zaplacen\w+|stál[oay]?|stojí",
    "en": r"paid|costs?|priced at",
}


def other_numbers(text: str, lang: str, *, doubtful: bool = True) -> list[tuple[int, int]]:
    """Return the spans of `text` that are dates, times, prices, mail addresses, links or postcodes.

    `doubtful`: what only looks like one, too ("12 11 2024", "15:30", "00-950"): there an order number may
    still be meant.
    """
    return [match.span() for match in _others(lang, doubtful).finditer(text, 0, LONGEST)]


def telephones(text: str) -> list[tuple[int, int]]:
    """Return the spans that are written as telephone numbers are."""
    return [match.span() for match in _TELEPHONE.finditer(text, 0, LONGEST)]


def told_elsewhere(text: str, lang: str, start: int, value: str) -> bool:
    """Whether a number in words, `value`, is a telephone's or a year, by what stands before its `start`."""
    before = text[max(0, start - _FAR) : start]
    if len(value) >= _LONG and _PLUS.search(before):
        return True
    return _THIS_CENTURY.match(text, start) is not None and _month_before(lang).search(before) is not None


_FAR = 60
_LONG = 9
_PLUS = re.compile(r"\bplus\s+\Z", re.IGNORECASE)
_THIS_CENTURY = re.compile(
    r"(?:dwa tysiące|dwa tysiace|dva tisíce|dva tisice|two thousand|twenty twenty)\b", re.IGNORECASE
)
_TELEPHONE = re.compile("|".join(f"(?:{pattern})" for pattern in _PHONES))


def _month(lang: str) -> str:
    months = "|".join(TABLES[lang].months.split())
    return rf"\b(?:{months})" + (r"\b\.?" if lang == "en" else r"\w{0,6}")


@cache
def _month_before(lang: str) -> re.Pattern[str]:
    """ "November" or "november third", and nothing behind it."""
    return re.compile(rf"{_month(lang)}\s+(?:the\s+)?(?:\w+(?:st|nd|rd|th)\s+)?\Z", re.IGNORECASE)


@cache
def _others(lang: str, doubtful: bool) -> re.Pattern[str]:
    name = _month(lang)
    ordinal = "(?:st|nd|rd|th)?"
    times, years = _BEFORE_TIME[lang]
    patterns = (
        *_SURE,
        _ADDRESSES[lang],
        rf"\b(?:{_PAID[lang]})\s[0-9]{{1,4}}(?:[.,][0-9]{{2}})?{_ENDS}",
        rf"(?<![0-9]){_DAY}{ordinal}\.?{_SPACE}?(?:of{_SPACE})?{name}(?:,?{_SPACE}{_YEAR})?",
        # "November 12th, 2024"; but "n as in november 12" is a letter and a number
        rf"(?<!as in )(?<!for )(?<!like ){name}{_SPACE}(?:the{_SPACE})?"
        rf"(?:{_YEAR}|[0-9]{{1,2}}{ordinal}(?:,?{_SPACE}{_YEAR})?)(?![0-9,.-]|{_SPACE}[0-9])",
        rf"\b(?:{times})\s{_CLOCK}\.[0-5][0-9](?![0-9.])",
        rf"\b(?:{years})\s{_YEAR}",
        rf"(?<![0-9]){_YEAR}{_SPACE}?(?:r\b|rok)",
        *(_DOUBTFUL if doubtful else ()),
    )
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
