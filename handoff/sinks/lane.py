"""One sink's way out of the outbox: a task that posts what is due, a few rows at once, and never gives up."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.clock import Clock
from bot.store import outbox
from bot.store.engine import Store
from bot.store.outbox import Delivery
from handoff.sinks.policy import RetryPolicy, SinkHealth
from handoff.sinks.webhook import WebhookSink

AT_ONCE = 8
"""Posts under way, and bodies in memory, of one sink."""
POLL = 5.0
"""Seconds between looks without a kick: for rows that a gateway left when it died."""
LOCK_MARGIN = 20.0
"""Seconds a row stays locked beyond the post's timeout: for the store, and for clocks that differ."""
Tried = Callable[[str, str], None]
"""Told of each try: the sink's name, and `taken` or `failed`. For metrics."""
_log = structlog.get_logger("sinks")


class Lane:
    """Posts a sink's rows. Several gateways may run one each: SQL's lock decides who tries a row.

    A crash between a post and its note repeats the post with the same `webhook-id`, when the lock
    has run out.
    """

    def __init__(
        self,
        store: Store,
        sink: WebhookSink,
        clock: Clock,
        policy: RetryPolicy,
        *,
        lock_margin: float = LOCK_MARGIN,
        tried: Tried = lambda _sink, _outcome: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.sink = sink
        self.health = SinkHealth(policy, chance)
        self.taken = 0
        """Rows this process brought out."""
        self.failed = 0
        """Tries of this process that failed."""
        self._store = store
        self._clock = clock
        self._policy = policy
        self._chance = chance
        self._tried = tried
        self._lock_for = timedelta(seconds=sink.timeout + lock_margin)
        self._posts: set[asyncio.Task[None]] = set()
        self._kicked = asyncio.Event()

    def kick(self) -> None:
        """Look at once: there is something new, or room again."""
        self._kicked.set()

    async def run(self) -> None:
        """Post what is due until cancelled."""
        troubles = 0
        while True:
            self._kicked.clear()
            try:
                wait = await self._fill()
                troubles = 0
            except Exception as error:  # the database is away: this task must outlive it
                troubles += 1
                wait = self._policy.pause(min(troubles, 6), 0.0, self._chance)
                _log.error("sink.store_failed", sink=self.sink.name, error=type(error).__name__)
            await self._wait(wait)

    async def finish(self, seconds: float) -> None:
        """Let posts under way end for so many seconds, then cut them off (their locks run out)."""
        if self._posts:
            await asyncio.wait(self._posts, timeout=seconds)
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)

    async def _fill(self) -> float:
        """Start as many posts as there is room for; return the seconds until there may be more to do."""
        room = (1 if self.health.down else AT_ONCE) - len(self._posts)
        if room <= 0:
            return POLL  # a post that ends kicks
        pause = self.health.wait(self._clock.monotonic())
        if pause > 0:
            return min(pause, POLL)
        now = self._clock.now()

        def look(connection: Connection) -> tuple[list[Delivery], float]:
            rows = outbox.due(connection, self.sink.name, now, room)
            later = None if rows else outbox.next_due(connection, self.sink.name, now)
            return rows, POLL if later is None else (later - now).total_seconds()

        rows, until_next = await self._store.read(look)
        if not rows:
            return min(until_next, POLL)
        return await self._start_posts(rows)

    async def _start_posts(self, rows: list[Delivery]) -> float:
        now = self._clock.now()
        until = now + self._lock_for

        def lock(connection: Connection) -> list[Delivery]:
            # In one order everywhere, so that two gateways cannot wait for each other.
            return [
                row
                for row in sorted(rows, key=lambda row: row.id)
                if outbox.lock(connection, row.id, now, until)
            ]

        ours = await self._store.write(lock)
        for row in ours:
            held = outbox.Held(row.id, row.attempts, until)
            post = asyncio.create_task(self._post(held), name=f"sink-post-{row.id}")
            self._posts.add(post)
            post.add_done_callback(self._ended)
        # Another gateway may have been first with all of them: it needs a moment.
        return 0.0 if ours else 0.05 + 0.1 * self._chance()

    async def _post(self, held: outbox.Held) -> None:
        body = await self._store.read(lambda connection: outbox.body(connection, held.id))
        if body is None:
            return
        answer = await self.sink.post(held.id, body, self._clock.now())
        del body
        if answer.error is None:
            self.health.taken()
            self.taken += 1
            self._tried(self.sink.name, "taken")
            taken_at = self._clock.now()
            await self._store.write(lambda connection: outbox.delivered(connection, held.id, taken_at))
            _log.info("sink.taken", sink=self.sink.name, delivery_id=held.id, attempts=held.attempts + 1)
            return
        error = answer.error
        self.failed += 1
        self._tried(self.sink.name, "failed")
        if answer.sink_failed:
            self.health.failed(error, answer.retry_after, self._clock.monotonic())
        pause = self._policy.pause(held.attempts + 1, answer.retry_after, self._chance)
        again = self._clock.now() + timedelta(seconds=pause)
        await self._store.write(lambda connection: outbox.failed(connection, held, error, again))
        _log.warning(
            "sink.failed", sink=self.sink.name, delivery_id=held.id, attempts=held.attempts + 1, reason=error
        )

    def _ended(self, post: "asyncio.Task[None]") -> None:
        self._posts.discard(post)
        if not post.cancelled() and (error := post.exception()) is not None:
            # What it did is not noted: its lock runs out, and it is done again with the same id.
            _log.error("sink.not_noted", sink=self.sink.name, error=type(error).__name__)
        self._kicked.set()

    async def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._kicked.wait()
        except TimeoutError:
            pass
