"""Counting misunderstandings: a table."""

import pytest

from nlu.policies.misses import HandedOver, Refused, Reported, Rules, Said, Step, count_misses

ASK, NO_IDEA, NONSENSE = Said("order_status"), Said("unsure"), Said("nlu_fallback")
FAQ, GREET = Said("faq"), Said("greet")
ANSWERED, UNANSWERED = Reported("outcome_answered"), Reported("outcome_unanswered")
HEARD, SILENCE, DENY, YES = Said("number_heard"), Said("no_speech"), Said("deny"), Said("affirm")
NO = Refused()


@pytest.mark.parametrize(
    ("steps", "misses"),
    [
        ([], 0),
        ([GREET], 0),
        ([ASK], 0),
        # a fallback outside a form is a miss when nothing answered it
        ([NONSENSE], 0),
        ([NONSENSE, UNANSWERED], 1),
        ([NONSENSE, ANSWERED], 0),
        ([NONSENSE, UNANSWERED, NONSENSE], 0),  # the search has not said yet
        ([NONSENSE, UNANSWERED, NONSENSE, UNANSWERED], 2),
        ([NONSENSE, UNANSWERED, FAQ, UNANSWERED], 2),
        ([NONSENSE, UNANSWERED, GREET, NONSENSE, UNANSWERED], 1),
        ([NONSENSE, UNANSWERED, FAQ, ANSWERED, NONSENSE, UNANSWERED], 1),
        # refused answers in a form
        ([ASK, NO_IDEA, NO], 1),
        ([ASK, NO_IDEA, NO, NONSENSE, NO], 2),
        ([ASK, NO_IDEA, NO, GREET, NO, NONSENSE, NO], 1),  # a greeting is understood
        ([ASK, NO_IDEA, NO, Said("order_status", named=True), NO], 0),  # so is another number
        # a question inside a form: refused by the form, but what counts is whether it was answered
        ([ASK, FAQ, NO, ANSWERED, NO], 0),
        ([ASK, FAQ, NO, UNANSWERED, NO], 1),
        ([NONSENSE, UNANSWERED, ASK, NO_IDEA, NO], 1),
        # one before the task, one in it
        ([ASK, NO_IDEA, NO, FAQ, NO, UNANSWERED, NO], 2),
        # a handoff ends the count
        ([NONSENSE, UNANSWERED, NONSENSE, UNANSWERED, HandedOver()], 0),
        ([NONSENSE, UNANSWERED, HandedOver(), NONSENSE, UNANSWERED], 1),
        # silence is a miss, in a form and outside
        ([SILENCE], 1),
        ([SILENCE, SILENCE], 2),
        ([SILENCE, GREET, SILENCE], 1),
        ([ASK, SILENCE, NO], 1),
        ([ASK, SILENCE, NO, NONSENSE, NO], 2),
        # a number that was heard: only what is said to it tells
        ([ASK, HEARD, NO], 0),
        ([ASK, NONSENSE, NO, HEARD, NO], 1),
        ([ASK, NONSENSE, NO, HEARD, NO, YES], 0),
        ([ASK, HEARD, NO, DENY, NO], 1),
        ([ASK, HEARD, NO, DENY, NO, HEARD, NO, DENY, NO], 2),
        ([ASK, NONSENSE, NO, HEARD, NO, DENY, NO], 2),
    ],
)
def test_count(steps: list[Step], misses: int) -> None:
    rules = Rules(
        digressions={"cancel", "ask_human", "repeat", "greet", "thanks", "faq"},
        unanswered={"outcome_unanswered"},
        failing={"no_speech"},
        undecided={"number_heard"},
    )
    assert count_misses(steps, rules) == misses
