"""What every part of the desk shares; `bot.app` puts it together."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.live.hub import Hub
from bot.live.store import LiveStore
from bot.store.engine import Store
from handoff.hours import Hours, is_open
from handoff.texts import Texts


@dataclass(frozen=True, slots=True)
class Rules:
    """The desk's settings."""

    capacity: int = 4
    """Chats that one agent has at once; a call takes all of it."""
    hours: Hours | None = None
    """Opening hours; none: always."""
    outcomes: tuple[str, ...] = ("resolved", "unresolved", "follow_up", "spam")
    """What the desk offers at closing; REST takes any slug."""
    languages: tuple[str, ...] = ("pl", "cs", "en")
    sinks: tuple[str, ...] = ()
    """Names of the receivers of the contact history."""
    agent_gone_seconds: float = 45.0
    """How long an agent's page may be gone before her customers go back to the queue."""
    long_wait_seconds: float = 180.0
    """After how long a waiting customer is offered a message or a call-back; once."""
    bot_idle_seconds: float = 1800.0
    agent_idle_seconds: float = 7200.0
    waiting_idle_seconds: float = 3600.0
    failed_logins_per_minute: int = 5
    """By e-mail and by address; 0: sign-in is not throttled."""
    own_origins: tuple[str, ...] = ()
    """Origins of the desk's pages beside the Host that was asked for (`https://desk.example.com`)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk's dependencies."""

    store: Store
    live: LiveStore
    hub: Hub
    clock: Clock
    texts: Texts
    rules: Rules

    def open(self, at: datetime | None = None) -> bool:
        """Tell whether the opening hours say open, now or at a time."""
        return is_open(self.rules.hours, at or self.clock.now())

    def changed(self, conversation_id: str, *agent_ids: str | None) -> None:
        """Wake everybody who looks at a conversation, the queue, and these agents' lists."""
        self.hub.wake(conversation_id)
        self.hub.wake("queue")
        for agent_id in dict.fromkeys(agent_ids):
            if agent_id is not None:
                self.hub.wake(f"agent:{agent_id}")
        self.hub.wake("agents")
