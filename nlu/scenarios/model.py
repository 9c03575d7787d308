"""A scenario: what customers say, what the bot replies, and conversations that show it. docs/scenarios.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

KEY = "scenario_{}"
"""A scenario's reply in the catalogue."""


class Then(StrEnum):
    """What comes after the reply."""

    NOTHING = "nothing"
    OFFER_PERSON = "offer_person"
    """The bot asks whether it shall call a person; a yes does."""
    PERSON = "person"
    """A person is called at once; nothing is said before it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the line it stands in."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in one language."""

    line: int
    chat: tuple[Said, ...] = ()
    """Ways to say it; one is chosen."""
    phone: Said | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a customer says in a conversation test, and what must come of it."""

    line: int
    customer: Mapping[str, Said]
    """By language."""
    bot: tuple[Said, ...] = ()
    """`reply`, `person`, `offer_person`, `article`, another scenario's intent, or a key of the catalogue."""
    intent: Said | None = None
    """How it must be understood."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation test."""

    name: str
    line: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file of the scenarios' folder, as far as it could be read."""

    path: Path
    intent: Said
    examples: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    """By language."""
    replies: Mapping[str, Reply] = field(default_factory=dict)
    titles: Mapping[str, Said] = field(default_factory=dict)
    """What stands on a button that leads here, by language; none: there is no such button."""
    then: Then = Then.NOTHING
    buttons: tuple[Said, ...] = ()
    """Under the reply: names of the catalogue's buttons, or intents of scenarios with a title."""
    conversations: tuple[Conversation, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where the file's topmost keys stand."""

    @property
    def name(self) -> str:
        """The intent."""
        return self.intent.text

    @property
    def key(self) -> str:
        """The reply's key in the catalogue."""
        return KEY.format(self.name)

    def line(self, key: str) -> int:
        """Return the line of a topmost key, the file's first where it is missing."""
        return self.lines.get(key, 1)
