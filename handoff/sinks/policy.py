"""When to try again, and whether a sink is up. Pure: times and chance are handed in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Pauses between tries, in seconds. There is no last try."""

    first: float = 1.0
    longest: float = 300.0
    """The doubling ends here."""
    longest_asked: float = 900.0
    """A `Retry-After` beyond it is cut."""
    failures: int = 5
    """Failures in a row after which a sink counts as down and is probed one row at a time."""
    longest_probe: float = 60.0
    """Between two probes of a sink that is down."""

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.longest or self.failures < 1 or self.longest_probe <= 0:
            raise ValueError("a retry policy needs 0 < first <= longest, failures >= 1, longest_probe > 0")

    def pause(self, failures: int, asked: float, chance: Callable[[], float]) -> float:
        """Return the seconds before the next try after `failures` (from 1) failed ones.

        Doubled each time, with full jitter on the upper half (`chance` gives [0, 1)), and never
        sooner than the sink asked for.
        """
        doubled: float = min(self.longest, self.first * 2.0 ** min(failures - 1, 60))
        return max(doubled * (0.5 + 0.5 * chance()), min(asked, self.longest_asked))


class SinkHealth:
    """Whether a sink is up, as the last tries tell it. Times are monotonic seconds."""

    def __init__(self, policy: RetryPolicy, chance: Callable[[], float]) -> None:
        self._policy = policy
        self._chance = chance
        self._failures = 0
        self._not_before = 0.0
        self.last_error: str | None = None
        """Of the last failed try; None after a taken one."""

    @property
    def down(self) -> bool:
        """Probe it with one row at a time."""
        return self._failures >= self._policy.failures

    def wait(self, now: float) -> float:
        """Return the seconds until the sink may be asked again."""
        return max(0.0, self._not_before - now)

    def taken(self) -> None:
        """A row was taken."""
        self._failures = 0
        self._not_before = 0.0
        self.last_error = None

    def failed(self, error: str, asked: float, now: float) -> None:
        """The sink could not take a row; `asked` is its `Retry-After`."""
        self._failures += 1
        self.last_error = error
        pause = min(asked, self._policy.longest_asked)
        if self.down:
            over = self._failures - self._policy.failures + 1
            pause = max(pause, min(self._policy.pause(over, 0.0, self._chance), self._policy.longest_probe))
        self._not_before = max(self._not_before, now + pause)

    def try_now(self) -> None:
        """Somebody wants a try at once."""
        self._not_before = 0.0
