"""Finding the order number in a text: segments, their readings, and which of them looks most like one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.numbers.compose import Atom, Reading
from nlu.numbers.compose import readings as readings_of
from nlu.numbers.corrections import Part, corrected
from nlu.numbers.other import other_numbers, telephones
from nlu.numbers.reading import Reader, Sign

Pattern = re.Pattern[str] | str

USUAL = re.compile("[0-9]{5}")
"""What an order number most often looks like, where nobody says otherwise."""
POSSIBLE = re.compile("(?=.*[0-9])[A-Z0-9]{3,12}")

_USUAL_GAIN = 1.5
_CUED_GAIN = 0.3
_LATER_GAIN = 0.01
_PART_COST = 0.8
_BRIDGE_COST = 1.0
_NEAR = 3
"""Words between the mention of an order and a number that may therefore be short."""
_TRIES = 8
"""Candidates that a judge is asked about: it may be a shop's order system."""


@dataclass(frozen=True, slots=True)
class Found:
    """An order number in a text."""

    value: str
    """Upper-case letters and digits, no separators."""
    start: int
    """Where it begins in the text."""
    end: int
    """Behind its last character."""
    kind: Literal["typed", "spoken", "mixed"]
    """How it was written."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible order number."""

    cost: float
    value: str
    atoms: Sequence[Atom]

    @property
    def found(self) -> Found:
        """The number with its place in the text."""
        return _found(self.value, _used(self.value, self.atoms))


@dataclass(slots=True)
class Segment:
    """Atoms and corrections without another word between them."""

    items: list[Atom | Sign]
    cued: bool = False
    """An order was spoken of just before."""
    phone: bool = False
    """A telephone was."""
    short: bool = False
    """"At", "since" and the like stand before it."""
    gap: int = 0
    """Other words between it and the segment before."""

    @property
    def atoms(self) -> list[Atom]:
        """The atoms alone."""
        return [item for item in self.items if isinstance(item, Atom)]


def candidates(text: str, lang: str, pattern: Pattern | None) -> list[Candidate]:
    """Return the possible order numbers in `text`, likeliest first."""
    numbers = _shape(pattern)
    segments, others = _segments(text, lang)
    result: list[Candidate] = []
    for place, segment in enumerate(segments):
        whole = others == 0 and len(segments) == 1
        for atoms, reading in _readings(segment):
            value = reading.value
            if not numbers.fullmatch(value) or _none_of_ours(value, segment, whole, atoms):
                continue
            cost = reading.cost - _LATER_GAIN * place - (_CUED_GAIN if segment.cued else 0.0)
            if pattern is None and USUAL.fullmatch(value):
                cost -= _USUAL_GAIN
            result.append(Candidate(cost, value, atoms))
    if len(segments) > 1 and others <= 4:
        result += _bridged(segments, numbers if pattern is not None else USUAL, pattern is None)
    return sorted(result, key=lambda candidate: candidate.cost)


def _shape(pattern: Pattern | None) -> re.Pattern[str]:
    if pattern is None:
        return POSSIBLE
    return re.compile(pattern) if isinstance(pattern, str) else pattern


def _segments(text: str, lang: str) -> tuple[list[Segment], int]:
    """Return the runs of numbers in a text, and how many other words there are."""
    spans = other_numbers(text, lang) if _has_digit(text) else []
    items = Reader(text, lang, spans).items()
    phones = telephones(text) if _has_digit(text) else []
    segments: list[Segment] = []
    current = Segment([])
    cued = phone = short = False
    others = gap = 0

    def close() -> None:
        nonlocal current, cued, gap
        if _has_number(current.atoms):
            segments.append(current)
            cued = False
            gap = 0
        current = Segment([], cued, phone, short, gap)

    for item in items:
        if isinstance(item, Atom):
            if not current.items:
                current = Segment([], cued, phone, short, gap)
                if not cued and any(start <= item.start < end for start, end in phones):
                    current.phone = True
            current.items.append(item)
            continue
        if item.mark in ("stop", "other", "cue", "phone", "short"):
            close()
            short = item.mark == "short"
            if item.mark == "cue":
                cued, phone = True, False
            elif item.mark == "phone":
                cued, phone = False, True
            else:
                others += item.mark != "short"
                gap += 1 if item.mark == "stop" else 5 * (item.mark == "other")
        elif current.items:
            current.items.append(item)
        elif item.mark == "last":
            short = False
    close()
    return segments, others


def _has_number(atoms: Sequence[Atom]) -> bool:
    """Whether there is more than words that only sound like numbers or multiply them ("a million")."""
    return any(not atom.slip and atom.kind in ("unit", "ten", "tens", "hundred", "typed") for atom in atoms)


def _has_digit(text: str) -> bool:
    return any(char.isdecimal() for char in text)


def _readings(segment: Segment) -> list[tuple[list[Atom], Reading]]:
    """Return the readings of a segment, and of each long run of figures in it by itself."""
    atoms = segment.atoms
    result = [(atoms, reading) for reading in corrected(_parts(segment.items))]
    result += [(atoms, Reading(r.cost + 0.5, (r.value[: len(r.value) // 2],))) for _, r in result if _twice(r.value)]
    if len(atoms) > 1 and not any(atom.kind == "letter" and not atom.slip for atom in atoms):
        result += [
            ([atom], Reading(_PART_COST - _LATER_GAIN * place, (atom.text,)))
            for place, atom in enumerate(atoms)
            if atom.typed and len(atom.text) > 4
        ]
    return result


def _twice(value: str) -> bool:
    half = len(value) // 2
    return half >= 4 and value[:half] == value[half:]


def _parts(items: Sequence[Atom | Sign]) -> list[Part]:
    parts: list[Part] = []
    sign = None
    atoms: list[Atom] = []
    for item in items:
        if isinstance(item, Atom):
            atoms.append(item)
            continue
        if atoms:
            parts.append(Part(sign, atoms))
            atoms, sign = [], None
        # "no, I mean, sorry": the strongest of them; "actually the last one": which digit it is about.
        if sign in (None, "again", "instead") or item.mark in ("last", "first", "afresh"):
            sign = item.mark
    if atoms:
        parts.append(Part(sign, atoms))
    return parts


def _none_of_ours(value: str, segment: Segment, whole: bool, atoms: Sequence[Atom]) -> bool:
    digits = sum(char.isdigit() for char in value)
    letters = len(value) - digits
    if segment.phone:
        told = sum(len(atom.text) for atom in segment.atoms)
        if told >= 7 or told == 4:
            return True
    if value.endswith("000") and not segment.cued and not whole and not any(atom.typed for atom in atoms):
        return True  # "a loan of fifty thousand"
    if (segment.cued and segment.gap <= _NEAR) or whole:
        return letters > 6 or (not letters and len(value) < 3)
    if digits < (2 if letters else 4):
        return True
    return len(value) < 4 or (segment.short and not letters and len(value) == 4)


def _used(value: str, atoms: Sequence[Atom]) -> Sequence[Atom]:
    """Leave out the words at both ends that were passed over: "for 10023"."""
    begin, end = 0, len(atoms)
    while begin < end - 1 and atoms[begin].slip:
        begin += 1
    while end - 1 > begin and atoms[end - 1].slip:
        end -= 1
    inner = atoms[begin:end]
    if len(inner) < len(atoms) and any(reading.value == value for reading in readings_of(inner)):
        return inner
    return atoms


def _found(value: str, atoms: Sequence[Atom]) -> Found:
    typed = [atom.typed for atom in atoms if atom.kind not in ("letter", "repeat", "times")]
    kind: Literal["typed", "spoken", "mixed"] = "mixed"
    if all(typed):
        kind = "typed"
    elif not any(typed):
        kind = "spoken"
    return Found(value, min(atom.start for atom in atoms), max(atom.end for atom in atoms), kind)


def _bridged(segments: Sequence[Segment], numbers: re.Pattern[str], gain: bool) -> list[Candidate]:
    """Return numbers that an unknown word or two tore apart."""
    result = []
    for first, second in zip(segments, segments[1:], strict=False):
        if second.gap > 2 or first.phone or second.phone or second.cued or first.short or second.short:
            continue
        atoms = first.atoms + second.atoms
        for reading in corrected([*_parts(first.items), *_parts(second.items)]):
            if numbers.fullmatch(reading.value):
                cost = reading.cost + _BRIDGE_COST - (_USUAL_GAIN if gain else 0.0)
                result.append(Candidate(cost, reading.value, atoms))
    return result


def find(text: str, lang: str, *, pattern: Pattern | None = None) -> Found | None:
    """Return the order number in `text`, or None.

    `lang` is `pl`, `cs` or `en` (KeyError otherwise). `pattern` says what the shop's order numbers look
    like: it matches the whole of a value (upper-case letters and digits); without one, five digits are
    preferred and 4 to 12 letters and digits taken.
    """
    found = candidates(text, lang, pattern)
    return found[0].found if found else None


def best(
    readings: Sequence[str],
    lang: str,
    *,
    pattern: Pattern | None = None,
    judge: Callable[[str], bool] | None = None,
) -> Found | None:
    """Return the order number that a recogniser most likely heard.

    `readings` are its alternatives, best first; `Found.start` and `end` are places in the alternative that
    the number was found in. `judge` tells whether there is such an order: the likeliest that it knows is
    taken, of eight; where it knows none, the likeliest of all.
    """
    seen: dict[str, Candidate] = {}
    for rank, text in enumerate(readings):
        for candidate in candidates(text, lang, pattern):
            cost = candidate.cost + 0.4 * rank
            known = seen.get(candidate.value)
            if known is None or known.cost > cost:
                seen[candidate.value] = Candidate(cost, candidate.value, candidate.atoms)
    ordered = sorted(seen.values(), key=lambda candidate: candidate.cost)
    if judge is not None:
        for candidate in ordered[:_TRIES]:
            if judge(candidate.value):
                return candidate.found
    return ordered[0].found if ordered else None


def digits(text: str, lang: str, *, length: int | None = None) -> str:
    """Return all digits of `text` in order, of a telephone number or its last four; "" where there are none.

    Where words may be read in more than one way, the reading of `length` digits is taken if there is one.
    """
    spans = other_numbers(text, lang) if _has_digit(text) else []
    items = Reader(text, lang, spans, letters=False).items()
    kept = [i for i in items if isinstance(i, Atom) or i.mark in ("wrong", "again", "afresh", "instead", "last")]
    found = corrected(_parts(kept))
    fitting = [reading for reading in found if length is not None and len(reading.value) == length]
    chosen = (fitting or found)[:1]
    return chosen[0].value if chosen else ""
