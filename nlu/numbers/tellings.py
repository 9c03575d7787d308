"""A number that was told more than once: the one that all tellings agree on best, and never a refused one."""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from nlu.numbers.candidates import Pattern
from nlu.numbers.search import costs

Telling = tuple[tuple[str, float], ...]
"""What one telling may have been: values and what each costs against the likeliest, which is first at 0."""

MAX_VALUES = 16
"""Of one telling."""
MAX_TELLINGS = 3
"""Earlier ones that still count."""
_FIGURE_COST = 1.0
"""Of each figure in which a value differs from what was heard."""
_FARTHEST = 3.0
"""A telling of another number altogether says nothing: it costs every value as much."""
_UNLIKE_COST = 0.5
"""Of a value that the shop's numbers do not look like."""


def told(
    readings: Sequence[str], lang: str, *, pattern: Pattern | None = None, asked: bool = False
) -> Telling:
    """Return what a caller may have told who was heard as `readings`, best first.

    Values that do not match `pattern` come too, later: a figure that was not heard is no reason to forget
    the others. `pattern` and `asked` as for `find`.
    """
    found = costs(readings, lang, pattern=pattern, asked=asked)
    if pattern is not None:
        for value, cost in costs(readings, lang, asked=asked).items():
            found.setdefault(value, max(cost, 0.0) + _UNLIKE_COST)
    likeliest = min(found.values(), default=0.0)
    ordered = sorted(found.items(), key=lambda entry: entry[1])[:MAX_VALUES]
    return tuple((value, round(cost - likeliest, 2)) for value, cost in ordered)


def agreed(
    now: Telling,
    before: Sequence[Telling],
    *,
    refused: Collection[str] = (),
    fits: Callable[[str], bool] = lambda value: True,
) -> str | None:
    """Return the number that `now` and the tellings `before` agree on best, or None.

    It is a value of one of them that `fits` and is not `refused`, and costs the least over all tellings: in
    each what it costs there, or what a value costs that differs from it in few figures. A number that was
    likely in every telling is taken before one that was the likeliest in a single one. None where nothing was
    told now; what was told before has to be near it.
    """
    tellings = [telling for telling in (now, *before[-MAX_TELLINGS:]) if telling]
    if not now:
        return None
    values = dict.fromkeys(value for telling in tellings for value, _ in telling)
    told_now = {value for value, _ in now}
    possible = [
        value
        for value in values
        if value not in refused and fits(value) and (value in told_now or _cost(value, now) < _FARTHEST)
    ]
    return min(possible, key=lambda value: sum(_cost(value, t) for t in tellings), default=None)


def _cost(value: str, telling: Telling) -> float:
    """Return how badly `value` goes with a telling."""
    return min(_FARTHEST, min(cost + _FIGURE_COST * apart(value, heard) for heard, cost in telling))


def apart(one: str, other: str) -> int:
    """Return in how many figures two values differ: changed, left out or put in."""
    row = list(range(len(other) + 1))
    for place, figure in enumerate(one, start=1):
        changed = [above + (figure != there) for above, there in zip(row, other, strict=False)]
        fresh = [place]
        for (_, up), change in zip(pairwise(row), changed, strict=True):
            fresh.append(min(change, up + 1, fresh[-1] + 1))
        row = fresh
    return row[-1]
