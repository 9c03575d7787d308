"""From number words to the digits they may stand for, the likeliest first.

"twenty three" is 23, and perhaps 20 3; "200 14" is 200 14, and perhaps 214. Every way of
putting neighbours together is tried, what people seldom mean costs, and the cheapest readings of each length
are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "unit", "ten", "tens", "hundred", "x100", "x1000", "x1000000", "typed", "letter", "repeat", "times"
]

APART = 2.0
"""Cost of taking words apart that make one number: "twenty three" as 20 3."""
TOGETHER = 0.6
"""Cost of putting digits together that were written apart: "200 14" as 214."""
PAUSED = 1.2
"""Cost of putting words together over a comma: "two hundred, fourteen" as 214."""
SLIP = 0.3
"""Cost of a word that only sounds like a digit: "for" as 4."""
SKIPPED = 0.9
"""Cost of passing over such a word among digits."""
AT_THE_EDGE = 0.1
"""The same before the first digit or behind the last."""
LITERAL_COUNT = 1.5
"""Cost of not taking a count for one: "dwie siódemki" as 2 7."""

LONGEST = 24
"""Characters of the longest reading that is followed."""
_LONGEST_RUN = 48
"""Atoms of the longest run that is read; more of them are no number."""
_KEPT = 3
"""Readings of each length that are kept at each place."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A word or a run of digits that is part of a number."""

    kind: Kind
    text: str
    """Digits, a letter, a factor, or how often something is repeated."""
    start: int
    end: int
    noun: bool = False
    """A digit as a thing ("sevens")."""
    slip: bool = False
    """Perhaps no digit at all."""
    paused: bool = False
    """Punctuation stands before it."""
    other: str = ""
    """What it may be instead: the letter O that was heard as a zero."""

    @property
    def typed(self) -> bool:
        """Whether it was written in figures."""
        return self.kind == "typed"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a run of atoms."""

    cost: float
    groups: tuple[str, ...]
    """What was said in one go: 62 and 214."""

    @property
    def value(self) -> str:
        """The whole."""
        return "".join(self.groups)


Step = tuple[str, int, float]
"""A group's text, where the next one begins, what it costs."""
Value = tuple[int, int, float]
"""The same with a number."""


def readings(atoms: Sequence[Atom]) -> list[Reading]:
    """Return the readings of a run, cheapest first, at most three of each length."""
    if len(atoms) > _LONGEST_RUN:
        return []
    table: list[list[Reading]] = [[] for _ in atoms] + [[Reading(0.0, ())]]
    begin = next((place for place, atom in enumerate(atoms) if not _doubtful(atom)), len(atoms))
    end = next((place for place in range(len(atoms), begin, -1) if not _doubtful(atoms[place - 1])), begin)
    for place in range(len(atoms) - 1, -1, -1):
        best: dict[str, Reading] = {}
        for text, after, cost in _groups(atoms, place, SKIPPED if begin <= place < end else AT_THE_EDGE):
            for rest in table[after]:
                groups = (text, *rest.groups) if text else rest.groups
                reading = Reading(cost + rest.cost, groups)
                value = reading.value
                if len(value) <= LONGEST and (value not in best or best[value].cost > reading.cost):
                    best[value] = reading
        table[place] = _cheapest(best)
    return table[0]


def _doubtful(atom: Atom) -> bool:
    return atom.slip and atom.kind != "letter"


def _cheapest(best: dict[str, Reading]) -> list[Reading]:
    if len(best) < 2:
        return list(best.values())
    kept: dict[int, int] = {}
    result = []
    for value, reading in sorted(best.items(), key=lambda item: item[1].cost):
        count = kept.get(len(value), 0)
        if count < _KEPT:
            kept[len(value)] = count + 1
            result.append(reading)
    return result


def _groups(atoms: Sequence[Atom], at: int, skipping: float) -> Iterator[Step]:
    """Yield what may be said in one go from `at` on."""
    atom = atoms[at]
    if atom.kind == "letter":
        yield atom.text, at + 1, SLIP if atom.slip else 0.0
        if atom.slip:
            yield "", at + 1, SKIPPED
        return
    if atom.kind == "repeat":
        yield from _repeated(atoms, at)
        return
    if atom.kind == "times":
        yield "", at + 1, 1.0
        return
    extra = SLIP if atom.slip else 0.0
    if atom.slip:
        yield "", at + 1, skipping
    if atom.other:
        yield atom.other, at + 1, extra + 0.6
    counted = list(_counted(atoms, at))
    yield from counted
    if counted:
        extra += LITERAL_COUNT
    if atom.typed and (atom.text[0] == "0" or len(atom.text) > 6):
        yield atom.text, at + 1, extra
        return
    for value, after, cost in _whole(atoms, at):
        yield str(value), after, cost + extra


def _repeated(atoms: Sequence[Atom], at: int) -> Iterator[Step]:
    """Yield "double seven", "triple o", "double twenty"; a repeat of nothing is passed over."""
    following = atoms[at + 1] if at + 1 < len(atoms) else None
    times = int(atoms[at].text)
    if following is not None and (following.kind in ("unit", "letter", "ten") or _digits(following, 2)):
        yield following.text * times, at + 2, 0.0
        if following.other:
            yield following.other * times, at + 2, 0.6
    yield "", at + 1, 1.5


def _counted(atoms: Sequence[Atom], at: int) -> Iterator[Step]:
    """Yield "two sevens" and "trzy razy zero"."""
    atom = atoms[at]
    if not _is_count(atoms, at):
        return
    things = atoms[at + 1] if atoms[at + 1].noun else atoms[at + 2]
    after = at + 2 if atoms[at + 1].noun else at + 3
    yield things.text * int(atom.text), after, 0.0


def _is_count(atoms: Sequence[Atom], at: int) -> bool:
    atom = atoms[at] if at < len(atoms) else None
    if atom is None or atom.noun or not _digits(atom, 1) or atom.text in "01" or at + 1 == len(atoms):
        return False
    following = atoms[at + 1]
    if following.noun:
        return not following.paused
    return (
        following.kind == "times"
        and atom.text in "2345"
        and at + 2 < len(atoms)
        and _digits(atoms[at + 2], 1)
    )


def _digits(atom: Atom, longest: int) -> bool:
    if atom.typed:
        return len(atom.text) <= longest
    return atom.kind == "unit" or (longest > 1 and atom.kind == "ten")


def _whole(atoms: Sequence[Atom], at: int) -> Iterator[Value]:
    """Yield whole numbers: units, tens, hundreds, thousands and millions put together."""
    yield from _scaled(atoms, at, 1_000_000)


_FACTORS = {1_000_000: ("x1000000", 1_000), 1_000: ("x1000", 1), 100: ("x100", 1)}


def _scaled(atoms: Sequence[Atom], at: int, scale: int) -> Iterator[Value]:
    """Yield numbers whose largest part counts thousands or millions, and all the smaller ones."""
    factor, smaller = _FACTORS[scale]

    def lower(place: int) -> Iterator[Value]:
        return _below_thousand(atoms, place) if smaller == 1 else _scaled(atoms, place, smaller)

    if atoms[at].kind == factor:
        yield from _with_tail(atoms, scale, at + 1, 0.0, lower, scale)
        return
    for value, after, cost in lower(at):
        if after < len(atoms) and atoms[after].kind == factor and value and not _glue_forbidden(atoms[after]):
            yield from _with_tail(atoms, value * scale, after + 1, cost, lower, scale)
            yield value, after, cost + 2 * APART
        elif after == at + 1 and scale == 1_000 and atoms[at].typed and value >= scale and value % scale == 0:
            yield from _with_tail(atoms, value, after, cost, lower, scale)
        else:
            yield value, after, cost


def _glue_forbidden(factor: Atom) -> bool:
    return factor.paused


def _with_tail(
    atoms: Sequence[Atom], value: int, at: int, cost: float, lower: object, scale: int
) -> Iterator[Value]:
    """Yield `value` alone and with what is smaller than its scale and follows it."""
    joined: list[Value] = []
    apart = 0.0
    if at < len(atoms) and atoms[at].kind not in ("letter", "repeat", "times") and not _zero(atoms[at]):
        following = atoms[at]
        for tail, after, tail_cost in lower(at):  # type: ignore[operator]
            if 0 < tail < scale:
                joined.append(
                    (value + tail, after, cost + tail_cost + _joining(atoms[at - 1], following, tail_cost))
                )
        apart = _parting(atoms, at, scale) if joined else 0.0
    yield value, at, cost + apart
    yield from joined


def _zero(atom: Atom) -> bool:
    return atom.text.startswith("0")


def _joining(before: Atom, following: Atom, tail_cost: float) -> float:
    """Return what it costs to add a smaller number to a larger one."""
    slip = SLIP if following.slip else 0.0
    if before.typed and following.typed:
        return slip + (TOGETHER if tail_cost < TOGETHER else 0.1)
    if following.paused:
        return (PAUSED if before.kind != "x1000" else 0.2) + slip
    if before.typed or following.typed:
        return 0.4 + slip
    return slip


def _parting(atoms: Sequence[Atom], at: int, scale: int) -> float:
    """Return what it costs not to add the number at `at` to the one before it."""
    before, following = atoms[at - 1], atoms[at]
    if before.typed and following.typed:
        return 0.0
    if following.paused:
        return 0.0 if before.kind != "x1000" else 0.5
    if before.typed or following.typed:
        return 0.3
    if following.slip or _is_count(atoms, at) or (scale <= 100 and _has_own_hundred(atoms, at)):
        return 0.0
    if at + 1 < len(atoms) and atoms[at + 1].kind == "x100":
        return APART - 0.2  # "fifty nine hundred": 50 900 sooner than 5900 and a digit torn off elsewhere
    return APART + 0.01 * (len(atoms) - at)  # an odd digit stands at the end: 22 20 2


def _has_own_hundred(atoms: Sequence[Atom], at: int) -> bool:
    """Whether the unit at `at` counts hundreds in a language where nothing larger does."""
    following = atoms[at + 1] if at + 1 < len(atoms) else None
    return (
        following is not None and following.kind == "x100" and following.text == "1" and not following.paused
    )


def _below_thousand(atoms: Sequence[Atom], at: int) -> Iterator[Value]:
    """Yield 0 to 999, and numbers written in figures as they stand."""
    atom = atoms[at]
    if atom.kind == "x100":
        yield from _with_tail(atoms, 100, at + 1, 0.0, lambda place: _below_hundred(atoms, place), 100)
        return
    if atom.kind == "hundred":
        yield from _with_tail(
            atoms, int(atom.text), at + 1, 0.0, lambda place: _below_hundred(atoms, place), 100
        )
        return
    if atom.typed and len(atom.text) > 2:
        value = int(atom.text)
        if len(atom.text) == 3 and value % 100 == 0:
            yield from _with_tail(atoms, value, at + 1, 0.0, lambda place: _below_hundred(atoms, place), 100)
        else:
            yield value, at + 1, 0.0
        return
    yield from _short_hundreds(atoms, at)
    for value, after, cost in _below_hundred(atoms, at):
        hundreds = after < len(atoms) and atoms[after].kind == "x100" and value % 10
        if hundreds and not atoms[after].paused:
            cost += APART * (value > 20 and atoms[after].text == "1")
            yield from _with_tail(
                atoms, value * 100, after + 1, cost, lambda place: _below_hundred(atoms, place), 100
            )
            yield value, after, cost + 2 * APART
        else:
            yield value, after, cost


def _short_hundreds(atoms: Sequence[Atom], at: int) -> Iterator[Value]:
    """Yield "seven fifty" as 750, which matters after thousands."""
    following = atoms[at + 1] if at + 1 < len(atoms) else None
    if following is None or following.kind not in ("ten", "tens") or following.paused:
        return
    if atoms[at].kind == "unit" and not (atoms[at].noun or _zero(atoms[at])):
        for value, after, cost in _below_hundred(atoms, at + 1):
            yield int(atoms[at].text) * 100 + value, after, cost + 0.2


def _below_hundred(atoms: Sequence[Atom], at: int) -> Iterator[Value]:
    """Yield 0 to 99."""
    atom = atoms[at]
    if (
        atom.kind not in ("unit", "ten", "tens", "typed")
        or len(atom.text) > 2
        or (at and _zero(atom) and atom.typed)
    ):
        if atom.typed:
            yield int(atom.text), at + 1, 0.0
        return
    value = int(atom.text)
    tens = atom.kind == "tens" or (atom.typed and value >= 20 and value % 10 == 0)
    if tens:
        yield from _with_tail(atoms, value, at + 1, 0.0, lambda place: _unit(atoms, place), 10)
        return
    yield value, at + 1, 0.0


def _unit(atoms: Sequence[Atom], at: int) -> Iterator[Value]:
    atom = atoms[at]
    if (atom.kind == "unit" or (atom.typed and len(atom.text) == 1)) and atom.text != "0":
        yield int(atom.text), at + 1, 0.0
