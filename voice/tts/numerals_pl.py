"""Numbers in Polish. Source of the forms: Wielki słownik ortograficzny PWN, chapter on numerals."""

from collections.abc import Mapping

from voice.tts.numerals import Case, Gender, Numerals, listed, thousands

_NOM = listed(
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście "
    "czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
)
_OBLIQUE = listed(
    "zera jednego dwóch trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu dziesięciu jedenastu "
    "dwunastu trzynastu czternastu piętnastu szesnastu siedemnastu osiemnastu dziewiętnastu"
)
_TENS = listed(
    "- - dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt "
    "dziewięćdziesiąt"
)
_TENS_OBLIQUE = listed(
    "- - dwudziestu trzydziestu czterdziestu pięćdziesięciu sześćdziesięciu siedemdziesięciu "
    "osiemdziesięciu dziewięćdziesięciu"
)
_HUNDREDS = listed("- sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset")
_HUNDREDS_OBLIQUE = listed(
    "- stu dwustu trzystu czterystu pięciuset sześciuset siedmiuset ośmiuset dziewięciuset"
)
_ONE: Mapping[Case, Mapping[Gender, str]] = {
    "nom": {"m": "jeden", "f": "jedna", "n": "jedno"},
    "acc": {"m": "jeden", "f": "jedną", "n": "jedno"},
    "gen": {"m": "jednego", "f": "jednej", "n": "jednego"},
    "dat": {"m": "jednemu", "f": "jednej", "n": "jednemu"},
    "ins": {"m": "jednym", "f": "jedną", "n": "jednym"},
    "loc": {"m": "jednym", "f": "jednej", "n": "jednym"},
}
_DAT = {2: "dwóm", 3: "trzem", 4: "czterem"}
_INS = {2: "dwoma", 3: "trzema", 4: "czterema"}
_THOUSAND: Mapping[Case, tuple[str, str, str]] = {
    "nom": ("tysiąc", "tysiące", "tysięcy"),
    "acc": ("tysiąc", "tysiące", "tysięcy"),
    "gen": ("tysiąca", "tysięcy", "tysięcy"),
    "dat": ("tysiącowi", "tysiącom", "tysiącom"),
    "ins": ("tysiącem", "tysiącami", "tysiącami"),
    "loc": ("tysiącu", "tysiącach", "tysiącach"),
}
_MILLION: Mapping[Case, tuple[str, str, str]] = {
    "nom": ("milion", "miliony", "milionów"),
    "acc": ("milion", "miliony", "milionów"),
    "gen": ("miliona", "milionów", "milionów"),
    "dat": ("milionowi", "milionom", "milionom"),
    "ins": ("milionem", "milionami", "milionami"),
    "loc": ("milionie", "milionach", "milionach"),
}
_STEMS = listed(
    "zerow pierwsz drug trzec czwart piąt szóst siódm ósm dziewiąt dziesiąt jedenast dwunast trzynast "
    "czternast piętnast szesnast siedemnast osiemnast dziewiętnast"
)
_TENS_STEMS = listed(
    "- - dwudziest trzydziest czterdziest pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt "
    "dziewięćdziesiąt"
)
_HUNDREDS_STEMS = listed(
    "- setn dwusetn trzechsetn czterechsetn pięćsetn sześćsetn siedemsetn osiemsetn dziewięćsetn"
)
_ENDINGS: Mapping[Gender, Mapping[Case, str]] = {
    "m": {"nom": "y", "gen": "ego", "dat": "emu", "acc": "y", "ins": "ym", "loc": "ym"},
    "f": {"nom": "a", "gen": "ej", "dat": "ej", "acc": "ą", "ins": "ą", "loc": "ej"},
    "n": {"nom": "e", "gen": "ego", "dat": "emu", "acc": "e", "ins": "ym", "loc": "ym"},
}


def plural(number: int) -> int:
    """Tell which form a counted noun has: 0 one, 1 two to four, 2 all others."""
    if number == 1:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


class _Polish(Numerals):
    digits = _NOM[:10]
    letters = "a be ce de e ef gie ha i jot ka el em en o pe ku er es te u fał wu iks igrek zet"

    def cardinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say how many; `m` is for things and animals, not for men."""
        millions, middle, rest = thousands(number)
        words = _scaled(millions, _MILLION, case) + _scaled(middle, _THOUSAND, case)
        if rest or not words:
            words.append(_hundreds(rest, gender, case, alone=not words))
        return " ".join(words)

    def ordinal(self, number: int, gender: Gender = "m", case: Case = "nom") -> str:
        """Say which one; thousands and hundreds before tens stay cardinal, as in years."""
        head, rest = number // 100 * 100, number % 100
        if rest:
            before = [self.cardinal(head)] if head else []
            return " ".join([*before, *(_declined(stem, gender, case) for stem in _small_stems(rest))])
        above, hundreds = head // 1000 * 1000, head // 100 % 10
        if hundreds:
            before = [self.cardinal(above)] if above else []
            return " ".join([*before, _declined(_HUNDREDS_STEMS[hundreds], gender, case)])
        multiple = number // 1000
        prefix = "" if multiple == 1 else "dwu" if multiple == 2 else _OBLIQUE[multiple]
        return _declined(prefix + "tysięczn", gender, case)


def _scaled(count: int, forms: Mapping[Case, tuple[str, str, str]], case: Case) -> list[str]:
    if count == 0:
        return []
    noun = forms[case][plural(count)]
    return [noun] if count == 1 else [_hundreds(count, "m", case, alone=True), noun]


def _hundreds(number: int, gender: Gender, case: Case, *, alone: bool) -> str:
    """Say 0 to 999. The one is declined only where it stands alone: jednego, but dwudziestu jeden."""
    direct = case in ("nom", "acc")
    hundreds, rest = divmod(number, 100)
    words = [(_HUNDREDS if direct else _HUNDREDS_OBLIQUE)[hundreds]] if hundreds else []
    tens, ones = divmod(rest, 10)
    if rest >= 20:
        words.append((_TENS if direct else _TENS_OBLIQUE)[tens])
        rest = ones
    if rest == 1:
        words.append("jeden" if words or not alone else _ONE[case][gender])
    elif rest == 2 and gender == "f" and direct:
        words.append("dwie")
    elif rest == 2 and gender == "f" and case == "ins":
        words.append("dwiema")
    elif rest in (2, 3, 4) and case in ("dat", "ins"):
        words.append((_DAT if case == "dat" else _INS)[rest])
    elif rest or not words:
        words.append((_NOM if direct else _OBLIQUE)[rest])
    return " ".join(words)


def _small_stems(number: int) -> list[str]:
    if number < 20:
        return [_STEMS[number]]
    tens, ones = divmod(number, 10)
    return [_TENS_STEMS[tens], *([_STEMS[ones]] if ones else [])]


def _declined(stem: str, gender: Gender, case: Case) -> str:
    ending = _ENDINGS[gender][case]
    if stem == "trzec":  # soft: trzeci, trzecia, trzeciego
        ending = ending[1:] if ending.startswith("y") else ending
        return stem + "i" + ending
    if stem == "drug":  # drugi, drugiego, but druga
        ending = "i" + ending[1:] if ending.startswith("y") else ending
        return stem + ("i" + ending if ending.startswith("e") else ending)
    return stem + ending


POLISH = _Polish()
