"""Short ways to put a store into a state."""

import uuid
from datetime import datetime

from sqlalchemy import Connection

from bot.model.case import Packet, Reason
from bot.model.message import Draft, Sender
from bot.store import inbox, ownership
from bot.store.engine import Store
from bot.store.inbox import Incoming, Taken


def nothing(*_: object) -> tuple[Draft, ...]:
    """While waiting, nothing is said."""
    return ()


def incoming(
    visitor: str,
    text: str = "dzień dobry",
    *,
    conversation: str | None = None,
    client_id: str | None = None,
    lang: str = "pl",
    identity: dict[str, str | None] | None = None,
) -> Incoming:
    """A visitor's message."""
    return Incoming(
        visitor_id=visitor,
        conversation_id=conversation or str(uuid.uuid4()),
        client_id=client_id or str(uuid.uuid4()),
        text=text,
        lang=lang,
        identity=identity,
    )


async def say(store: Store, message: Incoming, at: datetime) -> Taken:
    """Store a visitor's message."""
    return await store.write(lambda c: inbox.take(c, message, at, nothing))


def packet(priority: int = 0) -> Packet:
    """A packet of somebody who asked for a person."""
    return Packet(
        reason=Reason.ASKED,
        lang="pl",
        channel="chat",
        intent=None,
        slots={},
        misses=0,
        last_heard=(),
        summary="",
        priority=priority,
    )


async def waiting(store: Store, at: datetime, *, visitor: str | None = None, priority: int = 0) -> str:
    """Store a conversation that waits for a person; return its id."""
    taken = await say(store, incoming(visitor or str(uuid.uuid4())), at)
    conversation = taken.conversation

    def work(connection: Connection) -> None:
        done = ownership.to_waiting(
            connection, conversation.id, packet(priority), [], at, version=conversation.version
        )
        assert done is not None

    await store.write(work)
    return conversation.id


def bot_says(text: str) -> Draft:
    """A bot's reply."""
    return Draft(sender=Sender.BOT, text=text, name="Asystent")
