"""A circuit breaker: stops asking a backend that does not answer, and tries again by itself.

closed ──n failures in a row──> open ──after a pause──> half-open ──success──> closed
                                 ^                          │
                                 └── failure, pause doubled ┘
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.clock import Clock


class BreakerState(StrEnum):
    """Where the breaker stands; also a metric's label."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When to open and for how long."""

    failures: int = 5
    """Failures in a row that open it."""
    pause: float = 5.0
    """Seconds open before one probe is let through; doubled by every probe that fails."""
    longest_pause: float = 60.0
    """Seconds; the doubling ends here."""

    def __post_init__(self) -> None:
        if self.failures < 1 or not 0 < self.pause <= self.longest_pause:
            raise ValueError("a breaker needs failures >= 1 and 0 < pause <= longest_pause")


class CircuitBreaker:
    """Three states, two counters and a time: nothing in it grows.

    `admit` gives a ticket which the caller hands back with the outcome. A ticket from before the
    last change of state is ignored, so that slow calls that began long ago decide nothing.
    """

    def __init__(self, clock: Clock, policy: BreakerPolicy | None = None) -> None:
        self._clock = clock
        self._policy = policy or BreakerPolicy()
        self._state = BreakerState.CLOSED
        self._epoch = 0
        self._failures = 0
        self._pause = self._policy.pause
        self._until = 0.0

    @property
    def state(self) -> BreakerState:
        """The state as of the last call; an open breaker whose pause is over is still open."""
        return self._state

    def admit(self) -> int | None:
        """Return a ticket for one call, or None where the backend is not to be asked now.

        While half-open one probe is out at a time. One that never reports back (its task was
        cancelled, say) is given up after the present pause, and another is let through.
        """
        if self._state is BreakerState.CLOSED:
            return self._epoch
        if self._clock.monotonic() < self._until:
            return None
        self._enter(BreakerState.HALF_OPEN)
        self._until = self._clock.monotonic() + self._pause
        return self._epoch

    def succeeded(self, ticket: int) -> None:
        """The backend answered (a 404 is an answer)."""
        if ticket != self._epoch:
            return
        self._failures = 0
        self._pause = self._policy.pause
        if self._state is not BreakerState.CLOSED:
            self._enter(BreakerState.CLOSED)

    def failed(self, ticket: int) -> None:
        """The backend did not answer, or said that it cannot."""
        if ticket != self._epoch:
            return
        if self._state is BreakerState.HALF_OPEN:
            self._pause = min(2 * self._pause, self._policy.longest_pause)
        else:
            self._failures += 1
            if self._failures < self._policy.failures:
                return
        self._enter(BreakerState.OPEN)
        self._until = self._clock.monotonic() + self._pause

    def abandoned(self, ticket: int) -> None:
        """The call was given up on our side: it says nothing about the backend."""
        if ticket == self._epoch and self._state is BreakerState.HALF_OPEN:
            self._enter(BreakerState.OPEN)
            self._until = self._clock.monotonic()

    def _enter(self, state: BreakerState) -> None:
        self._state = state
        self._epoch += 1
        self._failures = 0
