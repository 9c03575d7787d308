"""Calls: announced by the PBX, tied to a conversation when their audio arrives, ended once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.errors import ConflictError
from bot.model.call import Announcement, Call, CallState, Purpose
from bot.model.conversation import State
from bot.store import outbox
from bot.store.conversations import get as get_conversation
from bot.store.schema import calls, conversations

_c = calls.c
_BY_ID = select(calls).where(_c.id == bindparam("id_"))
_TURNS = update(calls).where(_c.id == bindparam("id_")).values(turns=bindparam("turns_", type_=_c.turns.type))


def get(connection: Connection, call_id: str) -> Call | None:
    """Read one call."""
    row = connection.execute(_BY_ID, {"id_": call_id}).first()
    return _to_call(row) if row else None


def of_conversation(connection: Connection, conversation_id: str) -> Call | None:
    """Read the call that a conversation is."""
    row = connection.execute(select(calls).where(_c.conversation_id == conversation_id)).first()
    return _to_call(row) if row else None


def announce(connection: Connection, announcement: Announcement, at: datetime) -> Call:
    """Note what the PBX says of a call before its audio; said again before that, the last word counts.

    Raises:
        ConflictError: `call_started` or `call_ended`: too late.
    """
    present = get(connection, announcement.call_id)
    values = {
        "state": CallState.ANNOUNCED.value,
        "purpose": announcement.purpose.value,
        "caller": announcement.caller,
        "called": announcement.called,
        "lang": announcement.lang,
        "contact": announcement.contact,
        "policy": announcement.policy,
    }
    if present is None:
        row: dict[str, Any] = {"id": announcement.call_id, **values, "turns": [], "created_at": at}
        connection.execute(insert(calls), row)
    elif present.state is CallState.ANNOUNCED:
        connection.execute(update(calls).where(_c.id == announcement.call_id).values(**values))
    else:
        raise ConflictError("the call has begun already", code=f"call_{_late(present)}")
    found = get(connection, announcement.call_id)
    assert found is not None
    return found


def refuse(connection: Connection, call_id: str, why: str, at: datetime) -> None:
    """Note that a call may not be made; its audio is not taken. One that has begun already goes on."""
    present = get(connection, call_id)
    ended = {"state": CallState.ENDED.value, "outcome": why, "ended_at": at}
    if present is None:
        row: dict[str, Any] = {"id": call_id, "purpose": Purpose.RENEWAL.value, "turns": [], **ended}
        connection.execute(insert(calls), {**row, "created_at": at})
    elif present.state is CallState.ANNOUNCED:
        connection.execute(update(calls).where(_c.id == call_id).values(**ended))


def start(
    connection: Connection,
    call_id: str,
    conversation_id: str,
    at: datetime,
    *,
    transport: str,
    gateway: str,
    lang: str,
) -> bool:
    """Tie an announced call to its conversation; false where it has begun already: a UUID is used once."""
    done = connection.execute(
        update(calls)
        .where(_c.id == call_id, _c.state == CallState.ANNOUNCED.value)
        .values(
            state=CallState.TALKING.value,
            conversation_id=conversation_id,
            transport=transport,
            gateway=gateway,
            lang=lang,
            started_at=at,
        )
    )
    return done.rowcount == 1


def note_turns(connection: Connection, call_id: str, turns: Sequence[Mapping[str, Any]]) -> None:
    """Write the turns so far."""
    connection.execute(_TURNS, {"id_": call_id, "turns_": list(turns)})


def end(
    connection: Connection, call_id: str, outcome: str | None, at: datetime, sinks: Sequence[str] = ()
) -> None:
    """Note that the audio has ended; the first end counts.

    A conversation that was closed before is owed to the sinks now that its recording is whole.
    """
    done = connection.execute(
        update(calls)
        .where(_c.id == call_id, _c.ended_at.is_(None))
        .values(state=CallState.ENDED.value, outcome=outcome, ended_at=at)
    )
    present = get(connection, call_id)
    if done.rowcount == 0 or present is None or present.conversation_id is None:
        return
    conversation = get_conversation(connection, present.conversation_id)
    if conversation is not None and conversation.state is State.CLOSED:
        outbox.enqueue_conversation(connection, sinks, "conversation.ended", conversation, at)


def goes_on(connection: Connection, conversation_id: str) -> bool:
    """Tell whether a conversation is a call whose audio has not ended."""
    talking = select(_c.id).where(_c.conversation_id == conversation_id, _c.ended_at.is_(None)).limit(1)
    return connection.execute(talking).first() is not None


def left_behind(connection: Connection, gateway: str) -> list[Call]:
    """Read calls that a former life of this gateway never ended."""
    rows = connection.execute(
        select(calls).where(_c.gateway == gateway, _c.started_at.is_not(None), _c.ended_at.is_(None))
    )
    return [_to_call(row) for row in rows]


def with_agents_still(connection: Connection, gateway: str) -> list[str]:
    """Read conversations whose call on this gateway is over, and which their agent has not closed."""
    rows = connection.execute(
        select(_c.conversation_id)
        .join(conversations, conversations.c.id == _c.conversation_id)
        .where(
            _c.gateway == gateway,
            _c.ended_at.is_not(None),
            conversations.c.state == State.AGENT.value,
        )
    )
    return [row.conversation_id for row in rows]


def _late(call: Call) -> str:
    return "ended" if call.state is CallState.ENDED else "started"


def _to_call(row: Row[Any]) -> Call:
    return Call(
        id=row.id,
        conversation_id=row.conversation_id,
        state=CallState(row.state),
        purpose=Purpose(row.purpose),
        transport=row.transport,
        caller=row.caller,
        called=row.called,
        lang=row.lang,
        contact=row.contact,
        policy=row.policy,
        gateway=row.gateway,
        outcome=row.outcome,
        turns=tuple(row.turns),
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
