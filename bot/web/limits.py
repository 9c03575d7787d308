"""How much one visitor may ask: a token bucket, pure, shared by all of a visitor's tabs on a gateway."""

from collections import OrderedDict
from dataclasses import dataclass

MAX_BUCKETS = 50_000
"""Buckets that are kept; the one not used for longest goes first, and a fresh one is full."""


@dataclass(slots=True)
class Bucket:
    """Tokens left, as of a moment."""

    tokens: float
    at: float


class FrameLimiter:
    """`burst` frames at once and `per_second` after that; 0 of either switches the limit off."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._rate = per_second
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, who: str, now: float) -> bool:
        """Count one frame, at `now` seconds; say whether it may pass."""
        if not self._burst or not self._rate:
            return True
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = Bucket(float(self._burst), now)
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(who)
        bucket.tokens = min(float(self._burst), bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return True
        return False
