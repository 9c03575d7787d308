"""A question that a customer asked the knowledge base, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.conversation import Channel

MAX_QUESTION = 500
"""Characters of a question that are kept; what comes after them says little more."""


class QuestionOutcome(StrEnum):
    """What became of a question. A later outcome of the same question takes the former one's place."""

    UNANSWERED = "unanswered"
    """No article was good enough, and none of those that were offered was wanted."""
    SUGGESTED = "suggested"
    """Two articles were offered, and nothing has been picked (yet)."""
    ANSWERED = "answered"
    """An article was told; whether it helped is not known."""
    HELPED = "helped"
    """The customer said that it helped."""
    NOT_HELPED = "not_helped"
    """The customer said that it did not help."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question in one conversation; `conversation_id` and `seq` together name it."""

    conversation_id: str
    seq: int
    """The `seq` of the customer's message that asked; it stays the same whatever the outcome turns into."""
    lang: str
    channel: Channel
    text: str
    """The customer's words, at most `MAX_QUESTION` characters; the article's title where it was `browsed`."""
    outcome: QuestionOutcome
    article: str | None
    """The id of the article that was told, or of the nearest one of those that were offered."""
    at: datetime
    """When this outcome came, in UTC."""
    browsed: bool = False
    """Nobody asked in words: the article was chosen among the topics' buttons."""
