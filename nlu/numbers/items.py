"""What a text is made of, seen from its numbers: atoms, perhaps letters, and signs."""

from dataclasses import dataclass
from typing import Literal

from nlu.numbers.compose import Atom

Mark = Literal[
    "stop", "other", "cue", "phone", "elsewhere", "short",
    "wrong", "again", "afresh", "instead", "last", "first",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """A word that is no part of a number but says something of the numbers around it."""

    mark: Mark
    """"stop": any other word; "other": a number that is none of ours; "cue" and "phone": an order or a
    telephone is spoken of; "elsewhere": a postcode is; "short": a time or a year may follow; the rest: what
    the speaker corrects."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Letters:
    """What may be letters of a code; its neighbours decide."""

    letters: str
    start: int
    end: int
    shy: bool = False
    """A common word: a letter only beside another one."""
    optional: bool = False
    """Perhaps somebody's name."""
    instead: Mark | None = "stop"
    """What it is if it is no letter; None: nothing."""
    sure: bool = False


Item = Atom | Sign | Letters
