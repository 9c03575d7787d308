"""The outbox: what the contact history elsewhere (a CRM) is owed, kept until it is taken.

Rows are written in the transaction of what they tell. A sink gets a contact's rows in order: only
the first undelivered row of a (sink, contact) is ever due.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from bot.clock import rfc3339
from bot.model.conversation import Conversation
from bot.model.ids import new_id
from bot.model.message import Message
from bot.store import contacts, conversations
from bot.store.schema import conversations as conversations_table
from bot.store.schema import outbox

_o = outbox.c


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox."""

    id: str
    """The `webhook-id`, by which a receiver drops repeats."""
    sink: str
    type: str
    contact_id: str
    conversation_id: str
    payload: dict[str, Any]
    attempts: int
    next_attempt_at: datetime
    last_error: str | None
    created_at: datetime


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
                "next_attempt_at": at,
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
        "recordings": [],
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
    }


def due(connection: Connection, sink: str, now: datetime, limit: int) -> list[Delivery]:
    """Read the rows that may be tried now: the head of each contact's line, not tried by another."""
    heads = (
        select(func.min(_o.position))
        .where(_o.sink == sink, _o.delivered_at.is_(None))
        .group_by(_o.contact_id)
    )
    rows = connection.execute(
        select(outbox)
        .where(
            _o.position.in_(heads),
            _o.next_attempt_at <= now,
            or_(_o.locked_until.is_(None), _o.locked_until <= now),
        )
        .order_by(_o.position)
        .limit(limit)
    )
    return [_to_delivery(row) for row in rows]


def lock(connection: Connection, delivery_id: str, now: datetime, until: datetime) -> bool:
    """Take a row for one try; false where another gateway was first or it is delivered already."""
    done = connection.execute(
        update(outbox)
        .where(
            _o.id == delivery_id,
            _o.delivered_at.is_(None),
            or_(_o.locked_until.is_(None), _o.locked_until <= now),
        )
        .values(locked_until=until)
    )
    return done.rowcount == 1


def delivered(connection: Connection, delivery_id: str, at: datetime) -> None:
    """Note that a sink took a row."""
    connection.execute(
        update(outbox)
        .where(_o.id == delivery_id, _o.delivered_at.is_(None))
        .values(delivered_at=at, locked_until=None, attempts=_o.attempts + 1, last_error=None)
    )


def failed(connection: Connection, delivery_id: str, error: str, next_attempt_at: datetime) -> None:
    """Note that a try failed, why in a few words without any customer text, and when the next one is."""
    connection.execute(
        update(outbox)
        .where(_o.id == delivery_id, _o.delivered_at.is_(None))
        .values(
            locked_until=None,
            attempts=_o.attempts + 1,
            last_error=error[:200],
            next_attempt_at=next_attempt_at,
        )
    )


def retry_now(connection: Connection, delivery_id: str, now: datetime) -> bool:
    """Make a waiting row due at once ('try again')."""
    done = connection.execute(
        update(outbox).where(_o.id == delivery_id, _o.delivered_at.is_(None)).values(next_attempt_at=now)
    )
    return done.rowcount == 1


def waiting(connection: Connection, after: int, limit: int) -> list[tuple[int, bool, Delivery]]:
    """Read what waits, oldest first, as (position, blocked by an earlier row, row)."""
    heads = select(func.min(_o.position)).where(_o.delivered_at.is_(None)).group_by(_o.sink, _o.contact_id)
    rows = connection.execute(
        select(outbox, _o.position.not_in(heads).label("blocked"))
        .where(_o.delivered_at.is_(None), _o.position > after)
        .order_by(_o.position)
        .limit(limit)
    )
    return [(row.position, bool(row.blocked), _to_delivery(row)) for row in rows]


def count_waiting(connection: Connection) -> int:
    """Count undelivered rows."""
    return int(
        connection.execute(
            select(func.count()).select_from(outbox).where(_o.delivered_at.is_(None))
        ).scalar_one()
    )


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        sink=row.sink,
        type=row.type,
        contact_id=row.contact_id,
        conversation_id=row.conversation_id,
        payload=row.payload,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_error=row.last_error,
        created_at=row.created_at,
    )
