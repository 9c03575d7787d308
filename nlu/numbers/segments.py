"""The runs of numbers in a text, and what was spoken of just before each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.numbers.compose import Atom
from nlu.numbers.corrections import Part
from nlu.numbers.items import Sign
from nlu.numbers.other import other_numbers, telephones
from nlu.numbers.reading import Reader

_DIGIT = re.compile(r"\d")
_BETWEEN = frozenset({"stop", "other", "cue", "phone", "elsewhere", "short"})
"""What ends a run."""
_ANOTHER_NUMBER = 5
"""Words that a number of another kind counts for, between two runs."""


@dataclass(slots=True)
class Segment:
    """Atoms and corrections without another word between them."""

    items: list[Atom | Sign]
    cued: bool = False
    """An order was spoken of just before."""
    phone: bool = False
    """A telephone was, or it is written like its number."""
    elsewhere: bool = False
    """A number that is never ours was: a postcode."""
    short: bool = False
    """"At", "since" and the like stand before it."""
    gap: int = 0
    """Other words between it and the segment before."""

    @property
    def atoms(self) -> list[Atom]:
        """The atoms alone."""
        return [item for item in self.items if isinstance(item, Atom)]


def has_digit(text: str) -> bool:
    """Whether there is a figure in `text`."""
    return _DIGIT.search(text) is not None


def segments(text: str, lang: str, *, doubtful: bool = True) -> tuple[list[Segment], int]:
    """Return the runs of numbers in `text`, and how many words there are that belong to none.

    `doubtful`: what only looks like a date, a time, a price or a postcode is passed over as well.
    """
    figures = has_digit(text)
    items = Reader(text, lang, other_numbers(text, lang, doubtful=doubtful) if figures else []).items()
    phones = telephones(text) if figures else []
    found: list[Segment] = []
    current = Segment([])
    others = 0
    for item in items:
        if isinstance(item, Atom):
            if not current.items and not current.cued:
                current.phone = current.phone or any(start <= item.start < end for start, end in phones)
            current.items.append(item)
        elif item.mark not in _BETWEEN:
            if current.items:
                current.items.append(item)
        else:
            if _has_number(current.atoms):
                found.append(current)
                current = Segment([], phone=current.phone, elsewhere=current.elsewhere)
            current = _after(item, current)
            others += item.mark in ("stop", "other")
    if _has_number(current.atoms):
        found.append(current)
    return found, others


def _after(sign: Sign, before: Segment) -> Segment:
    """Return an empty segment behind a word; `before` is what is known so far."""
    cued, phone, elsewhere = before.cued, before.phone, before.elsewhere
    if sign.mark in ("cue", "phone", "elsewhere"):
        cued, phone, elsewhere = sign.mark == "cue", sign.mark == "phone", sign.mark == "elsewhere"
    gap = before.gap + (sign.mark == "stop") + _ANOTHER_NUMBER * (sign.mark == "other")
    return Segment([], cued, phone, elsewhere, sign.mark == "short", gap)


def _has_number(atoms: Sequence[Atom]) -> bool:
    """Whether there is more than words that only sound like numbers or multiply them ("a million")."""
    return any(not atom.slip and atom.kind in ("unit", "ten", "tens", "hundred", "typed") for atom in atoms)


def parts(items: Sequence[Atom | Sign]) -> list[Part]:
    """Cut a run at the speaker's corrections."""
    found: list[Part] = []
    sign = None
    atoms: list[Atom] = []
    for item in items:
        if isinstance(item, Atom):
            atoms.append(item)
            continue
        if atoms:
            found.append(Part(sign, atoms))
            atoms, sign = [], None
        # "no, I mean, sorry": the strongest of them; "actually the last one": which digit it is about.
        if sign in (None, "again", "instead") or item.mark in ("last", "first", "afresh"):
            sign = item.mark
    if atoms:
        found.append(Part(sign, atoms))
    return found
