"""Handoff cases: at most one open a conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from bot.model.case import Case, CaseKind, CaseStep, Packet, Reason
from bot.model.conversation import State
from bot.model.ids import new_id
from bot.store import agents
from bot.store.schema import cases, conversations

_c = cases.c
_OPEN = select(cases).where(_c.conversation_id == bindparam("conversation"), _c.ended_at.is_(None))
SERVING_ORDER = (_c.priority.desc(), _c.waiting_since, _c.conversation_id)
"""'Serve next': by priority, then who waits longest."""

LATEST = 20
"""Served cases from which the likely wait is reckoned."""
USUAL_WAIT = 60
"""Seconds, where nobody has been served yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in the queue."""

    position: int
    """From 1."""
    wait_seconds: int | None
    """How long the last ones waited; none while nobody is online to answer."""


def open_case(
    connection: Connection,
    conversation_id: str,
    packet: Packet,
    at: datetime,
    *,
    step: CaseStep = CaseStep.NONE,
) -> Case:
    """Store a new case; the caller has just changed the conversation to `waiting`."""
    row = connection.execute(
        insert(cases).returning(*cases.c),
        {
            "id": new_id(),
            "conversation_id": conversation_id,
            "kind": CaseKind.LIVE.value,
            "step": step.value,
            "reason": packet.reason.value,
            "packet": packet.to_json(at),
            "priority": packet.priority,
            "waiting_since": at,
        },
    ).one()
    return to_case(row)


def open_of(connection: Connection, conversation_id: str) -> Case | None:
    """Read a conversation's open case."""
    row = connection.execute(_OPEN, {"conversation": conversation_id}).first()
    return to_case(row) if row else None


def last_of(connection: Connection, conversation_id: str) -> Case | None:
    """Read a conversation's newest case, ended or not."""
    row = connection.execute(
        select(cases)
        .where(_c.conversation_id == conversation_id)
        .order_by(_c.waiting_since.desc(), _c.id.desc())
        .limit(1)
    ).first()
    return to_case(row) if row else None


def change(connection: Connection, case_id: str, **values: Any) -> Case:
    """Change columns of an open case."""
    row = connection.execute(update(cases).where(_c.id == case_id).values(**values).returning(*cases.c)).one()
    return to_case(row)


def end(connection: Connection, conversation_id: str, at: datetime) -> None:
    """End a conversation's open case, if it has one."""
    connection.execute(
        update(cases).where(_c.conversation_id == conversation_id, _c.ended_at.is_(None)).values(ended_at=at)
    )


def waiting(connection: Connection, limit: int = 500) -> list[Case]:
    """Read who waits, in the order of serving."""
    rows = connection.execute(
        select(cases)
        .join(conversations, conversations.c.id == _c.conversation_id)
        .where(_c.ended_at.is_(None), conversations.c.state == State.WAITING.value)
        .order_by(*SERVING_ORDER)
        .limit(limit)
    )
    return [to_case(row) for row in rows]


def place_of(connection: Connection, conversation_id: str) -> Place | None:
    """Return a waiting live conversation's place in the queue; none for who left a message."""
    mine = open_of(connection, conversation_id)
    if mine is None or mine.kind is not CaseKind.LIVE:
        return None
    ahead = (
        select(func.count())
        .select_from(cases.join(conversations, conversations.c.id == _c.conversation_id))
        .where(
            _c.ended_at.is_(None),
            _c.kind == CaseKind.LIVE.value,
            conversations.c.state == State.WAITING.value,
            or_(
                _c.priority > mine.priority,
                and_(_c.priority == mine.priority, _c.waiting_since < mine.waiting_since),
                and_(
                    _c.priority == mine.priority,
                    _c.waiting_since == mine.waiting_since,
                    _c.conversation_id < conversation_id,
                ),
            ),
        )
    )
    position = int(connection.execute(ahead).scalar_one()) + 1
    return Place(position, _likely_wait(connection) if agents.anybody_online(connection) else None)


def _likely_wait(connection: Connection) -> int:
    """How long the last few customers waited for an agent, in seconds."""
    rows = connection.execute(
        select(_c.waiting_since, _c.assigned_at)
        .where(_c.assigned_at.is_not(None))
        .order_by(_c.assigned_at.desc())
        .limit(LATEST)
    ).all()
    if not rows:
        return USUAL_WAIT
    waits = [float((row.assigned_at - row.waiting_since).total_seconds()) for row in rows]
    return round(sum(waits) / len(waits))


def waiting_since_before(connection: Connection, before: datetime, limit: int) -> list[Case]:
    """Read live cases that have waited since `before` and were offered nothing else yet."""
    rows = connection.execute(
        select(cases)
        .join(conversations, conversations.c.id == _c.conversation_id)
        .where(
            _c.ended_at.is_(None),
            _c.kind == CaseKind.LIVE.value,
            _c.step == CaseStep.NONE.value,
            _c.waiting_since <= before,
            conversations.c.state == State.WAITING.value,
        )
        .order_by(_c.waiting_since)
        .limit(limit)
    )
    return [to_case(row) for row in rows]


def count_waiting(connection: Connection) -> int:
    """Count the conversations that wait for a person."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(conversations)
            .where(conversations.c.state == State.WAITING.value)
        ).scalar_one()
    )


def to_case(row: Row[Any]) -> Case:
    """Read a row of `cases`."""
    return Case(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=CaseKind(row.kind),
        step=CaseStep(row.step),
        reason=Reason(row.reason),
        packet=row.packet,
        priority=row.priority,
        callback_phone=row.callback_phone,
        waiting_since=row.waiting_since,
        agent_id=row.agent_id,
        assigned_at=row.assigned_at,
        first_reply_at=row.first_reply_at,
        ended_at=row.ended_at,
    )
