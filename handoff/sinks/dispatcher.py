"""The outbox's consumer: a lane for each sink, and the cleaning behind them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.clock import Clock
from bot.store import outbox
from bot.store.engine import Store
from handoff.sinks.lane import LOCK_MARGIN, Lane, Tried
from handoff.sinks.policy import RetryPolicy
from handoff.sinks.webhook import WebhookSink

PURGE_BATCH = 20
"""Rows deleted in one transaction; a row may be a megabyte."""
STUCK_BATCH = 100
_log = structlog.get_logger("sinks")


@dataclass(frozen=True, slots=True)
class SinkFigures:
    """One sink, for metrics and the desk."""

    name: str
    down: bool
    last_error: str | None
    """Why the last try failed; None after a taken row."""
    taken: int
    """Rows that this process brought out."""
    failed: int
    """Tries of this process that failed."""


class Dispatcher:
    """Pushes what the outbox owes. On tasks and a session of its own, so no chat waits for a sink."""

    def __init__(
        self,
        store: Store,
        sinks: Sequence[WebhookSink],
        clock: Clock,
        *,
        policy: RetryPolicy | None = None,
        keep_delivered_days: float = 14.0,
        clean_every: float = 300.0,
        drain: float = 5.0,
        lock_margin: float = LOCK_MARGIN,
        tried: Tried = lambda _sink, _outcome: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._keep = timedelta(days=keep_delivered_days)
        self._clean_every = clean_every
        self._drain = drain
        self._lanes = [
            Lane(store, sink, clock, policy or RetryPolicy(), lock_margin=lock_margin, tried=tried)
            for sink in sinks
        ]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to push."""
        if self._tasks:
            return
        self._tasks = [asyncio.create_task(lane.run(), name=f"sink-{lane.sink.name}") for lane in self._lanes]
        self._tasks.append(asyncio.create_task(self._clean(), name="sink-clean"))

    async def stop(self) -> None:
        """Start no more posts, let those under way end for a few seconds."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(lane.finish(self._drain) for lane in self._lanes))

    def kick(self) -> None:
        """Look into the outbox at once: something was written to it. A sink that is down stays spared."""
        for lane in self._lanes:
            lane.kick()

    def try_now(self) -> None:
        """Look at once, and ask sinks that are down too: somebody pressed 'try again'."""
        for lane in self._lanes:
            lane.health.try_now()
            lane.kick()

    def figures(self) -> list[SinkFigures]:
        """Return how each sink does."""
        return [
            SinkFigures(
                name=lane.sink.name,
                down=lane.health.down,
                last_error=lane.health.last_error,
                taken=lane.taken,
                failed=lane.failed,
            )
            for lane in self._lanes
        ]

    async def status(self) -> str:
        """Return `ok`, or which sinks are down and why."""
        down = [f"{one.name} is down ({one.last_error})" for one in self.figures() if one.down]
        return ", ".join(down) or "ok"

    async def _clean(self) -> None:
        while True:
            try:
                for lane in self._lanes:
                    await self._unstick(lane)
                await self._purge()
            except Exception as error:  # the database is away: next time
                _log.error("sink.clean_failed", error=type(error).__name__)
            await asyncio.sleep(self._clean_every)

    async def _unstick(self, lane: Lane) -> None:
        name = lane.sink.name
        lines = await self._store.read(lambda connection: outbox.stuck(connection, name, STUCK_BATCH))
        if lines:
            now = self._clock.now()
            await self._store.write(lambda connection: outbox.unstick(connection, lines, now))
            lane.kick()

    async def _purge(self) -> None:
        before = self._clock.now() - self._keep

        def work(connection: Connection) -> int:
            return outbox.purge(connection, before, PURGE_BATCH)

        deleted = PURGE_BATCH
        while deleted == PURGE_BATCH:
            deleted = await self._store.write(work)
            await asyncio.sleep(0.1)  # chats write too
