"""The order number in a text, the likeliest one of several hearings, and plain digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.numbers.candidates import Candidate, Pattern, candidates
from nlu.numbers.compose import Atom
from nlu.numbers.compose import readings as readings_of
from nlu.numbers.corrections import corrected
from nlu.numbers.other import other_numbers, telephones
from nlu.numbers.reading import Reader
from nlu.numbers.segments import has_digit, parts, segments

_RANK_COST = 0.4
"""Of each place further down in a recogniser's list of what it may have heard."""
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


def find(text: str, lang: str, *, pattern: Pattern | None = None, asked: bool = False) -> Found | None:
    """Return the order number in `text`, or None.

    `lang` is `pl`, `cs` or `en` (KeyError otherwise). `pattern` says what the shop's order numbers look
    like: it matches the whole of a value (upper-case letters and digits), and what matches is preferred to
    a likelier reading that does not. Without one, five digits are preferred and 3 to 12 letters and digits
    taken: fewer than four only from a text that says nothing else or has just spoken of an order. What looks
    like a date, a time, a price or a postcode is none, unless a number was `asked` for and nothing else is
    there ("12 11 2024", "00-950").
    """
    return best((text,), lang, pattern=pattern, asked=asked)


def best(
    readings: Sequence[str],
    lang: str,
    *,
    pattern: Pattern | None = None,
    judge: Callable[[str], bool] | None = None,
    asked: bool = False,
) -> Found | None:
    """Return the order number that a recogniser most likely heard.

    `readings` are its alternatives, best first; `Found.start` and `end` are places in the alternative that
    the number was found in. `judge` tells whether there is such an order: the likeliest that it knows is
    taken, of eight; where it knows none, the likeliest of all. `asked` as for `find`.
    """
    ordered = _ordered(readings, lang, pattern, doubtful=True)
    if asked and not ordered:
        ordered = _ordered(readings, lang, pattern, doubtful=False)
    if judge is not None:
        for candidate in ordered[:_TRIES]:
            if judge(candidate.value):
                return _found(candidate)
    return _found(ordered[0]) if ordered else None


def costs(
    readings: Sequence[str], lang: str, *, pattern: Pattern | None = None, asked: bool = False
) -> dict[str, float]:
    """Return all order numbers that a recogniser may have heard, likeliest first, and what each costs.

    Parameters as for `best`.
    """
    ordered = _ordered(readings, lang, pattern, doubtful=True)
    if asked and not ordered:
        ordered = _ordered(readings, lang, pattern, doubtful=False)
    return {candidate.value: candidate.cost for candidate in ordered}


def elsewhere(text: str, lang: str) -> list[tuple[int, int]]:
    """Return where in `text` figures are a date, a time, a price, a telephone number or a postcode."""
    if not has_digit(text):
        return []
    told = [segment.atoms for segment in segments(text, lang)[0] if segment.elsewhere]
    named = [(min(atom.start for atom in atoms), max(atom.end for atom in atoms)) for atoms in told]
    return sorted([*other_numbers(text, lang), *telephones(text), *named])


def _ordered(
    readings: Sequence[str], lang: str, pattern: Pattern | None, *, doubtful: bool
) -> list[Candidate]:
    """Return the candidates of all readings, likeliest first, each value once."""
    seen: dict[str, Candidate] = {}
    for rank, text in enumerate(readings):
        for candidate in candidates(text, lang, pattern, doubtful=doubtful):
            cost = candidate.cost + _RANK_COST * rank
            known = seen.get(candidate.value)
            if known is None or known.cost > cost:
                seen[candidate.value] = Candidate(cost, candidate.value, candidate.atoms)
    return sorted(seen.values(), key=lambda candidate: candidate.cost)


def digits(text: str, lang: str, *, length: int | None = None) -> str:
    """Return all digits of `text` in order, of a telephone number or its last four; "" where there are none.

    Where words may be read in more than one way, the reading of `length` digits is taken if there is one.
    """
    spans = other_numbers(text, lang) if has_digit(text) else []
    items = Reader(text, lang, spans, letters=False).items()
    told = [item for item in items if isinstance(item, Atom) or item.mark in _CORRECTIONS]
    found = corrected(parts(told))
    fitting = [reading for reading in found if length is not None and len(reading.value) == length]
    chosen = (fitting or found)[:1]
    return chosen[0].value if chosen else ""


_CORRECTIONS = frozenset({"wrong", "again", "afresh", "instead", "last"})


def _found(candidate: Candidate) -> Found:
    atoms = _used(candidate)
    figures = [atom.typed for atom in atoms if atom.kind not in ("letter", "repeat", "times")]
    kind: Literal["typed", "spoken", "mixed"] = "mixed"
    if all(figures):
        kind = "typed"
    elif not any(figures):
        kind = "spoken"
    return Found(candidate.value, min(a.start for a in atoms), max(a.end for a in atoms), kind)


def _used(candidate: Candidate) -> Sequence[Atom]:
    """Leave out the words at both ends that were passed over: "for 10023"."""
    atoms = candidate.atoms
    begin, end = 0, len(atoms)
    while begin < end - 1 and atoms[begin].slip:
        begin += 1
    while end - 1 > begin and atoms[end - 1].slip:
        end -= 1
    inner = atoms[begin:end]
    if len(inner) < len(atoms) and any(r.value == candidate.value for r in readings_of(inner)):
        return inner
    return atoms
