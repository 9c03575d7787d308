"""A call to the live server with an end: it answers soon, or the caller gets something else at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from bot.clock import Clock

T = TypeVar("T")
_log = structlog.get_logger("live")


class Circuit:
    """After a failure nobody asks for `pause` seconds; then one caller tries, the others do not wait.

    At most `at_once` calls are under way, so a burst waits for connections instead of opening hundreds.
    """

    def __init__(self, clock: Clock, *, timeout: float = 0.5, pause: float = 1.0, at_once: int = 32) -> None:
        self._clock = clock
        self._timeout = timeout
        self._pause = pause
        self._places = asyncio.Semaphore(at_once)
        self._open_until: float | None = None
        self.why = ""
        """Why the last call failed, in a word; empty where it did not."""

    async def ask(self, call: Callable[[], Awaitable[T]], otherwise: Callable[[], T]) -> T:
        """Return what `call` gives within the timeout, else what `otherwise` gives."""
        if self._closed_to_callers() or not await self._place():
            return otherwise()
        try:
            if self._closed_to_callers():  # it was lost while this caller waited for its place
                return otherwise()
            if self._open_until is not None:
                self._open_until = self._clock.monotonic() + self._pause  # this caller is the one that tries
            async with asyncio.timeout(self._timeout):
                answer = await call()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return otherwise()
        finally:
            self._places.release()
        self._succeeded()
        return answer

    def _closed_to_callers(self) -> bool:
        return self._open_until is not None and self._clock.monotonic() < self._open_until

    async def _place(self) -> bool:
        """Wait for one of the places; a queue before them says nothing about the server."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._places.acquire()
        except TimeoutError:
            return False
        return True

    def _succeeded(self) -> None:
        self._open_until = None
        if self.why:
            _log.info("live.back")
            self.why = ""

    def _failed(self, error: Exception) -> None:
        if not self.why:
            _log.warning("live.lost", error=type(error).__name__)
        self.why = type(error).__name__
        self._open_until = self._clock.monotonic() + self._pause
