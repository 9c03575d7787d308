"""A message: one entry of a conversation's transcript."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sender(StrEnum):
    """Who speaks."""

    VISITOR = "visitor"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message."""

    title: str
    payload: str
    """What a click sends back, such as `/order_status`."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where an answer can be read in full."""

    title: str
    url: str


class Source(StrEnum):
    """How a customer's words came."""

    TYPED = "typed"
    SPOKEN = "spoken"
    KEYPAD = "keypad"


NOISE = "…"
"""The text of a turn in which nothing was said, or nothing that was understood."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How sure we are of words that came over the phone."""

    source: Source
    confidence: float = 1.0
    """0 to 1, of the speech recognition."""
    alternatives: tuple[str, ...] = ()
    """Other readings of the same speech, best first."""


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message."""

    conversation_id: str
    ordinal: int
    """Place in the whole transcript, internal notes included; from 1 without gaps."""
    seq: int | None
    """Place among what the customer sees, from 1 without gaps; none for internal notes."""
    sender: Sender
    name: str | None
    text: str
    at: datetime
    choices: tuple[Choice, ...] = ()
    link: Link | None = None
    payload: str | None = None
    """What a click on a button sent; none for typed text."""
    client_id: str | None = None
    """The sender's own id; the same one again has no second effect."""
    reply_to: str | None = None
    """The `client_id` of the customer's message that this answers."""
    last: bool = False
    """The last message of the bot's turn."""
    internal: bool = False
    heard: Heard | None = None
    """None for what was typed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is about to be stored: it has no place in the transcript yet."""

    sender: Sender
    text: str
    name: str | None = None
    choices: tuple[Choice, ...] = ()
    link: Link | None = None
    payload: str | None = None
    client_id: str | None = None
    author: str | None = None
    """The visitor's or agent's id, within which `client_id` is unique."""
    reply_to: str | None = None
    last: bool = False
    internal: bool = False
    heard: Heard | None = None
