"""The pure core of a turn, rule by rule."""

import pytest

from bot.dialogue.engine import (
    HEARD,
    Feedback,
    FindOrder,
    LetGo,
    Repeat,
    Say,
    Search,
    SetAside,
    ShowArticle,
    ShowTopics,
    decide,
    lookup_outcome,
    remember,
)
from bot.model.case import Reason
from bot.model.conversation import Memory


@pytest.mark.parametrize(
    ("outputs", "commands"),
    [
        ([{"say": "greet"}], [Say("greet")]),
        ([{"say": "a"}, {"say": "b"}], [Say("a"), Say("b")]),
        ([{"do": "repeat"}], [Repeat()]),
        ([{"do": "answer"}], [Search(strict=False)]),
        ([{"do": "answer", "strict": True}], [Search(strict=True)]),
        ([{"do": "answer", "strict": "true"}], [Search(strict=True)]),
        ([{"do": "article"}], [ShowArticle()]),
        ([{"do": "topics"}], [ShowTopics()]),
        ([{"do": "set_aside"}, {"say": "a"}], [SetAside(), Say("a")]),
        ([{"do": "feedback", "helped": True}], [Feedback(helped=True)]),
        ([{"do": "feedback", "helped": "False"}], [Feedback(helped=False)]),
        ([{"do": "order_status", "order_number": "10023"}], [FindOrder("10023", None)]),
        ([{"do": "order_status", "order_number": "1", "verifier": "None"}], [FindOrder("1", None)]),
        ([{"do": "order_status", "order_number": "1", "verifier": "0200"}], [FindOrder("1", "0200")]),
        ([{"do": "handoff", "reason": "policy"}], [LetGo(Reason.POLICY)]),
        ([{"say": "sorry"}, {"do": "handoff", "reason": "asked"}, {"say": "late"}], [LetGo(Reason.ASKED)]),
        ([], []),
    ],
)
def test_outputs_become_commands(outputs: list[dict[str, object]], commands: list[object]) -> None:
    assert decide(outputs) == commands


def test_a_command_that_nobody_knows_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="fly"):
        decide([{"do": "fly"}])


@pytest.mark.parametrize(
    ("visible", "verified", "verifier", "failed", "outcome"),
    [
        (True, False, "0200", 0, "outcome_order_found"),
        (True, True, None, 2, "outcome_order_found"),
        (False, False, None, 0, "outcome_order_verify"),  # whether it exists is not told before the proof
        (False, False, None, 2, "outcome_order_verify"),
        (False, False, "0200", 0, "outcome_order_unknown"),
        (False, True, None, 1, "outcome_order_unknown"),
        (False, False, "0200", 2, "outcome_order_locked"),
        (False, True, None, 2, "outcome_order_locked"),
    ],
)
def test_a_lookup_ends_in_one_outcome(
    visible: bool, verified: bool, verifier: str | None, failed: int, outcome: str
) -> None:
    memory = Memory(failed_lookups=failed)
    assert lookup_outcome(memory, exists_and_may_see=visible, verified=verified, verifier=verifier) == outcome


def test_the_packet_keeps_naming_the_task() -> None:
    memory = Memory()
    for text, intent in (("where is it", "order_status"), ("yes", "affirm"), ("qq", "nlu_fallback")):
        memory = remember(
            memory, text=text, intent=intent, confidence=0.9, slots={"order_number": "10023"}, misses=0
        )
    assert memory.intent == "order_status"
    assert memory.slots == {"order_number": "10023"}


def test_only_the_last_turns_are_kept() -> None:
    memory = Memory()
    for number in range(10):
        memory = remember(memory, text=str(number), intent=None, confidence=0.5, slots={}, misses=number)
    assert [text for text, _ in memory.heard] == ["7", "8", "9"][-HEARD:]
    assert memory.misses == 9
