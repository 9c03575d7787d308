"""What is left of a number after the speaker has corrected it: "one two three, no, four" is 124."""

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.numbers.compose import Atom, Reading, readings
from nlu.numbers.items import Mark

_KEPT = 12
_ENOUGH = 4
"""Characters from which on what follows a correction is taken for the whole number."""
_ADDED = {"wrong": 2.5, "instead": 2.5, "afresh": 4.0, "again": 1.0, "last": 2.5, "first": 2.5}
"""What it costs to take the rest for a continuation."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of atoms and the sign before it."""

    sign: Mark | None
    atoms: Sequence[Atom]


def corrected(parts: Sequence[Part]) -> list[Reading]:
    """Return the readings of a number told in parts, cheapest first."""
    whole: list[Reading] = []
    for part in parts:
        atoms = _without_count(part)
        if not atoms:
            continue
        after = readings(atoms)
        if not after:
            continue
        whole = after if not whole else _joined(whole[:_KEPT], after[:_KEPT], part.sign or "again")
    return whole


def _without_count(part: Part) -> Sequence[Atom]:
    """Leave out the count in "the last four are 0200"."""
    atoms = part.atoms
    if part.sign in ("last", "first") and len(atoms) > 1 and atoms[0].kind in ("unit", "typed"):
        rest = sum(len(atom.text) for atom in atoms[1:])
        if atoms[0].text in ("2", "3", "4", "5", "6") and rest >= int(atoms[0].text):
            return atoms[1:]
    return atoms


def _joined(before: Sequence[Reading], after: Sequence[Reading], sign: Mark) -> list[Reading]:
    best: dict[str, Reading] = {}

    def offer(cost: float, groups: tuple[str, ...]) -> None:
        reading = Reading(cost, groups)
        if reading.value not in best or best[reading.value].cost > cost:
            best[reading.value] = reading

    for old in before:
        for new in after:
            cost = old.cost + new.cost
            if not old.value or not new.value:
                offer(cost, old.groups or new.groups)
            elif sign == "instead":
                offer(cost, old.groups)
            else:
                for extra, groups in _ways(old, new, sign):
                    offer(cost + extra, groups)
    return sorted(best.values(), key=lambda reading: reading.cost)[: 2 * _KEPT]


def _ways(old: Reading, new: Reading, sign: Mark) -> list[tuple[float, tuple[str, ...]]]:
    """Return what may be meant: another number, another end of it, or its continuation."""
    was, now = old.value, new.value
    ways = [(_ADDED[sign], (*old.groups, *new.groups))]
    if sign == "first" and len(now) < len(was):
        return [(0.0, (now, was[len(now) :])), *ways]
    enough = len(now) >= min(len(was), _ENOUGH)
    ways.append((0.0 if enough and sign != "last" else 1.6, new.groups))
    if sign == "afresh":
        return ways
    first = len(new.groups[0])
    if first == len(old.groups[-1]) and len(was) > first:
        ways.append((0.1, (was[:-first], now)))
    if len(was) > first:
        ways.append((0.3, (was[:-first], now)))
    if len(was) > len(now):
        ways.append((0.2, (was[: -len(now)], now)))
    return ways
