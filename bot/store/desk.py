"""What the desk shows: who waits, what an agent holds, one conversation and how it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from bot.model.agent import Agent
from bot.model.call import Call, Recording
from bot.model.case import Case
from bot.model.contact import Contact
from bot.model.conversation import Channel, Conversation, State
from bot.model.message import Message, Sender
from bot.store import calls, cases, contacts, conversations, recordings
from bot.store.schema import agents as agents_table
from bot.store.schema import contacts as contacts_table
from bot.store.schema import conversations as table
from bot.store.schema import messages

_c = table.c
PREVIEW_CHARS = 200
SHOWN = (
    "id",
    "channel",
    "lang",
    "state",
    "agent_id",
    "contact_id",
    "visitor_id",
    "last_ordinal",
    "created_at",
    "last_message_at",
    "waiting_since",
    "closed_at",
    "outcome",
    "rating",
)
"""Columns of a list: not the dialogue's state, which is the bulk of a row."""
QUEUE_ROWS = 200
"""Who waits behind them is not shown; 'serve next' finds them all the same."""
MINE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as a list shows it."""

    id: str
    channel: str
    lang: str
    state: State
    agent_id: str | None
    agent_name: str | None
    contact_id: str
    contact_name: str | None
    vip: bool
    visitor_id: str | None
    preview: str | None
    """The beginning of the customer's last words."""
    last_ordinal: int
    created_at: datetime
    last_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None
    outcome: str | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """Somebody who waits."""

    conversation: Listed
    case: Case


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation with everything that stands beside it at the desk."""

    conversation: Conversation
    agent_name: str | None
    messages: tuple[Message, ...]
    case: Case | None
    """The open one, or the last."""
    contact: Contact
    call: Call | None
    recordings: tuple[Recording, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """How a conversation goes on after a place in it."""

    conversation: Conversation
    agent_name: str | None
    messages: tuple[Message, ...]
    more: bool


def preview() -> ScalarSelect[Any]:
    """Return the customer's last words as a column of a query over `conversations`."""
    said = messages.alias("said")
    return (
        select(func.substr(said.c.text, 1, PREVIEW_CHARS))
        .where(said.c.conversation_id == _c.id, said.c.sender == Sender.VISITOR.value)
        .order_by(said.c.ordinal.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )


def listing() -> Select[Any]:
    """Return the query whose rows `to_listed` reads."""
    return (
        select(
            *(_c[name] for name in SHOWN),
            preview().label("preview"),
            contacts_table.c.name.label("contact_name"),
            contacts_table.c.vip.label("contact_vip"),
            agents_table.c.name.label("agent_name"),
        )
        .join_from(table, contacts_table, contacts_table.c.id == _c.contact_id)
        .outerjoin(agents_table, agents_table.c.id == _c.agent_id)
    )


def to_listed(row: Row[Any]) -> Listed:
    """Read a row of `listing`."""
    return Listed(
        id=row.id,
        channel=row.channel,
        lang=row.lang,
        state=State(row.state),
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        contact_id=row.contact_id,
        contact_name=row.contact_name,
        vip=row.contact_vip,
        visitor_id=row.visitor_id,
        preview=row.preview,
        last_ordinal=row.last_ordinal,
        created_at=row.created_at,
        last_at=row.last_message_at,
        waiting_since=row.waiting_since,
        closed_at=row.closed_at,
        outcome=row.outcome,
        rating=row.rating,
    )


def queue(connection: Connection) -> list[Queued]:
    """Read who waits, in the order of serving."""
    waiting = {case.conversation_id: case for case in cases.waiting(connection, QUEUE_ROWS)}
    rows = connection.execute(listing().where(_c.id.in_(waiting)))
    listed = {row.id: to_listed(row) for row in rows}
    return [Queued(listed[id], case) for id, case in waiting.items() if id in listed]


def mine(connection: Connection, agent_id: str) -> list[Listed]:
    """Read an agent's open conversations, the one she took first first."""
    rows = connection.execute(
        listing()
        .where(_c.agent_id == agent_id, _c.state == State.AGENT.value)
        .order_by(_c.created_at, _c.id)
        .limit(MINE_ROWS)
    )
    return [to_listed(row) for row in rows]


def may_touch(agent: Agent, conversation: Conversation) -> bool:
    """Tell whether an agent works with this conversation: hers, or it waits, or she supervises."""
    return agent.supervises or conversation.agent_id == agent.id or conversation.state is State.WAITING


def may_see(connection: Connection, agent: Agent | None, conversation: Conversation) -> bool:
    """Tell whether a conversation may be read; `agent` is none for the shop's systems.

    Beside her own and those that wait an agent reads what the same customer said before.
    """
    if agent is None or may_touch(agent, conversation):
        return True
    return may_see_contact(connection, agent, conversation.contact_id)


def may_see_contact(connection: Connection, agent: Agent | None, contact_id: str) -> bool:
    """Tell whether a customer's card may be read: an agent's own customer, or one who waits."""
    if agent is None or agent.supervises:
        return True
    concerned = exists().where(_c.contact_id == contact_id, concerns(agent))
    return bool(connection.execute(select(concerned)).scalar())


def concerns(agent: Agent | None) -> ColumnElement[bool]:
    """Return the condition over `conversations` for those in an agent's lists."""
    if agent is None or agent.supervises:
        return true()
    missed = and_(_c.channel == Channel.PHONE.value, _c.outcome == "missed")  # somebody is to call back
    return or_(_c.agent_id == agent.id, _c.state == State.WAITING.value, missed)


def whole(connection: Connection, conversation_id: str) -> Whole | None:
    """Read one conversation with its full transcript."""
    conversation = conversations.get(connection, conversation_id)
    if conversation is None:
        return None
    contact = contacts.get(connection, conversation.contact_id)
    assert contact is not None
    return Whole(
        conversation=conversation,
        agent_name=agent_name(connection, conversation.agent_id),
        messages=tuple(conversations.transcript(connection, conversation_id)),
        case=cases.open_of(connection, conversation_id) or cases.last_of(connection, conversation_id),
        contact=contact,
        call=calls.of_conversation(connection, conversation_id)
        if conversation.channel is Channel.PHONE
        else None,
        recordings=tuple(recordings.of_conversation(connection, conversation_id)),
    )


def go_on(connection: Connection, conversation_id: str, after: int, limit: int = 200) -> Watched | None:
    """Read a conversation from a place in its transcript on, notes included, at most `limit` messages."""
    conversation = conversations.get(connection, conversation_id)
    if conversation is None:
        return None
    found: list[Message] = []
    if conversation.last_ordinal > after:
        rows = connection.execute(
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.ordinal > after)
            .order_by(messages.c.ordinal)
            .limit(limit)
        )
        found = [conversations.to_message(row) for row in rows]
    name = agent_name(connection, conversation.agent_id)
    return Watched(conversation, name, tuple(found), more=len(found) == limit)


def agent_name(connection: Connection, agent_id: str | None) -> str | None:
    """Read an agent's name."""
    if agent_id is None:
        return None
    return connection.execute(select(agents_table.c.name).where(agents_table.c.id == agent_id)).scalar()


def first_reply(connection: Connection, conversation_id: str, at: datetime) -> None:
    """Note on the open case when a person answered first."""
    case = cases.open_of(connection, conversation_id)
    if case is not None and case.first_reply_at is None:
        cases.change(connection, case.id, first_reply_at=at)


def describe_contact(connection: Connection, contact_id: str, fields: Mapping[str, str | None]) -> None:
    """Change a contact card's `name` or `note`."""
    if fields:
        connection.execute(
            update(contacts_table).where(contacts_table.c.id == contact_id).values(dict(fields))
        )
