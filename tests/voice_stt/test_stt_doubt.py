"""A no that is heard as a yes: what gives it away, and that over voices and noises none is left."""

import os
import random
from collections.abc import Iterator

import pytest

from voice.stt.decoding import LOOK_AT_ANSWERS, VoskDecoding
from voice.stt.doubt import doubtful_yes, is_plain, is_salad, is_yes
from voice.stt.edges import without_edges
from voice.stt.grammar import build
from voice.stt.models import STARTER_MODELS
from voice.stt.recogniser import Transcript, Word
from voice.training.accuracy import Ear
from voice.training.caller import speak
from voice.training.channel import Line, telephone
from voice.training.voices import voices_for_tests

LONG = os.environ.get("CENTRALA_SOAK") == "full"
STRANGE = {
    "pl": ["nie ma mowy", "daj mi święty spokój", "rezygnuję z tego", "wykluczone", "ani mi się śni"],
    "cs": ["ani náhodou", "odmítám", "vyloučeno", "ani za nic", "k čemu by mi to bylo"],
    "en": ["not a chance", "i refuse", "out of the question", "over my dead body", "leave me in peace"],
}
"""Refusals in words that no starter model knows."""


def heard(text: str, *words: tuple[str, float, float], others: tuple[str, ...] = ()) -> Transcript:
    """A transcript; a word is its text, confidence and seconds."""
    at, found = 0.0, []
    for word, confidence, seconds in words:
        found.append(Word(word, confidence, at, at + seconds))
        at += seconds
    return Transcript(text, tuple(found), others)


@pytest.mark.parametrize(
    ("lang", "transcript", "doubtful"),
    [
        ("pl", heard("tak", ("tak", 1.0, 0.3)), False),
        ("pl", heard("no pewnie", ("no", 0.8, 0.2), ("pewnie", 0.9, 0.4), others=("pewnie",)), False),
        ("pl", heard("pewnie", ("pewnie", 0.69, 0.4), others=("nie nie",)), True),
        ("pl", heard("proszę", ("proszę", 1.0, 0.4), others=("proszę nie",)), True),
        ("en", heard("right", ("right", 1.0, 0.4), others=("that's right", "not right")), True),
        ("en", heard("absolutely", ("absolutely", 1.0, 0.6), others=("absolutely back",)), True),
        ("pl", heard("tak tak", ("tak", 0.68, 0.15), ("tak", 1.0, 0.3), others=("nie tak", "tak")), False),
        ("pl", heard("tak", ("tak", 1.0, 0.3), others=("z tak", "nie tak")), False),
        ("pl", heard("tak", ("tak", 1.0, 0.3), others=("tak nie",)), True),
        ("en", heard("yes", ("[unk]", 0.0, 0.1), ("yes", 1.0, 0.3)), False),
        ("en", heard("yes", ("[unk]", 0.0, 0.5), ("yes", 1.0, 0.3)), True),
        ("en", heard("no", ("no", 0.5, 0.3), others=("now",)), False),
        ("en", heard("why not", ("why", 1.0, 0.2), ("not", 1.0, 0.3)), False),
        ("cs", heard("kde je můj balík", ("kde", 0.4, 0.2)), False),
        ("cs", heard(""), False),
    ],
)
def test_what_gives_it_away(lang: str, transcript: Transcript, doubtful: bool) -> None:
    assert doubtful_yes(transcript, lang) is doubtful


@pytest.mark.parametrize(
    ("lang", "text", "salad"),
    [
        ("pl", "mój nie jestem nie jestem nic", True),
        ("en", "the connect to next week think", True),
        ("cs", "tak zrušit jasně ne", True),
        ("pl", "proszę zadzwonić jutro", False),
        ("pl", "no nie dziękuję zadzwońcie później", False),
        ("en", "no nine", False),
        ("en", "not call me again", False),
        ("en", "well i might try actually", False),
        ("cs", "chci mluvit s operátorem", False),
        ("en", "", False),
    ],
)
def test_pieces_of_answers_are_none(lang: str, text: str, salad: bool) -> None:
    assert is_salad(Transcript(text), lang) is salad
    assert not is_salad(Transcript(text, whole_vocabulary=True), lang)


@pytest.mark.parametrize("offer", [False, True], ids=["question", "offer"])
@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_a_spoken_no_becomes_no_yes(lang: str, offer: bool) -> None:
    """Refusals by voices that no model was trained with, at 25 and 12 dB; a tenth of them in CI."""
    ear = Ear(lang, STARTER_MODELS)
    lists = ear.lists
    also = (*lists.willing, *lists.unsure, *lists.postponing, *lists.forbidding) if offer else ()
    taken = []
    for text, voice, snr_db, line in refusals(ear, lang):
        transcript = listen(ear, line, also)
        acts = is_plain if offer else is_yes
        if acts(transcript.text, lang) and not doubtful_yes(transcript, lang):
            taken.append((text, voice, snr_db, transcript))
    assert taken == []


def listen(ear: Ear, line: bytes, also: tuple[str, ...]) -> Transcript:
    """As a speech worker hears a turn, and the ear after it."""
    grammar = build(ear.lists, "yes_no", ear.knows, also).to_json()
    decoding = VoskDecoding(ear.model, ear.facts, grammar, 60 * 16_000, LOOK_AT_ANSWERS)
    for at in range(0, len(line), 3200):
        decoding.accept(line[at : at + 3200])
    return without_edges(decoding.finish())


def refusals(ear: Ear, lang: str) -> Iterator[tuple[str, str, float, bytes]]:
    """Who says what, how noisy the line is, and what arrives of it."""
    lists = ear.lists
    known = [text for text in (*lists.no, *lists.never, *lists.later) if all(map(ear.knows, text.split()))]
    everything = [
        (text, voice, snr_db)
        for text in (*known, *STRANGE[lang])
        for voice in voices_for_tests(lang)
        for snr_db in (25.0, 12.0)
    ]
    for text, voice, snr_db in random.Random(3).sample(everything, 120 if LONG else 12):
        dice = random.Random(f"{text} {voice} {snr_db}")
        spoken = speak(text, lang, voice, dice.randint(120, 180), dice.randint(35, 65))
        padded = bytes(4800) + spoken + bytes(3200)
        yield text, voice, snr_db, telephone(padded, Line(snr_db=snr_db, seed=dice.randrange(1 << 31)))
