"""The real encoder in its real process, and what the search makes of it."""

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from knowledge_base.encoder import DIMENSIONS, MAX_TEXTS, EncoderError, EncoderProcess


@pytest.fixture(scope="module")
def encoder() -> Iterator[EncoderProcess]:
    made = EncoderProcess()
    yield made
    made.close()


def test_what_means_the_same_is_near(encoder: EncoderProcess) -> None:
    asked, same, other = encoder.encode(
        ["i want my money back", "how do I get a refund", "it rains in Gdynia"]
    )
    assert asked.shape == (DIMENSIONS,)
    assert float(asked @ same) > float(asked @ other) + 0.2
    assert np.linalg.norm(asked) == pytest.approx(1.0, abs=1e-3)


def test_languages_meet(encoder: EncoderProcess) -> None:
    polish, english, other = encoder.encode(["gdzie jest moja paczka", "where is my parcel", "opening hours"])
    assert float(polish @ english) > float(polish @ other) + 0.2


@pytest.mark.parametrize("texts", [[], [""], ["\ud800"], ["a\nb\0c", " "], ["x" * 20_000]])
def test_anything_can_be_encoded(texts: list[str], encoder: EncoderProcess) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert np.isfinite(vectors).all()


def test_many_are_sent_in_parts_and_come_in_order(encoder: EncoderProcess) -> None:
    texts = [f"word{number}" for number in range(MAX_TEXTS + 3)]
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert float(vectors[-1] @ encoder.encode([texts[-1]])[0]) > 0.999


def test_a_child_that_died_costs_one_answer_and_is_not_started_at_once() -> None:
    encoder = EncoderProcess()
    encoder.encode(["here"])
    assert encoder.child is not None
    os.kill(encoder.child, signal.SIGKILL)
    for _ in range(2):
        with pytest.raises(EncoderError):
            encoder.encode(["gone"])
    encoder.close()
    assert encoder.child is None


def test_a_closed_one_stays_closed() -> None:
    encoder = EncoderProcess()
    encoder.close()
    with pytest.raises(EncoderError, match="closed"):
        encoder.encode(["late"])
