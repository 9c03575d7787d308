"""Changing a conversation's owner: always compare and set, always one transaction with what is said.

Every function returns none, and has changed nothing, where the conversation was not in the state
that the change starts from: somebody else was first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.model.case import CaseKind, CaseStep, Packet
from bot.model.conversation import Channel, State
from bot.model.message import Draft
from bot.store import calls, cases, outbox
from bot.store.conversations import LAST_SEQ, NEXT_VERSION, Appended, append
from bot.store.schema import cases as cases_table
from bot.store.schema import conversations

_c = conversations.c


def to_waiting(
    connection: Connection,
    conversation_id: str,
    packet: Packet,
    said: Sequence[Draft],
    at: datetime,
    *,
    version: int,
    step: CaseStep = CaseStep.NONE,
    changes: dict[str, Any] | None = None,
) -> Appended | None:
    """Bot to queue: open the case and say what is said, if the bot still owns this version."""
    values = dict(changes or {})
    values |= {
        "state": State.WAITING.value,
        "version": NEXT_VERSION,
        "waiting_since": at,
        "owed_since": None,
        "answered_seq": LAST_SEQ,
    }
    done = append(connection, conversation_id, said, at, changes=values, version=version, states=[State.BOT])
    if done is not None:
        cases.open_case(connection, conversation_id, packet, at, step=step)
    return done


def claim(
    connection: Connection, conversation_id: str, agent_id: str, said: Sequence[Draft], at: datetime
) -> Appended | None:
    """Queue to agent: exactly one claimer wins."""
    done = append(
        connection,
        conversation_id,
        said,
        at,
        changes={"state": State.AGENT.value, "agent_id": agent_id, "version": NEXT_VERSION},
        states=[State.WAITING],
    )
    if done is not None:
        case = cases.open_of(connection, conversation_id)
        if case is not None:
            cases.change(connection, case.id, agent_id=agent_id, assigned_at=at, step=CaseStep.NONE.value)
    return done


def next_waiting(connection: Connection, channels: Sequence[Channel] = tuple(Channel)) -> str | None:
    """Return the conversation to serve next; on PostgreSQL locked, and locked ones are skipped."""
    return connection.execute(
        select(cases_table.c.conversation_id)
        .join(conversations, _c.id == cases_table.c.conversation_id)
        .where(
            cases_table.c.ended_at.is_(None),
            _c.state == State.WAITING.value,
            _c.channel.in_([channel.value for channel in channels]),
        )
        .order_by(*cases.SERVING_ORDER)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()


def to_queue(
    connection: Connection,
    conversation_id: str,
    agent_id: str,
    said: Sequence[Draft],
    at: datetime,
    *,
    priority: int | None = None,
) -> Appended | None:
    """Agent to queue; the customer keeps the place that the first waiting earned.

    Who had left a message and talked to the agent since waits live now; who only left it does not.
    """
    done = append(
        connection,
        conversation_id,
        said,
        at,
        changes={"state": State.WAITING.value, "agent_id": None, "version": NEXT_VERSION},
        states=[State.AGENT],
        agent_id=agent_id,
    )
    if done is None:
        return None
    case = cases.open_of(connection, conversation_id)
    if case is not None:
        values: dict[str, Any] = {"agent_id": None, "assigned_at": None}
        if priority is not None:
            values["priority"] = max(priority, case.priority)
        if case.kind is CaseKind.MESSAGE and _spoke_since(done, case.assigned_at):
            values["kind"] = CaseKind.LIVE.value
        cases.change(connection, case.id, **values)
    return done


def _spoke_since(done: Appended, since: datetime | None) -> bool:
    last = done.conversation.last_visitor_at
    return since is not None and last is not None and last > since


def to_bot(
    connection: Connection, conversation_id: str, said: Sequence[Draft], at: datetime, *, agent_id: str | None
) -> Appended | None:
    """Agent or queue back to the bot, which starts afresh: what was said before is answered."""
    done = append(
        connection,
        conversation_id,
        said,
        at,
        changes={
            "state": State.BOT.value,
            "agent_id": None,
            "version": NEXT_VERSION,
            "waiting_since": None,
            "owed_since": None,
            "answered_seq": LAST_SEQ,
            "dialogue": None,
        },
        states=[State.AGENT] if agent_id else [State.WAITING],
        agent_id=agent_id,
    )
    if done is not None:
        cases.end(connection, conversation_id, at)
    return done


def to_agent(
    connection: Connection,
    conversation_id: str,
    agent_id: str,
    target_id: str,
    said: Sequence[Draft],
    at: datetime,
) -> Appended | None:
    """Agent to agent."""
    done = append(
        connection,
        conversation_id,
        said,
        at,
        changes={"agent_id": target_id, "version": NEXT_VERSION},
        states=[State.AGENT],
        agent_id=agent_id,
    )
    if done is not None and (case := cases.open_of(connection, conversation_id)) is not None:
        cases.change(connection, case.id, agent_id=target_id)
    return done


def close(
    connection: Connection,
    conversation_id: str,
    outcome: str,
    said: Sequence[Draft],
    at: datetime,
    sinks: Sequence[str],
    *,
    version: int | None = None,
    states: Sequence[State] = (State.BOT, State.WAITING, State.AGENT),
    agent_id: str | None = None,
) -> Appended | None:
    """End a conversation and owe it to every sink of the contact history.

    A call that goes on for a moment is owed when it has ended, with its recording: `calls.end`.
    """
    done = append(
        connection,
        conversation_id,
        said,
        at,
        changes={
            "state": State.CLOSED.value,
            "version": NEXT_VERSION,
            "outcome": outcome,
            "closed_at": at,
            "owed_since": None,
            "dialogue": None,
        },
        version=version,
        states=states,
        agent_id=agent_id,
    )
    if done is not None:
        cases.end(connection, conversation_id, at)
        is_call = done.conversation.channel is Channel.PHONE
        if not (is_call and calls.goes_on(connection, conversation_id)):
            outbox.enqueue_conversation(connection, sinks, "conversation.ended", done.conversation, at)
    return done
