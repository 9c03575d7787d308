"""Conversations and their messages: reading them, opening them, and the one way to add to them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.model.conversation import Channel, Conversation, LastQuestion, Memory, State
from bot.model.message import Choice, Draft, Heard, Link, Message, Sender, Source
from bot.store.schema import conversations, messages

_c = conversations.c
_m = messages.c

NEXT_VERSION = _c.version + 1
LAST_SEQ: ColumnElement[int] = _c.last_seq
NEXT_SEQ = _c.last_seq + 1
"""For `append`'s changes: as they were before the messages are added."""

_BY_ID = select(conversations).where(_c.id == bindparam("id_"))
_LATEST_OF_VISITOR = (
    select(conversations)
    .where(_c.visitor_id == bindparam("visitor"))
    .order_by(_c.created_at.desc(), _c.id.desc())
    .limit(1)
)
_AFTER_SEQ = (
    select(messages)
    .where(_m.conversation_id == bindparam("id_"), _m.seq > bindparam("after"))
    .order_by(_m.seq)
    .limit(bindparam("most"))
)
_AFTER_ORDINAL = (
    select(messages)
    .where(_m.conversation_id == bindparam("id_"), _m.ordinal > bindparam("after"))
    .order_by(_m.ordinal)
)
_BY_CLIENT_ID = select(messages).where(_m.author == bindparam("author_"), _m.client_id == bindparam("client"))
_INSERT = insert(messages)
_OPEN = insert(conversations).returning(*conversations.c)


@dataclass(frozen=True, slots=True)
class Appended:
    """What adding to a conversation came to."""

    conversation: Conversation
    messages: tuple[Message, ...]


def get(connection: Connection, conversation_id: str) -> Conversation | None:
    """Read one conversation."""
    row = connection.execute(_BY_ID, {"id_": conversation_id}).first()
    return to_conversation(row) if row else None


def latest_of_visitor(connection: Connection, visitor_id: str) -> Conversation | None:
    """Read the conversation that a visitor opened last, closed or not."""
    row = connection.execute(_LATEST_OF_VISITOR, {"visitor": visitor_id}).first()
    return to_conversation(row) if row else None


def visible_after(connection: Connection, conversation_id: str, seq: int, most: int = 500) -> list[Message]:
    """Read what the customer may see after `seq`, in order, at most `most` messages."""
    rows = connection.execute(_AFTER_SEQ, {"id_": conversation_id, "after": seq, "most": most})
    return [to_message(row) for row in rows]


def transcript(connection: Connection, conversation_id: str, after_ordinal: int = 0) -> list[Message]:
    """Read the whole transcript, internal notes included, after a place in it."""
    rows = connection.execute(_AFTER_ORDINAL, {"id_": conversation_id, "after": after_ordinal})
    return [to_message(row) for row in rows]


def by_client_id(connection: Connection, author: str, client_id: str) -> Message | None:
    """Find the message that `author` sent under `client_id`, in whichever conversation."""
    row = connection.execute(_BY_CLIENT_ID, {"author_": author, "client": client_id}).first()
    return to_message(row) if row else None


def open_conversation(
    connection: Connection,
    conversation_id: str,
    *,
    channel: Channel,
    lang: str,
    contact_id: str,
    visitor_id: str | None,
    identity: Mapping[str, str | None] | None,
    at: datetime,
) -> Conversation:
    """Store a new conversation that the bot owns."""
    row = connection.execute(
        _OPEN,
        {
            "id": conversation_id,
            "channel": channel.value,
            "lang": lang,
            "ui_lang": lang,
            "state": State.BOT.value,
            "contact_id": contact_id,
            "visitor_id": visitor_id,
            "version": 1,
            "last_seq": 0,
            "last_ordinal": 0,
            "answered_seq": 0,
            "visitor_seq": 0,
            "memory": {},
            "identity": dict(identity) if identity else None,
            "created_at": at,
            "last_message_at": at,
            "tags": [],
        },
    ).one()
    return to_conversation(row)


def append(
    connection: Connection,
    conversation_id: str,
    drafts: Sequence[Draft],
    at: datetime,
    *,
    changes: Mapping[str, Any] | None = None,
    version: int | None = None,
    states: Sequence[State] = (),
    agent_id: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Appended | None:
    """Add messages and change columns in one step; the only place that gives out `seq`.

    Expressions among the `changes` are constants of their modules (the statement is built once for
    each shape of a call); what varies in them are `parameters`.

    The row is updated first, so on PostgreSQL it is locked and two gateways number one after the
    other. With `version`, `states` or `agent_id` this is compare and set: none comes back, and nothing is
    changed, where the conversation is no longer what the caller saw.
    """
    visible = sum(not draft.internal for draft in drafts)
    changes = changes or {}
    statement = _update_of(
        bool(drafts),
        tuple((name, value if isinstance(value, ColumnElement) else None) for name, value in changes.items()),
        version is not None,
        tuple(state.value for state in states),
        agent_id is not None,
    )
    values: dict[str, Any] = {
        f"new_{name}": value for name, value in changes.items() if not isinstance(value, ColumnElement)
    }
    values |= {"id_": conversation_id, "visible": visible, "more": len(drafts), "at_": at}
    values |= {"version_": version, "agent_": agent_id, **(parameters or {})}
    row = connection.execute(statement, {name: values[name] for name in _names_of(statement)}).first()
    if row is None:
        return None
    conversation = to_conversation(row)
    stored = _place(conversation, drafts, visible, at)
    if stored:
        connection.execute(
            _INSERT, [_to_row(message, draft) for message, draft in zip(stored, drafts, strict=True)]
        )
    return Appended(conversation, tuple(stored))


@lru_cache(maxsize=256)
def _update_of(
    adds: bool,
    changes: tuple[tuple[str, ColumnElement[Any] | None], ...],
    with_version: bool,
    states: tuple[str, ...],
    with_agent: bool,
) -> ReturningUpdate[Any]:
    """Build the UPDATE for one shape of call; building it costs more than running it."""
    values: dict[str, Any] = {
        name: bindparam(f"new_{name}", type_=_c[name].type) if expression is None else expression
        for name, expression in changes
    }
    if adds:
        values["last_message_at"] = bindparam("at_", type_=_c.last_message_at.type)
        values["last_seq"] = _c.last_seq + bindparam("visible")
        values["last_ordinal"] = _c.last_ordinal + bindparam("more")
    if not values:
        values["version"] = _c.version
    statement = update(conversations).where(_c.id == bindparam("id_"))
    if with_version:
        statement = statement.where(_c.version == bindparam("version_"))
    if states:
        # Not IN: its list is expanded anew at every execution.
        statement = statement.where(or_(*(_c.state == state for state in states)))
    if with_agent:
        statement = statement.where(_c.agent_id == bindparam("agent_"))
    return statement.values(values).returning(*conversations.c)


@lru_cache(maxsize=256)
def _names_of(statement: ReturningUpdate[Any]) -> tuple[str, ...]:
    """The parameters that a statement wants to be given."""
    return tuple(name for name in statement.compile().params if name in _OURS or name.startswith("new_"))


_OURS = frozenset({"id_", "visible", "more", "at_", "version_", "agent_", "answered_"})


def _place(conversation: Conversation, drafts: Sequence[Draft], visible: int, at: datetime) -> list[Message]:
    seq = conversation.last_seq - visible
    ordinal = conversation.last_ordinal - len(drafts)
    placed = []
    for draft in drafts:
        ordinal += 1
        seq += not draft.internal
        placed.append(
            Message(
                conversation_id=conversation.id,
                ordinal=ordinal,
                seq=None if draft.internal else seq,
                sender=draft.sender,
                name=draft.name,
                text=draft.text,
                at=at,
                choices=draft.choices,
                link=draft.link,
                payload=draft.payload,
                client_id=draft.client_id,
                reply_to=draft.reply_to,
                last=draft.last,
                internal=draft.internal,
                heard=draft.heard,
            )
        )
    return placed


def _to_row(message: Message, draft: Draft) -> dict[str, Any]:
    return {
        "conversation_id": message.conversation_id,
        "ordinal": message.ordinal,
        "seq": message.seq,
        "sender": message.sender.value,
        "author": draft.author,
        "name": message.name,
        "text": message.text,
        "choices": [asdict(choice) for choice in message.choices] or None,
        "link": asdict(message.link) if message.link else None,
        "payload": message.payload,
        "client_id": message.client_id,
        "reply_to": message.reply_to,
        "last": message.last,
        "internal": message.internal,
        "heard": asdict(message.heard) if message.heard else None,
        "at": message.at,
    }


def memory_to_json(memory: Memory) -> dict[str, Any]:
    """Write a memory as the store keeps it."""
    return asdict(memory)


def _to_memory(data: dict[str, Any]) -> Memory:
    known = {key: value for key, value in data.items() if key in Memory.__dataclass_fields__}
    if "heard" in known:
        known["heard"] = tuple((text, confidence) for text, confidence in known["heard"])
    if known.get("asked") is not None:
        asked = known["asked"]
        known["asked"] = LastQuestion(**asked | {"offered": tuple(asked["offered"])})
    return Memory(**known)


def to_conversation(row: Row[Any]) -> Conversation:
    """Read a row of `conversations`."""
    return Conversation(
        id=row.id,
        channel=Channel(row.channel),
        lang=row.lang,
        ui_lang=row.ui_lang,
        state=State(row.state),
        contact_id=row.contact_id,
        visitor_id=row.visitor_id,
        agent_id=row.agent_id,
        version=row.version,
        last_seq=row.last_seq,
        last_ordinal=row.last_ordinal,
        answered_seq=row.answered_seq,
        visitor_seq=row.visitor_seq,
        owed_since=row.owed_since,
        dialogue=row.dialogue,
        memory=_to_memory(row.memory),
        identity=row.identity,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        last_visitor_at=row.last_visitor_at,
        waiting_since=row.waiting_since,
        closed_at=row.closed_at,
        outcome=row.outcome,
        tags=tuple(row.tags),
        rating=row.rating,
    )


def to_message(row: Row[Any]) -> Message:
    """Read a row of `messages`."""
    return Message(
        conversation_id=row.conversation_id,
        ordinal=row.ordinal,
        seq=row.seq,
        sender=Sender(row.sender),
        name=row.name,
        text=row.text,
        at=row.at,
        choices=tuple(Choice(**choice) for choice in row.choices or ()),
        link=Link(**row.link) if row.link else None,
        payload=row.payload,
        client_id=row.client_id,
        reply_to=row.reply_to,
        last=row.last,
        internal=row.internal,
        heard=_to_heard(row.heard),
    )


def _to_heard(data: dict[str, Any] | None) -> Heard | None:
    if not data:
        return None
    return Heard(Source(data["source"]), data["confidence"], tuple(data["alternatives"]))
