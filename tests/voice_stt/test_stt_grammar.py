"""Grammars out of lists of phrases."""

import json
from pathlib import Path

import pytest

from voice.stt.grammar import GRAMMARS, UNKNOWN, GrammarError, build, joined_tens, load_lists
from voice.stt.recogniser import Expecting

LANGUAGES = ("en", "pl", "cs")
QUESTIONS: tuple[Expecting, ...] = ("order_number", "verifier", "yes_no", "menu")


def everything(_word: str) -> bool:
    return True


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("expecting", QUESTIONS)
def test_every_question_can_be_left_and_takes_the_unexpected(lang: str, expecting: Expecting) -> None:
    lists = load_lists(lang)
    grammar = build(lists, expecting, everything)
    assert grammar.phrases[-1] == UNKNOWN
    assert grammar.dropped == ()
    assert {word for word in lists.ways_out if " " not in word} <= set(grammar.phrases)
    assert {lists.yes[0], lists.no[0]} <= set(grammar.phrases)
    assert json.loads(grammar.to_json()) == list(grammar.phrases)
    assert "\\u" not in grammar.to_json()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_digits_may_follow_each_other_in_any_order(lang: str) -> None:
    lists = load_lists(lang)
    phrases = set(build(lists, "order_number", everything).phrases)
    digits = (*lists.zeros, *lists.digits)
    assert {f"{one} {two}" for one in digits for two in digits} <= phrases
    assert lists.letters[1] in phrases
    assert lists.letters[1] not in set(build(lists, "verifier", everything).phrases)


def test_phrases_with_a_word_that_the_model_lacks_are_left_out() -> None:
    known = {"yes", "no", "agent", "please"}
    grammar = build(load_lists("en"), "yes_no", known.__contains__)
    assert set(grammar.phrases) == {"yes", "yes please", "no", "agent", UNKNOWN}
    assert "operator" in grammar.dropped
    assert not known & set(grammar.dropped)


def test_letters_are_left_out_where_the_model_has_no_names_for_most_of_them() -> None:
    lists = load_lists("en")
    known = {"a", "i", "one", "no"}
    assert set(build(lists, "order_number", known.__contains__).phrases) == {"one", "one one", "no", UNKNOWN}


def test_phrases_of_the_moment_are_cleaned_and_added() -> None:
    odd = ("OC 7781!", '"], ["', "x" * 500, "", "czwartek")
    phrases = build(load_lists("pl"), "menu", everything, odd).phrases
    assert {"oc 7781", "czwartek"} <= set(phrases)
    assert not any('"' in phrase or len(phrase) > 200 for phrase in phrases)
    assert all(phrases)


def test_a_model_that_knows_nothing_is_an_error_and_no_empty_grammar() -> None:
    with pytest.raises(GrammarError, match="knows no word"):
        build(load_lists("en"), "yes_no", lambda _word: False)


def test_czech_says_tens_after_ones() -> None:
    lists = load_lists("cs")
    assert {"třiadvacet", "jednadvacet", "devětadevadesát"} <= set(joined_tens(lists))
    assert "třiadvacet" in build(lists, "order_number", everything).phrases


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda text: text + "extra: [a]\n", "nobody reads: extra"),
        (lambda text: text.replace("zeros:", "noughts:"), "noughts"),
        (lambda text: text + "joined: no\n", "joined is no list"),
        (lambda text: text + "joined: [[a]]\n", "an entry that is no phrase"),
        (lambda _text: "- a\n", "no mapping"),
        (lambda _text: "a: [", "no YAML"),
        (lambda _text: "yes: [a]\n", "lacks"),
    ],
)
def test_a_wrong_file_is_named(spoil, match: str, tmp_path: Path) -> None:
    text = (GRAMMARS / "en.yml").read_text(encoding="utf-8")
    (tmp_path / "en.yml").write_text(spoil(text), encoding="utf-8")
    with pytest.raises(GrammarError, match=match):
        load_lists("en", tmp_path)
    with pytest.raises(GrammarError, match="missing"):
        load_lists("de", tmp_path)
