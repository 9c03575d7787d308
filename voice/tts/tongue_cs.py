"""Czech."""

import re
from types import MappingProxyType

from voice.tts.numerals import Case, Gender, listed
from voice.tts.numerals_cs import CZECH as NUMBERS
from voice.tts.numerals_cs import plural
from voice.tts.tongue import Noun, Signs, Tongue, digit_by_digit, last_words, next_words, words_before

_MONTHS = listed("ledna února března dubna května června července srpna září října listopadu prosince")
_INSTRUMENTAL = listed(
    "lednem únorem březnem dubnem květnem červnem červencem srpnem zářím říjnem listopadem prosincem"
)
_LOCATIVE = listed("lednu únoru březnu dubnu květnu červnu červenci srpnu září říjnu listopadu prosinci")
_MONTH = "|".join({*_MONTHS, *_INSTRUMENTAL, *_LOCATIVE})
_YEAR = r"(?P<year>[12]\d{3})(?![\d:])"
_WORDED = re.compile(
    rf"(?<![\w.,/-])(?:(?P<from>\d{{1,2}})\. ?(?:[-–]|až) ?)?(?P<day>\d{{1,2}})\. ?"
    rf"(?P<month>{_MONTH})\b(?:,? {_YEAR})?",
    re.I,
)
_NUMERIC = re.compile(
    rf"(?<![\w/.,-])(?:(?P<from>\d{{1,2}})\. ?(?:[-–]|až) ?)?(?P<day>\d{{1,2}})\. ?"
    rf"(?P<month>\d{{1,2}})\.(?: ?{_YEAR})?"
    r"(?![\w/-]|[.,]\d)"
)
_ISO = re.compile(r"(?<![\w/.-])(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?:T(?=\d)|(?![\w/-]))")
_SHORT = re.compile(
    r"(?P<word>\b(?:dne|do|od) )(?P<day>\d{1,2})\.(?P<month>0[1-9]|1[0-2])"
    r"(?![\w/-]|[.,]\d| ?(?:Kč|CZK|%|kg|hod))",
    re.I,
)
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-4])(?P<{0}sep>[:.])(?P<{0}m>[0-5]\d)(?::[0-5]\d)?"
_HOURS = r"(?P<noun> ?hod\.| hodin\w*| h\b)?"
_SPAN = re.compile(
    rf"(?<![\w.,:/-])(?P<prep>[Oo]d )?{_CLOCK.format('a')}(?: hod\.| hodin)? ?(?:[-–]|do|až) ?"
    rf"{_CLOCK.format('b')}(?![\w:]|\.\d){_HOURS}"
)
_TIME = re.compile(rf"(?<![\w.,:/-]){_CLOCK.format('')}(?![\w:]|[.,]\d| ?(?:Kč|CZK|%|kg)){_HOURS}")
_ORDINAL = re.compile(r"(?<![\w.,/-])(?P<number>\d{1,2})\. (?P<next>[a-záčďéěíňóřšťúůýž]+)")
_GENITIVE = frozenset(
    listed("od do bez z ze u kolem okolo během podle vedle kromě místo průběhu lhůtě výši hodnoty včetně")
)
_INSTRUMENTALS = frozenset(("před", "s", "se", "mezi"))
_DATIVE = frozenset(("k", "ke", "díky", "kvůli", "proti", "vůči"))
_FEMININE = re.compile(
    r"(?:hodin|minut|sekund|objednáv|zásil|čísli|faktur|korun|stran|zpráv|reklamac|plat[eb]|splát|položk|položek|osob|"
    r"kart|smlouv|smluv|cen|knih|možnost|chvíl|etiket|noc|záruk|krabic|zlotých)"
)
_NEUTER = re.compile(
    r"(?:čísl|euro|eur\b|míst|balení|slov|hesl|pojištění|procent|zboží|vráce|doruč|auto|auta)"
)
_MONEY = MappingProxyType(
    {
        "CZK": (
            Noun("f", ("koruna", "koruny", "korun"), ("koruny", "korun", "korun"), "korunu"),
            Noun("m", ("haléř", "haléře", "haléřů"), ("haléře", "haléřů", "haléřů")),
        ),
        "PLN": (
            Noun("m", ("zlotý", "zloté", "zlotých"), ("zlotého", "zlotých", "zlotých")),
            Noun("m", ("groš", "groše", "grošů"), ("groše", "grošů", "grošů")),
        ),
        "GBP": (
            Noun("f", ("libra", "libry", "liber"), ("libry", "liber", "liber"), "libru"),
            Noun("f", ("pence", "pence", "pencí"), ("pence", "pencí", "pencí"), "penci"),
        ),
        "EUR": (
            Noun("n", ("euro", "eura", "eur"), ("eura", "eur", "eur")),
            Noun("m", ("cent", "centy", "centů"), ("centu", "centů", "centů")),
        ),
        "USD": (
            Noun("m", ("dolar", "dolary", "dolarů"), ("dolaru", "dolarů", "dolarů")),
            Noun("m", ("cent", "centy", "centů"), ("centu", "centů", "centů")),
        ),
    }
)


def _regular(stem: str) -> Noun:
    """Return kilogram, metr and their like."""
    return Noun("m", (stem, stem + "y", stem + "ů"), (stem + "u", stem + "ů", stem + "ů"))


_HOUR = Noun("f", ("hodina", "hodiny", "hodin"), ("hodiny", "hodin", "hodin"), "hodinu")
_UNITS = MappingProxyType(
    {
        "%": Noun("n", ("procento", "procenta", "procent"), ("procenta", "procent", "procent")),
        "kg": _regular("kilogram"),
        "km": _regular("kilometr"),
        "cm": _regular("centimetr"),
        "mm": _regular("milimetr"),
        "g": _regular("gram"),
        "m": _regular("metr"),
        "min": Noun("f", ("minuta", "minuty", "minut"), ("minuty", "minut", "minut"), "minutu"),
        "h": _HOUR,
    }
)
_NUMERALS = (
    r"(?:dv(?:a|ě|ou|ěma|anáct\w*|acet\w*|acát\w*)|tř(?:i|í|em|ech|emi|ináct\w*|icet\w*|icát\w*|etí\w*)|"
    r"čt(?:yři|yř|yřech|yřem|yřmi|rnáct\w*|yřicet\w*|yřicát\w*|vrt\w*)|st[oau]|stem"
)
_V_OR_K = re.compile(rf"\b([vVkK]) (?={_NUMERALS})\b)")
_S_OR_Z = re.compile(rf"\b([sSzZ]) (?={_NUMERALS}|šest\w*|sedm\w*)\b)")


class _Czech(Tongue):
    numbers = NUMBERS
    signs = Signs("zavináč", "tečka", "pomlčka", "podtržítko", "plus", "lomeno", "a", "minus")
    cues = re.compile(
        r"\b(?:objednáv\w*|čísl\w*|zásilk\w*|balík\w*|smlouv\w*|smluv\w*|faktur\w*|kód\w*|pin\w*|reklamac\w*|"
        r"účet|účtu|zákazní\w*|číslic\w*|pojistk\w*|končící na)"
        r"(?: (?:číslo|čísla|číslem|je|má|objednávky|zásilky|smlouvy|faktury|na))*[ :#]*$",
        re.I,
    )
    ending_in = "končící na {}"
    abbreviations = (
        (re.compile(r"\b[Čč]\. ?(?=[A-Z]{0,4}[-/]?\d)"), "číslo "),
        (re.compile(r"\b[Nn]apř\. ?"), "například "),
        (re.compile(r"\btj\. ?"), "to je "),
        (re.compile(r"\btzn\. ?"), "to znamená "),
        (re.compile(r"\btzv\. ?"), "takzvaný "),
        (re.compile(r"\ba?td\.(?=\s+[A-ZÁČĎÉÍŇÓŘŠŤÚŽ]|$)"), "a tak dále."),
        (re.compile(r"\batd\."), "a tak dále"),
        (re.compile(r"\bapod\.(?=\s+[A-ZÁČĎÉÍŇÓŘŠŤÚŽ]|$)"), "a podobně."),
        (re.compile(r"\bapod\."), "a podobně"),
        (re.compile(r"\bmj\. ?"), "mimo jiné "),
        (re.compile(r"\bpříp\. ?"), "případně "),
        (re.compile(r"\bresp\. ?"), "respektive "),
        (re.compile(r"\bvč\. ?"), "včetně "),
        (re.compile(r"\bcca\b\.?"), "přibližně"),
        (re.compile(r"\b[Tt]el\.:? ?"), "telefon "),
        (re.compile(r"\bul\. ?"), "ulice "),
        (re.compile(r"\bmin\.(?= ?\d)"), "minimálně"),
        (re.compile(r"\bmax\.(?= ?\d)"), "maximálně"),
        (re.compile(r"\bprac\. dn(?=[yůí])"), "pracovních dn"),
        (re.compile(r"\b[Pp]o-[Pp]á\b"), "od pondělí do pátku"),
        (re.compile(r" ?/ ?měs(?:\.|íc)"), " měsíčně"),
        (re.compile(r" ?/ ?rok\b"), " ročně"),
        (re.compile(r"(?<=\d) ?ks\b"), " kusů"),
        (re.compile(r"(?<=\d) ?tis\. ?"), " tisíc "),
    )
    domains = MappingProxyType({"com": "kom", "net": "net", "org": "org"})

    def case(self, before: str, after: str) -> Case:
        following = next_words(after)
        shortened = (
            re.sub(r"\d+(?: až| nebo| či| do| a|,) ?$", "", before) if not before.endswith("do ") else before
        )
        words = last_words(shortened)
        word = words[0] if words else ""
        if any(noun.endswith(("nech", "ách", "cích", "sech", "dech")) for noun in following):
            return "loc"
        if word in _GENITIVE or (len(word) > 4 and word.endswith("ch") and word not in ("vašich", "našich")):
            return "gen"
        if word in _INSTRUMENTALS:
            return "ins"
        if word in _DATIVE:
            return "dat"
        if word in ("za", "na", "o", "přes", "pro", "v") or (following and following[0].endswith("u")):
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
        return _ORDINAL.sub(self._ordinal, text)

    def _ordinal(self, match: re.Match[str]) -> str:
        """Say `na 2. místě`, `od 1. do 5. května`; gender and case by the endings around."""
        number, word, before = int(match["number"]), match["next"], words_before(match)
        if number == 0:
            return match[0]
        gender: Gender = "f" if _FEMININE.match(word) else "m"
        case: Case = "nom"
        if before[:1] in (["od"], ["do"], ["z"], ["ze"]) or word in ("do", "až", "a"):
            case = "gen"
        elif before[:1] in (["na"], ["v"], ["ve"], ["o"], ["po"]) and word.endswith(("ě", "u", "e", "i")):
            case = "loc"
        elif word.endswith("a"):
            gender = "f"
        elif word.endswith(("o", "í", "e")):
            gender = "n"
        return f"{self.numbers.ordinal(number, gender, case)} {word}"

    def _date(self, match: re.Match[str]) -> str:
        found = match.groupdict()
        day, name = int(found["day"]), found["month"].lower()
        month = int(name) if name.isdigit() else 0
        if not 1 <= day <= 31 or (name.isdigit() and not 1 <= month <= 12):
            return match[0]
        before = words_before(match)
        case: Case = "gen"
        said_month = _MONTHS[month - 1] if month else name
        if before and before[0] in ("před", "mezi"):
            case, said_month = "ins", _INSTRUMENTAL[month - 1] if month else name
        elif before and before[0] == "po":
            case, said_month = "loc", _LOCATIVE[month - 1] if month else name
        elif before and before[0] in ("k", "ke"):
            case, said_month = "dat", _LOCATIVE[month - 1] if month else name
        said = f"{self.numbers.ordinal(day, 'm', case)} {said_month}"
        first = int(found["from"]) if found.get("from") else 0
        if 1 <= first < day:
            start = "" if before[:1] == ["od"] else "od "
            said = f"{start}{self.numbers.ordinal(first, 'm', 'gen')} do {said}"
        if found.get("year"):
            said += f" {self.numbers.cardinal(int(found['year']))}"
        tail = " " if match[0].endswith("T") else _stop(match)
        return (found.get("word") or "") + said + tail

    def times(self, text: str) -> str:
        def span(match: re.Match[str]) -> str:
            if "." in (match["asep"], match["bsep"]) and not (match["noun"] or match["prep"]):
                return match[0]
            first, second = _clock(match["ah"], match["am"], "gen"), _clock(match["bh"], match["bm"], "gen")
            od = match["prep"] or "od "
            return f"{od}{first} do {second}{'' if int(match['bm']) else ' hodin'}{_stop(match)}"

        def time(match: re.Match[str]) -> str:
            before = words_before(match)
            word = before[0] if before else ""
            if match["sep"] == "." and not match["noun"] and word not in ("v", "ve"):
                return match[0]
            case: Case = "gen" if word in ("od", "do", "kolem", "okolo", "z") else "nom"
            case = {"v": "acc", "ve": "acc", "na": "acc", "po": "loc", "před": "ins", "mezi": "ins"}.get(
                word, case
            )  # type: ignore[assignment]
            said = _clock(match["h"], match["m"], case)
            if int(match["m"]) == 0:
                said += " " + _HOUR.after(plural(int(match["h"])), case)
            return said + _stop(match)

        return _TIME.sub(time, _SPAN.sub(span, text))

    def between(self, before: str, low: int, high: int) -> str:
        return f"{low} až {high}"

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
            return f"{self.numbers.cardinal(whole)} a půl" if whole else "půl"
        word = "celá" if whole == 1 else "celé" if 2 <= whole <= 4 else "celých"
        said = self.numbers.cardinal(whole, "f")
        return f"{said} {word} {digit_by_digit(fraction, self.numbers)}"

    def compound(self, number: int, rest: str) -> str:
        if (number >= 100 and number % 100) or number >= 200 or not number:
            return f"{self.numbers.cardinal(number)} {rest}"
        if number == 1:
            return f"jedno{rest}"
        return self.numbers.cardinal(number, "m", "nom" if number == 100 else "gen").replace(" ", "") + rest

    def finished(self, text: str) -> str:
        text = _V_OR_K.sub(r"\1e ", text)
        return _S_OR_Z.sub(r"\1e ", text)


def _stop(match: re.Match[str]) -> str:
    """Give back the full stop of `24. 11.` or `hod.` where it ended the sentence, too."""
    if not match[0].endswith("."):
        return ""
    rest = match.string[match.end() :].lstrip()
    return "." if not rest or rest[0].isupper() else ""


def _clock(hour: str, minute: str, case: Case) -> str:
    past = int(minute)
    said = NUMBERS.cardinal(int(hour), "f", case)
    if not past:
        return said
    oblique: Case = "gen" if case == "gen" else "nom"
    return f"{said} {'nula ' if past < 10 else ''}{NUMBERS.cardinal(past, 'm', oblique)}"


CZECH = _Czech()
