"""What looks like an order number and is none: dates, times, prices, addresses on the net, telephone numbers."""

import re


_SPACE = r"[ \u00a0\u202f]"
_ALWAYS = (
    r"\S+@\S+|(?:https?://|www\.)\S+",
    # 12.11.2024, 12/11/24, 2024-11-12, "12.11." and "12. 11."
    rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?P<by>[./-]){_SPACE}?(?:0?[1-9]|1[0-2])(?P=by){_SPACE}?(?:19|20)\d\d(?!\d)",
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?P<in>[./])(?:0?[1-9]|1[0-2])(?P=in)(?:\d\d(?!\d)|(?!\d))",
    rf"\b(?:dnia|dne|od|do|z|since|from|until|ze|on)\s(?:[12]?\d|3[01])\.{_SPACE}(?:0?[1-9]|1[0-2])\.",
    r"(?<!\d)(?:19|20)\d\d[-./](?:0[1-9]|1[0-2])[-./](?:0[1-9]|[12]\d|3[01])(?!\d)",
    # 10:30
    r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])",
    # $1,250.00
    rf"[€$£]{_SPACE}?\d[\d.,]*(?:{_SPACE}\d{{3}})*",
    rf"\d[\d.,]*(?:{_SPACE}\d{{3}})*{_SPACE}?(?:[€$£%])",
)
_PHONES = (
    rf"\+\d[\d \u00a0()/.-]{{6,}}\d",
    r"(?<![\w-])0\d{4}[ -]\d{6}(?!\d)",
    rf"(?<![\d-])(?<!\d{_SPACE})\d{{3}}([ -])\d{{3}}\1\d{{3}}(?![\d-])(?!{_SPACE}\d)",
)
_SPANS = re.compile("|".join(f"(?:{pattern})" for pattern in _ALWAYS), re.IGNORECASE)
_TELEPHONE = re.compile("|".join(f"(?:{pattern})" for pattern in _PHONES))
_BY_LANGUAGE: dict[str, re.Pattern[str]] = {}

_AROUND = {
    "pl": (
        r"\b(?:o|po|przed|od|do|około|ok\.|na)\s(?:[01]?\d|2[0-3])\.[0-5]\d(?![\d.])"
        r"|\b(?:w|od|do|rok|roku)\s(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d\s?(?:r\b|rok)"
    ),
    "cs": (
        r"\b(?:v|ve|po|před|od|do|kolem|na)\s(?:[01]?\d|2[0-3])\.[0-5]\d(?![\d.])"
        r"|\b(?:v|od|do|rok|roku|roce)\s(?:19|20)\d\d(?!\d)"
    ),
    "en": (
        r"\b(?:at|by|after|before|until|till|around|about|from)\s(?:[01]?\d|2[0-3])\.[0-5]\d(?![\d.])"
        r"|\b(?:in|since|year)\s(?:19|20)\d\d(?!\d)"
    ),
}


def _pattern(lang: str) -> re.Pattern[str]:
    if lang not in _BY_LANGUAGE:
        from nlu.numbers.lexicon import TABLES

        months = "|".join(TABLES[lang].months.split())
        ending = r"\w{0,6}" if lang != "en" else r"\b\.?"
        day = rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\.?{_SPACE}?(?:of{_SPACE})?"
        dates = rf"{day}\b(?:{months}){ending}(?:,?{_SPACE}(?:19|20)\d\d(?!\d))?"
        after = rf"|(?<!as in )(?<!for )(?<!like )\b(?:{months}){ending}{_SPACE}(?:the{_SPACE})?(?:(?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?(?:,?{_SPACE}(?:19|20)\d\d)?)(?![\d,.-]|{_SPACE}\d)"
        _BY_LANGUAGE[lang] = re.compile(f"{dates}{after}|{_AROUND[lang]}", re.IGNORECASE)
    return _BY_LANGUAGE[lang]


def other_numbers(text: str, lang: str) -> list[tuple[int, int]]:
    """Return the spans of `text` that are dates, times, prices, e-mail addresses or links."""
    spans = [match.span() for match in _SPANS.finditer(text)]
    return spans + [match.span() for match in _pattern(lang).finditer(text)]


def telephones(text: str) -> list[tuple[int, int]]:
    """Return the spans that are written as telephone numbers are."""
    return [match.span() for match in _TELEPHONE.finditer(text)]
