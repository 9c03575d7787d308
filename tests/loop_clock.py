"""Time as an event loop had it: what a busy machine took from the whole process meanwhile is not counted.

async with LoopClock() as clock:
    began = clock.now()
    ...
    assert clock.now() - began < 1.5
"""

import asyncio
import time
from types import TracebackType
from typing import Self

_TICK = 0.01


class LoopClock:
    """A stall is a tick that comes late while the process does not compute either; its length is left out."""

    def __init__(self) -> None:
        self._seen, self._computed, self._stalled = time.monotonic(), time.process_time(), 0.0

    async def __aenter__(self) -> Self:
        self._ticking = asyncio.create_task(self._tick(), name="loop-clock")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)

    def now(self) -> float:
        """Seconds without stalls."""
        seen, computed = time.monotonic(), time.process_time()
        late = seen - self._seen - _TICK - (computed - self._computed)
        self._stalled += max(0.0, late)
        self._seen, self._computed = seen, computed
        return seen - self._stalled

    async def _tick(self) -> None:
        while True:
            self.now()
            await asyncio.sleep(_TICK)
