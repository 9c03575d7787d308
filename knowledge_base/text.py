"""From text to words that can be compared: lower case, no diacritics, no punctuation."""

import re
import unicodedata
from functools import cache
from pathlib import Path

MAX_CHARS = 4_000
"""Of a question; what follows is not read."""
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# Letters that Unicode does not decompose into a base letter and a mark.
_STROKED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_STOPWORDS = Path(__file__).parent / "stopwords"


def fold(text: str) -> str:
    """Return `text` in lower case and without diacritics: `"Przesyłkę"` becomes `"przesylke"`."""
    lower = unicodedata.normalize("NFKD", text.lower().translate(_STROKED))
    return "".join(c for c in lower if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Return the words of `text` in order, lower-case and with their diacritics (NFC)."""
    plain = unicodedata.normalize("NFC", text).lower()
    return [match.replace("’", "'") for match in WORD.findall(plain)]


@cache
def stopwords(lang: str) -> frozenset[str]:
    """Return the folded words of a language that say nothing about a question's subject."""
    path = _STOPWORDS / f"{lang}.txt"
    if not path.is_file():
        return frozenset()
    return frozenset(path.read_text(encoding="utf-8").split())
