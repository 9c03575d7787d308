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


class Topics:
    """Who listens to what on this gateway."""

    def __init__(self) -> None:
        self._subscribers: dict[str, set[Subscriber]] = {}

    def attach(self, topic: str, subscriber: Subscriber) -> None:
        """Tell `subscriber` of what comes on `topic`."""
        self._subscribers.setdefault(topic, set()).add(subscriber)

    def detach(self, topic: str, subscriber: Subscriber) -> None:
        """No longer tell it; nothing where it was not attached."""
        subscribers = self._subscribers.get(topic)
        if subscribers is None:
            return
        subscribers.discard(subscriber)
        if not subscribers:
            del self._subscribers[topic]

    def of(self, topic: str) -> tuple[Subscriber, ...]:
        """Return who listens to a topic; they may attach and detach while they are told."""
        return tuple(self._subscribers.get(topic, ()))

    def names(self) -> list[str]:
        """Return all topics that somebody listens to."""
        return list(self._subscribers)


class Subscription:
    """Signals of some topics. One task waits at a time; to be ended by `close` or `with`.

    Small (thousands of idle sockets hold one each): a dict, a set and, while waiting, a future.
    """

    __slots__ = ("_own", "_pending", "_topics", "_waiter")

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._own: set[str] = set()
        self._pending: dict[tuple[str, str], Signal] = {}
        self._waiter: asyncio.Future[None] | None = None

    def add(self, topic: str) -> None:
        """Wait for `topic` too."""
        self._own.add(topic)
        self._topics.attach(topic, self)

    def remove(self, topic: str) -> None:
        """No longer wait for `topic`; what it said and is unread is dropped."""
        if topic not in self._own:
            return
        self._own.discard(topic)
        self._topics.detach(topic, self)
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
