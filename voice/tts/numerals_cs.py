"""Numbers in Czech. Source of the forms: Internetová jazyková příručka, chapters on numerals."""

from collections.abc import Mapping

from voice.tts.numerals import Case, Gender, Numerals, listed, thousands

_NOM = listed(
    "nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct "
    "šestnáct sedmnáct osmnáct devatenáct"
)
_OBLIQUE = listed(
    "nuly jednoho dvou tří čtyř pěti šesti sedmi osmi devíti deseti jedenácti dvanácti třinácti čtrnácti "
    "patnácti šestnácti sedmnácti osmnácti devatenácti"
)
_TENS = listed("- - dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát")
_HUNDREDS = (
    listed("-|sto|dvě stě|tři sta|čtyři sta|pět set|šest set|sedm set|osm set|devět set", "|"),
    listed("-|sta|dvou set|tří set|čtyř set|pěti set|šesti set|sedmi set|osmi set|devíti set", "|"),
)
_ONE: Mapping[Case, Mapping[Gender, str]] = {
    "nom": {"m": "jeden", "f": "jedna", "n": "jedno"},
    "acc": {"m": "jeden", "f": "jednu", "n": "jedno"},
    "gen": {"m": "jednoho", "f": "jedné", "n": "jednoho"},
    "dat": {"m": "jednomu", "f": "jedné", "n": "jednomu"},
    "ins": {"m": "jedním", "f": "jednou", "n": "jedním"},
    "loc": {"m": "jednom", "f": "jedné", "n": "jednom"},
}
_FEW: Mapping[Case, tuple[str, str, str]] = {
    "dat": ("dvěma", "třem", "čtyřem"),
    "ins": ("dvěma", "třemi", "čtyřmi"),
    "loc": ("dvou", "třech", "čtyřech"),
}
_THOUSAND: Mapping[Case, tuple[str, str, str]] = {
    "nom": ("tisíc", "tisíce", "tisíc"),
    "acc": ("tisíc", "tisíce", "tisíc"),
    "gen": ("tisíce", "tisíc", "tisíc"),
    "dat": ("tisíci", "tisícům", "tisícům"),
    "ins": ("tisícem", "tisíci", "tisíci"),
    "loc": ("tisíci", "tisících", "tisících"),
}
_MILLION: Mapping[Case, tuple[str, str, str]] = {
    "nom": ("milion", "miliony", "milionů"),
    "acc": ("milion", "miliony", "milionů"),
    "gen": ("milionu", "milionů", "milionů"),
    "dat": ("milionu", "milionům", "milionům"),
    "ins": ("milionem", "miliony", "miliony"),
    "loc": ("milionu", "milionech", "milionech"),
}
_STEMS = listed(
    "nult prvn druh třet čtvrt pát šest sedm osm devát desát jedenáct dvanáct třináct čtrnáct patnáct "
    "šestnáct sedmnáct osmnáct devatenáct"
)
_TENS_STEMS = listed("- - dvacát třicát čtyřicát padesát šedesát sedmdesát osmdesát devadesát")
_HUNDREDS_STEMS = listed("- st dvoust třist čtyřst pětist šestist sedmist osmist devítist")
_HARD: Mapping[Gender, Mapping[Case, str]] = {
    "m": {"nom": "ý", "gen": "ého", "dat": "ému", "acc": "ý", "ins": "ým", "loc": "ém"},
    "f": {"nom": "á", "gen": "é", "dat": "é", "acc": "ou", "ins": "ou", "loc": "é"},
    "n": {"nom": "é", "gen": "ého", "dat": "ému", "acc": "é", "ins": "ým", "loc": "ém"},
}
_SOFT: Mapping[Gender, Mapping[Case, str]] = {
    "m": {"nom": "í", "gen": "ího", "dat": "ímu", "acc": "í", "ins": "ím", "loc": "ím"},
    "f": dict.fromkeys(("nom", "gen", "dat", "acc", "ins", "loc"), "í"),
    "n": {"nom": "í", "gen": "ího", "dat": "ímu", "acc": "í", "ins": "ím", "loc": "ím"},
}


def plural(number: int) -> int:
    """Tell which form a counted noun has: 0 one, 1 two to four, 2 all others (21 to 24 too)."""
    return 0 if number == 1 else 1 if 2 <= number <= 4 else 2


class _Czech(Numerals):
    digits = _NOM[:10]
    letters = "á bé cé dé é ef gé há í jé ká el em en ó pé kvé er es té ú vé dvojité_vé iks ypsilon zet"

    def cardinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say how many."""
        millions, middle, rest = thousands(number)
        words = _scaled(millions, _MILLION, case) + _scaled(middle, _THOUSAND, case)
        if rest or not words:
            words.append(_hundreds(rest, gender, case, alone=not words))
        return " ".join(words)

    def ordinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say which one; thousands and hundreds before tens stay cardinal."""
        head, rest = number // 100 * 100, number % 100
        if rest:
            before = [self.cardinal(head)] if head else []
            return " ".join([*before, *(_declined(stem, gender, case) for stem in _small_stems(rest))])
        above, hundreds = head // 1000 * 1000, head // 100 % 10
        if hundreds:
            before = [self.cardinal(above)] if above else []
            return " ".join([*before, _declined(_HUNDREDS_STEMS[hundreds], gender, case)])
        multiple = number // 1000
        return _declined(("" if multiple == 1 else _OBLIQUE[multiple]) + "tisíc", gender, case)


def _scaled(count: int, forms: Mapping[Case, tuple[str, str, str]], case: Case) -> list[str]:
    if count == 0:
        return []
    noun = forms[case][plural(count)]
    return [noun] if count == 1 else [_hundreds(count, "m", case, alone=True), noun]


def _hundreds(number: int, gender: Gender, case: Case, *, alone: bool) -> str:
    """Say 0 to 999. A one or two after tens is as in counting: dvacet jedna korun, dvacet dva korun."""
    direct = case in ("nom", "acc")
    hundreds, rest = divmod(number, 100)
    words = [_HUNDREDS[0 if direct else 1][hundreds]] if hundreds else []
    tens, ones = divmod(rest, 10)
    if rest >= 20:
        words.append(_TENS[tens] if direct else _TENS[tens] + "i")
        rest = ones
    lone = alone and not words
    if rest == 1:
        words.append(_ONE[case][gender] if lone else "jedna" if direct else "jedné")
    elif rest == 2 and direct and gender != "m" and (lone or number < 20 or number % 100 < 20):
        words.append("dvě")
    elif rest in (2, 3, 4) and case in _FEW:
        words.append(_FEW[case][rest - 2])
    elif rest or not words:
        words.append((_NOM if direct else _OBLIQUE)[rest])
    return " ".join(words)


def _small_stems(number: int) -> list[str]:
    if number < 20:
        return [_STEMS[number]]
    tens, ones = divmod(number, 10)
    return [_TENS_STEMS[tens], *([_STEMS[ones]] if ones else [])]


def _declined(stem: str, gender: Gender, case: Case) -> str:
    soft = stem in ("prvn", "třet") or stem.endswith("tisíc")
    return stem + (_SOFT if soft else _HARD)[gender][case]


CZECH = _Czech()
