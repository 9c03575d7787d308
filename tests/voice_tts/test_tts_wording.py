"""What a screen shows, and what a person says: a table a language, and properties of any text."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.tts.synthesiser import SynthesisError
from voice.tts.wording import for_the_ear

TABLES = Path(__file__).parent / "wording"
LANGUAGES = ("pl", "cs", "en")


def rows(lang: str) -> list[tuple[str, str]]:
    lines = (TABLES / f"{lang}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if " => " in line and not line.startswith("# screen")]
    return [(screen.replace("\\n", "\n"), said) for screen, said in pairs]


@pytest.mark.parametrize(
    ("lang", "screen", "said"), [(lang, *row) for lang in LANGUAGES for row in rows(lang)]
)
def test_a_text_is_said_as_a_person_says_it(lang: str, screen: str, said: str) -> None:
    assert for_the_ear(screen, lang) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_forty_rows(lang: str) -> None:
    assert len(rows(lang)) >= 40


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("nothing", ["", " \n", "🎉", "…", "**", "- ", "()"])
def test_what_nobody_says_is_nothing(lang: str, nothing: str) -> None:
    assert for_the_ear(nothing, lang) == ""


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(SynthesisError) as caught:
        for_the_ear("Guten Tag", "de")
    assert caught.value.code == "synthesis_language"


SIGNS = (
    "zł|Kč|£|%|.|,|:|-|–|/|@|http://|listopada|r.|listopadu|November|OC-|+48 |a.m.|(|]|*|nr |kg|0|00|1|7|24|"
    "2026|٣|²|ﬁ| |\n|od |do |w |po "
)
PIECES = st.sampled_from(SIGNS.split("|"))


@pytest.mark.parametrize("lang", LANGUAGES)
@given(text=st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_becomes_words_once_and_for_all(lang: str, text: str) -> None:
    said = for_the_ear(text, lang)
    assert not re.search(r"\d", said), (text, said)
    assert "\n" not in said
    assert "  " not in said
    assert not said or any(sign.isalnum() for sign in said)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "piece", ["1 ", "1,", "1-", "a.", "1.1.", "(", "[x](", "od 8 ", "<a ", "A1-", "@a.", "-"]
)
def test_long_nonsense_takes_no_time(lang: str, piece: str) -> None:
    for_the_ear(piece * 4000, lang)
