"""One heartbeat of 20 ms for all calls of a gateway.

Deadlines are absolute, so that nothing drifts: a thousand ticks take twenty seconds. After a stall (a garbage
collection, a suspended machine) up to three missed ticks are caught up with and the rest is skipped, since
audio that is later than that is better dropped than played at double speed.
"""

import asyncio
import time
from collections.abc import Callable

from voice.audio.pcm import FRAME_SECONDS

Tick = Callable[[], None]

_EARLY = 0.0005
"""uvloop's timers know whole milliseconds and may ring half of one too soon."""


class Pacer:
    """Lives in one event loop, asyncio's or uvloop's; it sleeps while nobody is added."""

    def __init__(
        self,
        on_error: Callable[[Exception], None],
        *,
        on_lateness: Callable[[float], None] | None = None,
        period: float = FRAME_SECONDS,
        catch_up: int = 3,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_error` is told what a tick raised, `on_lateness` by how many seconds each wake-up came late.

        `monotonic` is `Clock.monotonic` of a clock that runs as the loop's does.
        """
        self._on_error = on_error
        self._on_lateness = on_lateness
        self._period = period
        self._catch_up = catch_up
        self._monotonic = monotonic
        self._ticks: dict[int, Tick] = {}
        self._numbers = 0
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self.skipped = 0
        """Ticks that were never made up for, since the beginning."""

    def __len__(self) -> int:
        return len(self._ticks)

    def add(self, tick: Tick) -> Callable[[], None]:
        """Call `tick` every period from now on; returns what removes it (more than once is once)."""
        self._numbers += 1
        number = self._numbers
        self._ticks[number] = tick
        if self._timer is None:
            self._deadline = self._monotonic() + self._period
            self._sleep()

        def remove() -> None:
            self._ticks.pop(number, None)
            self._rest()

        return remove

    def close(self) -> None:
        """Remove everybody."""
        self._ticks.clear()
        self._rest()

    def _rest(self) -> None:
        if not self._ticks and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sleep(self) -> None:
        delay = max(0.0, self._deadline - self._monotonic())
        self._timer = asyncio.get_running_loop().call_later(delay, self._wake)

    def _wake(self) -> None:
        now = self._monotonic()
        late = now - self._deadline
        if late < -_EARLY:
            self._sleep()
            return
        due = 1 + max(0, int((late + _EARLY) / self._period))
        rounds = min(due, 1 + self._catch_up)
        self.skipped += due - rounds
        self._deadline += due * self._period
        if self._on_lateness is not None:
            self._on_lateness(max(0.0, late))
        for _ in range(rounds):
            self._round()
        if self._ticks:
            self._sleep()
        else:
            self._timer = None

    def _round(self) -> None:
        for number, tick in list(self._ticks.items()):
            if number not in self._ticks:
                continue
            try:
                tick()
            except Exception as error:  # one call's mistake must not silence the others
                self._ticks.pop(number, None)
                self._on_error(error)
