"""One read for everybody who asks at the same moment: a change of the queue wakes every open desk."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Snapshot(Generic[T]):
    """Shares reads among callers; each gets one that began after it asked."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Return what a read found that began after this call."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        # Shielded: one caller who goes away must not take the read from the others.
        return await asyncio.shield(self._next)

    async def _after(self, before: "asyncio.Task[T] | None") -> T:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        return await self._read()
