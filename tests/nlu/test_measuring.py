"""What the tables of docs/quality.md count."""

import json
from collections import Counter
from pathlib import Path

import pytest

from nlu.hearing import Hearing
from nlu.independent import Outcome, key, outcomes, table, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 100, 0.0, 0.037), (50, 100, 0.404, 0.596), (100, 100, 0.963, 1.0), (1, 620, 0.0003, 0.0091)],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=6e-4)


def test_nothing_measured_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_fallback_is_right_only_outside_the_scope() -> None:
    decided = Counter({"nlu_fallback": 3, "out_of_scope": 2, "faq": 1, "order_status": 1})
    assert Outcome("out_of_scope_near", "out_of_scope", decided).right == 5
    assert Outcome("order_status", "order_status", decided).right == 1
    assert Outcome("out_of_scope_near", "out_of_scope", decided).taken_for(talk=False) == 1
    assert Outcome("out_of_scope_near", "out_of_scope", decided).taken_for(talk=True) == 2


def test_sentences_that_an_example_says_word_for_word_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    cases = [{"text": text, "intent": "affirm"} for text in ("Yes!", "Gladly.", "I might as well")]
    (tmp_path / "en" / "affirm.jsonl").write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")

    def read(text: str, _hearing: Hearing) -> str:
        return "nlu_fallback" if text == "Gladly." else "affirm"

    [affirm] = outcomes(tmp_path, "en", read, {key("yes")})
    assert (affirm.right, affirm.total) == (2, 3)
    assert (affirm.right_unheard, affirm.unheard.total()) == (1, 2)
    assert any("| 2 | 50.0% |" in line for line in table("en", [affirm], [affirm]))


def test_the_table_counts_a_no_taken_for_a_yes() -> None:
    deny = Outcome("deny", "deny", Counter({"deny": 96, "affirm": 1, "affirm_careful": 2, "out_of_scope": 1}))
    lines = list(table("en", [deny], [deny]))
    assert any(line.startswith("| deny | 100 | 96.0%") and "| 1.0% | 3.0% |" in line for line in lines)
    assert any(line.startswith("| no or unsure taken for yes | 3.0%") for line in lines)
    assert any(line.startswith("| the same, and not asked for once more | 1.0%") for line in lines)
