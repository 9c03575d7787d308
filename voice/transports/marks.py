"""Marks that a peer has not sent back yet."""

import itertools
from collections.abc import Iterator

_MOST = 256


class Marks:
    """Gives every mark a name of its own on the wire.

    After `clear` all that were out come back from here, at once: some peers send them back (Twilio, our own
    page), some forget them, and a late echo must not be taken for a new mark of the same name.
    """

    def __init__(self) -> None:
        self._out: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def send(self, name: str) -> tuple[str, list[str]]:
        """Return the name for the wire, and marks that are given up because too many are out."""
        number = str(next(self._numbers))
        self._out[number] = name
        return number, [self._out.pop(next(iter(self._out))) for _ in range(len(self._out) - _MOST)]

    def back(self, number: str) -> str | None:
        """Return the mark that has come back; none where it is unknown or was given up."""
        return self._out.pop(number, None)

    def clear(self) -> Iterator[str]:
        """Give up all that are out, in their order."""
        names = list(self._out.values())
        self._out.clear()
        return iter(names)
