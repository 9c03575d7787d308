"""Training examples that a review adds are read as what they are, and nothing else in the file changes."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.examples import TEACHABLE, ExampleError, examples, plain, taught_as, with_examples

DATA = Path(__file__).resolve().parents[2] / "nlu" / "data"
SMALL = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi [Jan](name)\n'


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize("intent", TEACHABLE)
def test_our_own_files_take_more(lang: str, intent: str) -> None:
    source = (DATA / lang / f"{intent}.yml").read_text(encoding="utf-8")
    text, added = with_examples(source, intent, ["a sentence: that nobody “wrote” #1 yet"])
    assert added == 1
    assert examples(text)[intent] == [*examples(source)[intent], "a sentence: that nobody “wrote” #1 yet"]
    before, after = source.splitlines(), text.splitlines()
    assert len(after) == len(before) + 1
    assert [line for line in after if "that nobody" not in line] == before


def test_what_is_there_is_not_added_again() -> None:
    assert with_examples(SMALL, "greet", ["Hello!", "hi jan", "HELLO"]) == (SMALL, 0)
    text, added = with_examples(SMALL, "greet", ["good day", "Good day."])
    assert added == 1
    assert examples(text) == {"greet": ["hello", "hi Jan", "good day"]}


def test_a_file_of_several_intents_is_added_to_in_its_place() -> None:
    source = (
        SMALL + "# more\n- intent: goodbye\n  examples: |\n    - bye\n- regex: x\n  examples: |\n    - \\d+\n"
    )
    text, _ = with_examples(source, "greet", ["good day"])
    assert examples(text) == {"greet": ["hello", "hi Jan", "good day"], "goodbye": ["bye"]}
    text, _ = with_examples(text, "goodbye", ["see you"])
    assert examples(text)["goodbye"] == ["bye", "see you"]
    assert yaml.safe_load(text)["nlu"][2] == {"regex": "x", "examples": "- \\d+\n"}


def test_a_file_that_is_not_there_is_made() -> None:
    text, added = with_examples(None, "thanks", ["ta very much"])
    assert added == 1
    assert examples(text) == {"thanks": ["ta very much"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[10023](order_number) where", "10023 (order_number) where"),
        ("- a\n- b", "a - b"),
        ("/order_status", "order_status"),
        ("${HOME} {x}", "HOME x"),
        ("# no comment", "no comment"),
        ("x" * 400, "x" * 300),
    ],
)
def test_nothing_of_a_sentence_is_read_as_markup(text: str, line: str) -> None:
    assert plain(text) == line


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_sentence_is_one_example(text: str) -> None:
    written, added = with_examples(SMALL, "greet", [f"a {text} z"])
    assert examples(written)["greet"] == ["hello", "hi Jan", plain(f"a {text} z")][: 2 + added]


def test_a_sentence_of_another_intent_is_found() -> None:
    assert taught_as("HI, jan", examples(SMALL)) == "greet"
    assert taught_as("something else", examples(SMALL)) is None


@pytest.mark.parametrize("source", ["nlu: [", "nlu:\n- intent: bye\n  examples: |\n    - x\n", "- a\n"])
def test_what_cannot_be_added_to_is_said(source: str) -> None:
    with pytest.raises(ExampleError):
        with_examples(source, "greet", ["hello"])
