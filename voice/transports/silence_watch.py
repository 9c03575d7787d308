"""Notices a peer from which nothing comes: not its name, not its first audio, or nothing any more."""

import asyncio
from collections.abc import Callable

from bot.clock import Clock
from voice.transports.inbox import Reason
from voice.transports.limits import TransportLimits

_SOONEST = 0.01


class SilenceWatch:
    """One timer a call, and none a frame. Made in an event loop; `stop` it when the call ends."""

    def __init__(self, limits: TransportLimits, clock: Clock, on_silence: Callable[[Reason], None]) -> None:
        self._limits, self._clock = limits, clock
        self._on_silence = on_silence
        self._loop = asyncio.get_running_loop()
        self._heard_at: float | None = None
        self._timer = self._loop.call_later(limits.first_seconds, on_silence, "silent")

    def named(self) -> None:
        """The peer has said who it is: audio is awaited."""
        self._wait(self._limits.silent_seconds)

    def heard(self) -> None:
        """Something came."""
        first = self._heard_at is None
        self._heard_at = self._clock.monotonic()
        if first:
            self._wait(self._limits.lost_seconds)

    def stop(self) -> None:
        """Say nothing any more."""
        self._timer.cancel()

    def _wait(self, seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(max(seconds, _SOONEST), self._look)

    def _look(self) -> None:
        if self._heard_at is None:
            self._on_silence("silent")
            return
        left = self._heard_at + self._limits.lost_seconds - self._clock.monotonic()
        if left > 0:
            self._wait(left)
        else:
            self._on_silence("lost")
