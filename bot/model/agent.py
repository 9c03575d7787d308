"""An agent: a person of the house who answers customers at the desk."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody at the desk may see and do."""

    AGENT = "agent"
    """Own conversations, and those that wait."""
    SUPERVISOR = "supervisor"
    """Every conversation."""


class Presence(StrEnum):
    """Whether an agent takes conversations now, as she said herself."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Agent:
    """One row of the store, without its password."""

    id: str
    email: str
    """Stored in lower case; what she signs in with."""
    name: str
    """What customers see."""
    role: Role
    active: bool
    """Who left is inactive and not deleted: the transcripts name her."""
    presence: Presence
    desk_seen_at: datetime | None
    """When her page was last known to be open; none for one who only uses REST."""

    @property
    def supervises(self) -> bool:
        """Whether she may see and change everybody's conversations."""
        return self.role is Role.SUPERVISOR
