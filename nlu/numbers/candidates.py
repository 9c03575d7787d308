"""What in a text may be an order number, and how likely each is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlu.numbers.compose import Atom, Reading
from nlu.numbers.corrections import corrected
from nlu.numbers.lexicon import TABLES
from nlu.numbers.other import told_elsewhere
from nlu.numbers.segments import Segment, parts, segments

Pattern = re.Pattern[str] | str

USUAL = re.compile("[0-9]{5}")
"""What an order number most often looks like, where nobody says otherwise."""
POSSIBLE = re.compile("(?=.*[0-9])[A-Z0-9]{3,12}")

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CLOCK = re.compile("(?:1?[0-9]|2[0-3])[0-5][0-9]")
_HALF_DAY = re.compile("(?:1[0-2]|[1-9])(?:[0-5][0-9])?[AP]M")
_USUAL_GAIN = 1.5
_CUED_GAIN = 0.3
_LATER_GAIN = 0.01
"""Who names two numbers means the second."""
_PART_COST = 0.8
"""Of a run of figures by itself, among others."""
_BRIDGE_COST = 1.0
_BRIDGED_WORDS = 2
"""Unknown words that may tear a number apart."""
_FEW_WORDS = 4
"""In a longer sentence nothing is put together over an unknown word."""
_TWICE_COST = 0.5
_NEAR = 3
"""Words between the mention of an order and a number that may therefore be short."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible order number."""

    cost: float
    value: str
    atoms: Sequence[Atom]


def candidates(text: str, lang: str, pattern: Pattern | None, *, doubtful: bool = True) -> list[Candidate]:
    """Return the possible order numbers in `text`, likeliest first.

    `doubtful`: what only looks like a date, a time, a price or a postcode is none.
    """
    shape = POSSIBLE if pattern is None else re.compile(pattern)
    found, others = segments(text, lang, doubtful=doubtful)
    result: list[Candidate] = []
    for place, segment in enumerate(found):
        whole = others == 0 and len(found) == 1
        for atoms, reading in _readings(segment):
            value = reading.value
            if not shape.fullmatch(value) or _none_of_ours(value, segment, whole, atoms):
                continue
            if _time_or_year(text, lang, value, segment, atoms):
                continue
            cost = reading.cost - _LATER_GAIN * place - (_CUED_GAIN if segment.cued else 0.0)
            if pattern is None and USUAL.fullmatch(value):
                cost -= _USUAL_GAIN
            result.append(Candidate(cost, value, atoms))
    if len(found) > 1 and others <= _FEW_WORDS:
        result += _bridged(found, shape if pattern is not None else USUAL, 0.0 if pattern else _USUAL_GAIN)
    return sorted(result, key=lambda candidate: candidate.cost)


def _readings(segment: Segment) -> list[tuple[Sequence[Atom], Reading]]:
    """Return the readings of a segment, and of each long run of figures in it by itself."""
    atoms = segment.atoms
    result: list[tuple[Sequence[Atom], Reading]] = [(atoms, r) for r in corrected(parts(segment.items))]
    result += [
        (atoms, Reading(reading.cost + _TWICE_COST, (reading.value[: len(reading.value) // 2],)))
        for _, reading in result
        if _said_twice(reading.value)
    ]
    if len(atoms) > 1 and not any(atom.kind == "letter" and not atom.slip for atom in atoms):
        result += [
            ([atom], Reading(_PART_COST - _LATER_GAIN * place, (atom.text,)))
            for place, atom in enumerate(atoms)
            if atom.typed and len(atom.text) > 4
        ]
    return result


def _said_twice(value: str) -> bool:
    half = len(value) // 2
    return half >= 4 and value[:half] == value[half:]


def _none_of_ours(value: str, segment: Segment, whole: bool, atoms: Sequence[Atom]) -> bool:
    """Whether a number is one of other things: of a telephone, a year, a time, an amount."""
    if segment.elsewhere:
        return True
    digits = sum(char.isdigit() for char in value)
    letters = len(value) - digits
    if segment.phone:
        told = max(len(value), sum(len(atom.text) for atom in segment.atoms))
        if told >= 7 or told == 4:
            return True
    if value.endswith("000") and not segment.cued and not whole and not any(atom.typed for atom in atoms):
        return True  # "a loan of fifty thousand"
    if segment.short and not segment.cued and not letters and len(value) <= 4:
        return True
    if (segment.cued and segment.gap <= _NEAR) or whole:
        return letters > 6 or (not letters and len(value) < 3)
    if digits < (2 if letters else 4):
        return True
    return len(value) < 4


def _time_or_year(text: str, lang: str, value: str, segment: Segment, atoms: Sequence[Atom]) -> bool:
    """Whether words are a time with what stands around it ("v patnáct třicet"), a year or a telephone's."""
    if segment.cued or any(atom.typed for atom in atoms if atom.kind != "letter"):
        return False
    figures = next((atom for atom in atoms if atom.kind != "letter"), atoms[0])
    if told_elsewhere(text, lang, figures.start, value.lstrip(_LETTERS)):
        return True
    if _HALF_DAY.fullmatch(value):
        return True
    if not _CLOCK.fullmatch(value.lstrip(_LETTERS)) or all(atom.kind == "unit" for atom in atoms):
        return False
    said = text[: atoms[0].end if atoms[0].kind == "letter" else atoms[0].start].lower().split()
    return bool(said) and said[-1] in TABLES[lang].hours.split()


def _bridged(found: Sequence[Segment], shape: re.Pattern[str], gain: float) -> list[Candidate]:
    """Return numbers that an unknown word or two tore apart."""
    result = []
    for first, second in pairwise(found):
        apart = second.gap > _BRIDGED_WORDS or second.cued or first.short or second.short or second.elsewhere
        if apart or first.phone or second.phone or first.elsewhere:
            continue
        for reading in corrected([*parts(first.items), *parts(second.items)]):
            if shape.fullmatch(reading.value):
                cost = reading.cost + _BRIDGE_COST - gain
                result.append(Candidate(cost, reading.value, first.atoms + second.atoms))
    return result
