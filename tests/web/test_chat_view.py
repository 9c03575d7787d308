"""What a socket shows when a reply is committed at the very moment in which it reads."""

import asyncio
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from bot.clock import ManualClock
from bot.model.message import Message
from bot.store import conversations
from bot.store.engine import Store
from bot.web.chat_view import ChatView
from tests.builders import bot_says, incoming, say

T = TypeVar("T")


class Socket:
    """Remembers what it was sent."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    async def send_str(self, data: str) -> None:
        self.frames.append(json.loads(data))

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.frames if frame["type"] == "message"]


class SlowReads:
    """A store whose reads are begun, and end when they may."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.may_end = asyncio.Event()
        self.begun = asyncio.Event()

    async def read(self, work: Callable[[Connection], T]) -> T:
        found = await self._store.read(work)
        self.begun.set()
        await self.may_end.wait()
        return found


@pytest.fixture
async def talk(sqlite_store: Store) -> str:
    """A conversation with one message."""
    taken = await say(sqlite_store, incoming(str(uuid.uuid4())), datetime.now(UTC))
    return taken.conversation.id


async def reply(store: Store, conversation_id: str, text: str) -> tuple[Message, ...]:
    """Commit what the bot says."""
    at = datetime.now(UTC)
    done = await store.write(lambda c: conversations.append(c, conversation_id, [bot_says(text)], at))
    assert done is not None
    return tuple(done.messages)


def view_of(store: Any, socket: Socket) -> ChatView:
    return ChatView(store, ManualClock(), socket, moved=lambda: None, awaited=lambda: None)


async def settled(view: ChatView) -> None:
    while view._pump is not None:
        await asyncio.sleep(0)


async def test_a_reply_that_comes_while_hello_reads_is_shown_once(sqlite_store: Store, talk: str) -> None:
    store, socket = SlowReads(sqlite_store), Socket()
    view = view_of(store, socket)
    present = await sqlite_store.read(lambda c: conversations.get(c, talk))

    async def hello() -> None:
        async with view.lock:
            await view.open(talk, present, 1)
            await view.read_on(fresh=True)

    first = await reply(sqlite_store, talk, "jeden")
    greeting = asyncio.create_task(hello())
    await store.begun.wait()  # it has read the reply, and not shown it yet
    view.show(first)
    store.may_end.set()
    await greeting
    view.wake("changed", {"seq": 2})
    await settled(view)
    assert socket.seqs == [2]

    view.show(await reply(sqlite_store, talk, "dwa"))
    view.wake("changed", {"seq": 3})
    await settled(view)
    assert socket.seqs == [2, 3]


async def test_a_reply_in_a_conversation_that_was_left_is_not_shown_in_the_next(
    sqlite_store: Store, talk: str
) -> None:
    socket = Socket()
    view = view_of(sqlite_store, socket)
    present = await sqlite_store.read(lambda c: conversations.get(c, talk))
    async with view.lock:
        await view.open(talk, present, 1)
    view.show(await reply(sqlite_store, talk, "za późno"))
    async with view.lock:  # another tab was faster
        await view.open(str(uuid.uuid4()), None, 0)
    await settled(view)
    assert socket.seqs == []
