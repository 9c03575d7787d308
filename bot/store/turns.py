"""The turns that the bot owes, and committing one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, select

from bot.model.conversation import Conversation, Memory, State
from bot.model.message import Draft, Message, Sender
from bot.store import conversations
from bot.store.conversations import NEXT_VERSION, Appended
from bot.store.schema import conversations as table
from bot.store.schema import messages

_c = table.c
_STILL_OWED = case((_c.visitor_seq <= bindparam("answered_"), None), else_=_c.owed_since)
_NEXT = (
    select(messages)
    .where(
        messages.c.conversation_id == bindparam("id_"),
        messages.c.seq > bindparam("answered"),
        messages.c.sender == Sender.VISITOR.value,
    )
    .order_by(messages.c.seq)
    .limit(1)
)
_LAST_REPLY = (
    select(messages)
    .where(messages.c.conversation_id == bindparam("id_"), messages.c.sender == Sender.BOT.value)
    .order_by(messages.c.ordinal.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Owed:
    """A customer's message that waits for the bot."""

    conversation: Conversation
    message: Message


def next_owed(connection: Connection, conversation_id: str) -> Owed | None:
    """Read the earliest message that the bot has not dealt with, if the bot owns the conversation."""
    conversation = conversations.get(connection, conversation_id)
    if conversation is None or conversation.state is not State.BOT:
        return None
    row = connection.execute(_NEXT, {"id_": conversation_id, "answered": conversation.answered_seq}).first()
    return Owed(conversation, conversations.to_message(row)) if row else None


def owed_conversations(connection: Connection, before: datetime, limit: int = 200) -> list[str]:
    """Return conversations that have been owed a turn since before `before`, the oldest first."""
    rows = connection.execute(
        select(_c.id)
        .where(_c.owed_since.is_not(None), _c.owed_since <= before, _c.state == State.BOT.value)
        .order_by(_c.owed_since)
        .limit(limit)
    )
    return [row.id for row in rows]


def last_reply(connection: Connection, conversation_id: str) -> Message | None:
    """Read what the bot said last."""
    row = connection.execute(_LAST_REPLY, {"id_": conversation_id}).first()
    return conversations.to_message(row) if row else None


def commit_turn(
    connection: Connection,
    owed: Owed,
    replies: Sequence[Draft],
    at: datetime,
    *,
    lang: str,
    dialogue: Any,
    memory: Memory,
) -> Appended | None:
    """Store a turn's replies and the new state, if nobody else took the turn or the conversation.

    None: the owner changed or another gateway answered while we thought; the replies are dropped.
    """
    answered = owed.message.seq
    changes = {
        "lang": lang,
        "dialogue": dialogue,
        "memory": conversations.memory_to_json(memory),
        "answered_seq": answered,
        "owed_since": _STILL_OWED,
        "version": NEXT_VERSION,
    }
    return conversations.append(
        connection,
        owed.conversation.id,
        replies,
        at,
        changes=changes,
        version=owed.conversation.version,
        states=[State.BOT],
        parameters={"answered_": answered},
    )
