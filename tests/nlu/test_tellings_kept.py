"""Tellings of a number in the dialogue's state: written, read, bounded."""

import json
from typing import Any

import pytest

from nlu.dialogue.tellings import MAX_REFUSED, Tellings, tellings_of
from nlu.numbers.tellings import MAX_TELLINGS, MAX_VALUES

SOME = Tellings().hear((("10623", 0.0), ("10323", 0.4))).refuse("10623")


def test_what_is_written_is_read() -> None:
    assert tellings_of(json.loads(json.dumps({"tellings": SOME.to_json()}))) == SOME


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"tellings": 3},
        {"tellings": {"heard": 3, "refused": []}},
        {"tellings": {"heard": [[1]], "refused": []}},
        {"tellings": {"heard": [[["10623", "dear"]]], "refused": []}},
        {"tellings": {"heard": []}},
    ],
)
def test_what_is_not_understood_is_none(state: Any) -> None:
    assert tellings_of(state) == Tellings()


def test_they_are_bounded() -> None:
    kept = SOME
    for place in range(20):
        kept = kept.hear(((str(place), 0.0),)).refuse(str(place))
    assert [telling[0][0] for telling in kept.heard] == ["17", "18", "19"]
    assert len(kept.heard) == MAX_TELLINGS
    assert kept.refused == ("16", "17", "18", "19")
    assert len(kept.refused) == MAX_REFUSED
    long = {"heard": [[[str(place), 0.0] for place in range(99)]] * 9, "refused": ["1"] * 9}
    read = tellings_of({"tellings": long})
    assert [len(telling) for telling in read.heard] == [MAX_VALUES] * MAX_TELLINGS
    assert len(read.refused) == MAX_REFUSED


def test_silence_and_the_same_refusal_add_nothing() -> None:
    assert SOME.hear(()) == SOME
    assert SOME.refuse("10623") == SOME
