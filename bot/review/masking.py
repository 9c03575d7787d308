"""Takes out of a customer's words what may say who they are, before anybody else reads them.

What is taken out: e-mail addresses, links, numbers of four digits and more (orders, phones, cards, codes,
however they are grouped), the same numbers spoken, and the customer's own name where it is known. A name that
nobody knows stays: who reviews sees the sentence before it is used.
"""

import re

from bot.model.question import MAX_QUESTION
from nlu.numbers import digits, find

GONE = "…"
_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)*|@\w+")
_SPOKEN_EMAIL = re.compile(
    r"\S+\s+(?:małpa|malpa|zavináč|zavinac|at)\s+\S+(?:\s+(?:kropka|tečka|tecka|dot)\s+\S+)+", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\w)[+(]?[\w/-]*\d(?:[ \t().,/–-]{0,3}\w*\d)*[\w/-]*\)?")
_DIGITS = 4
"""A price, a day and a size have fewer."""
_LEAST = {"spoken": _DIGITS, "mixed": 6}
"""Digits that words make; of what was typed `_NUMBER` has found all, and "42 or 44 for" is none."""
_TELEPHONE = 7
_SPOKEN = 8
"""Spoken numbers in one text; a longer text is no number."""
_NAME = 3
_DIGIT = re.compile(r"\d+")
_PRICE = re.compile(r"\d{1,3}[.,]\d{1,2}")
_MERGED = re.compile(rf"{GONE}(?:[\s,.;:/()–-]*{GONE})+")


def mask(text: str, lang: str, name: str | None = None) -> str:
    """Return `text` with `…` in the place of what may say who wrote it."""
    for pattern in (_LINK, _EMAIL, _SPOKEN_EMAIL):
        text = pattern.sub(GONE, text)
    text = _NUMBER.sub(_unless_short, text)
    for _ in range(_SPOKEN):
        found = find(text, lang)
        if found is None or sum(c.isdigit() for c in found.value) < _LEAST.get(found.kind, MAX_QUESTION):
            break
        text = f"{text[: found.start]}{GONE}{text[found.end :]}"
    if len(digits(_DIGIT.sub(" ", text), lang)) >= _TELEPHONE:
        return GONE  # spoken, but too long to tell where it begins and ends
    for part in (name or "").split():
        text = _without_name(text, part)
    return _MERGED.sub(GONE, " ".join(text.split()))


def usable(text: str) -> str:
    """Return a masked text as an example of how to ask: without the gaps; "" where nothing is left."""
    left = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(text.replace(GONE, " ").split())).strip(" ,;:-–")
    return left if re.search(r"[^\W\d_]", left) else ""


def _unless_short(found: re.Match[str]) -> str:
    text = found.group()
    return GONE if sum(c.isdigit() for c in text) >= _DIGITS and not _PRICE.fullmatch(text) else text


def _without_name(text: str, name: str) -> str:
    """Names are inflected: a longer one is found by its beginning."""
    if len(name) < _NAME:
        return text
    stem = name[:-1] if len(name) > _NAME + 1 else name
    ending = r"\w{0,4}" if len(name) > _NAME + 1 else ""
    return re.sub(rf"\b{re.escape(stem)}{ending}\b", GONE, text, flags=re.IGNORECASE)
