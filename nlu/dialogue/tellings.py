"""What a caller's tellings of one order number may have been, until it is confirmed or the task ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nlu.numbers import Telling
from nlu.numbers.tellings import MAX_TELLINGS, MAX_VALUES

MAX_REFUSED = 4


@dataclass(frozen=True, slots=True)
class Tellings:
    """Stands in the dialogue's state, in numbers only: the caller's words are not kept."""

    heard: tuple[Telling, ...] = ()
    """The latest last."""
    refused: tuple[str, ...] = ()
    """Numbers that were read back and answered with a no."""

    def hear(self, telling: Telling) -> Tellings:
        """Add what was told just now, if it was a number."""
        return replace(self, heard=(*self.heard, telling)[-MAX_TELLINGS:]) if telling else self

    def refuse(self, number: str) -> Tellings:
        """Add a number that the caller said no to."""
        others = tuple(other for other in self.refused if other != number)
        return replace(self, refused=(*others, number)[-MAX_REFUSED:])

    def to_json(self) -> dict[str, Any]:
        """Write them for the state."""
        return {"heard": [list(map(list, telling)) for telling in self.heard], "refused": list(self.refused)}


NO_TELLINGS = Tellings()


def tellings_of(state: Any) -> Tellings:
    """Read them from a dialogue's state; what is not understood is none."""
    kept = state.get("tellings") if isinstance(state, dict) else None
    if not isinstance(kept, dict):
        return Tellings()
    try:
        heard = tuple(
            tuple((str(value), float(cost)) for value, cost in telling[:MAX_VALUES])
            for telling in kept["heard"][-MAX_TELLINGS:]
        )
        return Tellings(heard, tuple(str(number) for number in kept["refused"][-MAX_REFUSED:]))
    except (KeyError, TypeError, ValueError):
        return Tellings()
