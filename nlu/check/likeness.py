"""Examples that are too like another intent's: by pieces of words, and by what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import sqrt

import numpy as np

from bot.model.finding import Finding, Level
from nlu.check.examples import Example
from nlu.encoder import Encoder

ALIKE, SAME = 0.7, 0.86
"""Cosines of pieces of words: from the first a warning, from the second an error. Of our own examples
one in fifty has such a neighbour with another intent, and none has the second."""
MEANT_ALIKE, MEANT_SAME = 0.72, 0.92
"""The same for meanings, of sentences of so many words or more: of fewer the encoder knows little."""
MEANT_WORDS = 3
ANSWERS = frozenset({"affirm", "deny", "unsure", "later", "never_call", "question"})
"""Intents that answer a question of ours: a new subject is like them in its letters or not at all."""
UNMEANT = frozenset({"cs"})
"""Languages that the sentence encoder does not know."""
_PIECE = 3
"""Letters."""


@dataclass(frozen=True, slots=True)
class _Near:
    other: Example
    same: bool
    how: str


def check_likeness(
    examples: Sequence[Example], lang: str, encoder: Encoder | None, others: Sequence[Example] = ()
) -> list[Finding]:
    """Compare a language's scenarios with all that it knows, and with `others`. Nothing to do without one."""
    own = [e for e in examples if e.lang == lang and e.scenario and e.folded]
    if not own:
        return []
    known = [e for e in chain(examples, others) if e.lang == lang and e.folded]
    nearest = _by_letters(own, known)
    if encoder is not None and lang not in UNMEANT:
        for at, near in _by_meaning(own, [e for e in known if e.intent not in ANSWERS], encoder).items():
            if at not in nearest or near.same > nearest[at].same:
                nearest[at] = near
    return [_finding(own[at], near) for at, near in sorted(nearest.items())]


def _finding(example: Example, near: _Near) -> Finding:
    other = near.other
    text = (
        f"“{example.text}” {near.how} like “{other.text}” of “{other.intent}” ({other.place}): the bot "
        "may take one for the other. Say in it what is different, or keep it in only one of the two"
    )
    level = Level.ERROR if near.same else Level.WARNING
    return Finding(example.path, example.line, "example_alike", text, level)


def _by_letters(own: Sequence[Example], known: Sequence[Example]) -> dict[int, _Near]:
    pieces = [_pieces(example.folded) for example in known]
    found: dict[int, _Near] = {}
    for place, example in enumerate(own):
        mine = _pieces(example.folded)
        best, other = 0.0, None
        for at, theirs in enumerate(pieces):
            if known[at].intent == example.intent or known[at].folded == example.folded:
                continue  # the same sentence twice is told elsewhere
            likeness = len(mine & theirs) / sqrt(len(mine) * len(theirs))
            if likeness > best:
                best, other = likeness, known[at]
        if other is not None and best >= ALIKE:
            found[place] = _Near(other, best >= SAME, "is written much")
    return found


def _pieces(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[i : i + _PIECE] for i in range(len(padded) - _PIECE + 1)) or frozenset({padded})


def _by_meaning(own: Sequence[Example], known: Sequence[Example], encoder: Encoder) -> dict[int, _Near]:
    mine = encoder.encode([example.text for example in own])
    theirs = encoder.encode([example.text for example in known])
    found: dict[int, _Near] = {}
    for place, row in enumerate(mine @ theirs.T):
        example = own[place]
        foreign = [other.intent != example.intent and other.folded != example.folded for other in known]
        likeness = np.where(foreign, row, -1.0)
        best = int(np.argmax(likeness))
        if likeness[best] >= MEANT_ALIKE and len(example.folded.split()) >= MEANT_WORDS:
            found[place] = _Near(known[best], bool(likeness[best] >= MEANT_SAME), "means much")
    return found
