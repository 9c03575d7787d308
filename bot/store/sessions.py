"""Agents' sessions. Only a token's SHA-256 is known here: a stolen backup opens none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.model.agent import Agent
from bot.store.agents import to_agent
from bot.store.schema import agent_sessions, agents

_s = agent_sessions.c


@dataclass(frozen=True, slots=True)
class Session:
    """An open session."""

    token_hash: str
    agent: Agent
    csrf: str
    """What a page must send beside its cookie."""
    expires_at: datetime


def open_session(
    connection: Connection, agent_id: str, token_hash: str, csrf: str, at: datetime, expires_at: datetime
) -> None:
    """Store a new session."""
    connection.execute(
        insert(agent_sessions),
        {
            "token_hash": token_hash,
            "agent_id": agent_id,
            "csrf": csrf,
            "created_at": at,
            "expires_at": expires_at,
        },
    )


def get(connection: Connection, token_hash: str, now: datetime) -> Session | None:
    """Read a session with its agent; none where it ended, expired, or the agent is no longer active."""
    row = connection.execute(
        select(agents, _s.csrf, _s.expires_at)
        .join_from(agent_sessions, agents, agents.c.id == _s.agent_id)
        .where(_s.token_hash == token_hash, _s.expires_at > now, agents.c.active)
    ).first()
    return Session(token_hash, to_agent(row), row.csrf, row.expires_at) if row else None


def extend(connection: Connection, token_hash: str, expires_at: datetime) -> None:
    """Let a session that is used live on."""
    connection.execute(
        update(agent_sessions).where(_s.token_hash == token_hash).values(expires_at=expires_at)
    )


def end(connection: Connection, token_hash: str) -> None:
    """End one session."""
    connection.execute(delete(agent_sessions).where(_s.token_hash == token_hash))


def purge(connection: Connection, now: datetime) -> int:
    """Forget expired sessions; return how many there were."""
    return connection.execute(delete(agent_sessions).where(_s.expires_at <= now)).rowcount
