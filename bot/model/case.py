"""A handoff case: why a person is needed, and what the bot already knows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.clock import rfc3339


class Reason(StrEnum):
    """Why the bot let go."""

    ASKED = "asked"
    MISUNDERSTOOD = "misunderstood"
    RENEWAL_YES = "renewal_yes"
    BOT_FAILED = "bot_failed"
    POLICY = "policy"


RETURNED_PRIORITY = 2
"""Of somebody whose agent was lost: before everybody, VIPs included, since they were being served."""


class CaseKind(StrEnum):
    """What the customer waits for."""

    LIVE = "live"
    """An answer in this chat, now."""
    MESSAGE = "message"
    """An answer later; the customer left a message."""
    CALLBACK = "callback"
    """A call to the number they left."""


class CaseStep(StrEnum):
    """What the house expects next from a customer who waits."""

    NONE = "none"
    OFFERED = "offered"
    """A message or a call-back was offered."""
    PATIENT = "patient"
    """They were offered something else and would rather wait."""
    MESSAGE = "message"
    """The next words are the message."""
    PHONE = "phone"
    """The next words are a phone number."""
    PHONE_AGAIN = "phone_again"
    """It was no phone number once."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What the agent gets with the conversation, so that nobody repeats themselves."""

    reason: Reason
    lang: str
    channel: str
    intent: str | None
    slots: dict[str, str]
    misses: int
    last_heard: tuple[tuple[str, float], ...]
    """The customer's last turns with the confidence of the understanding, 0 to 1."""
    summary: str
    priority: int = 0
    skills: tuple[str, ...] = field(default=())

    def to_json(self, waiting_since: datetime) -> dict[str, Any]:
        """Write the packet as the contract names it."""
        return {
            "reason": self.reason.value,
            "lang": self.lang,
            "intent": self.intent,
            "slots": self.slots,
            "misses": self.misses,
            "last_heard": [
                {"text": text, "confidence": round(confidence, 3)} for text, confidence in self.last_heard
            ],
            "summary": self.summary,
            "channel": self.channel,
            "waiting_since": rfc3339(waiting_since),
            "priority": self.priority,
            "skills": list(self.skills),
        }


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the store."""

    id: str
    conversation_id: str
    kind: CaseKind
    step: CaseStep
    reason: Reason
    packet: dict[str, Any]
    priority: int
    callback_phone: str | None
    waiting_since: datetime
    agent_id: str | None
    assigned_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
