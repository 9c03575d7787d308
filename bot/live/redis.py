"""Live state in Redis or Valkey, with this process's memory behind it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.clock import Clock
from bot.live import scripts
from bot.live.circuit import Circuit
from bot.live.memory import MAX_CONNECTIONS, MemoryLiveStore
from bot.live.store import Heard
from bot.live.tasks import raise_if_cancelled

IDS_AT_ONCE = 500
"""Keys in one script call: it holds the server up for well under a millisecond."""
SILENCE = 5.0
"""Seconds without a word on a subscription, then the server is asked whether it is still there."""
LONGEST_PAUSE = 2.0
"""Seconds between tries to subscribe again."""


class RedisLiveStore:
    """A `LiveStore` on one Redis-compatible server (6.2 or newer; not a cluster: scripts take many keys).

    `url` is `redis://`, `rediss://` or `unix://`. Presence is kept in memory too, so this gateway's
    own connections are still known after FLUSHALL or without the server.
    """

    def __init__(self, url: str, clock: Clock, *, prefix: str = "centrala:", timeout: float = 0.5) -> None:
        self._prefix = prefix
        self._memory = MemoryLiveStore(clock)
        self._circuit = Circuit(clock, timeout=timeout)
        # One silent retry: after a restart of the server every pooled connection is stale.
        self._redis: Redis = Redis.from_url(
            url,
            protocol=2,
            driver_info=None,  # it would read the library's version from disk for every connection
            decode_responses=True,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1),
        )
        self._take = self._redis.register_script(scripts.TAKE)
        self._touch = self._redis.register_script(scripts.TOUCH)
        self._connected = self._redis.register_script(scripts.CONNECTED)
        self._lease = self._redis.register_script(scripts.LEASE)
        self._release = self._redis.register_script(scripts.RELEASE)

    async def publish(self, channel: str, payload: Mapping[str, Any]) -> None:
        """See `LiveStore.publish`; without the server nobody hears it."""
        text = json.dumps(payload, separators=(",", ":"))

        async def ask() -> None:
            await self._redis.publish(self._prefix + channel, text)

        await self._circuit.ask(ask, lambda: None)

    async def listen(self, channel: str, heard: Heard) -> None:
        """See `LiveStore.listen`."""
        pause = 0.05
        while True:
            raise_if_cancelled()
            try:
                await self._hear(self._prefix + channel, heard)
            except (RedisError, OSError, TimeoutError, _Silent):
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = 0.05

    async def _hear(self, channel: str, heard: Heard) -> None:
        """Hear until the connection is lost; raises where it could not even be made."""
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(channel)
            if await subscription.get_message(timeout=SILENCE) is None:
                raise _Silent
            heard(None)
            asked = False
            while True:
                raise_if_cancelled()
                try:
                    message = await subscription.get_message(timeout=SILENCE)
                    if message is None:
                        if asked:
                            return
                        await subscription.ping()
                except (RedisError, OSError, TimeoutError):
                    return
                asked = message is None
                if message is not None and message["type"] == "message":
                    _hand_over(message["data"], heard)

    async def take(self, bucket: str, *, limit: int, window: float) -> float:
        """See `LiveStore.take`."""
        wait = await self._circuit.ask(
            lambda: self._take(keys=[f"{self._prefix}b:{bucket}"], args=[limit, window]), lambda: None
        )
        return await self._memory.take(bucket, limit=limit, window=window) if wait is None else float(wait)

    async def clear(self, bucket: str) -> None:
        """See `LiveStore.clear`."""
        await self._memory.clear(bucket)
        await self._delete(f"{self._prefix}b:{bucket}")

    async def touch(self, kind: str, id: str, connection: str, ttl: float) -> None:
        """See `LiveStore.touch`."""
        self._memory.note(kind, id, connection, ttl)
        args: list[str | float] = [connection, ttl, MAX_CONNECTIONS]
        await self._circuit.ask(lambda: self._touch(keys=[self._person(kind, id)], args=args), lambda: None)

    async def gone(self, kind: str, id: str, connection: str) -> None:
        """See `LiveStore.gone`."""
        self._memory.forget(kind, id, connection)

        async def ask() -> None:
            await _answer(self._redis.zrem(self._person(kind, id), connection))

        await self._circuit.ask(ask, lambda: None)

    async def connected(self, kind: str, ids: Sequence[str]) -> set[str]:
        """See `LiveStore.connected`."""
        found = self._memory.here(kind, ids)
        unsure = [id for id in ids if id not in found]
        for start in range(0, len(unsure), IDS_AT_ONCE):
            some = unsure[start : start + IDS_AT_ONCE]
            keys = [self._person(kind, id) for id in some]
            places = await self._circuit.ask(lambda keys=keys: self._connected(keys=keys), list)  # type: ignore[misc]
            found.update(some[place] for place in places)
        return found

    async def lease(self, name: str, holder: str, ttl: float) -> bool:
        """See `LiveStore.lease`."""
        args: list[str | float] = [holder, max(1, round(ttl * 1000))]
        got = await self._circuit.ask(
            lambda: self._lease(keys=[f"{self._prefix}l:{name}"], args=args), lambda: None
        )
        if got is None:
            return await self._memory.lease(name, holder, ttl)
        return bool(got)

    async def release(self, name: str, holder: str) -> None:
        """See `LiveStore.release`."""
        await self._memory.release(name, holder)
        key = f"{self._prefix}l:{name}"
        await self._circuit.ask(lambda: self._release(keys=[key], args=[holder]), lambda: None)

    async def status(self) -> str:
        """See `LiveStore.status`."""

        async def ask() -> bool:
            return bool(await _answer(self._redis.ping()))

        if await self._circuit.ask(ask, lambda: False):
            return "ok"
        return f"no answer ({self._circuit.why or 'trying'}), this gateway's memory is used"

    async def close(self) -> None:
        """See `LiveStore.close`."""
        await self._redis.aclose()
        await self._memory.close()

    async def _delete(self, key: str) -> None:
        async def ask() -> None:
            await self._redis.delete(key)

        await self._circuit.ask(ask, lambda: None)

    def _person(self, kind: str, id: str) -> str:
        return f"{self._prefix}p:{kind}:{id}"


class _Silent(Exception):  # noqa: N818 - a turn of the loop, never seen outside
    """The server took the subscription and said nothing."""


async def _answer(answer: Any) -> Any:
    """Await what redis-py types as 'awaitable or not'."""
    return await answer if isinstance(answer, Awaitable) else answer


def _hand_over(text: str, heard: Heard) -> None:
    """Parse what a gateway published; anything else on our channel is nobody's fault and ignored."""
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(payload, dict):
        heard(payload)
