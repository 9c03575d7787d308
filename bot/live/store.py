"""The seam to live state: what is only a hint, may be lost at any moment, and is never waited for.

SQL is the truth. Here stand presence, wake-ups between gateways, rate limits and leases; whoever
uses them must stay right, if perhaps slower, when all of it is forgotten.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

Heard = Callable[[Mapping[str, Any] | None], None]
"""Called with each payload on a channel, and with None whenever the subscription was (re)made:
what was published before that moment may have been missed."""


class LiveStore(Protocol):
    """Presence, wake-ups, rate limits and leases. No method raises or takes longer than about a second.

    Where the server is down, each gateway goes on with its own memory: limits count per gateway,
    presence knows this gateway's connections, and two gateways may hold the same lease. A lease
    therefore saves double work; it must never be what keeps two writers apart.
    """

    async def publish(self, channel: str, payload: Mapping[str, Any]) -> None:
        """Tell every listener of `channel`, this process's own included. May be lost.

        `payload` must be JSON-able; what is not raises `TypeError`, a mistake in the program.
        """
        ...

    async def listen(self, channel: str, heard: Heard) -> None:
        """Call `heard` for what comes on `channel` until cancelled; subscribes again by itself."""
        ...

    async def take(self, bucket: str, *, limit: int, window: float) -> float:
        """Take one token of a bucket that holds `limit` and fills up in `window` seconds.

        Returns 0.0 where it was there, else the seconds until one is; a refusal costs no token.
        """
        ...

    async def clear(self, bucket: str) -> None:
        """Fill a bucket up (after a successful sign-in, say)."""
        ...

    async def touch(self, kind: str, id: str, connection: str, ttl: float) -> None:
        """Note for `ttl` seconds that `connection` of somebody is open."""
        ...

    async def gone(self, kind: str, id: str, connection: str) -> None:
        """Note that a connection was closed."""
        ...

    async def connected(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Return those of `ids` that have an open connection on any gateway."""
        ...

    async def lease(self, name: str, holder: str, ttl: float) -> bool:
        """Take or renew a lease for `ttl` seconds; false where another holds it."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back; nothing where `holder` no longer holds it."""
        ...

    async def status(self) -> str:
        """Return `ok`, or in a few words why only this process's memory is used."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
