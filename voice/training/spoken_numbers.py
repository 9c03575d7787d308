"""Order numbers as callers say them: digit by digit, in pairs, in hundreds, or as one big number."""

import random
from typing import Literal

from voice.training.cardinals import WORDS, cardinal, vocabulary

Style = Literal["digits", "mixed"]
"""`digits`: each digit by its usual word. `mixed`: in tens and hundreds, digits between them."""


def say(number: str, lang: str, style: Style, rng: random.Random) -> str:
    """Say the digits of `number` so that they can be understood in one way only."""
    if style == "digits":
        return " ".join(WORDS[lang].digits[int(digit)][0] for digit in number)
    while True:
        groups = _groups(number, rng)
        if any(len(group) > 1 and group[0] != "0" for group in groups) or "0" in number:
            break
    return " ".join(_say_group(group, lang, rng) for group in groups)


def _say_group(group: str, lang: str, rng: random.Random) -> str:
    if len(group) > 1 and group[0] == "0":
        return say(group, lang, "digits", rng)
    return cardinal(int(group), lang, rng)


def _groups(number: str, rng: random.Random) -> list[str]:
    """Cut into groups of one to three digits; 20 is never followed by 3 or 300, nor 300 by 21."""
    groups: list[str] = []
    rest = number
    while rest:
        size = min(rng.choice((1, 2, 2, 2, 3)), len(rest))
        group = rest[:size]
        before = groups[-1] if groups else ""
        if _runs_on(before, group):
            size = 1
            group = rest[:1]
            if _runs_on(before, group):
                return _groups(number, rng)
        groups.append(group)
        rest = rest[size:]
    return groups


def _runs_on(before: str, group: str) -> bool:
    """Whether two groups said one after the other sound like one number."""
    if not before or before[0] == "0" or group[0] == "0":
        return False
    if len(before) == 3 and before.endswith("00"):
        return len(group) < 3
    tens = before[-2:]
    return len(before) > 1 and tens[1] == "0" and tens[0] != "1" and len(group) != 2


def anyhow(lang: str, rng: random.Random) -> str:
    """Say some number somehow, for training: every word that numbers hold comes up."""
    words = WORDS[lang]
    kind = rng.random()
    length = rng.choice((1, 2, 3, 4, 5, 5, 5, 6, 7, 8))
    number = "".join(rng.choice("0123456789") for _ in range(length))
    if kind < 0.45:
        return say(number, lang, "digits", rng)
    if kind < 0.60:
        return " ".join(_digit(digit, lang, rng) for digit in number)
    if kind < 0.66:
        return code(lang, rng)
    if kind < 0.80:
        return say(number, lang, "mixed", rng) if length > 1 else cardinal(rng.randrange(100), lang, rng)
    if kind < 0.86:
        return cardinal(rng.randrange(1000 ** rng.choice((1, 2))), lang, rng)
    every = sorted(vocabulary(lang) - {*words.letters, *words.spelling})
    said = [rng.choice(every) for _ in range(rng.randint(1, 6))]
    if kind < 0.90:
        before, _ = rng.choice(words.repeated)
        said = [before, _digit(number[0], lang, rng), *said[:3]]
    return " ".join(said)


def code(lang: str, rng: random.Random) -> str:
    """Say one to three letters, by name or by the spelling alphabet, and digits behind them."""
    words = WORDS[lang]
    letters = rng.choice((words.letters, words.letters, words.spelling))
    said = [rng.choice(letters) for _ in range(rng.randint(1, 3))]
    number = "".join(rng.choice("0123456789") for _ in range(rng.randint(0, 5)))
    return " ".join([*said, *(_digit(digit, lang, rng) for digit in number)])


def _digit(digit: str, lang: str, rng: random.Random) -> str:
    return rng.choice(WORDS[lang].digits[int(digit)])
