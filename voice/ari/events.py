"""What happens in Asterisk, as its events WebSocket tells it; reconnects by itself, for ever.

While nobody listens for our application, the dialplan's `Stasis()` fails and goes on to the queue. What
happened during a gap is not told again, so everybody who watches gets `RECONNECTED` and looks for themselves.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from voice.ari.client import AriClient

log = structlog.get_logger(__name__)

RECONNECTED = "Reconnected"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_MOST_EVENTS = 200
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class AriEvent:
    """One event."""

    type: str
    """Asterisk's name, such as `StasisStart`; or `RECONNECTED`."""
    body: Mapping[str, Any] = field(default_factory=dict)

    def about(self) -> set[str]:
        """Return the ids of the channels, bridges and recordings that it is about."""
        parts = (self.body.get(key) for key in ("channel", "peer", "bridge", "recording", "playback"))
        found = (part.get("id", part.get("name")) for part in parts if isinstance(part, dict))
        return {str(one) for one in found if one}


class Watch:
    """The events about some ids, in their order; the oldest are dropped where nobody reads them."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[AriEvent] = asyncio.Queue()

    async def next(self) -> AriEvent:
        """Wait for the next one."""
        return await self._events.get()

    def put(self, event: AriEvent) -> None:
        """Add one."""
        if self._events.qsize() >= _MOST_EVENTS:
            self._events.get_nowait()
        self._events.put_nowait(event)


class AriEvents:
    """The listener. `run` it as a task for as long as the gateway lives."""

    def __init__(
        self,
        client: AriClient,
        *,
        unclaimed: Callable[[str], Awaitable[None]] | None = None,
        connected: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`unclaimed` gets a channel that entered our application and that nobody watches."""
        self._client = client
        self._unclaimed, self._on_connected = unclaimed, connected
        self._watches: dict[str, list[Watch]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether Asterisk talks to us now."""
        return self._up.is_set()

    async def wait_up(self) -> None:
        """Wait until Asterisk talks to us."""
        await self._up.wait()

    def watches(self, an_id: str) -> bool:
        """Tell whether somebody watches this id."""
        return an_id in self._watches

    @contextmanager
    def watch(self, *ids: str) -> Iterator[Watch]:
        """Watch channels, bridges and recordings; ids may be watched before they exist."""
        watch = Watch()
        for one in ids:
            self._watches.setdefault(one, []).append(watch)
        try:
            yield watch
        finally:
            for one in ids:
                self._watches[one].remove(watch)
                if not self._watches[one]:
                    del self._watches[one]

    async def run(self) -> None:
        """Listen until cancelled."""
        pause = _FIRST_PAUSE
        try:
            while True:
                try:
                    await self._listen()
                    pause = _FIRST_PAUSE
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    log.warning("ari is away", why=type(error).__name__)
                self._up.clear()
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            self._up.clear()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        query = {"app": self._client.app, "subscribeAll": "false"}
        timeout = aiohttp.ClientTimeout(total=None, connect=3.0)
        async with (
            aiohttp.ClientSession(headers=self._client.headers, timeout=timeout) as session,
            session.ws_connect(
                f"{self._client.url}/ari/events", params=query, heartbeat=15.0, max_msg_size=_MOST_BYTES
            ) as socket,
        ):
            log.info("ari is there")
            self._up.set()
            for watch in {id(one): one for many in self._watches.values() for one in many}.values():
                watch.put(AriEvent(RECONNECTED))
            if self._on_connected is not None:
                self._start(self._on_connected())
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    with suppress(ValueError):
                        self._take(json.loads(message.data))

    def _take(self, body: Any) -> None:
        if not isinstance(body, dict):
            return
        event = AriEvent(str(body.get("type", "")), body)
        about = event.about()
        reached = {id(watch): watch for one in about for watch in self._watches.get(one, ())}
        for watch in reached.values():
            watch.put(event)
        if event.type == "StasisStart" and not reached and self._unclaimed is not None:
            self._start(self._unclaimed(str(body["channel"]["id"])))

    def _start(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            with contextlib.suppress(asyncio.CancelledError):
                try:
                    await work
                except Exception:
                    log.exception("ari event not handled")

        task = asyncio.create_task(guarded(), name="ari-event")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
