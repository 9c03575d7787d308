"""A conversation: one stretch of talk with one customer on one channel, with exactly one owner."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """Where the customer is."""

    CHAT = "chat"
    PHONE = "phone"


class State(StrEnum):
    """Who owns the conversation. Changed by compare and set in SQL, never in memory alone."""

    BOT = "bot"
    WAITING = "waiting"
    AGENT = "agent"
    CLOSED = "closed"


ALLOWED: dict[State, frozenset[State]] = {
    State.BOT: frozenset({State.WAITING, State.CLOSED}),
    State.WAITING: frozenset({State.AGENT, State.BOT, State.CLOSED}),
    State.AGENT: frozenset({State.WAITING, State.BOT, State.AGENT, State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""The ownership changes that exist; agent to agent is a transfer."""


def may_change(old: State, new: State) -> bool:
    """Tell whether a conversation may go from `old` to `new`."""
    return new in ALLOWED[old]


@dataclass(frozen=True, slots=True)
class LastQuestion:
    """The question that was put to the knowledge base last: something may still become of it."""

    seq: int
    """The `seq` of the customer's message that asked."""
    text: str
    article: str | None = None
    """The id of the article that was told."""
    offered: tuple[str, ...] = ()
    """The ids of the articles that were offered because none was good enough, best first."""
    browsed: bool = False
    """The article was found among the topics' buttons; nobody asked in words."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the gateway itself remembers of a conversation, beside Rasa's own state."""

    disclosed: bool = False
    """The customer was told that this is a bot."""
    failed_lookups: int = 0
    """Orders asked for that do not exist or are somebody else's; three lead to a person."""
    failed_turns: int = 0
    """Turns in a row in which the bot itself was out of order; the second one leads to a person."""
    misses: int = 0
    """Misunderstandings in a row, as the escalation policy counted them last."""
    intent: str | None = None
    """The last task that was understood, for the packet."""
    slots: dict[str, str] = field(default_factory=dict)
    """What the bot already knows, for the packet."""
    heard: tuple[tuple[str, float], ...] = ()
    """The last three customer turns with the confidence of the understanding, for the packet."""
    expecting: str | None = None
    """What the next answer should be (`order_number`, `verifier`, `yes_no`, `menu`): a caller's grammar."""
    question: str | None = None
    """What was asked, such as `confirm_number`: what a caller may answer besides."""
    ends: bool = False
    """Everything has been said: a call is to be hung up now."""
    asked: LastQuestion | None = None
    """Whether it helped, or which of the two was meant, may come turns later."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row of the store, as a decision needs it."""

    id: str
    channel: Channel
    lang: str
    """What the bot answers in; follows the customer's words."""
    ui_lang: str
    """What the widget was set to last; a change of it changes `lang` too."""
    state: State
    contact_id: str
    visitor_id: str | None
    """Whose browser it is; none on the phone."""
    agent_id: str | None
    version: int
    """Grows with every turn taken and every change of owner; what compare and set compares."""
    last_seq: int
    """The highest customer-visible `seq`; 0 where nothing was said."""
    last_ordinal: int
    """The highest place in the whole transcript, internal notes included."""
    answered_seq: int
    """The highest customer `seq` that the bot has dealt with."""
    visitor_seq: int
    """The `seq` of the customer's newest message."""
    owed_since: datetime | None
    """Since when the bot owes a turn; none where it owes none."""
    dialogue: Any
    """Rasa's state since the current task began (JSON), or none."""
    memory: Memory
    identity: dict[str, str | None] | None
    """The verified identity `{id, email, phone}` that the shop signed, or none."""
    created_at: datetime
    last_message_at: datetime
    last_visitor_at: datetime | None
    waiting_since: datetime | None
    closed_at: datetime | None
    outcome: str | None
    tags: tuple[str, ...]
    rating: int | None
