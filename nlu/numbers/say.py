"""Saying an order number or a code in the ways in which people do."""

import re
from typing import Literal, get_args

from nlu.numbers.cardinals import LARGEST, cardinal, first
from nlu.numbers.lexicon import TABLES

Style = Literal[
    "digits", "pairs", "triples", "hundreds", "mixed", "doubles", "things", "cardinal", "inverted",
    "alphabet", "typed", "spaces", "hyphens", "groups",
]  # fmt: skip
"""One by one; two by two (62, 21, 4); three by three (622, 14); two and three (62, 214); by turns; equal
neighbours together ("double seven"); the same as things ("two sevens"); as one whole number; two by two and
the units first where a language does that; letters by the spelling alphabet; and four ways to type it."""
STYLES: tuple[Style, ...] = get_args(Style)

_RUNS = re.compile(r"[0-9]+|[A-Z]+")
_SIZES: dict[str, tuple[int, ...]] = {
    "digits": (1,), "pairs": (2,), "inverted": (2,), "triples": (3,), "hundreds": (2, 3),
    "mixed": (1, 2, 3, 2),
}  # fmt: skip
_LIKE = {"pl": "jak", "cs": "jako", "en": "as in"}
_NAMES = {
    "pl": "Adam Barbara Celina Dorota Ewa Franciszek Grażyna Henryk Irena Jadwiga Karol Leon Maria Natalia "
    "Olga Paweł Quebec Roman Stanisław Tadeusz Urszula Violetta Wanda Xantypa Ypsilon Zygmunt",
    "cs": "Adam Božena Cyril David Emil František Gustav Helena Ivan Josef Karel Ludvík Marie Norbert Otakar "
    "Petr Quido Rudolf Svatopluk Tomáš Urban Václav Whisky Xaver Ypsilon Zuzana",
    "en": "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima Mike November Oscar Papa "
    "Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu",
}


def say(value: str, lang: str, style: Style) -> str:
    """Return `value` (upper-case letters and digits) as it is said or typed in `style`.

    A comma stands where a speaker makes a short pause. What has no whole number (letters, a leading zero,
    more than nine digits) is said digit by digit in the style `cardinal`.
    """
    if style == "typed":
        return value
    if style in ("spaces", "hyphens", "groups"):
        return _typed(value, style)
    return ", ".join(
        _digits(run, lang, style) if run[0].isdigit() else _letters(run, lang, style)
        for run in _RUNS.findall(value)
    )


def _typed(value: str, style: str) -> str:
    if style == "groups":
        return " ".join(_cut(run, (2, 3)) for run in _RUNS.findall(value))
    separator = " " if style == "spaces" else "-"
    return separator.join(value)


def _cut(run: str, sizes: tuple[int, ...]) -> str:
    return " ".join(_groups(run, sizes)) if run[0].isdigit() else run


def _groups(run: str, sizes: tuple[int, ...]) -> list[str]:
    found, at, turn = [], 0, 0
    while at < len(run):
        size = sizes[turn % len(sizes)]
        found.append(run[at : at + size])
        at, turn = at + size, turn + 1
    return found


def _letters(run: str, lang: str, style: str) -> str:
    if style == "alphabet":
        names = _NAMES[lang].split()
        return ", ".join(f"{letter} {_LIKE[lang]} {names[ord(letter) - ord('A')]}" for letter in run)
    return " ".join(run)


def _digits(run: str, lang: str, style: str) -> str:
    if style == "cardinal" and run[0] != "0" and int(run) <= LARGEST:
        return cardinal(int(run), lang)
    if style in ("doubles", "things"):
        return ", ".join(_repeated(match.group(), lang, style) for match in re.finditer(r"(\d)\1{0,2}", run))
    return ", ".join(_group(group, lang, style) for group in _groups(run, _SIZES.get(style, (1,))))


def _group(group: str, lang: str, style: str) -> str:
    """Say up to three digits as a number; leading zeros one by one."""
    fused = TABLES[lang].fused
    if style == "inverted" and int(group) in fused and group[0] != "0":
        return first(fused[int(group)])
    zeros = len(group) - len(group.lstrip("0"))
    words = [first(TABLES[lang].units[0])] * zeros
    if group[zeros:]:
        words.append(cardinal(int(group), lang))
    return " ".join(words)


def _repeated(run: str, lang: str, style: str) -> str:
    table = TABLES[lang]
    digit = int(run[0])
    if len(run) == 1:
        return first(table.units[digit])
    if style == "doubles":
        return f"{first(table.repeats[len(run)])} {first(table.units[digit])}"
    return f"{cardinal(len(run), lang)} {table.nouns[digit].split()[0 if lang == 'en' else 1]}"
