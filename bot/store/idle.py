"""Conversations without a word for long: finding and closing them, safely from several gateways at once.

Each close reads and locks its row in the transaction that closes it (PostgreSQL; SQLite has one
writer), so a word that comes at the last moment keeps the conversation open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from bot.model.case import CaseKind
from bot.model.conversation import Conversation, State
from bot.model.message import Draft, Sender
from bot.store import conversations, ownership
from bot.store.schema import cases, messages
from bot.store.schema import conversations as table

_c = table.c


@dataclass(frozen=True, slots=True)
class Waiter:
    """A customer who waits and has been silent."""

    conversation_id: str
    visitor_id: str | None


def silent_with_bot(before: datetime) -> ColumnElement[bool]:
    """The bot's conversations without a word since `before`; one that it still owes a turn is none."""
    return and_(_c.state == State.BOT.value, _c.last_message_at <= before, _c.owed_since.is_(None))


def silent_with_agent(before: datetime) -> ColumnElement[bool]:
    """Agents' conversations in which nobody said a word since `before`."""
    return and_(_c.state == State.AGENT.value, _c.last_message_at <= before)


def silent_waiting(before: datetime) -> ColumnElement[bool]:
    """Who waits for an answer now and has been silent since `before`; messages and call-backs stay."""
    live = exists().where(
        cases.c.conversation_id == _c.id,
        cases.c.ended_at.is_(None),
        cases.c.kind == CaseKind.LIVE.value,
    )
    last_word = func.coalesce(_c.last_visitor_at, _c.created_at)
    return and_(_c.state == State.WAITING.value, last_word <= before, _c.waiting_since <= before, live)


def only(conversation_id: str, silent: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same of one conversation alone."""
    return and_(_c.id == conversation_id, silent)


def pick(connection: Connection, silent: ColumnElement[bool], limit: int) -> list[Conversation]:
    """Read conversations to close, longest silent first; locked, and those that others lock are skipped."""
    rows = connection.execute(
        select(table)
        .where(silent)
        .order_by(_c.last_message_at, _c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [conversations.to_conversation(row) for row in rows]


def waiters(connection: Connection, before: datetime, after_id: str, limit: int) -> list[Waiter]:
    """Read silent waiters in pages by id."""
    rows = connection.execute(
        select(_c.id, _c.visitor_id)
        .where(silent_waiting(before), _c.id > after_id)
        .order_by(_c.id)
        .limit(limit)
    )
    return [Waiter(row.id, row.visitor_id) for row in rows]


def close(
    connection: Connection,
    conversation: Conversation,
    outcome: str,
    said: Draft,
    at: datetime,
    sinks: Sequence[str],
) -> bool:
    """Close a conversation that was just picked; false where it changed all the same."""
    done = ownership.close(
        connection,
        conversation.id,
        outcome,
        [said],
        at,
        sinks,
        version=conversation.version,
        states=[conversation.state],
    )
    return done is not None


def outcome_with_bot(connection: Connection, conversation_id: str) -> str:
    """Return `contained` where the bot answered and no person was ever asked for, else `abandoned`."""
    answered = exists().where(
        messages.c.conversation_id == conversation_id, messages.c.sender == Sender.BOT.value
    )
    handed_over = exists().where(cases.c.conversation_id == conversation_id)
    contained = connection.execute(select(and_(answered, ~handed_over))).scalar()
    return "contained" if contained else "abandoned"
