"""Something that is wrong, or looks so, in a file that a person wrote."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """The bot would do something wrong, or not start."""
    WARNING = "warning"
    """It works, but somebody should look at it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What `centrala check` prints a line of."""

    path: str
    line: int
    """From 1."""
    code: str
    """Stable: what kind of mistake it is."""
    text: str
    """In plain words: what is wrong, and how to mend it."""
    level: Level = Level.ERROR

    def __str__(self) -> str:
        said = "warning: " if self.level is Level.WARNING else ""
        return f"{self.path}:{self.line}: {said}{self.text}"
