"""Whole numbers in words, in Polish, Czech and English."""

from nlu.numbers.lexicon import TABLES

LARGEST = 999_999_999


def cardinal(number: int, lang: str) -> str:
    """Return `number`, 0 to `LARGEST`, in words. KeyError: unknown language; ValueError: out of range."""
    if not 0 <= number <= LARGEST:
        raise ValueError("out of range")
    if number == 0:
        return first(TABLES[lang].units[0])
    millions, rest = divmod(number, 1_000_000)
    thousands, rest = divmod(rest, 1_000)
    parts = []
    if millions:
        parts.append(_counted(millions, lang, _MILLIONS[lang]))
    if thousands:
        parts.append(_counted(thousands, lang, _THOUSANDS[lang]))
    if rest:
        parts.append(_below_thousand(rest, lang))
    return " ".join(parts)


def first(forms: str) -> str:
    """Return how we say it: the first of the forms of a word."""
    return forms.split()[0]


_THOUSANDS = {
    "pl": ("tysiąc", "tysiące", "tysięcy"),
    "cs": ("tisíc", "tisíce", "tisíc"),
    "en": ("thousand",) * 3,
}
_MILLIONS = {
    "pl": ("milion", "miliony", "milionów"),
    "cs": ("milion", "miliony", "milionů"),
    "en": ("million",) * 3,
}
"""For one, for two to four, for more."""


def _counted(count: int, lang: str, forms: tuple[str, str, str]) -> str:
    if count == 1 and lang != "en":
        return forms[0]
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    if lang == "cs":
        few = count in (2, 3, 4)
    return f"{_below_thousand(count, lang)} {forms[1] if few else forms[2]}"


def _below_thousand(number: int, lang: str) -> str:
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        parts.append(_hundreds(hundreds, lang))
    if rest:
        parts.append(_below_hundred(rest, lang))
    return " ".join(parts)


def _hundreds(count: int, lang: str) -> str:
    table = TABLES[lang]
    if lang == "en":
        return f"{first(table.units[count])} hundred"
    if lang == "pl" or count == 1:
        return first(table.hundreds[count * 100])
    if count == 2:
        return "dvě stě"
    return f"{first(table.units[count])} {'sta' if count < 5 else 'set'}"


def _below_hundred(number: int, lang: str) -> str:
    table = TABLES[lang]
    if number < 10:
        return first(table.units[number])
    if number < 20:
        return first(table.teens[number])
    tens, unit = divmod(number, 10)
    words = [first(table.tens[tens * 10])] + ([first(table.units[unit])] if unit else [])
    return ("-" if lang == "en" else " ").join(words)
