import random
from pathlib import Path

import pytest

from nlu.numbers import find
from voice.stt.grammar import load_lists
from voice.training.cardinals import cardinal, vocabulary
from voice.training.errors import TrainingError
from voice.training.espeak import SILENCE, Sound, Spoken
from voice.training.lexicon import words_said
from voice.training.spoken_numbers import say
from voice.training.texts import Texts, read_phrases, starter_phrases, with_grammars
from voice.training.voices import (
    CHOICE_VARIANTS,
    TEST_VARIANTS,
    TRAINING_VARIANTS,
    training_voices,
    voices_for_choices,
    voices_for_tests,
)

LANGS = ["pl", "cs", "en"]


@pytest.mark.parametrize(
    ("lang", "number", "said"),
    [
        ("en", 23, "twenty three"),
        ("en", 10_000, "ten thousand"),
        ("pl", 22_000, "dwadzieścia dwa tysiące"),
        ("pl", 12_000, "dwanaście tysięcy"),
        ("pl", 1_914, "tysiąc dziewięćset czternaście"),
        ("cs", 200, "dvě stě"),
        ("cs", 3_512, "tři tisíce pět set dvanáct"),
    ],
)
def test_cardinals(lang: str, number: int, said: str) -> None:
    assert cardinal(number, lang, random.Random(0)) == said


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("style", ["digits", "mixed"])
def test_a_number_said_is_the_number_meant(lang: str, style: str) -> None:
    rng = random.Random(7)
    known = vocabulary(lang)
    misread = []
    for _ in range(150):
        number = f"{rng.randrange(100_000):05}"
        said = say(number, lang, style, rng)  # type: ignore[arg-type]
        assert set(said.split()) <= known
        found = find(said, lang)
        if found is None or found.value != number:
            misread.append((number, said))
    assert not misread


def test_no_voice_is_trained_and_tested_with() -> None:
    assert not set(TRAINING_VARIANTS) & (set(TEST_VARIANTS) | set(CHOICE_VARIANTS))
    assert not set(TEST_VARIANTS) & set(CHOICE_VARIANTS)
    for lang in LANGS:
        assert not set(training_voices(lang)) & (set(voices_for_tests(lang)) | set(voices_for_choices(lang)))


@pytest.mark.parametrize("lang", LANGS)
def test_the_starter_phrases_are_sound(lang: str) -> None:
    texts = with_grammars(read_phrases(starter_phrases(lang), lang))
    assert len(texts.words) > 250
    lists = load_lists(lang)
    assert {word for phrase in (*lists.yes, *lists.no, *lists.menu) for word in phrase.split()} <= set(
        texts.words
    )


def test_phrases_are_read_with_comments_and_numbers(tmp_path: Path) -> None:
    file = tmp_path / "shop.txt"
    file.write_text("# a shop\nWhere is  my bicycle\n\nframe number {number}  # engraved\nit's e-mail\n")
    texts = read_phrases(file, "en")
    assert texts.phrases == ("where is my bicycle", "frame number {number}", "it's e-mail")
    assert {"bicycle", "engraved", "it's", "e-mail"} & set(texts.words) == {"bicycle", "it's", "e-mail"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "holds no phrase"),
        (b"# nothing\n", "holds no phrase"),
        (b"yes\norder 10023\n", "line 2"),
        (b"what?\n", "line 1"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "shop.txt"
    file.write_bytes(content)
    with pytest.raises(TrainingError, match=complaint):
        read_phrases(file, "en")


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot read"):
        read_phrases(tmp_path / "none.txt", "en")


def test_strange_words_are_not_in_the_vocabulary() -> None:
    texts = Texts("en", ("where is my order", "goodbye"))
    rng = random.Random(2)
    assert not {texts.strange_word(rng) for _ in range(200)} & set(texts.words)


def test_words_that_are_run_together_are_cut_where_they_resemble_themselves() -> None:
    alone = {"nie": [("n^", "E")], "wiem": [("v", "j", "E", "m")]}
    phones = ("n^", "E", "v", "j", "E", "m")
    sounds = tuple(Sound(place / 10, phone, 0) for place, phone in enumerate(phones))
    spoken = Spoken(samples=None, sounds=(*sounds, Sound(0.6, SILENCE, -1)), whole=False)  # type: ignore[arg-type]
    said = words_said("nie wiem", spoken, alone)
    assert said is not None
    assert [(word.word, word.phones) for word in said] == [("nie", phones[:2]), ("wiem", phones[2:])]


def test_words_that_resemble_nothing_are_given_up() -> None:
    alone = {"nie": [("n^", "E")], "wiem": [("v", "j", "E", "m")]}
    spoken = Spoken(None, tuple(Sound(n / 10, "x", 0) for n in range(6)), False)  # type: ignore[arg-type]
    assert words_said("nie wiem", spoken, alone) is None
