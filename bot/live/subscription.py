"""One waiter's view of the hub: the signals of its topics, each kept once until it is read."""

import asyncio
from types import TracebackType
from typing import Protocol

from bot.live.signal import Signal

MAX_PENDING = 1024
"""Signals of different topics and kinds that wait to be read; more are dropped."""


class Subscriber(Protocol):
    """Whoever the hub hands signals to."""

    def put(self, signal: Signal) -> None:
        """Take a signal; must not block and must not subscribe or end subscriptions of the same topic."""
        ...


class Subscription:
    """Signals of some topics. One task waits at a time; to be ended by `close` or `with`.

    Small (thousands of idle sockets hold one each): a dict, a set and, while waiting, a future.
    """

    __slots__ = ("_own", "_pending", "_topics", "_waiter")

    def __init__(self, topics: dict[str, set[Subscriber]]) -> None:
        self._topics = topics
        self._own: set[str] = set()
        self._pending: dict[tuple[str, str], Signal] = {}
        self._waiter: asyncio.Future[None] | None = None

    def add(self, topic: str) -> None:
        """Wait for `topic` too."""
        self._own.add(topic)
        self._topics.setdefault(topic, set()).add(self)

    def remove(self, topic: str) -> None:
        """No longer wait for `topic`; what it said and is unread is dropped."""
        if topic not in self._own:
            return
        self._own.discard(topic)
        waiting = self._topics[topic]
        waiting.discard(self)
        if not waiting:
            del self._topics[topic]
        for key in [key for key in self._pending if key[0] == topic]:
            del self._pending[key]

    def put(self, signal: Signal) -> None:
        """Keep a signal until it is read; called by the hub."""
        key = (signal.topic, signal.kind)
        if len(self._pending) < MAX_PENDING or key in self._pending:
            self._pending[key] = signal
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def next(self, timeout: float | None) -> list[Signal]:  # noqa: ASYNC109 - ends normally
        """Wait for signals and return them, oldest first; an empty list after `timeout` seconds.

        None waits without end. 0 returns what is there.
        """
        if not self._pending and timeout != 0:
            await self._wait(timeout)
        signals = list(self._pending.values())
        self._pending.clear()
        return signals

    async def _wait(self, seconds: float | None) -> None:
        if self._waiter is not None:
            raise RuntimeError("a subscription has one reader")
        loop = asyncio.get_running_loop()
        waiter = self._waiter = loop.create_future()
        timer = None if seconds is None else loop.call_later(seconds, _end, waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        """End it; signals no longer come."""
        for topic in list(self._own):
            self.remove(topic)

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _end(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
