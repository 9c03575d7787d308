"""A text's words, runs of digits and punctuation, each with its place, folded to plain lower-case ASCII."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"\d+|(?:[^\W\d_][\u0300-\u036f]*)+(?:['’´`](?:[^\W\d_][\u0300-\u036f]*)+)*|\S")
_APOSTROPHES = "'’´`"

LONGEST = 2_000
"""Characters of a text that are read; nobody gives a number after a longer speech."""


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord("ł"): "l", ord("đ"): "d", ord("ø"): "o", ord("ß"): "ss"}
    for code in range(0xC0, 0x250):
        plain = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if code not in table and plain.isascii() and plain.isalpha():
            table[code] = plain.lower()
    table |= dict.fromkeys(range(0x300, 0x370))
    table |= dict.fromkeys(map(ord, _APOSTROPHES))
    return table


_FOLDING = _table()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits, or one mark of punctuation."""

    kind: Literal["word", "digits", "mark"]
    text: str
    """Folded: lower case, no diacritics or apostrophes; digits are ASCII."""
    raw: str
    start: int
    end: int
    glued: bool
    """Nothing stands between it and the token before."""


def fold(word: str) -> str:
    """Return `word` in lower case, without diacritics and apostrophes (`Sześć` -> `szesc`)."""
    return word.lower().translate(_FOLDING)


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, at most the first `LONGEST` characters of it."""
    found: list[Token] = []
    before = -1
    for match in _TOKEN.finditer(text, 0, LONGEST):
        raw, (start, end) = match.group(), match.span()
        first = raw[0]
        if first.isdecimal():
            digits = raw if raw.isascii() else "".join(str(unicodedata.decimal(c)) for c in raw)
            found.append(Token("digits", digits, raw, start, end, start == before))
        elif first.isalpha():
            found.append(Token("word", fold(raw), raw, start, end, start == before))
        else:
            found.append(Token("mark", raw, raw, start, end, start == before))
        before = end
    return found
