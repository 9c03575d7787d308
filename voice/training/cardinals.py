"""How numbers from 0 to 999,999 are said as words in Polish, Czech and English."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words of one language."""

    digits: tuple[tuple[str, ...], ...]
    """0 to 9; the usual word first, then others that mean the same digit when digits are read out."""
    teens: tuple[str, ...]
    """10 to 19."""
    tens: tuple[str, ...]
    """20, 30, ... 90."""
    hundreds: tuple[str, ...]
    """100, 200, ... 900."""
    thousand: tuple[str, str, str]
    """As said after 1, after 2 to 4, and after 5 and more."""
    repeated: tuple[tuple[str, int], ...]
    """Words before a digit that is said once and meant several times."""
    beside: tuple[str, ...]
    """Other words heard within numbers, so that they are in the vocabulary."""
    letters: tuple[str, ...]
    """Their names, as the model writes them."""
    spelling: tuple[str, ...]
    """The spelling alphabet."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS: dict[str, NumberWords] = {
    "en": NumberWords(
        digits=(
            *(("zero", "oh", "nought"), ("one",), ("two",), ("three",), ("four",)),
            *(("five",), ("six",), ("seven",), ("eight",), ("nine",)),
        ),
        teens=_words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        tens=_words("twenty thirty forty fifty sixty seventy eighty ninety"),
        hundreds=tuple(f"{n} hundred" for n in _words("one two three four five six seven eight nine")),
        thousand=("thousand", "thousand", "thousand"),
        repeated=(("double", 2), ("triple", 3)),
        beside=("a hundred", "and", "dash", "hyphen", "treble", "from", "naught", "zeros", "hundred", "dot"),
        letters=_words("a b c d e f g h i j k l m n o p q r s t u v w x y z"),
        spelling=_words(
            "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november "
            "oscar papa quebec romeo sierra tango uniform victor whiskey x-ray yankee zulu"
        ),
    ),
    "pl": NumberWords(
        digits=(
            *(("zero",), ("jeden", "jedynka"), ("dwa", "dwójka"), ("trzy", "trójka")),
            *(("cztery", "czwórka"), ("pięć", "piątka"), ("sześć", "szóstka"), ("siedem", "siódemka")),
            *(("osiem", "ósemka"), ("dziewięć", "dziewiątka")),
        ),
        teens=_words(
            "dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście "
            "osiemnaście dziewiętnaście"
        ),
        tens=_words(
            "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt "
            "dziewięćdziesiąt"
        ),
        hundreds=_words("sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"),
        thousand=("tysiąc", "tysiące", "tysięcy"),
        repeated=(("dwa razy", 2), ("podwójne", 2), ("trzy razy", 3), ("potrójne", 3)),
        beside=(
            *("jedna", "jedno", "dwie", "razy", "podwójna", "podwójny", "potrójna", "potrójny", "dwa zera"),
            *("trzy zera", "zer", "setka", "myślnik", "kreska", "łamane", "i", "cztery zera", "tysięcy"),
        ),
        letters=_words("a be ce de e ef gie ha i jot ka el em en o pe ku er es te u fał wu iks igrek zet"),
        spelling=_words(
            "adam barbara celina dorota ewa franciszek genowefa henryk irena józef karol leon maria "
            "natalia olga paweł roman stanisław tadeusz urszula wacław ksawery zygmunt"
        ),
    ),
    "cs": NumberWords(
        digits=(
            *(("nula",), ("jedna", "jeden", "jednička"), ("dva", "dvojka", "dvě"), ("tři", "trojka")),
            *(("čtyři", "čtyřka"), ("pět", "pětka"), ("šest", "šestka"), ("sedm", "sedmička")),
            *(("osm", "osmička"), ("devět", "devítka")),
        ),
        teens=_words("deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct"),
        tens=_words("dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát"),
        hundreds=(
            *("sto", "dvě stě", "tři sta", "čtyři sta", "pět set", "šest set", "sedm set"),
            *("osm set", "devět set"),
        ),
        thousand=("tisíc", "tisíce", "tisíc"),
        repeated=(("dvakrát", 2), ("dvojitá", 2), ("třikrát", 3)),
        beside=("dvě nuly", "tři nuly", "jedno", "pomlčka", "lomeno", "nul", "a", "dvojité", "krát"),
        letters=_words("á bé cé dé é ef gé há í jé ká el em en ó pé kvé er es té ú vé iks ypsilon zet"),
        spelling=_words(
            "adam božena cyril david emil františek gustav helena ivan josef karel ludvík marie norbert "
            "oto petr rudolf svatopluk tomáš urban václav xaver zuzana"
        ),
    ),
}


_CZECH_BEFORE_TENS = _words("jedna dvaa třia čtyřia pěta šesta sedma osma devěta")


def cardinal(number: int, lang: str, rng: random.Random) -> str:
    """Say a number from 0 to 999,999 as one; where people differ, as one of them."""
    words = WORDS[lang]
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest, lang, rng)
    form = words.thousand[0 if thousands == 1 else 1 if 2 <= thousands <= 4 else 2]
    # Polish counts 22 thousand with the form of 2, but 12 thousand with that of 5.
    if lang == "pl" and thousands % 10 in (2, 3, 4) and thousands % 100 not in (12, 13, 14):
        form = words.thousand[1]
    alone = thousands == 1 and lang != "en"
    said = form if alone else f"{_below_thousand(thousands, lang, rng)} {form}"
    if not rest:
        return said
    link = " and " if lang == "en" and rest < 100 and rng.random() < 0.5 else " "
    return said + link + _below_thousand(rest, lang, rng)


def _below_thousand(number: int, lang: str, rng: random.Random) -> str:
    words = WORDS[lang]
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, lang, rng)
    said = words.hundreds[hundreds - 1]
    if not rest:
        return said
    link = " and " if lang == "en" and rng.random() < 0.5 else " "
    return said + link + _below_hundred(rest, lang, rng)


def _below_hundred(number: int, lang: str, rng: random.Random) -> str:
    words = WORDS[lang]
    if number < 10:
        return words.digits[number][0]
    if number < 20:
        return words.teens[number - 10]
    tens, ones = divmod(number, 10)
    if not ones:
        return words.tens[tens - 2]
    if lang == "cs" and rng.random() < 0.3:
        return _czech_inverted(tens, ones)
    return f"{words.tens[tens - 2]} {words.digits[ones][0]}"


def _czech_inverted(tens: int, ones: int) -> str:
    """Three-and-twenty: `třiadvacet`."""
    return _CZECH_BEFORE_TENS[ones - 1] + WORDS["cs"].tens[tens - 2]


def vocabulary(lang: str) -> frozenset[str]:
    """Give every word that a number may hold."""
    if lang not in WORDS:
        return frozenset()
    words = WORDS[lang]
    said = [word for forms in words.digits for word in forms]
    said += [*words.letters, *words.spelling]
    said += [*words.teens, *words.tens, *words.hundreds, *words.thousand, *words.beside]
    said += [before for before, _ in words.repeated]
    if lang == "cs":
        said += [_czech_inverted(tens, ones) for tens in range(2, 10) for ones in range(1, 10)]
    return frozenset(word for phrase in said for word in phrase.split())
