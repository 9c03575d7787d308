"""Finding conversations: lists with filters, a customer's timeline. Pages by a cursor, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from bot.model.agent import Agent
from bot.model.conversation import State
from bot.store.desk import Listed, concerns, listing, to_listed
from bot.store.schema import cases, contact_identifiers, contacts, messages
from bot.store.schema import conversations as table

_c = table.c
SLOTS = ("order_number",)
"""Slots whose values are found."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list: the last row that was given."""

    at: datetime
    id: str


def find(
    connection: Connection,
    agent: Agent | None,
    *,
    state: State | None,
    contact_id: str | None,
    words: str | None,
    after: Mark | None,
    limit: int,
) -> list[Listed]:
    """Read what an agent has in her lists (all of it without one), by the last message, newest first."""
    query = listing().where(concerns(agent))
    if state is not None:
        query = query.where(_c.state == state.value)
    if contact_id is not None:
        query = query.where(_c.contact_id == contact_id)
    if words:
        query = query.where(_matches(words))
    if after is not None:
        older = and_(_c.last_message_at == after.at, _c.id < after.id)
        query = query.where(or_(_c.last_message_at < after.at, older))
    query = query.order_by(_c.last_message_at.desc(), _c.id.desc()).limit(limit)
    return [to_listed(row) for row in connection.execute(query)]


def timeline(connection: Connection, contact_id: str, *, after: Mark | None, limit: int) -> list[Listed]:
    """Read a customer's conversations on every channel, the latest beginning first."""
    query = listing().where(_c.contact_id == contact_id)
    if after is not None:
        older = and_(_c.created_at == after.at, _c.id < after.id)
        query = query.where(or_(_c.created_at < after.at, older))
    query = query.order_by(_c.created_at.desc(), _c.id.desc()).limit(limit)
    return [to_listed(row) for row in connection.execute(query)]


def contact_of(connection: Connection, any_id: str) -> str | None:
    """Return our id of a contact from ours or from the shop's; merged ones are followed."""
    row = connection.execute(
        select(contacts.c.id, contacts.c.merged_into).where(contacts.c.id == any_id)
    ).first()
    if row is not None:
        return row.merged_into or str(row.id)
    return connection.execute(
        select(contact_identifiers.c.contact_id).where(
            contact_identifiers.c.kind == "external", contact_identifiers.c.value == any_id
        )
    ).scalar()


def _matches(words: str) -> ColumnElement[bool]:
    """Return the condition that a conversation's customer, texts or order number contain `words`."""
    said = exists().where(messages.c.conversation_id == _c.id, _contains(messages.c.text, words))
    found = [
        _contains(contacts.c.name, words),
        _contains(contacts.c.email, words),
        said,
        *(_contains(_c.memory["slots"][slot].as_string(), words) for slot in SLOTS),
        *(
            exists().where(
                cases.c.conversation_id == _c.id,
                _contains(cases.c.packet["slots"][slot].as_string(), words),
            )
            for slot in SLOTS
        ),
    ]
    digits = "".join(sign for sign in words if sign.isdigit())
    if len(digits) >= 4 and not any(sign.isalpha() for sign in words):
        found.append(contacts.c.phone.contains(digits))
    return or_(*found)


def _contains(column: ColumnElement[str] | ColumnElement[str | None], words: str) -> ColumnElement[bool]:
    """Contain, whatever the case; SQLite itself folds only ASCII, so the usual spellings are asked for."""
    spellings: Sequence[str] = [words]
    if not words.isascii():
        spellings = sorted({words, words.lower(), words.upper(), words.capitalize(), words.title()})
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in spellings))
