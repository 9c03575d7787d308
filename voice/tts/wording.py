"""What a screen shows becomes what a person would say; pure functions of text and language.

Every step replaces digits by words, so that a later one finds only what the earlier ones left: addresses,
dates, telephone numbers, ranges, times, money, measures, codes, and at last plain numbers.
"""

import re
from collections.abc import Callable, Sequence

from voice.tts.numerals import LARGEST, grouped, spell
from voice.tts.screen import plain
from voice.tts.synthesiser import SynthesisError
from voice.tts.tongue import CURRENCIES, NUMBER, UNITS, Tongue, amount, cents
from voice.tts.tongue_cs import CZECH
from voice.tts.tongue_en import ENGLISH
from voice.tts.tongue_pl import POLISH

VERSION = 1
"""Raised when the same text is worded otherwise, so that no older prompt is taken for it."""
LONGEST_DICTATED = 12
"""Signs of a code; of a longer one only the last four digits are said."""
REACH = 80
"""Characters on either side of a number that may tell how it is said."""
_TONGUES: dict[str, Tongue] = {"pl": POLISH, "cs": CZECH, "en": ENGLISH}

_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
_URL = re.compile(
    r"\b(?:https?://|www\.)(?:www\.)?([\w-]+(?:\.[\w-]+)*)(?::\d+)?(?:[/?#][^\s,;]*[\w/])?", re.I
)
_HOST = re.compile(
    r"(?<![\w@.-])((?:[a-z0-9-]{1,63}\.){1,4}(?:pl|cz|sk|eu|com|net|org|info|uk|example))"
    r"(?![\w-])(?:/[^\s,;]*[\w/])?",
    re.I,
)
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?<!\d )(?:"
    r"(?P<plus>\+|00)(?P<abroad>\d{1,3}(?:[ -]?\(?\d{2,5}\)?){2,5})"
    r"|(?P<home>\d{3}([ -])\d{3}\4\d{3}|0\d{2,4} \d{3,4} ?\d{3,4})"
    r")(?![\d-]| \d)"
)
_RANGE = re.compile(r"(?<![\w.,/+:-])(\d{1,4}) ?[-–] ?(\d{1,4})(?![\w/:-]|[.,]\d)")
_ZIP = re.compile(r"(?<![\w.,-])(?<!\d )\d{3} \d{2}(?![\w%]|[.,]\d| \d)")
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?![\w])")
_CURRENCY = "|".join(re.escape(sign) for sign in CURRENCIES)
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>[£€$]) ?(?P<first>{NUMBER})"
    rf"|(?P<second>{NUMBER})(?:,[-–]+)? ?(?P<after>{_CURRENCY})(?!\w))"
)
_MEASURE = re.compile(rf"(?<![\w.,])({NUMBER}) ?({'|'.join(UNITS)})(?![\w%]|\. \d)")
_SPACED = re.compile(r"(?<![\w-])(?:[A-Z]{2})?\d{2,}(?:[ -]\d{2,}){2,}(?![\w-])")
_CODE = re.compile(
    r"(?<![\w/.,-])(?<!\d )#?((?:[A-Z]{1,6}[-/ ]?)?\d[A-Z\d]*(?:[-/][A-Z\d]+)*)"
    r"(?![\w/]|-\w|[.,]\d| \d{3}(?!\d))"
)
_COMPOUND = re.compile(r"(?<![\w.,/-])(\d{1,4})(?:-(?=[^\W\d_])|(?=[^\W\d_]{3}))([^\W\d_]+)")
_NUMBER = re.compile(rf"(?<![\w.,]){NUMBER}(?![\w])")
_REST = re.compile(r"\d+")


def for_the_ear(text: str, lang: str) -> str:
    """Return `text` as a person would say it: words and punctuation, no digit, no markup.

    Empty where nothing is left to say (a picture). Raises `SynthesisError` on a language that nobody worded.
    """
    tongue = _TONGUES.get(lang)
    if tongue is None:
        raise SynthesisError(f"no words for {lang}", code="synthesis_language")
    said = re.sub(r"\s+&\s+", f" {tongue.signs.ampersand} ", plain(text))
    said = re.sub(r"\s+\+\s+", f" {tongue.signs.plus} ", said)
    for pattern, words in tongue.abbreviations:
        said = pattern.sub(words, said)
    steps: Sequence[Callable[[str, str, Tongue], str]] = (_addresses, _when_and_where, _amounts, _codes)
    for step in steps:
        said = step(said, lang, tongue)
    return _tidy(tongue.finished(_numbers(said, tongue)))


def _addresses(text: str, lang: str, tongue: Tongue) -> str:
    def email(match: re.Match[str]) -> str:
        return f"{_dotted(match[1], lang, tongue)} {tongue.signs.at} {_dotted(match[2], lang, tongue)}"

    text = _EMAIL.sub(email, text)
    text = _URL.sub(lambda match: _dotted(match[1], lang, tongue), text)
    return _HOST.sub(lambda match: _dotted(match[1], lang, tongue), text)


def _dotted(address: str, lang: str, tongue: Tongue) -> str:
    """Say a part of an address: jan kropka kowalski; the digits in it one by one."""
    signs = {
        ".": tongue.signs.dot,
        "-": tongue.signs.dash,
        "_": tongue.signs.underscore,
        "+": tongue.signs.plus,
    }
    parts = re.findall(r"[^\W\d_]+|\d+|[.+_-]", address.lower())
    words = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1 and index > 0
        if part in signs:
            words.append(signs[part])
        elif last and part in tongue.domains:
            words.append(tongue.domains[part])
        elif part.isdigit() or (part.isascii() and (len(part) == 1 or (last and len(part) == 2))):
            words.append(spell(part, lang).replace(",", ""))
        else:
            words.append(part)
    return " ".join(words)


def _when_and_where(text: str, lang: str, tongue: Tongue) -> str:
    text = _PHONE.sub(lambda match: _phone(match, lang, tongue), tongue.dates(text))

    def between(match: re.Match[str]) -> str:
        low, high = match.groups()
        if int(low) >= int(high) or (len(low) > 1 and low[0] == "0"):
            return match[0]
        return tongue.between(_before(match), int(low), int(high))

    return tongue.times(_RANGE.sub(between, text))


def _phone(match: re.Match[str], lang: str, tongue: Tongue) -> str:
    groups = re.findall(r"\d+", match["abroad"] or match["home"])
    if not 9 <= sum(len(group) for group in groups) <= 15:
        return match[0]
    plus = f"{tongue.signs.plus} " if match["plus"] else ""
    return plus + ", ".join(spell(group, lang) for group in groups)


def _amounts(text: str, lang: str, tongue: Tongue) -> str:
    def money(match: re.Match[str]) -> str:
        units, fraction = amount(match["first"] or match["second"])
        if units > LARGEST:
            return match[0]
        case = tongue.case(_before(match), "")
        return tongue.money(units, cents(fraction), CURRENCIES[match["before"] or match["after"]], case)

    def measure(match: re.Match[str]) -> str:
        whole, fraction = amount(match[1])
        if whole > LARGEST:
            return match[0]
        return tongue.measure(whole, fraction, match[2], tongue.case(_before(match), ""))

    text = _MONEY.sub(money, text)
    return _MEASURE.sub(measure, text)


def _codes(text: str, lang: str, tongue: Tongue) -> str:
    text = _SPACED.sub(lambda match: _long(match[0], lang, tongue), text)
    text = _ZIP.sub(lambda match: spell(match[0], lang), text)
    text = _VERSION.sub(lambda match: match[0].replace(".", f" {tongue.signs.dot} "), text)

    def code(match: re.Match[str]) -> str:
        written = match[1]
        signs = re.sub(r"[^A-Z\d]", "", written)
        if len(signs) > LONGEST_DICTATED:
            return _long(written, lang, tongue)
        letters = sum(sign.isalpha() for sign in signs)
        digits = len(signs) - letters
        dictated = (digits >= 5 and not signs.endswith("000")) or (signs[0] == "0" and digits > 1)
        if letters:
            dictated = digits >= 2 and len(signs) >= 4 and " " not in written
        if not dictated and digits >= 3 and tongue.cues.search(_before(match)):
            dictated = True
        return _spelled(written, lang, tongue) if dictated else match[0]

    ending = tongue.ending_in.partition(" {}")[0]
    return _CODE.sub(code, text).replace(f": {ending}", f" {ending}")


def _spelled(code: str, lang: str, tongue: Tongue) -> str:
    return f" {tongue.signs.slash} ".join(spell(part, lang) for part in code.split("/"))


def _long(code: str, lang: str, tongue: Tongue) -> str:
    digits = re.sub(r"\D", "", code)
    signs = re.sub(r"[^A-Z\d]", "", code)
    if len(signs) <= LONGEST_DICTATED:
        return _spelled(code, lang, tongue)
    return tongue.ending_in.format(spell(digits[-4:] if len(digits) >= 4 else signs[-4:], lang))


def _numbers(text: str, tongue: Tongue) -> str:
    text = _COMPOUND.sub(lambda match: tongue.compound(int(match[1]), match[2]), text)

    def number(match: re.Match[str]) -> str:
        whole, fraction = amount(match[0])
        if whole > LARGEST:
            return match[0]
        if fraction:
            return tongue.decimal(whole, fraction)
        after = match.string[match.end() : match.end() + REACH]
        return tongue.numbers.cardinal(whole, tongue.gender(after), tongue.case(_before(match), after))

    text = re.sub(r"(?<=\d)/(?=\d)", " ", text)
    text = re.sub(r"(?<!\S)-(?=\d)", f"{tongue.signs.minus} ", text)
    text = _NUMBER.sub(number, text)
    return _REST.sub(lambda match: f" {_plainly(match[0], tongue)} ", text)


def _plainly(digits: str, tongue: Tongue) -> str:
    """Say digits that stand inside something which is no number."""
    if len(digits) < 4 and (digits[0] != "0" or len(digits) == 1):
        return tongue.numbers.cardinal(int(digits))
    parts, at = [], 0
    for length in grouped(len(digits)):
        parts.append(" ".join(tongue.numbers.digits[int(sign)] for sign in digits[at : at + length]))
        at += length
    return ", ".join(parts)


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - REACH) : match.start()]


def _tidy(text: str) -> str:
    """Leave one space between words, one sign of punctuation where several met, and no lonely signs."""
    text = re.sub(r"\s+[-–—]+\s+", ", ", text)
    text = re.sub(r"[–—]", ", ", text)
    text = re.sub(r"(?<=\w)/(?=\w)", " ", text)
    text = re.sub(r"[*_#|~^=<>\\{}\[\]()@]+|(?<!\w)[-/]+|[-/]+(?!\w)", " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.,;:!?…])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[.!?…])", "", text)
    text = re.sub(r"([.,;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r"\.{2,}|…+", ".", text)
    text = re.sub(r"([!?.])(?:\s*[!?.])+", r"\1", text)
    text = text.strip(" ,;:")
    return text if any(sign.isalnum() for sign in text) else ""
