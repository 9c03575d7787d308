"""Questions that ask the same are in one group, with the encoder and without."""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder import EncoderProcess
from knowledge_base.likeness import MAX_TEXTS, group, key

sys.path.insert(0, str(Path(__file__).parent))
from likeness_questions import ALONE, GROUPS


@pytest.fixture(scope="module")
def encoder() -> Iterator[EncoderProcess]:
    encoder = EncoderProcess()
    yield encoder
    encoder.close()


def pairs(groups: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    return {pair for one in groups for pair in combinations(sorted(one), 2)}


def asked(lang: str) -> tuple[list[str], set[tuple[int, int]]]:
    texts, belongs = [], []
    for one in GROUPS[lang]:
        belongs.append(range(len(texts), len(texts) + len(one)))
        texts += one
    return [*texts, *ALONE[lang]], pairs(belongs)


@pytest.mark.parametrize(("lang", "found"), [("pl", 0.9), ("en", 0.9), ("cs", 0.8)])
def test_what_asks_the_same_is_together(lang: str, found: float, encoder: EncoderProcess) -> None:
    texts, belongs = asked(lang)
    together = pairs(group(texts, lang, encoder.encode(texts)))
    assert len(together & belongs) >= found * len(belongs)
    assert len(together & belongs) >= 0.9 * len(together)


@pytest.mark.parametrize("lang", ["pl", "en", "cs"])
def test_without_an_encoder_the_words_tell(lang: str) -> None:
    texts, belongs = asked(lang)
    together = pairs(group(texts, lang))
    assert len(together & belongs) >= 0.55 * len(belongs)
    assert len(together & belongs) >= 0.9 * len(together)


def test_the_same_texts_give_the_same_groups() -> None:
    texts, _ = asked("pl")
    first = group(texts, "pl")
    assert first == group(texts, "pl")
    assert first == sorted(first)
    assert sorted(place for one in first for place in one) == list(range(len(texts)))
    shuffled = list(range(len(texts)))
    random.Random(1).shuffle(shuffled)
    again = group([texts[place] for place in shuffled], "pl")
    assert sorted(sorted(shuffled[place] for place in one) for one in again) == first


def test_nothing_and_too_much() -> None:
    assert group([], "pl") == []
    assert group(["?"], "pl") == [[0]]
    assert group(["", "…", "\ud800"], "xx") == [[0], [1], [2]]
    with pytest.raises(ValueError, match="1001 texts"):
        group(["a"] * (MAX_TEXTS + 1), "en")


def test_a_thousand_texts_are_bounded() -> None:
    rng = np.random.default_rng(1)
    texts = [" ".join(f"word{n}" for n in rng.integers(0, 300, 8)) for _ in range(MAX_TEXTS)]
    began = time.process_time()
    assert sum(len(one) for one in group(texts, "en")) == MAX_TEXTS
    assert time.process_time() - began < 60


def test_a_key_knows_no_case_no_diacritics_no_punctuation() -> None:
    assert key("Czy PRZESYŁKĘ,   można…") == key("czy przesylke mozna")
    assert key(" 👍  ") == "👍"
