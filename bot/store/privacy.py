"""A person's record: everything of it in one document, and its erasure everywhere."""

from typing import Any

from sqlalchemy import Connection, delete, or_, select

from bot.clock import rfc3339
from bot.store import contacts, outbox, questions
from bot.store.conversations import to_conversation
from bot.store.schema import (
    calls,
    cases,
    contact_identifiers,
    conversations,
    messages,
    policies,
    recordings,
    visitors,
)
from bot.store.schema import contacts as contacts_table
from bot.store.schema import outbox as outbox_table
from bot.store.schema import questions as questions_table


def export(connection: Connection, contact_id: str) -> dict[str, Any] | None:
    """Return everything that is kept of a contact; none where there is no such contact."""
    contact = contacts.get(connection, contact_id)
    if contact is None:
        return None
    rows = connection.execute(
        select(conversations)
        .where(conversations.c.contact_id == contact.id)
        .order_by(conversations.c.created_at)
    )
    keys = connection.execute(
        select(contact_identifiers).where(contact_identifiers.c.contact_id == contact.id)
    )
    return {
        "contact": {
            "id": contact.id,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "lang": contact.lang,
            "vip": contact.vip,
            "note": contact.note,
            "created_at": rfc3339(contact.created_at),
            "identifiers": [{"kind": row.kind, "value": row.value} for row in keys],
        },
        "conversations": [outbox.conversation_data(connection, to_conversation(row)) for row in rows],
        "questions": [_question(one) for one in questions.of_contact(connection, contact.id)],
    }


def _question(collected: questions.Collected) -> dict[str, Any]:
    asked = collected.asked
    return {
        "conversation": asked.conversation_id,
        "seq": asked.seq,
        "lang": asked.lang,
        "text": asked.text,
        "outcome": asked.outcome.value,
        "article": asked.article,
        "asked_at": rfc3339(collected.first_at),
    }


def erase(connection: Connection, contact_id: str) -> bool:
    """Delete a contact with every conversation, message, question, case, call, visitor and undelivered push.

    False where there is no such contact. What a CRM already took is the CRM's to erase; the recordings' files
    are the caller's to delete, before this. That a number is never to be called stays.
    """
    contact_id = contacts.current_id(connection, contact_id)
    shops = select(contact_identifiers.c.value).where(
        contact_identifiers.c.contact_id == contact_id, contact_identifiers.c.kind == "external"
    )
    connection.execute(delete(policies).where(policies.c.contact_id.in_(shops)))
    mine = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    connection.execute(
        delete(outbox_table).where(
            or_(outbox_table.c.contact_id == contact_id, outbox_table.c.conversation_id.in_(mine))
        )
    )
    for table in (messages, cases, calls, recordings, questions_table):
        connection.execute(delete(table).where(table.c.conversation_id.in_(mine)))
    connection.execute(delete(conversations).where(conversations.c.contact_id == contact_id))
    for table in (visitors, contact_identifiers):
        connection.execute(delete(table).where(table.c.contact_id == contact_id))
    done = connection.execute(
        delete(contacts_table).where(
            or_(contacts_table.c.id == contact_id, contacts_table.c.merged_into == contact_id)
        )
    )
    return done.rowcount > 0
