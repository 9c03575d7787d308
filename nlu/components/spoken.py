"""Numbers in what a customer typed in pieces or said in words: which one it is, by what it may be."""

from __future__ import annotations

import re

from nlu import numbers
from nlu.hearing import Hearing

_FIGURE = re.compile(r"\d")
VERIFIER_DIGITS = 4
"""Last digits of the order's phone that prove whose it is."""
PHONE_DIGITS = 9
"""Who says so many digits has said the whole phone number."""


def order_number(text: str, hearing: Hearing, pattern: re.Pattern[str]) -> str | None:
    """Return the order number that is named in `text`, or in another reading of it.

    `pattern` is what the shop's order numbers look like. Typed, only digits with separators are one
    ('10 023'): words are words, unless a number was asked for. While a number waits for a yes, a correction
    mends it ('no, nine').
    """
    readings = (text, *hearing.alternatives)
    if not (hearing.is_heard or hearing.expecting == "order_number" or any(map(_FIGURE.search, readings))):
        return None  # only what was typed counts here, and nothing was
    if hearing.is_heard:
        return _heard(readings, hearing, pattern)
    found = _found(readings, hearing, pattern)
    if found is None or (found.kind != "typed" and hearing.expecting != "order_number"):
        return None
    return found.value


def beside_number(text: str, lang: str) -> str:
    """Return what is said beside the number in `text`, and nothing where the number is all there is."""
    found = numbers.find(text, lang, asked=True)
    rest = text if found is None else f"{text[: found.start]} {text[found.end :]}"
    return rest.strip() if re.search(r"\w", rest) else ""


def named_elsewhere(text: str, lang: str) -> list[tuple[int, int]]:
    """Return where in `text` dates, times, prices, telephone numbers and postcodes stand."""
    return numbers.elsewhere(text, lang)


def _heard(readings: tuple[str, ...], hearing: Hearing, pattern: re.Pattern[str]) -> str | None:
    """Return the number that was heard, in the light of the tellings before it; never a refused one."""
    if hearing.before or hearing.refused:
        now = numbers.told(
            readings, hearing.lang, pattern=hearing.number_pattern, asked=hearing.expecting == "order_number"
        )
        number = numbers.agreed(
            now,
            hearing.before,
            refused=hearing.refused,
            fits=lambda value: pattern.fullmatch(value) is not None,
        )
    else:
        found = _found(readings, hearing, pattern)
        number = found.value if found else None
    if number is None and hearing.heard_number:
        number = _mended(readings, hearing.heard_number, hearing.lang, pattern)
    return None if number in hearing.refused else number


def _found(readings: tuple[str, ...], hearing: Hearing, pattern: re.Pattern[str]) -> numbers.Found | None:
    """Return the likeliest number that the shop could have.

    Where the shop did not say what its numbers look like, as people usually say theirs if that fits.
    """
    asked = hearing.expecting == "order_number"
    if hearing.number_pattern is None:
        usual = numbers.best(
            readings, hearing.lang, judge=lambda value: pattern.fullmatch(value) is not None, asked=asked
        )
        if usual is not None and pattern.fullmatch(usual.value):
            return usual
    return numbers.best(readings, hearing.lang, pattern=pattern, asked=asked)


def _mended(readings: tuple[str, ...], heard: str, lang: str, pattern: re.Pattern[str]) -> str | None:
    """Return `heard` with what the readings say about it, where that changes it."""
    for reading in readings:
        found = numbers.find(f"{heard}, {reading}", lang, pattern=pattern)
        if found is not None and found.value != heard and len(found.value) == len(heard):
            return found.value
    return None


def verifier(text: str, hearing: Hearing) -> str | None:
    """Return the last four digits of a phone number that were said, alone or at the end of all of it."""
    if not hearing.is_heard:
        return None
    for reading in (text, *hearing.alternatives):
        said = numbers.digits(reading, hearing.lang, length=VERIFIER_DIGITS)
        if len(said) == VERIFIER_DIGITS or len(said) >= PHONE_DIGITS:
            return said[-VERIFIER_DIGITS:]
    return None
