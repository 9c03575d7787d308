"""How often in a row a customer was not understood: a pure count over what happened.

A miss is a turn whose answer the active form refused, or whose question the knowledge base could not
answer. Any other turn of the customer sets the count back to nothing. The standard library alone is
imported, so the table tests run without Rasa.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The customer said something that was understood as `intent`."""

    intent: str
    named: bool = False
    """Whether something was named that is an answer of its own, such as another order's number."""


@dataclass(frozen=True, slots=True)
class Reported:
    """The gateway reported how a command of this turn ended, as the internal intent `outcome`."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The active form did not find what it had asked for in the customer's words."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person was called: whatever was missed before counts no more."""


Step = Said | Reported | Refused | HandedOver


def count_misses(steps: Iterable[Step], *, digressions: Collection[str], unanswered: Collection[str]) -> int:
    """Return the number of misses in a row up to now, the present turn included.

    `digressions` are the intents that are understood inside a form although they do not fill it;
    `unanswered` are the outcomes that make a turn a miss.
    """
    streak = 0
    refusable = False
    missed = False
    for step in steps:
        match step:
            case Said():
                streak = streak + 1 if missed else 0
                refusable, missed = not step.named and step.intent not in digressions, False
            case Reported():
                missed = missed or step.outcome in unanswered
                # A form that runs after a report finds no answer in it: that is no refusal.
                refusable = False
            case Refused():
                missed = missed or refusable
            case HandedOver():
                streak, refusable, missed = 0, False, False
    return streak + 1 if missed else 0
