"""The outbox: what the contact history elsewhere (a CRM) is owed, kept until it is taken.

Rows are written in the transaction of what they tell. A sink gets a contact's rows in order: a
(sink, contact) is a line, and only the first undelivered row of a line is ever due.

So that `due` need not look at thousands of rows that stand behind others, such a row's
`next_attempt_at` is `BEHIND` until the row before it is delivered. That only prunes; what decides is
that there is no earlier undelivered row, so lines that are joined (contacts merged) stay in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.clock import rfc3339
from bot.model.conversation import Conversation
from bot.model.ids import new_id
from bot.model.message import Message
from bot.store import contacts, conversations, recordings
from bot.store.schema import conversations as conversations_table
from bot.store.schema import outbox

_o = outbox.c
_COLUMNS = [column for column in outbox.c if column.name != "payload"]
"""A payload may be a megabyte: it is read by itself, by who sends it."""
BEHIND = datetime(9999, 12, 31, tzinfo=UTC)
"""`next_attempt_at` of a row whose turn has not come."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox."""

    id: str
    """The `webhook-id`, by which a receiver drops repeats."""
    sink: str
    type: str
    contact_id: str
    conversation_id: str
    attempts: int
    next_attempt_at: datetime
    """Of a row behind another: when it was stored."""
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A row that `lock` gave to one try."""

    id: str
    attempts: int
    """Before this one."""
    until: datetime
    """When the lock runs out: what was given to `lock`."""


def enqueue_conversation(
    connection: Connection, sinks: Sequence[str], kind: str, conversation: Conversation, at: datetime
) -> None:
    """Owe a conversation, whole, to each sink."""
    if not sinks:
        return
    payload = {"type": kind, "timestamp": rfc3339(at), "data": conversation_data(connection, conversation)}
    connection.execute(
        insert(outbox),
        [
            {
                "id": new_id(),
                "sink": sink,
                "type": kind,
                "contact_id": conversation.contact_id,
                "conversation_id": conversation.id,
                "payload": payload,
                "attempts": 0,
                "next_attempt_at": BEHIND if _has_line(connection, sink, conversation.contact_id) else at,
                "created_at": at,
            }
            for sink in sinks
        ],
    )


def conversation_data(connection: Connection, conversation: Conversation) -> dict[str, Any]:
    """Return a conversation as the contract's push names it."""
    contact = contacts.get(connection, conversation.contact_id)
    assert contact is not None
    row = connection.execute(
        select(conversations_table).where(conversations_table.c.id == conversation.id)
    ).one()
    return {
        "contact": {
            "id": contact.id,
            "external_id": contact.external_id,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "lang": contact.lang,
        },
        "conversation": {
            "id": conversation.id,
            "channel": conversation.channel.value,
            "lang": conversation.lang,
            "created_at": rfc3339(conversation.created_at),
            "closed_at": rfc3339(conversation.closed_at) if conversation.closed_at else None,
            "rating": row.rating,
            "rating_comment": row.rating_comment,
        },
        "messages": [
            message_json(message) for message in conversations.transcript(connection, conversation.id)
        ],
        "recordings": [
            {"n": one.n, "started_at": rfc3339(one.started_at), "seconds": one.seconds}
            for one in recordings.of_conversation(connection, conversation.id)
        ],
        "outcome": conversation.outcome,
        "tags": list(conversation.tags),
    }


def message_json(message: Message) -> dict[str, Any]:
    """Return a message as REST and push show it."""
    return {
        "seq": message.seq,
        "ordinal": message.ordinal,
        "sender": message.sender.value,
        "name": message.name,
        "text": message.text,
        "at": rfc3339(message.at),
        "internal": message.internal,
        "heard": _heard(message),
    }


def _heard(message: Message) -> dict[str, Any] | None:
    if message.heard is None:
        return None
    return {"source": message.heard.source.value, "confidence": message.heard.confidence}


def _has_line(connection: Connection, sink: str, contact_id: str) -> bool:
    """Tell whether the contact has undelivered rows.

    The first of them is locked (PostgreSQL), so that it is not delivered, and the row after it
    looked for in vain, before the row that is being written can be seen.
    """
    first = (
        select(_o.position)
        .where(_o.sink == sink, _o.contact_id == contact_id, _o.delivered_at.is_(None))
        .order_by(_o.position)
        .limit(1)
        .with_for_update()
    )
    return connection.execute(first).first() is not None


def _has_earlier(row: FromClause = outbox) -> ColumnElement[bool]:
    """The condition that an earlier row of the same line is undelivered."""
    earlier = outbox.alias("earlier")
    return exists().where(
        earlier.c.sink == row.c.sink,
        earlier.c.contact_id == row.c.contact_id,
        earlier.c.delivered_at.is_(None),
        earlier.c.position < row.c.position,
    )


def due(connection: Connection, sink: str, now: datetime, limit: int) -> list[Delivery]:
    """Read the rows that may be tried now: heads of their lines, not being tried, longest due first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(
            _o.sink == sink,
            _o.delivered_at.is_(None),
            _o.next_attempt_at <= now,
            or_(_o.locked_until.is_(None), _o.locked_until <= now),
            ~_has_earlier(),
        )
        .order_by(_o.next_attempt_at)
        .limit(limit)
    )
    return [_to_delivery(row) for row in rows]


def next_due(connection: Connection, sink: str, now: datetime) -> datetime | None:
    """Read when the next row after `now` is due; None where nothing waits for its time."""
    return connection.execute(
        select(_o.next_attempt_at)
        .where(
            _o.sink == sink,
            _o.delivered_at.is_(None),
            _o.next_attempt_at > now,
            _o.next_attempt_at < BEHIND,
        )
        .order_by(_o.next_attempt_at)
        .limit(1)
    ).scalar()


def body(connection: Connection, delivery_id: str) -> bytes | None:
    """Read what is to be sent, as it is stored (JSON in ASCII); None where it is delivered or erased."""
    text = connection.execute(
        select(cast(_o.payload, Text)).where(_o.id == delivery_id, _o.delivered_at.is_(None))
    ).scalar()
    return None if text is None else str(text).encode()


def lock(connection: Connection, delivery_id: str, now: datetime, until: datetime) -> bool:
    """Take a row for one try; false where another was first, or it is delivered or not due any more."""
    done = connection.execute(
        update(outbox)
        .where(
            _o.id == delivery_id,
            _o.delivered_at.is_(None),
            _o.next_attempt_at <= now,
            or_(_o.locked_until.is_(None), _o.locked_until <= now),
        )
        .values(locked_until=until)
    )
    return done.rowcount == 1


def delivered(connection: Connection, delivery_id: str, at: datetime) -> None:
    """Note that a sink took a row; the next row of its line is due."""
    done = connection.execute(
        update(outbox)
        .where(_o.id == delivery_id, _o.delivered_at.is_(None))
        .values(delivered_at=at, locked_until=None, attempts=_o.attempts + 1, last_error=None)
        .returning(_o.sink, _o.contact_id)
    ).first()
    if done is not None:
        _move_up(connection, done.sink, done.contact_id, at)


def _move_up(connection: Connection, sink: str, contact_id: str, at: datetime) -> None:
    """Make the head of a line due, where it still counts as behind another."""
    line = outbox.alias("line")
    head = (
        select(func.min(line.c.position))
        .where(line.c.sink == sink, line.c.contact_id == contact_id, line.c.delivered_at.is_(None))
        .scalar_subquery()
    )
    connection.execute(
        update(outbox).where(_o.position == head, _o.next_attempt_at == BEHIND).values(next_attempt_at=at)
    )


def failed(connection: Connection, held: Held, error: str, next_attempt_at: datetime) -> None:
    """Note that a try failed, why in a few words without any customer text, and when the next one is.

    A try that outlived its lock changes nothing.
    """
    connection.execute(
        update(outbox)
        .where(_o.id == held.id, _o.delivered_at.is_(None), _o.locked_until == held.until)
        .values(
            locked_until=None,
            attempts=_o.attempts + 1,
            last_error=error[:200],
            next_attempt_at=next_attempt_at,
        )
    )


def retry_now(connection: Connection, delivery_id: str, now: datetime) -> bool:
    """Make a waiting row due at once ('try again'), or the head of its line where it stands behind one."""
    row = connection.execute(
        select(_o.sink, _o.contact_id).where(_o.id == delivery_id, _o.delivered_at.is_(None))
    ).first()
    if row is None:
        return False
    line = outbox.alias("line")
    head = (
        select(func.min(line.c.position))
        .where(line.c.sink == row.sink, line.c.contact_id == row.contact_id, line.c.delivered_at.is_(None))
        .scalar_subquery()
    )
    connection.execute(update(outbox).where(_o.position == head).values(next_attempt_at=now))
    return True


def stuck(connection: Connection, sink: str, limit: int) -> list[tuple[str, str]]:
    """Read lines (sink, contact) whose head still counts as behind another: its row was erased, say."""
    rows = connection.execute(
        select(_o.sink, _o.contact_id)
        .where(_o.sink == sink, _o.delivered_at.is_(None), _o.next_attempt_at == BEHIND, ~_has_earlier())
        .limit(limit)
    )
    return [(row.sink, row.contact_id) for row in rows]


def unstick(connection: Connection, lines: Sequence[tuple[str, str]], at: datetime) -> None:
    """Make the heads of lines due that `stuck` found."""
    for sink, contact_id in lines:
        _move_up(connection, sink, contact_id, at)


def purge(connection: Connection, before: datetime, limit: int) -> int:
    """Delete rows delivered before a time, `limit` at most; return how many there were."""
    old = select(_o.position).where(_o.delivered_at < before).order_by(_o.delivered_at).limit(limit)
    return connection.execute(delete(outbox).where(_o.position.in_(old.scalar_subquery()))).rowcount


def waiting(connection: Connection, after: int, limit: int) -> list[tuple[int, bool, Delivery]]:
    """Read what waits, oldest first, as (position, blocked by an earlier row, row)."""
    rows = connection.execute(
        select(*_COLUMNS, _has_earlier().label("blocked"))
        .where(_o.delivered_at.is_(None), _o.position > after)
        .order_by(_o.position)
        .limit(limit)
    )
    return [(row.position, bool(row.blocked), _to_delivery(row)) for row in rows]


def count_waiting(connection: Connection) -> int:
    """Count undelivered rows."""
    return sum(count_by_sink(connection).values())


def count_by_sink(connection: Connection) -> dict[str, int]:
    """Count undelivered rows of each sink that has some."""
    rows = connection.execute(
        select(_o.sink, func.count().label("waiting")).where(_o.delivered_at.is_(None)).group_by(_o.sink)
    )
    return {row.sink: int(row.waiting) for row in rows}


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        sink=row.sink,
        type=row.type,
        contact_id=row.contact_id,
        conversation_id=row.conversation_id,
        attempts=row.attempts,
        next_attempt_at=row.created_at if row.next_attempt_at == BEHIND else row.next_attempt_at,
        last_error=row.last_error,
        created_at=row.created_at,
    )
