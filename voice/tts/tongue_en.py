"""English, as it is said in Britain; clock times by the twelve-hour clock."""

import re
from types import MappingProxyType

from voice.tts.numerals import Case, Gender, listed
from voice.tts.numerals_en import ENGLISH as NUMBERS
from voice.tts.tongue import Signs, Tongue, digit_by_digit

_MONTHS = listed("January February March April May June July August September October November December")
_MONTH = "|".join(_MONTHS) + r"|(?:" + "|".join([*(month[:3] for month in _MONTHS), "Sept"]) + r")\b\.?"
_YEAR = r"(?:,? (?P<year>[12]\d{3}))?(?!\d)"
_DAY_MONTH = re.compile(
    rf"(?P<the>\bthe )?(?<![\w.,/-])(?:(?P<from>\d{{1,2}}) ?[-–] ?)?"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})(?!\w){_YEAR}"
)
_MONTH_DAY = re.compile(rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_YEAR}")
_ISO = re.compile(r"(?<![\w/.-])(?P<year>[12]\d{3})-(?P<month>\d{2})-(?P<day>\d{2})(?:T(?=\d)|(?![\w/-]))")
_NUMERIC = re.compile(
    r"(?<![\w/.£€$-])(?P<day>\d{1,2})([./])(?P<month>\d{1,2})\2(?:(?P<year>[12]\d{3})(?![\w/-])|(?= [a-z]))"
)
_IN_YEAR = re.compile(
    rf"\b(?P<word>in|since|until|from|of|before|after|by|year|{_MONTH}) (?P<year>(?:19|20)\d{{2}})"
    r"(?![\w:,.-]\d|\w)",
    re.I,
)
_CLOCK = (
    r"(?:(?P<{0}h>\d{{1,2}})[:.](?P<{0}m>[0-5]\d)(?::[0-5]\d)?|(?P<{0}only>\d{{1,2}}))"
    r" ?(?P<{0}half>[ap]\.?m\b\.?)?"
)
_TIMES = re.compile(
    rf"(?<![\w.,:/£€$-]){_CLOCK.format('a')}(?: ?[-–] ?{_CLOCK.format('b')})?"
    r"(?: h(?:rs)?\b)?(?![\w:]|[.,]\d)",
    re.I,
)
_ORDINAL = re.compile(r"(?<![\w.,])(\d{1,4})(?:st|nd|rd|th)\b")
_MONEY = MappingProxyType(
    {
        "GBP": ("pound", "pounds", "penny", "pence"),
        "EUR": ("euro", "euros", "cent", "cents"),
        "USD": ("dollar", "dollars", "cent", "cents"),
        "PLN": ("zloty", "zlotys", "grosz", "groszy"),
        "CZK": ("crown", "crowns", "heller", "hellers"),
    }
)
_UNITS = MappingProxyType(
    {
        "%": ("percent", "percent"),
        "kg": ("kilogram", "kilograms"),
        "km": ("kilometre", "kilometres"),
        "cm": ("centimetre", "centimetres"),
        "mm": ("millimetre", "millimetres"),
        "g": ("gram", "grams"),
        "m": ("metre", "metres"),
        "min": ("minute", "minutes"),
        "h": ("hour", "hours"),
    }
)


class _English(Tongue):
    numbers = NUMBERS
    signs = Signs("at", "dot", "dash", "underscore", "plus", "slash", "and", "minus")
    cues = re.compile(
        r"\b(?:orders?|numbers?|no|parcels?|shipments?|tracking|policy|invoice|code|pin|account|customer|case|ticket|"
        r"reference|ending|digits|call|dial|ring)\b(?: (?:in|is|was|number|no|code|are)\b)*\.?[ :#]*$",
        re.I,
    )
    ending_in = "ending in {}"
    abbreviations = (
        (re.compile(r"\be\.g\.,?", re.I), "for example"),
        (re.compile(r"\bi\.e\.,?", re.I), "that is"),
        (re.compile(r"\betc\.(?=\s+[A-Z]|$)"), "and so on."),
        (re.compile(r"\betc\."), "and so on"),
        (re.compile(r"\b[Nn](?:o\.|r\.?|°) ?(?=[A-Z]{0,4}[-/]?\d)"), "number "),
        (re.compile(r"\bapprox\."), "approximately"),
        (re.compile(r"\bincl\."), "including"),
        (re.compile(r"\btel\.:?", re.I), "telephone"),
        (re.compile(r"\bext\.(?= ?\d)"), "extension"),
        (re.compile(r"\bMon\b\.?"), "Monday"),
        (re.compile(r"\bTues?\b\.?"), "Tuesday"),
        (re.compile(r"\bWed\b\.?"), "Wednesday"),
        (re.compile(r"\bThurs?\b\.?"), "Thursday"),
        (re.compile(r"\bFri\b\.?"), "Friday"),
        (re.compile(r"(?<=day)[-–](?=[A-Z]\w+day)"), " to "),
        (re.compile(r"(?<=\d) ?[-–] ?(?=[£€$]\d)"), " to "),
        (re.compile(r"\bMr\."), "Mister"),
        (re.compile(r"\bMrs\."), "Missus"),
    )
    domains = MappingProxyType({"com": "com", "net": "net", "org": "org"})

    def case(self, before: str, after: str) -> Case:
        return "nom"

    def gender(self, after: str) -> Gender:
        return "m"

    def dates(self, text: str) -> str:
        text = _ISO.sub(self._date, text)
        text = _NUMERIC.sub(self._date, text)
        text = _DAY_MONTH.sub(self._date, text)
        text = _MONTH_DAY.sub(self._month_day, text)
        text = _ORDINAL.sub(lambda m: self.numbers.ordinal(int(m[1])) if int(m[1]) else m[0], text)
        return _IN_YEAR.sub(lambda m: f"{m['word']} {NUMBERS.year(int(m['year']))}", text)

    def _date(self, match: re.Match[str]) -> str:
        found = match.groupdict()
        day, month = int(found["day"]), _month(found["month"])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return match[0]
        first = int(found["from"]) if found.get("from") else 0
        span = f"{self.numbers.ordinal(first)} to the " if 1 <= first < day else ""
        year = f" {NUMBERS.year(int(found['year']))}" if found["year"] else ""
        after = " " if match[0].endswith("T") else ""
        return f"the {span}{self.numbers.ordinal(day)} of {_MONTHS[month - 1]}{year}{after}"

    def _month_day(self, match: re.Match[str]) -> str:
        day = int(match["day"])
        if not 1 <= day <= 31:
            return match[0]
        year = f", {NUMBERS.year(int(match['year']))}" if match["year"] else ""
        return f"{_MONTHS[_month(match['month']) - 1]} the {self.numbers.ordinal(day)}{year}"

    def times(self, text: str) -> str:
        return _TIMES.sub(self._time, text)

    def _time(self, match: re.Match[str]) -> str:
        second = match["bh"] or match["bonly"]
        half = match["bhalf"] or match["ahalf"]
        plain_first = match["ah"] is None and match["ahalf"] is None
        if plain_first and (half is None or second is None):
            return match[0]
        if (":" not in match[0] and half is None) or (second and match["bh"] is None and half is None):
            return match[0]
        said = [_clock(int(match["ah"] or match["aonly"]), int(match["am"] or 0), match["ahalf"] or half)]
        if second:
            said.append(_clock(int(second), int(match["bm"] or 0), match["bhalf"]))
        if None in said:
            return match[0]
        ended = "." if (match[0].endswith(".") and _sentence_ends(match)) else ""
        return " to ".join(word for word in said if word) + ended

    def between(self, before: str, low: int, high: int) -> str:
        return f"{low} to {high}"

    def money(self, units: int, cents: int, currency: str, case: Case) -> str:
        one, many, cent, hundredths = _MONEY[currency]
        if cents and not units:
            return f"{self.numbers.cardinal(cents)} {cent if cents == 1 else hundredths}"
        whole = f"{self.numbers.cardinal(units)} {one if units == 1 else many}"
        if not cents:
            return whole
        small = self.numbers.cardinal(cents)
        return (
            f"{whole} {small}" if cents > 9 else f"{whole} and {small} {cent if cents == 1 else hundredths}"
        )

    def measure(self, whole: int, fraction: str, unit: str, case: Case) -> str:
        one, many = _UNITS[unit]
        number = self.decimal(whole, fraction) if fraction else self.numbers.cardinal(whole)
        return f"{number} {one if whole == 1 and not fraction else many}"

    def decimal(self, whole: int, fraction: str) -> str:
        return f"{self.numbers.cardinal(whole)} point {digit_by_digit(fraction, self.numbers)}"

    def compound(self, number: int, rest: str) -> str:
        return f"{self.numbers.cardinal(number)} {rest}"


def _sentence_ends(match: re.Match[str]) -> bool:
    """Whether a full stop that ends `a.m.` ends the sentence, too."""
    rest = match.string[match.end() :].lstrip()
    return not rest or rest[0].isupper()


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return next(number for number, month in enumerate(_MONTHS, 1) if month[:3] == name[:3])


def _clock(hour: int, minute: int, half: str | None) -> str | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 24 or (hour == 24 and minute):
        return None
    if minute == 0 and hour % 12 == 0:
        return "noon" if hour == 12 else "midnight"
    said = NUMBERS.cardinal(hour % 12 or 12)
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{NUMBERS.cardinal(minute)}"
    return f"{said} {'AM' if hour % 24 < 12 else 'PM'}"


ENGLISH = _English()
