"""Taking a customer's message: the one transaction between a frame and its `ack`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.model.contact import Identifiers
from bot.model.conversation import Channel, Conversation, State
from bot.model.ids import new_id
from bot.model.message import Draft, Message, Sender
from bot.store import contacts, conversations
from bot.store.engine import RunAgain

WhileWaiting = Callable[[Connection, Conversation, Message], Sequence[Draft]]
"""What the house itself says to a customer who writes while nobody is there (handoff.offline)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came from a visitor's socket, its identity already checked."""

    visitor_id: str
    conversation_id: str
    """The id that `hello` gave; used where the visitor has no conversation yet."""
    client_id: str
    text: str
    lang: str
    payload: str | None = None
    identity: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A durable message."""

    conversation: Conversation
    message: Message
    duplicate: bool
    """It was here before: same `ack`, no second effect."""
    opened: bool
    """It opened this conversation."""


def take(connection: Connection, incoming: Incoming, at: datetime, while_waiting: WhileWaiting) -> Taken:
    """Store a visitor's message; open a conversation where there is none or the last one is closed."""
    before = conversations.by_client_id(connection, incoming.visitor_id, incoming.client_id)
    if before is not None:
        present = conversations.get(connection, before.conversation_id)
        assert present is not None
        return Taken(present, before, duplicate=True, opened=False)

    present = conversations.latest_of_visitor(connection, incoming.visitor_id)
    opened = present is None or present.state is State.CLOSED
    if present is None or present.state is State.CLOSED:
        present = _open(connection, incoming, present, at)
    elif incoming.identity and incoming.identity != present.identity:
        present = _identify(connection, present, incoming.identity, at)
    return _store(connection, present, incoming, at, while_waiting, opened)


def _store(
    connection: Connection,
    present: Conversation,
    incoming: Incoming,
    at: datetime,
    while_waiting: WhileWaiting,
    opened: bool,
) -> Taken:
    draft = Draft(
        sender=Sender.VISITOR,
        text=incoming.text,
        payload=incoming.payload,
        client_id=incoming.client_id,
        author=incoming.visitor_id,
    )
    more = {}
    if incoming.lang != present.ui_lang:
        more = {"lang": incoming.lang, "ui_lang": incoming.lang}
    conversation, message = add(connection, present, draft, at, while_waiting, more)
    return Taken(conversation, message, duplicate=False, opened=opened)


def add(
    connection: Connection,
    present: Conversation,
    draft: Draft,
    at: datetime,
    while_waiting: WhileWaiting,
    more: Mapping[str, Any],
) -> tuple[Conversation, Message]:
    """Add a customer's words to an open conversation: the bot owes a turn for them, or the house answers.

    `more`: columns that change with it. Raises `RunAgain` where the owner changed since it was read.
    """
    changes: dict[str, Any] = {"last_visitor_at": at, "visitor_seq": conversations.NEXT_SEQ, **more}
    if present.state is State.BOT and present.owed_since is None:
        changes["owed_since"] = at
    # PostgreSQL: the owner may have changed since the read above; then the whole unit runs again.
    added = conversations.append(connection, present.id, [draft], at, changes=changes, states=[present.state])
    if added is None:
        raise RunAgain
    conversation = added.conversation
    if conversation.state is State.WAITING:
        answers = while_waiting(connection, conversation, added.messages[0])
        if answers:
            answered = conversations.append(connection, conversation.id, answers, at)
            assert answered is not None
            conversation = answered.conversation
    return conversation, added.messages[0]


def _open(
    connection: Connection, incoming: Incoming, closed: Conversation | None, at: datetime
) -> Conversation:
    contact_id = contacts.of_visitor(connection, incoming.visitor_id, lang=incoming.lang, at=at)
    conversation = conversations.open_conversation(
        connection,
        new_id() if closed else incoming.conversation_id,
        channel=Channel.CHAT,
        lang=incoming.lang,
        contact_id=contact_id,
        visitor_id=incoming.visitor_id,
        identity=None,
        at=at,
    )
    if incoming.identity:
        conversation = _identify(connection, conversation, incoming.identity, at)
    return conversation


def _identify(
    connection: Connection, conversation: Conversation, identity: Mapping[str, str | None], at: datetime
) -> Conversation:
    """Note who the shop says this is, and move the conversation to that contact's history."""
    contact_id = contacts.recognise(
        connection,
        Identifiers(
            external_id=identity.get("id"),
            email=identity.get("email"),
            phone=identity.get("phone"),
            name=identity.get("name"),
        ),
        present=conversation.contact_id,
        lang=conversation.lang,
        at=at,
    )
    assert conversation.visitor_id is not None
    contacts.move_visitor(connection, conversation.visitor_id, contact_id)
    changed = conversations.append(
        connection,
        conversation.id,
        [],
        at,
        changes={"identity": dict(identity), "contact_id": contact_id},
    )
    assert changed is not None
    return changed.conversation
