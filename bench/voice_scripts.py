"""What callers of the bench say, by what the house has just asked."""

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench.voice_caller import Said, say
from voice.training.cardinals import WORDS
from voice.training.voices import voices_for_choices, voices_for_tests

CATALOGUE = Path(__file__).resolve().parent.parent / "nlu" / "catalogue"
PHONES = {"pl": "+48600100200", "cs": "+420601200300", "en": "+447700900123"}
"""The demo customers', by language."""
ORDERS = {"pl": "10023", "cs": "20417", "en": "30555"}
REQUESTS = {
    "pl": ("gdzie jest moja paczka", "kiedy przyjdzie moja paczka", "gdzie jest moje zamówienie"),
    "cs": ("kde je můj balík", "kdy přijde objednávka", "kde je moje objednávka"),
    "en": ("where is my order", "when will my parcel arrive", "where is my parcel"),
}
HESITANT = {
    "pl": (
        "dzień dobry | gdzie jest moja paczka",
        "gdzie jest | moje zamówienie",
        "moja paczka | gdzie jest moja paczka",
    ),
    "cs": ("dobrý den | kde je můj balík", "kde je | moje objednávka", "můj balík | kde je můj balík"),
    "en": (
        "hello | where is my order",
        "i want to know | where is my parcel",
        "my parcel | where is my parcel",
    ),
}
PERSON = {"pl": "chcę rozmawiać z konsultantem", "cs": "chci mluvit s operátorem", "en": "speak to an agent"}
YES = {"pl": ("tak", "zgadza się"), "cs": ("ano", "ano prosím"), "en": ("yes", "yes please")}
NO = {"pl": ("nie", "nie dziękuję"), "cs": ("ne", "ne děkuji"), "en": ("no", "no thank you")}
SHORT = {
    "pl": ("tak", "gdzie jest moja paczka", "nie", "stop", "nie dziękuję"),
    "cs": ("ano", "kde je můj balík", "ne", "stop", "ne děkuji"),
    "en": ("yes", "where is my order", "no", "stop", "no thank you"),
}
"""Said over a prompt: what does not lead to a person at once."""
HESITANT_SHARE = 0.25
PAUSES = (0.2, 0.7)
"""Seconds that a hesitation lasts."""


@cache
def _pattern(lang: str, key: str) -> re.Pattern[str]:
    keys: dict[str, Any] = yaml.safe_load((CATALOGUE / f"{lang}.yml").read_text())["keys"]
    words = keys[key]["phone"]
    variants = [words] if isinstance(words, str) else words
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(one)) for one in variants))


def asked(said: str, lang: str, *keys: str) -> bool:
    """Whether the house has just said one of the catalogue's texts."""
    return any(_pattern(lang, key).search(said) for key in keys)


@dataclass
class Person:
    """Somebody with a voice and a pace of their own."""

    lang: str
    voice: str
    rate: int
    dice: random.Random

    def answers(self, said: str) -> Said:
        """Say what fits what the house has just said."""
        lang, dice = self.lang, self.dice
        if asked(said, lang, "ask_order_number", "ask_order_number_again", "order_unknown"):
            return self.digits(ORDERS[lang])
        if asked(said, lang, "ask_verifier", "ask_verifier_again"):
            return self.digits(PHONES[lang][-4:])
        if asked(said, lang, "confirm_number"):
            return self.says(dice.choice(YES[lang] if dice.random() < 0.7 else NO[lang]))
        if asked(said, lang, "offer_person", "bot_failed"):
            return self.says(dice.choice(NO[lang]))
        hesitant = dice.random() < HESITANT_SHARE
        return self.says(dice.choice(HESITANT[lang] if hesitant else REQUESTS[lang]))

    def digits(self, number: str) -> Said:
        """Read a number out, sometimes with a breath in it."""
        words = [WORDS[self.lang].digits[int(digit)][0] for digit in number]
        if self.dice.random() < HESITANT_SHARE:
            words.insert(self.dice.choice((2, 3)), "|")
        return self.says(" ".join(words))

    def says(self, text: str) -> Said:
        """Say anything."""
        return say(text, self.lang, self.voice, self.rate, self.dice.uniform(*PAUSES))


def people(lang: str, count: int, seed: int, *, choice: bool) -> list[Person]:
    """Invent callers with voices that no model knows; `choice`: those that settings are chosen on."""
    dice = random.Random(f"{lang} {seed}")
    voices = list(voices_for_choices(lang) if choice else voices_for_tests(lang))
    dice.shuffle(voices)
    return [
        Person(lang, voices[at % len(voices)], dice.randint(130, 180), random.Random(f"{lang} {seed} {at}"))
        for at in range(count)
    ]
