"""Conversations to push, and waiting for what happens in the background."""

import asyncio
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from bot.store import ownership
from bot.store.engine import Store
from tests.builders import incoming, say


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a condition; fails the test where it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)


async def end_conversation(store: Store, visitor: str, sinks: list[str], text: str = "cześć") -> str:
    """Open a conversation of a visitor and close it; return its id."""
    now = datetime.now(UTC)
    taken = await say(store, incoming(visitor, text), now)
    id = taken.conversation.id
    done = await store.write(lambda c: ownership.close(c, id, "resolved", [], now, sinks))
    assert done is not None
    return id


def visitors(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]
