"""Wake-ups: who waits for something to change is told, on this gateway at once, on others soon.

A wake-up is a hint to read SQL again. It may be lost (the queue is bounded, Redis may be away), so
whoever waits also looks by itself now and then; it is never late because of other topics.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from bot.clock import Clock, SystemClock
from bot.live.peers import Peers
from bot.live.signal import Signal, read_signals, write_signals
from bot.live.store import LiveStore
from bot.live.subscription import Subscriber, Subscription, Topics
from bot.live.tasks import end

CHANNEL = "hub"
MAX_OUTGOING = 4096
"""Signals that wait to be published; more are dropped and counted."""
BATCH = 256
CATCH_UP_STEP = 200
"""Topics woken at a time after a lost subscription, with a pause between: thousands of sockets must not
all read SQL in the same millisecond."""
_log = structlog.get_logger("live")


class Hub:
    """All subscriptions of one gateway. Every method is for the event loop's thread."""

    def __init__(
        self, live: LiveStore, gateway_id: str, *, clock: Clock | None = None, heartbeat: float = 5.0
    ) -> None:
        self._live = live
        self._id = gateway_id
        self._heartbeat = heartbeat
        self._topics = Topics()
        self._outgoing: dict[tuple[str, str], Signal] = {}
        self._has_outgoing = asyncio.Event()
        self._peers = Peers(3 * heartbeat, clock or SystemClock())
        self._was_subscribed = False
        self._hello = False
        self._tasks: list[asyncio.Task[None]] = []
        self._catching_up: asyncio.Task[None] | None = None
        self.dropped = 0
        """Signals lost because too many waited to be published."""

    def wake(self, topic: str, kind: str = "changed", data: Mapping[str, Any] | None = None) -> None:
        """Tell everybody who waits for `topic`. Returns at once; `data` must be JSON-able and small.

        Of several signals of one topic and kind that nobody has read yet only the last one is kept.
        """
        signal = Signal(topic, kind, data)
        self._deliver(signal)
        if self._peers.any:
            self._send_on(signal)

    def subscribe(self, *topics: str) -> Subscription:
        """Return a subscription to `topics`; a context manager that ends it."""
        subscription = Subscription(self._topics)
        for topic in topics:
            subscription.add(topic)
        return subscription

    def attach(self, topic: str, subscriber: Subscriber) -> None:
        """Call `subscriber.put` with every signal of `topic`, within `wake`: for who has no task."""
        self._topics.attach(topic, subscriber)

    def detach(self, topic: str, subscriber: Subscriber) -> None:
        """End what `attach` began."""
        self._topics.detach(topic, subscriber)

    async def start(self) -> None:
        """Begin to hear and tell other gateways."""
        if self._tasks:
            return
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._live.listen(CHANNEL, self._heard), name="hub-listen"),
            loop.create_task(self._publish(), name="hub-publish"),
            loop.create_task(self._beat(), name="hub-beat"),
        ]

    async def stop(self) -> None:
        """Stop; local subscribers are still woken, other gateways no longer."""
        tasks = [*self._tasks, *([self._catching_up] if self._catching_up else [])]
        self._tasks = []
        await end(tasks)

    def _deliver(self, signal: Signal) -> None:
        for subscriber in self._topics.of(signal.topic):
            try:
                subscriber.put(signal)
            except Exception as error:  # one subscriber's mistake is not the others'
                _log.error("hub.subscriber_failed", kind=signal.kind, error=type(error).__name__)

    def _send_on(self, signal: Signal) -> None:
        key = (signal.topic, signal.kind)
        if key not in self._outgoing and len(self._outgoing) >= MAX_OUTGOING:
            self.dropped += 1
            return
        self._outgoing[key] = signal
        self._has_outgoing.set()

    async def _publish(self) -> None:
        while True:
            await self._has_outgoing.wait()
            batch = [self._outgoing.pop(key) for key in list(self._outgoing)[:BATCH]]
            if not self._outgoing:
                self._has_outgoing.clear()
            payload = {"from": self._id, "hello": self._hello, "signals": write_signals(batch)}
            try:
                await self._live.publish(CHANNEL, payload)
            except (TypeError, ValueError):  # data that is not JSON: a mistake of one caller
                self.dropped += len(batch)
                _log.error("hub.bad_data", count=len(batch))

    async def _beat(self) -> None:
        """Say now and then that this gateway is here; a gateway without others publishes nothing else."""
        while True:
            await asyncio.sleep(self._heartbeat)
            await self._live.publish(CHANNEL, {"from": self._id, "hello": self._hello})

    def _heard(self, payload: Mapping[str, Any] | None) -> None:
        if payload is None:
            self._subscribed()
            return
        sender = payload.get("from")
        if sender == self._id:
            self._hello = self._hello and not payload.get("hello")  # ours was heard
            self._peers.forget_silent()  # only while we hear ourselves: else it is we who are deaf
            return
        if not isinstance(sender, str):
            return
        self._peers.seen(sender)
        if payload.get("hello"):
            self._speak()  # so that the newcomer need not wait for our next heartbeat
        for signal in read_signals(payload.get("signals")):
            self._deliver(signal)

    def _subscribed(self) -> None:
        self._hello = True
        self._speak()
        if self._was_subscribed and self._catching_up is None:
            self._catching_up = asyncio.get_running_loop().create_task(self._catch_up(), name="hub-catch-up")
        self._was_subscribed = True

    def _speak(self) -> None:
        """Publish at once, if need be without a signal."""
        self._has_outgoing.set()

    async def _catch_up(self) -> None:
        """Wake all topics: what other gateways said while we were not subscribed is lost."""
        try:
            for topics in _steps(self._topics.names()):
                for topic in topics:
                    self._deliver(Signal(topic, "changed", None))
                await asyncio.sleep(0.05)
        finally:
            self._catching_up = None


def _steps(topics: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(topics), CATCH_UP_STEP):
        yield topics[start : start + CATCH_UP_STEP]
