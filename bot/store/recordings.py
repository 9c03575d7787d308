"""Where calls' recordings are; the audio itself stands on disk."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot.model.call import Recording
from bot.store.schema import conversations, recordings

_r = recordings.c


def begin(connection: Connection, conversation_id: str, path: str, at: datetime) -> Recording:
    """Note a recording before its first byte is written."""
    most = select(func.max(_r.n)).where(_r.conversation_id == conversation_id)
    n = int(connection.execute(most).scalar() or 0) + 1
    connection.execute(
        insert(recordings), {"conversation_id": conversation_id, "n": n, "path": path, "started_at": at}
    )
    return Recording(conversation_id, n, path, at, None)


def finish(connection: Connection, recording: Recording, seconds: float) -> None:
    """Note how long a recording became."""
    connection.execute(
        update(recordings)
        .where(_r.conversation_id == recording.conversation_id, _r.n == recording.n)
        .values(seconds=seconds)
    )


def of_conversation(connection: Connection, conversation_id: str) -> list[Recording]:
    """Read a conversation's recordings that were not erased, in order."""
    rows = connection.execute(
        select(recordings).where(_r.conversation_id == conversation_id, _r.erased_at.is_(None)).order_by(_r.n)
    )
    return [_to_recording(row) for row in rows]


def of_contact(connection: Connection, contact_id: str) -> list[Recording]:
    """Read every recording of a contact, for its erasure."""
    mine = select(conversations.c.id).where(conversations.c.contact_id == contact_id)
    rows = connection.execute(select(recordings).where(_r.conversation_id.in_(mine)))
    return [_to_recording(row) for row in rows]


def unfinished(connection: Connection) -> list[Recording]:
    """Read recordings that a process which died never finished."""
    rows = connection.execute(select(recordings).where(_r.seconds.is_(None), _r.erased_at.is_(None)))
    return [_to_recording(row) for row in rows]


def older_than(connection: Connection, before: datetime, limit: int) -> list[Recording]:
    """Read recordings that are to be erased by age."""
    rows = connection.execute(
        select(recordings)
        .where(_r.started_at < before, _r.seconds.is_not(None), _r.erased_at.is_(None))
        .order_by(_r.started_at)
        .limit(limit)
    )
    return [_to_recording(row) for row in rows]


def erased(connection: Connection, recording: Recording, at: datetime) -> None:
    """Note that a recording's audio is gone."""
    connection.execute(
        update(recordings)
        .where(_r.conversation_id == recording.conversation_id, _r.n == recording.n)
        .values(erased_at=at)
    )


def _to_recording(row: Row[Any]) -> Recording:
    return Recording(row.conversation_id, row.n, row.path, row.started_at, row.seconds)
