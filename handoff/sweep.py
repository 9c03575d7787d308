"""A task that does a round every so often and outlives whatever goes wrong in one."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Sweeper:
    """Runs `sweep` every `seconds`, a little jittered so that gateways do not march in step."""

    def __init__(self, name: str, sweep: Callable[[], Awaitable[object]], seconds: float) -> None:
        self._name = name
        self._sweep = sweep
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """End, in the middle of a round if need be: a round is made of transactions."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds * random.uniform(0.9, 1.1))
            try:
                await self._sweep()
            except Exception:
                log.exception("sweep_failed", kind=self._name)
