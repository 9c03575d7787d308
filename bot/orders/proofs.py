"""How often strangers may try to prove that an order is theirs, over all conversations together.

Four digits can be guessed: three guesses a conversation are few, but conversations cost nothing.
"""

import hashlib
from typing import Protocol

WINDOW = 3600.0
"""Seconds."""


class Buckets(Protocol):
    """Of `bot.live.store.LiveStore`, what is needed here."""

    async def take(self, bucket: str, *, limit: int, window: float) -> float:
        """Take a token; returns 0.0 where it was there."""
        ...

    async def clear(self, bucket: str) -> None:
        """Fill a bucket up."""
        ...


class Proofs:
    """Counts the tries for each order number, whether there is such an order or not."""

    def __init__(self, buckets: Buckets, per_hour: int) -> None:
        self._buckets = buckets
        self._per_hour = per_hour
        """0: no limit."""

    async def may_try(self, number: str) -> bool:
        """Count one try, and tell whether it may be looked at; after too many a person has to."""
        if self._per_hour <= 0:
            return True
        return await self._buckets.take(_bucket(number), limit=self._per_hour, window=WINDOW) == 0.0

    async def succeeded(self, number: str) -> None:
        """Forget the tries: the one who tried is the customer."""
        if self._per_hour > 0:
            await self._buckets.clear(_bucket(number))


def _bucket(number: str) -> str:
    return f"proof:{hashlib.sha256(number.encode(errors='replace')).hexdigest()[:32]}"
