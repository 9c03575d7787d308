"""What operators see of a gateway: its health, its figures; and who is told when the queue moves."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.live.signal import Signal
from bot.store import cases, outbox
from bot.telemetry.health import Health

if TYPE_CHECKING:
    from bot.app.gateway import Gateway

CALM_SECONDS = 0.2
"""Moves of the queue within this time are shown to waiting customers once."""


def make_health(gateway: "Gateway") -> Health:
    """Name the gateway's dependencies; only the database and draining make it unready."""
    health = Health()

    async def database() -> str:
        await gateway.store.read(cases.count_waiting)
        return "ok"

    async def dialogue() -> str:
        status = gateway.pool.status()
        return "ok" if status.up else "no worker is up; customers are offered a person"

    async def accepting() -> str:
        return "draining" if gateway.draining else "ok"

    health.add("database", database, vital=True)
    health.add("accepting", accepting, vital=True)
    health.add("live", gateway.live.status, vital=False)
    health.add("dialogue", dialogue, vital=False)

    async def phone() -> str:
        if gateway.phone is None:
            return "ok" if not gateway.settings.voice.enabled else gateway.phone_off
        return gateway.phone.status()

    health.add("history", gateway.dispatcher.status, vital=False)
    health.add("phone", phone, vital=False)
    return health


async def observe(gateway: "Gateway") -> None:
    """Bring the gauges up to date."""
    metrics, status = gateway.metrics, gateway.pool.status()
    metrics.gauge("turns_running", gateway.runner.running)
    metrics.gauge("dialogue_workers_up", status.up)
    metrics.gauge("dialogue_queued", status.queued)
    metrics.gauge("wakeups_dropped", gateway.hub.dropped)
    metrics.gauge("calls", len(gateway.phone.switchboard) if gateway.phone else 0)
    for sink in gateway.dispatcher.figures():
        metrics.sink_down(sink.name, sink.down)
    metrics.gauge("waiting", await gateway.store.read(cases.count_waiting))
    metrics.gauge("outbox_waiting", await gateway.store.read(outbox.count_waiting))


class QueueMoved:
    """Hears that the queue moved: waiting customers see their new place, and the outbox is looked at."""

    def __init__(self, show: Callable[[], None], kick: Callable[[], None]) -> None:
        self._show = show
        self._kick = kick
        self._timer: asyncio.TimerHandle | None = None

    def put(self, _: Signal) -> None:
        """Take a signal from the hub."""
        self._kick()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(CALM_SECONDS, self._calm)

    def _calm(self) -> None:
        self._timer = None
        self._show()


class TryAgain:
    """Hears that somebody pressed 'try again' at the desk, on whichever gateway."""

    def __init__(self, try_now: Callable[[], None]) -> None:
        self._try_now = try_now

    def put(self, _: Signal) -> None:
        """Take a signal from the hub."""
        self._try_now()
