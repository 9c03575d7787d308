"""What a peer may do on a call, the same for every transport."""

from dataclasses import dataclass

from bot.clock import Clock

_LEAST_COST = 0.005
"""Seconds that any frame costs, so that a million tiny ones are a flood too."""


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """When a peer is given up. Seconds; all of them bound memory or the time that a dead call is kept."""

    first_seconds: float = 5.0
    """Until a peer must have said who it is."""
    silent_seconds: float = 10.0
    """Until a peer that said who it is must have sent audio."""
    lost_seconds: float = 60.0
    """Without a single frame after that; a caller on hold sends none."""
    burst_seconds: float = 10.0
    """Audio at once: what TCP catches up with after a hole in the network."""
    flood_rate: float = 1.25
    """Seconds of audio a second, beyond the burst."""
    unread_seconds: float = 3.0
    """Audio that the peer may leave unread before it is given up."""


class FloodGuard:
    """A bucket of seconds of audio that fills a little faster than time passes."""

    def __init__(self, limits: TransportLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._left = limits.burst_seconds
        self._at = clock.monotonic()

    def take(self, seconds: float) -> bool:
        """Take a frame of so many seconds of audio (0 for a control frame); false where it is too much."""
        now = self._clock.monotonic()
        filled = self._left + (now - self._at) * self._limits.flood_rate
        self._at = now
        self._left = min(filled, self._limits.burst_seconds) - max(seconds, _LEAST_COST)
        return self._left >= 0.0
