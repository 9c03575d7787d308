"""Polish."""

import re
from types import MappingProxyType

from voice.tts.numerals import Case, Gender, listed
from voice.tts.numerals_pl import POLISH as NUMBERS
from voice.tts.numerals_pl import plural
from voice.tts.tongue import Noun, Signs, Tongue, digit_by_digit, last_words, next_words, words_before

_MONTHS = listed(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
)
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?P<year>[12]\d{3})(?!\d)(?P<r> ?r\.| roku| ?r\b)?"
_WORDED = re.compile(
    rf"(?<![\w.,/-])(?:(?P<from>\d{{1,2}})\.? ?[-–] ?)?(?P<day>\d{{1,2}})\.? "
    rf"(?P<month>{_MONTH})\b(?: {_YEAR})?",
    re.I,
)
_ISO = re.compile(
    r"(?<![\w/.-])(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?:T(?=\d)|(?![\w/-]))"
    r"(?P<r> ?r\.| roku)?"
)
_NUMERIC = re.compile(
    rf"(?<![\w/.,-])(?P<day>\d{{1,2}})\.(?P<gap> ?)(?P<month>\d{{1,2}})\."
    rf"(?:(?P=gap){_YEAR})?(?![\w/-]|[.,]?\d)"
)
_SHORT = re.compile(
    r"(?P<word>\b(?:dniu|dnia|do|od) )(?P<day>\d{1,2})\.(?P<month>0[1-9]|1[0-2])"
    r"(?![\w/-]|[.,]\d| ?(?:zł|PLN|%|kg))",
    re.I,
)
_IN_YEAR = re.compile(r"(?<![\w.,/-])(?P<year>[12]\d{3})(?P<r> ?r\.| roku| r\b)")
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-4]):(?P<{0}m>[0-5]\d)(?::[0-5]\d)?"
_SPAN = re.compile(
    rf"(?<![\w.,:/-])(?P<prep>\b[Oo]d )?(?:godz\. )?{_CLOCK.format('a')} ?(?:[-–]|do) ?"
    rf"{_CLOCK.format('b')}(?![\w:])"
)
_TIME = re.compile(rf"(?<![\w.,:/-])(?:godz\. ?)?{_CLOCK.format('')}(?![\w:])(?: godz\.)?")
_HOUR = re.compile(
    r"\b(?:godz\. ?|(?P<noun>godzin[aęąy]|godzinie) )(?P<h>[01]?\d|2[0-4])(?:[.:](?P<m>[0-5]\d))?(?![\w:])"
)
_AT = re.compile(r"\b(?P<at>[Oo]|[Pp]o) (?P<h>\d|1\d|2[0-4])(?= ?(?:$|[.,;!?]\B|i |lub |w ))")
_ORDINAL = re.compile(r"(?<![\w.,/-])(?P<number>\d{1,2})\. (?P<next>[a-ząćęłńóśźż]+)")
_HOURS = re.compile(
    r"\b(?P<od>[Oo]d) (?:godz\. )?(?P<ah>\d|1\d|2[0-4]) do (?P<bh>\d|1\d|2[0-4])"
    r"(?= ?(?:$|[.,;!?)]|(?:a|i|oraz|lub|w|we) ))"
)
_HOUR_CASES: dict[str, Case] = {
    **dict.fromkeys(("o", "po"), "loc"),
    **dict.fromkeys(("od", "do", "około", "koło", "z"), "gen"),
    **dict.fromkeys(("na", "za", "przez"), "acc"),
    **dict.fromkeys(("przed", "między", "pomiędzy"), "ins"),
    **dict.fromkeys(("godzinie",), "loc"),
    **dict.fromkeys(("godziny",), "gen"),
    **dict.fromkeys(("godzinę",), "acc"),
    **dict.fromkeys(("godziną",), "ins"),
}
_GENITIVE = frozenset(
    listed(
        "od do bez z ze około koło powyżej poniżej dla u obok spośród oprócz ciągu przeciągu trakcie okresie "
        "upływie terminie wysokości kwoty"
    )
)
_FEMININE = re.compile(
    r"(?:paczk|przesyłk|godzin|minut|sekund|sztuk|faktur|rat|cyfr|wiadomoś|reklamacj|płatnoś|stron|książ|osob|osób|kart|"
    r"polis|umow|dostaw|opcj|pozycj|możliw|nalep|kopi|noc|złotów|koron|prób|próśb|etykiet|spraw|rozm[oó]w|opini|cz[ęe]ś)"
)
_NEUTER = re.compile(
    r"(?:zamówieni|pudeł|konto|kont[ao]?$|miejsc|pytani|słow|zdję|opakowani|ubezpieczeni|hasł|euro|dziec)"
)
_MONEY = MappingProxyType(
    {
        "PLN": (
            Noun("m", ("złoty", "złote", "złotych"), ("złotego", "złotych", "złotych")),
            Noun("m", ("grosz", "grosze", "groszy"), ("grosza", "groszy", "groszy")),
        ),
        "CZK": (
            Noun("f", ("korona", "korony", "koron"), ("korony", "koron", "koron"), "koronę"),
            Noun("m", ("halerz", "halerze", "halerzy"), ("halerza", "halerzy", "halerzy")),
        ),
        "GBP": (
            Noun("m", ("funt", "funty", "funtów"), ("funta", "funtów", "funtów")),
            Noun("m", ("pens", "pensy", "pensów"), ("pensa", "pensów", "pensów")),
        ),
        "EUR": (
            Noun("n", ("euro", "euro", "euro"), ("euro", "euro", "euro")),
            Noun("m", ("cent", "centy", "centów"), ("centa", "centów", "centów")),
        ),
        "USD": (
            Noun("m", ("dolar", "dolary", "dolarów"), ("dolara", "dolarów", "dolarów")),
            Noun("m", ("cent", "centy", "centów"), ("centa", "centów", "centów")),
        ),
    }
)


def _regular(stem: str) -> Noun:
    """Return kilogram, metr and their like."""
    return Noun("m", (stem, stem + "y", stem + "ów"), (stem + "a", stem + "ów", stem + "ów"))


_UNITS = MappingProxyType(
    {
        "%": Noun("m", ("procent", "procent", "procent"), ("procenta", "procent", "procent")),
        "kg": _regular("kilogram"),
        "km": _regular("kilometr"),
        "cm": _regular("centymetr"),
        "mm": _regular("milimetr"),
        "g": _regular("gram"),
        "m": _regular("metr"),
        "min": Noun("f", ("minuta", "minuty", "minut"), ("minuty", "minut", "minut"), "minutę"),
        "h": Noun("f", ("godzina", "godziny", "godzin"), ("godziny", "godzin", "godzin"), "godzinę"),
    }
)
_FIRST_PARTS = listed(
    "zero jedno dwu trzy cztero pięcio sześcio siedmio ośmio dziewięcio dziesięcio jedenasto dwunasto "
    "trzynasto czternasto piętnasto szesnasto siedemnasto osiemnasto dziewiętnasto"
)
_FIRST_TENS = listed(
    "- - dwudziesto trzydziesto czterdziesto pięćdziesięcio sześćdziesięcio siedemdziesięcio osiemdziesięcio "
    "dziewięćdziesięcio"
)


class _Polish(Tongue):
    numbers = NUMBERS
    signs = Signs("małpa", "kropka", "myślnik", "podkreślnik", "plus", "łamane przez", "i", "minus")
    cues = re.compile(
        r"\b(?:zamówieni\w*|numer\w*|paczk\w*|przesyłk\w*|polis\w*|faktur\w*|kod\w*|pin\w*|końcówk\w*|"
        r"reklamacj\w*|zgłoszeni\w*|konto|klient\w*|cyfr\w*)"
        r"(?: (?:numer\w*|to|jest|o końcówce|zwrotu|polisy|zamówienia))*[ :#]*$",
        re.I,
    )
    ending_in = "o końcówce {}"
    abbreviations = (
        (re.compile(r"\b[Nn]r\.?:? ?(?=[A-Z]{0,4}[-/]?\d)"), "numer "),
        (re.compile(r"\bw godz\.(?= ?\d{1,2}(?::\d\d)? ?[-–])"), "w godzinach"),
        (re.compile(r"\bnr\b\.?"), "numer"),
        (re.compile(r"\b[Nn]p\. ?"), "na przykład "),
        (re.compile(r"\btzn\. ?"), "to znaczy "),
        (re.compile(r"\btj\. ?"), "to jest "),
        (re.compile(r"\btzw\. ?"), "tak zwany "),
        (re.compile(r"\bm\. ?in\. ?"), "między innymi "),
        (re.compile(r"\bi?td\.(?=\s+[A-ZŻŹĆŁŚÓ]|$)"), "i tak dalej."),
        (re.compile(r"\bitd\."), "i tak dalej"),
        (re.compile(r"\bitp\.(?=\s+[A-ZŻŹĆŁŚÓ]|$)"), "i tym podobne."),
        (re.compile(r"\bitp\."), "i tym podobne"),
        (re.compile(r"\bok\. ?(?=\d)"), "około "),
        (re.compile(r"\bul\. ?"), "ulica "),
        (re.compile(r"\bal\. ?"), "aleja "),
        (re.compile(r"\b[Tt]el\.:? ?"), "telefon "),
        (re.compile(r"\bwew\. ?(?=\d)"), "wewnętrzny "),
        (re.compile(r"\bszt\."), "sztuk"),
        (re.compile(r"\bmin\.(?= ?\d)"), "minimum"),
        (re.compile(r"\bmaks?\.(?= ?\d)"), "maksymalnie"),
        (re.compile(r"\bdni rob\."), "dni robocze"),
        (re.compile(r"\b[Pp]on?\.?-pt\.?"), "od poniedziałku do piątku"),
        (re.compile(r" ?/ ?mies(?:\.|iąc)"), " miesięcznie"),
        (re.compile(r" ?/ ?rok\b"), " rocznie"),
        (re.compile(r"\bwg\b"), "według"),
        (re.compile(r"(?<=\d) ?tys\. ?"), " tysięcy "),
    )
    domains = MappingProxyType({"com": "kom", "net": "net", "org": "org"})

    def case(self, before: str, after: str) -> Case:
        following = next_words(after)
        if any(word.endswith("ach") for word in following):
            return "loc"
        if any(word.endswith("ami") for word in following):
            return "ins"
        if following and following[-1].endswith("om"):
            return "dat"
        shortened = (
            re.sub(r"\d+(?:,| lub| albo| do) ?$", "", before) if not before.endswith("do ") else before
        )
        for word in last_words(shortened):
            if word in _GENITIVE or (len(word) > 3 and word.endswith(("ych", "ich"))):
                return "gen"
        if following and following[0].endswith(("ę", "ną", "szą")):
            return "acc"
        return "nom"

    def gender(self, after: str) -> Gender:
        for word in next_words(after):
            if _FEMININE.match(word):
                return "f"
            if _NEUTER.match(word):
                return "n"
        return "m"

    def dates(self, text: str) -> str:
        for pattern in (_ISO, _NUMERIC, _WORDED, _SHORT):
            text = pattern.sub(self._date, text)

        def year(match: re.Match[str]) -> str:
            case: Case = "loc" if words_before(match) == ["w"] else "gen"
            said = f"{self.numbers.ordinal(int(match['year']), 'm', case)} roku"
            return said + _stop(match)

        return _ORDINAL.sub(self._ordinal, _IN_YEAR.sub(year, text))

    def _ordinal(self, match: re.Match[str]) -> str:
        """Say `w 1. kolejności`, `od 1. do 5. maja`; gender and case by the endings around."""
        number, word, before = int(match["number"]), match["next"], words_before(match)
        if number == 0:
            return match[0]
        gender: Gender = "m"
        case: Case = "nom"
        if before[:1] in (["od"], ["do"]) or word in ("do", "i"):
            case = "gen"
        elif before[:1] in (["w"], ["na"], ["po"], ["o"]):
            case, gender = "loc", "m" if word.endswith(("u", "m")) else "f"
        elif word.endswith(("a", "ć")):
            gender = "f"
        elif word.endswith(("o", "e", "ę")):
            gender = "n"
        return f"{self.numbers.ordinal(number, gender, case)} {word}"

    def _date(self, match: re.Match[str]) -> str:
        found = match.groupdict()
        day, name = int(found["day"]), found["month"].lower()
        month = int(name) if name.isdigit() else _MONTHS.index(name) + 1
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return match[0]
        case: Case = "gen"
        before = words_before(match)
        if before and before[0] in ("po", "przed", "między", "pomiędzy"):
            case = "ins"  # and the locative, which sounds the same
        said = f"{self.numbers.ordinal(day, 'm', case)} {_MONTHS[month - 1]}"
        first = int(found["from"]) if found.get("from") else 0
        if 1 <= first < day:
            start = "" if before == ["od"] else "od "
            said = f"{start}{self.numbers.ordinal(first, 'm', 'gen')} do {said}"
        if found.get("year"):
            said += f" {self.numbers.ordinal(int(found['year']), 'm', 'gen')} roku"
        tail = " " if match[0].endswith("T") else _stop(match)
        return (found.get("word") or "") + said + tail

    def times(self, text: str) -> str:
        text = _SPAN.sub(
            lambda m: (
                f"{m['prep'] or 'od '}{_hour(m['ah'], m['am'], 'gen')} do {_hour(m['bh'], m['bm'], 'gen')}"
            ),
            text,
        )
        text = _HOURS.sub(
            lambda m: f"{m['od']} {_hour(m['ah'], None, 'gen')} do {_hour(m['bh'], None, 'gen')}", text
        )

        def named(match: re.Match[str]) -> str:
            noun = match["noun"]
            before = [noun] if noun else words_before(match)
            said = _hour(match["h"], match["m"], _HOUR_CASES.get(before[0], "nom") if before else "nom")
            return f"{noun} {said}" if noun else said

        def clock(match: re.Match[str]) -> str:
            before = words_before(match)
            return _hour(match["h"], match["m"], _HOUR_CASES.get(before[0], "nom") if before else "nom")

        text = _AT.sub(lambda m: f"{m['at']} {_hour(m['h'], None, 'loc')}", text)
        return _TIME.sub(clock, _HOUR.sub(named, text))

    def between(self, before: str, low: int, high: int) -> str:
        words = last_words(before)
        if words and words[0] in _GENITIVE:
            return f"{low} lub {high}" if high == low + 1 else f"{low} do {high}"
        if high == low + 1 and not (words and words[0].startswith("godzin")):
            return f"{low} lub {high}"
        return f"od {low} do {high}"

    def money(self, units: int, cents: int, currency: str, case: Case) -> str:
        whole, part = _MONEY[currency]
        said = [self._counted(units, whole, case)] if units or not cents else []
        if cents:
            said.append(self._counted(cents, part, case))
        return " ".join(said)

    def _counted(self, number: int, noun: Noun, case: Case) -> str:
        return f"{self.numbers.cardinal(number, noun.gender, case)} {noun.after(plural(number), case)}"

    def measure(self, whole: int, fraction: str, unit: str, case: Case) -> str:
        noun = _UNITS[unit]
        if fraction.strip("0"):
            return f"{self.decimal(whole, fraction)} {noun.genitive[0]}"
        return self._counted(whole, noun, case)

    def decimal(self, whole: int, fraction: str) -> str:
        if fraction == "5":
            return f"{self.numbers.cardinal(whole)} i pół" if whole else "pół"
        return f"{self.numbers.cardinal(whole)} przecinek {digit_by_digit(fraction, self.numbers)}"

    def compound(self, number: int, rest: str) -> str:
        if rest in (
            "go",
            "ego",
            "mu",
            "emu",
            "ty",
            "szy",
            "gi",
            "ci",
            "my",
        ):  # 24-go: people write it, wrongly
            return (
                self.numbers.ordinal(number, "m", "gen" if rest.endswith("go") else "nom") if number else rest
            )
        tens, ones = divmod(number % 100, 10)
        if number >= 200 or (number >= 100 and number % 100):
            return f"{self.numbers.cardinal(number)} {rest}"
        if number == 100:
            return f"stu{rest}"
        first = (
            _FIRST_PARTS[number] if number < 20 else _FIRST_TENS[tens] + (_FIRST_PARTS[ones] if ones else "")
        )
        return first + rest

    def finished(self, text: str) -> str:
        return re.sub(r"\b([zZ]) (?=st[ou]\b)", r"\1e ", text)


def _stop(match: re.Match[str]) -> str:
    """Give back the full stop of `r.` or of `24.11.` where it ended the sentence, too."""
    if not match[0].endswith("."):
        return ""
    rest = match.string[match.end() :].lstrip()
    return "." if not rest or rest[0].isupper() else ""


def _hour(hour: str, minute: str | None, case: Case) -> str:
    number, past = int(hour), int(minute or 0)
    if number == 0 and past == 0:
        return "północ" if case in ("nom", "acc") else "północy"
    said = NUMBERS.ordinal(number, "f", case) if number else "zero"
    if not past:
        return said
    return f"{said} {'zero ' if past < 10 else ''}{NUMBERS.cardinal(past)}"


POLISH = _Polish()
