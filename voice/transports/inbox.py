"""What has come from a peer and was not taken yet: bounded, and closed by `HungUp`."""

import asyncio
from collections import deque
from typing import Literal

from voice.transports.transport import Audio, Event, HungUp

Reason = Literal["caller", "lost", "flooded", "silent", "protocol", "drained"]

_MOST_EVENTS = 500
"""10 s of 20 ms frames."""
_MOST_BYTES = 160_000
"""10 s at 8 kHz."""


class Inbox:
    """A queue for one reader. Where nobody reads, the oldest audio is dropped; what is live stays live."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self.ended: HungUp | None = None
        """How it ended, once it has."""

    def put(self, event: Event) -> None:
        """Add an event; nothing is added after the end."""
        if self.ended is not None:
            return
        if isinstance(event, Audio):
            self._bytes += len(event.pcm)
        elif isinstance(event, HungUp):
            self.ended = event
        self._events.append(event)
        while self._bytes > _MOST_BYTES or len(self._events) > _MOST_EVENTS:
            if not self._drop_oldest_audio():
                break
        self._wake.set()

    def end(self, reason: Reason) -> None:
        """Add `HungUp`; the first reason stays."""
        self.put(HungUp(reason))

    async def get(self) -> Event:
        """Wait for the next event; after `HungUp` it is given again and again."""
        while not self._events:
            if self.ended is not None:
                return self.ended
            self._wake.clear()
            await self._wake.wait()
        event = self._events.popleft()
        if isinstance(event, Audio):
            self._bytes -= len(event.pcm)
        return event

    def _drop_oldest_audio(self) -> bool:
        for index, event in enumerate(self._events):
            if isinstance(event, Audio):
                del self._events[index]
                self._bytes -= len(event.pcm)
                return True
        return False
