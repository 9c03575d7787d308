"""How often in a row a customer was not understood: a pure count over what happened.

A miss is a turn whose answer the active form refused, whose question the knowledge base could not answer,
or in which nothing was said. Any other turn of the customer sets the count back to nothing, unless it is
still open whether it was understood. The standard library alone is
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


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as what; the policy's parameters in config.yml."""

    digressions: Collection[str] = ()
    """Intents that are understood inside a form although they do not fill it."""
    unanswered: Collection[str] = ()
    """Outcomes that make a turn a miss."""
    failing: Collection[str] = ()
    """Intents that are a miss wherever they come."""
    undecided: Collection[str] = ()
    """Intents of which the next turn tells whether they were understood: they leave the count as it is."""


def count_misses(steps: Iterable[Step], rules: Rules) -> int:
    """Return the number of misses in a row up to now, the present turn included."""
    streak = 0
    refusable = False
    missed = False
    undecided = False
    for step in steps:
        match step:
            case Said():
                streak = streak + 1 if missed else streak if undecided else 0
                missed, undecided = step.intent in rules.failing, step.intent in rules.undecided
                refusable = not (step.named or undecided or step.intent in rules.digressions)
            case Reported():
                missed = missed or step.outcome in rules.unanswered
                # A form that runs after a report finds no answer in it: that is no refusal.
                refusable = False
            case Refused():
                missed = missed or refusable
            case HandedOver():
                streak, refusable, missed, undecided = 0, False, False, False
    return streak + 1 if missed else streak if undecided else 0
