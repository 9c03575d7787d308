"""Agents: who may sit at the desk, and who does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, exists, func, insert, select, update

from bot.errors import ConflictError
from bot.model.agent import Agent, Presence, Role
from bot.model.conversation import Channel, State
from bot.model.ids import new_id
from bot.store.schema import agent_sessions, agents, conversations

_a = agents.c


@dataclass(frozen=True, slots=True)
class Loaded:
    """An agent and how much she has to do."""

    agent: Agent
    load: int
    """Open conversations."""


def create(
    connection: Connection, *, email: str, name: str, role: Role, password_hash: str, at: datetime
) -> Agent:
    """Store a new agent; raises `ConflictError` (`agent_exists`) where the e-mail is taken."""
    email = normal_email(email)
    if by_email(connection, email) is not None:
        raise ConflictError("there is an agent with this e-mail already", code="agent_exists")
    row = connection.execute(
        insert(agents).returning(*agents.c),
        {
            "id": new_id(),
            "email": email,
            "name": name,
            "role": role.value,
            "password_hash": password_hash,
            "active": True,
            "presence": Presence.OFFLINE.value,
            "created_at": at,
        },
    ).one()
    return to_agent(row)


def normal_email(email: str) -> str:
    """Return an e-mail as it is stored and looked up."""
    return email.strip().casefold()


def by_email(connection: Connection, email: str) -> tuple[Agent, str] | None:
    """Find an agent, active or not, and her password's hash."""
    row = connection.execute(select(agents).where(_a.email == normal_email(email))).first()
    return (to_agent(row), row.password_hash) if row else None


def get(connection: Connection, agent_id: str) -> Agent | None:
    """Read one agent."""
    row = connection.execute(select(agents).where(_a.id == agent_id)).first()
    return to_agent(row) if row else None


def lock(connection: Connection, agent_id: str) -> Agent | None:
    """Read one agent; on PostgreSQL nobody else changes or counts her until the transaction ends."""
    row = connection.execute(select(agents).where(_a.id == agent_id).with_for_update()).first()
    return to_agent(row) if row else None


def everyone(connection: Connection, limit: int = 500) -> list[Loaded]:
    """Read the active agents by name, each with her load."""
    load = (
        select(func.count())
        .select_from(conversations)
        .where(conversations.c.agent_id == _a.id, conversations.c.state == State.AGENT.value)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(agents, load.label("load")).where(_a.active).order_by(_a.name, _a.id).limit(limit)
    )
    return [Loaded(to_agent(row), int(row.load)) for row in rows]


def weight(connection: Connection, agent_id: str, capacity: int) -> int:
    """Return how much of `capacity` an agent's open conversations take: a chat 1, a call all of it.

    The caller holds `lock`, so two claims at once cannot both fit.
    """
    share = case((conversations.c.channel == Channel.PHONE.value, capacity), else_=1)
    return int(
        connection.execute(
            select(func.coalesce(func.sum(share), 0)).where(
                conversations.c.agent_id == agent_id, conversations.c.state == State.AGENT.value
            )
        ).scalar_one()
    )


def anybody_online(connection: Connection) -> bool:
    """Tell whether any active agent says that she takes conversations."""
    online = exists().where(_a.active, _a.presence == Presence.ONLINE.value)
    return bool(connection.execute(select(online)).scalar())


def set_presence(connection: Connection, agent_id: str, presence: Presence) -> None:
    """Note what an agent said about herself."""
    connection.execute(update(agents).where(_a.id == agent_id).values(presence=presence.value))


def saw_desks(connection: Connection, agent_ids: Sequence[str], at: datetime) -> None:
    """Note that these agents' pages are open."""
    if agent_ids:
        connection.execute(update(agents).where(_a.id.in_(agent_ids)).values(desk_seen_at=at))


def forget_desk(connection: Connection, agent_id: str) -> None:
    """Note that an agent works without a page: its absence then means nothing."""
    connection.execute(update(agents).where(_a.id == agent_id).values(desk_seen_at=None))


def with_desk(connection: Connection, limit: int = 1000) -> list[Agent]:
    """Read the agents whose page's absence would matter: present, or with open conversations."""
    busy = exists().where(conversations.c.agent_id == _a.id, conversations.c.state == State.AGENT.value)
    rows = connection.execute(
        select(agents)
        .where(_a.desk_seen_at.is_not(None), (_a.presence != Presence.OFFLINE.value) | busy)
        .order_by(_a.id)
        .limit(limit)
    )
    return [to_agent(row) for row in rows]


def set_password(connection: Connection, agent_id: str, password_hash: str) -> None:
    """Change a password; every session of the agent ends."""
    connection.execute(update(agents).where(_a.id == agent_id).values(password_hash=password_hash))
    end_sessions(connection, agent_id)


def rehash(connection: Connection, agent_id: str, old: str, new: str) -> None:
    """Store the same password under newer parameters, unless it was changed meanwhile."""
    connection.execute(
        update(agents).where(_a.id == agent_id, _a.password_hash == old).values(password_hash=new)
    )


def deactivate(connection: Connection, agent_id: str) -> None:
    """Let somebody go: no sign-in, no session, not on any list."""
    connection.execute(
        update(agents).where(_a.id == agent_id).values(active=False, presence=Presence.OFFLINE.value)
    )
    end_sessions(connection, agent_id)


def end_sessions(connection: Connection, agent_id: str) -> None:
    """End every session of an agent."""
    connection.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent_id))


def to_agent(row: Row[Any]) -> Agent:
    """Read a row of `agents`."""
    return Agent(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        active=row.active,
        presence=Presence(row.presence),
        desk_seen_at=row.desk_seen_at,
    )
