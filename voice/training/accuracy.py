"""How often a spoken order number is understood: `python -m voice.training.accuracy`.

Numbers are said by voices that no model was trained with, through a telephone line, and heard under the
grammar of the question for an order number, with the alternatives that a speech worker has time for. What is
heard wrong is read back; the caller says no and says the number again, faster or slower and in other noise,
and the second telling is understood with the first, as the dialogue does it. A number is acted on only after
a yes, so what counts against the bot beside being wrong twice is a 'no' that it hears as a 'yes'.
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voice.stt.decoding import VoskDecoding, look
from voice.stt.doubt import doubtful_yes, is_yes
from voice.stt.edges import without_edges
from voice.stt.grammar import Lists, build, load_lists
from voice.stt.models import STARTER_MODELS, VoskModel, find_model
from voice.stt.recogniser import Expecting, Transcript
from voice.training.caller import RATE, speak
from voice.training.channel import Line, telephone
from voice.training.spoken_numbers import Style, say
from voice.training.voices import voices_for_choices, voices_for_tests

GOALS = {25.0: 0.97, 12.0: 0.90}
"""Right after at most two turns, digit by digit, by signal-to-noise ratio in dB."""
_STEP = RATE // 5 * 2
_MOST_BYTES = RATE * 2 * 60
_BEFORE, _AFTER = 0.3, 0.5
_NO = {"pl": "nie", "cs": "ne", "en": "no"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What was heard when a number was told."""

    readings: tuple[str, ...]
    """Best first."""
    before: tuple[tuple[str, ...], ...] = ()
    """The readings of earlier tellings."""
    refused: tuple[str, ...] = ()
    """What was read back and answered with a no."""


Understand = Callable[[Sequence[Telling]], list[str]]
"""Gives the order number that each telling means, or an empty string."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one set of numbers."""

    lang: str
    style: Style
    snr_db: float
    asked: int
    first: int
    """Right at the first turn."""
    second: int
    """Right after at most two."""
    wrong_yes: int
    """Read back wrong, and the caller's 'no' heard as a yes."""

    @property
    def share(self) -> float:
        """Of the numbers, right after at most two turns."""
        return self.second / max(self.asked, 1)

    def __str__(self) -> str:
        first = self.first / max(self.asked, 1)
        return (
            f"{self.lang} {self.style:6} {self.snr_db:4.0f} dB: "
            f"right at turn 1 {first:6.1%}, after 2 {self.share:6.1%}, "
            f"wrong one acted on {self.wrong_yes} of {self.asked}"
        )


class Ear:
    """A language's model with the grammars of the dialogue's questions, in this process."""

    def __init__(self, lang: str, models: Path) -> None:
        """Load the model from `models/<lang>`. Raises `RecognitionError` where there is none."""
        from vosk import Model, SetLogLevel

        SetLogLevel(-1)
        self.facts: VoskModel = find_model(lang, models)
        self.lists: Lists = load_lists(lang)
        self.model = Model(str(self.facts.path))

    def knows(self, word: str) -> bool:
        """Tell whether the model has a word."""
        return bool(self.model.vosk_model_find_word(word) >= 0)

    def hear(self, pcm: bytes, expecting: Expecting | None) -> Transcript:
        """Give what was heard in a turn; without `expecting` anything may have been said."""
        grammar = None
        if expecting:
            grammar = build(self.lists, expecting, self.knows).to_json()
        decoding = VoskDecoding(self.model, self.facts, grammar, _MOST_BYTES, *look(expecting))
        for at in range(0, len(pcm), _STEP):
            decoding.accept(pcm[at : at + _STEP])
        return without_edges(decoding.finish())


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who says one number, again if need be."""

    lang: str
    voice: str
    text: str
    number: str
    seed: int

    def turn(self, turn: int, snr_db: float, text: str | None = None) -> bytes:
        """Say the number for the first or second time (or `text`), into a line."""
        rng = random.Random(f"{self.seed} {turn}")
        spoken = speak(text or self.text, self.lang, self.voice, rng.randint(120, 180), rng.randint(35, 65))
        padded = bytes(int(_BEFORE * RATE) * 2) + spoken + bytes(int(_AFTER * RATE) * 2)
        return telephone(padded, Line(snr_db=snr_db, seed=rng.randrange(1 << 31)))


def callers(lang: str, voices: Sequence[str], count: int, style: Style, seed: int = 1) -> list[Caller]:
    """Invent callers with numbers of five digits, the same for the same seed."""
    rng = random.Random(f"{lang} {style} {seed}")
    found = []
    for place in range(count):
        number = "".join(rng.choice("0123456789") for _ in range(5))
        text = say(number, lang, style, rng)
        found.append(Caller(lang, voices[place % len(voices)], text, number, rng.randrange(1 << 31)))
    return found


def measure(
    ear: Ear, people: Sequence[Caller], style: Style, snr_db: float, understand: Understand
) -> Figures:
    """Let everybody say their number, and those who were misheard say it again."""
    tellings = [Telling(readings(ear, caller.turn(1, snr_db))) for caller in people]
    told = zip(people, tellings, understand(tellings), strict=True)
    wrong = [(caller, telling, found) for caller, telling, found in told if found != caller.number]
    retold = [
        Telling(readings(ear, caller.turn(2, snr_db)), (telling.readings,), (found,) if found else ())
        for caller, telling, found in wrong
    ]
    again = understand(retold)
    mended = sum(found == caller.number for (caller, _, _), found in zip(wrong, again, strict=True))
    denied = [caller for caller, _, found in wrong if found]
    answers = [ear.hear(caller.turn(3, snr_db, _NO[caller.lang]), "yes_no") for caller in denied]
    wrong_yes = sum(
        is_yes(answer.text, caller.lang) and not doubtful_yes(answer, caller.lang)
        for caller, answer in zip(denied, answers, strict=True)
    )
    first = len(people) - len(wrong)
    lang = people[0].lang if people else ""
    return Figures(lang, style, snr_db, len(people), first, first + mended, wrong_yes)


def readings(ear: Ear, pcm: bytes) -> tuple[str, ...]:
    """Hear the answer to the question for an order number: the text and the alternatives."""
    heard = ear.hear(pcm, "order_number")
    return (heard.text, *heard.alternatives)


def understood_by_command(lang: str) -> Understand:
    """Understand numbers as `centrala numbers` does; what understands them is another room of the house."""

    def understand(tellings: Sequence[Telling]) -> list[str]:
        if not tellings:
            return []
        command = [sys.executable, "-m", "bot", "numbers", "--lang", lang, "--batch"]
        lines = "".join(f"{json.dumps(asdict(telling))}\n" for telling in tellings)
        done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout.split("\n")[: len(tellings)]

    return understand


def main() -> int:
    """Print the figures; 1 where `--check` is given and a goal was missed."""
    parser = argparse.ArgumentParser(prog="voice.training.accuracy", description=__doc__)
    parser.add_argument("--lang", nargs="+", default=["pl", "cs", "en"])
    parser.add_argument("--per-lang", type=int, default=200, help="numbers a language and style")
    parser.add_argument("--snr", nargs="+", type=float, default=[25.0, 12.0], help="dB")
    parser.add_argument("--style", nargs="+", choices=["digits", "mixed"], default=["digits", "mixed"])
    parser.add_argument("--models", type=Path, default=STARTER_MODELS, help="the folder of the models")
    parser.add_argument("--choice", action="store_true", help="with the voices that settings are chosen on")
    parser.add_argument("--check", action="store_true", help="fail below the goals")
    options = parser.parse_args()
    missed = False
    for lang in options.lang:
        ear = Ear(lang, options.models)
        voices = voices_for_choices(lang) if options.choice else voices_for_tests(lang)
        for style in options.style:
            people = callers(lang, voices, options.per_lang, style)
            for snr_db in options.snr:
                figures = measure(ear, people, style, snr_db, understood_by_command(lang))
                print(figures, flush=True)  # noqa: T201
                missed |= style == "digits" and figures.share < GOALS.get(snr_db, 0.0)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
