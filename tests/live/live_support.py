"""A real Valkey for tests, and waiting for what happens in the background."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

from bot.live.embedded import EmbeddedValkey


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition; fails the test where it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)


def kill(server: EmbeddedValkey) -> None:
    """kill -9, as an accident would."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
