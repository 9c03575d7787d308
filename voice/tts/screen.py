"""What is only for eyes goes: markup, emoji, quotation marks, bullets. What is left is sentences."""

import re
import unicodedata

LONGEST = 8000
"""Characters of a text that are worded at all; nobody listens to more."""

_DROPPED = {"So", "Sk", "Cs", "Co", "Cn", "Cf", "Mc", "Me"}
"""Unicode categories that nobody says: pictures, modifiers, joiners, private use."""
_KEPT = "©°"
_SPACES = re.compile(r"[^\S\n]+")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}(?: \"[^\"]{0,100}\")?\)")
_FENCE = re.compile(r"^\s*(?:```.*|---+|===+|\*\*\*+)\s*$", re.MULTILINE)
_LINE_START = re.compile(r"^\s*(?:>+|#{1,6}|[-*+•·▪‣–]|\d{1,2}[.)](?=\s+\D))\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*+|~~+|`+|(?<!\w)_+|_+(?!\w)")
_QUOTES = re.compile(r"[\"„“”«»‟]|(?<!\w)['‘‚]|['’‘](?!\w)")
_BRACKETS = re.compile(r"\s*[(\[{]\s*([^()\[\]{}]*?)\s*[)\]}]")
_SMILEY = re.compile(r"(?<![\w:;])[:;]-?[()DPp|/\\](?!\w)")
_UNENDED = re.compile(r"(?<=[^\s.!?:;,…])\s*\n+\s*")
_LINES = re.compile(r"\s*\n+\s*")


def plain(text: str) -> str:
    """Return one line of sentences; every space is an ordinary one, every digit one of 0 to 9."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(_sign(sign) for sign in text)
    text = _SMILEY.sub(" ", _FENCE.sub("", _TAGS.sub(" ", text)))
    text = _LINK.sub(r"\1", text)
    text = _LINE_START.sub("", text)
    text = _EMPHASIS.sub("", text)
    text = _QUOTES.sub("", text)
    text = _BRACKETS.sub(lambda match: f", {match[1]}," if match[1] else "", text)
    text = _SPACES.sub(" ", text).strip()
    return _LINES.sub(" ", _UNENDED.sub(". ", text))


def _sign(sign: str) -> str:
    if sign == "\n" or (sign.isascii() and sign.isprintable()):
        return sign
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.digit(sign))
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    if sign in "\u2010\u2011\u2012\u2212":
        return "-"
    if category in _DROPPED and sign not in _KEPT:
        return " " if category == "So" else ""
    return sign
