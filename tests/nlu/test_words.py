"""Folding, repairing and knowing words: pure functions."""

import pytest

from nlu.words import NUMBER, Vocabulary, build, fold, split

SENTENCES = [
    ("gdzie jest moja paczka", "order_status"),
    ("chcę rozmawiać z konsultantem", "ask_human"),
    ("kiedy przyjdzie przesyłka", "order_status"),
    ("xyzzy blorp", "out_of_scope"),
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return build(SENTENCES, meaningless=["out_of_scope"])


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Łódź", "lodz"),
        ("ŽLUŤOUČKÝ", "zlutoucky"),
        ("don't", "dont"),
        ("don’t", "dont"),
        ("taaaak", "tak"),
        ("hello", "hello"),
        ("10023", NUMBER),
        ("AB12345", NUMBER),
        ("👍", "👍"),
        ("", ""),
    ],
)
def test_fold(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gdzie jest, do licha?!", ["Gdzie", "jest", "do", "licha"]),
        ("it's #10023", ["it's", "#", "10023"]),
        ("ok👍", ["ok", "👍"]),
        ("???", ["???"]),
        ("   ", []),
        ("", []),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert [word for word, _ in split(text)] == words
    assert all(text[at:].startswith(word) for word, at in split(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pazcka", "paczka"),  # swapped
        ("paczkka", "paczka"),  # one too many
        ("packa", "paczka"),  # one too few
        ("paczla", "paczka"),  # wrong
        ("paczka", "paczka"),
        ("mojq", "moja"),
        ("jset", "jest"),
        ("pzacak", "pzacak"),  # two slips
        ("je", "je"),  # too short to tell
        ("rower", "rower"),
    ],
)
def test_repair(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert vocabulary.repair(typed) == meant


def test_familiarity(vocabulary: Vocabulary) -> None:
    assert vocabulary.familiarity(["gdzie", "jest", "paczka"]) == 1.0
    assert vocabulary.familiarity(["qqq", "www", "zzz"]) < 0.1
    assert vocabulary.familiarity(["xyzzy", "blorp"]) < 0.2  # seen, but only as nonsense
    assert vocabulary.familiarity(["paczkami"]) > 0.3  # another ending
    assert vocabulary.familiarity([NUMBER]) == 1.0
    assert vocabulary.familiarity([]) == 0.0
