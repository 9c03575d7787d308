"""What a customer's socket reads after every wake-up: everything after its cursor, and how things stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.model.conversation import Conversation, State
from bot.model.message import Message
from bot.store import cases, conversations, outbox
from bot.store.cases import Place
from bot.store.schema import agents
from bot.store.schema import conversations as table

PAGE = 200
"""Messages a read; a longer way to catch up takes several."""
_NAME = select(agents.c.name).where(agents.c.id == bindparam("agent"))


@dataclass(frozen=True, slots=True)
class Feed:
    """One read."""

    conversation: Conversation
    messages: tuple[Message, ...]
    agent_name: str | None
    more: bool
    place: Place | None
    """Where a customer who waits for an answer in the chat stands in the queue."""


def read_feed(connection: Connection, conversation_id: str, after_seq: int) -> Feed | None:
    """Read a conversation from `after_seq` on; none where it has not been stored yet."""
    conversation = conversations.get(connection, conversation_id)
    if conversation is None:
        return None
    found: list[Message] = []
    if conversation.last_seq > after_seq:
        found = conversations.visible_after(connection, conversation_id, after_seq, PAGE)
    name = None
    if conversation.agent_id is not None and conversation.state is State.AGENT:
        name = connection.execute(_NAME, {"agent": conversation.agent_id}).scalar()
    place = None
    if conversation.state is State.WAITING:
        place = cases.place_of(connection, conversation.id)
    return Feed(conversation, tuple(found), name, len(found) == PAGE, place)


def rate(
    connection: Connection,
    visitor_id: str,
    score: int,
    comment: str | None,
    at: datetime,
    not_before: datetime,
    sinks: tuple[str, ...],
) -> bool:
    """Note a rating of the visitor's last conversation; false where it is not closed, or long ago.

    The first rating counts; another one is taken and changes nothing.
    """
    present = conversations.latest_of_visitor(connection, visitor_id)
    if present is None or present.closed_at is None or present.closed_at < not_before:
        return False
    done = connection.execute(
        update(table)
        .where(table.c.id == present.id, table.c.rating.is_(None))
        .values(rating=score, rating_comment=comment, rated_at=at)
    )
    if done.rowcount == 1:
        rated = conversations.get(connection, present.id)
        assert rated is not None
        outbox.enqueue_conversation(connection, sinks, "conversation.rated", rated, at)
    return True
