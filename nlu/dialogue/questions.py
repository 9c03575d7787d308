"""Which question is open in a dialogue: from its tracker to the names that the rest of the house knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.protocol import Expecting


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked last and not answered yet."""

    name: str | None = None
    expecting: Expecting | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    """Intents that mean something of their own as an answer to this question."""


BY_SLOT = {
    "order_number": Question("order_number", "order_number"),
    "verifier": Question("verifier", "verifier"),
    "number_confirmed": Question("confirm_number", "yes_no", {"deny": "number_refused"}),
    "renewal_answer": Question("renewal", "yes_no"),
    "renewal_sure": Question("renewal_confirm", "yes_no"),
    "person_wanted": Question(
        "offer_person", "yes_no", {"deny": "person_declined", "cancel": "person_declined"}
    ),
}
"""The forms' slots: a form asks for the one that it requests."""
NOTHING = Question()
BY_PENDING = {
    # Both may be passed over for another question, so no kind of answer is expected: a yes or a no to them is
    # one that would be one anywhere.
    "helped": Question("helped", None, {"affirm": "answer_helped", "deny": "answer_not_helped"}),
    "suggested": Question("suggested", None, {"affirm": "repeat", "deny": "something_else"}),
}
"""Offers outside a form, where they are no plain question of yes or no."""


def open_question(tracker: DialogueStateTracker) -> Question:
    """Return the question that the next answer belongs to."""
    if tracker.active_loop_name:
        return BY_SLOT.get(tracker.get_slot(REQUESTED_SLOT) or "", NOTHING)
    pending = tracker.get_slot("pending")
    if pending in (None, "nothing"):
        return NOTHING
    return BY_PENDING.get(pending) or Question(str(pending), "yes_no")
