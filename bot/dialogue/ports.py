"""What the dialogue needs of the other rooms; `bot.app` hands it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import Connection

from bot.model.case import CaseStep, Packet, Reason
from bot.model.conversation import Conversation, Memory
from bot.model.message import Draft, Link


class Understood(Protocol):
    """What the bot made of a sentence."""

    @property
    def intent(self) -> str | None: ...
    @property
    def confidence(self) -> float: ...
    @property
    def fallback(self) -> bool: ...


class DialogueResult(Protocol):
    """One pass through Rasa."""

    @property
    def outputs(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def state(self) -> Any: ...
    @property
    def understood(self) -> Understood: ...
    @property
    def slots(self) -> Mapping[str, Any]: ...
    @property
    def misses(self) -> int: ...
    @property
    def expecting(self) -> str | None: ...
    @property
    def question(self) -> str | None: ...


class DialogueClient(Protocol):
    """Rasa, wherever it runs. Raises `DialogueUnavailableError` after the deadline."""

    async def turn(
        self,
        lang: str,
        state: Any,
        text: str,
        *,
        intent: bool = False,
        deadline_at: float | None = None,
        channel: Literal["chat", "phone"] = "chat",
        source: Literal["typed", "spoken", "keypad"] = "typed",
        alternatives: Sequence[str] = (),
    ) -> DialogueResult:
        """Take one turn; `intent`: the text is an intent of ours and not a customer's words.

        `alternatives`: other readings of what was said, best first.
        """
        ...


class Entry(Protocol):
    """An article's button."""

    @property
    def article(self) -> str: ...
    @property
    def title(self) -> str: ...


class Topic(Protocol):
    """A topic's button, and what lies behind it."""

    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def topics(self) -> Sequence["Topic"]: ...
    @property
    def articles(self) -> Sequence[Entry]: ...


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the knowledge base, as customers are told it."""

    id: str
    text: str
    short: str
    """For the phone."""
    title: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """No article is good enough to be told, but one of these may be meant; best first."""

    articles: Sequence[Entry]


class Answers(Protocol):
    """The knowledge base."""

    async def answer(self, lang: str, question: str, strict: bool) -> Article | Nearest | None:
        """Find what answers a question; `strict` where it may be no question at all."""
        ...

    def article(self, lang: str, name: str) -> Article | None:
        """Return an article that customers may read today."""
        ...

    def topics(self, lang: str) -> Sequence[Topic]:
        """Return what customers may read today, by topic."""
        ...


class HandOver(Protocol):
    """What the handoff room adds when the bot lets go."""

    def packet(self, conversation: Conversation, memory: Memory, reason: Reason, *, vip: bool) -> Packet:
        """Put together what the agent gets."""
        ...

    def announce(
        self, connection: Connection, conversation: Conversation, at: datetime, reason: Reason
    ) -> tuple[Draft, CaseStep]:
        """Word what the customer is told at once: a person comes, or nobody is there now."""
        ...
