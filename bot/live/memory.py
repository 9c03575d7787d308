"""Live state in this process's memory: what a gateway falls back to, and enough for one alone."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.live.store import Heard

MAX_ENTRIES = 50_000
"""Of each kind; then the least recently used goes, which frees a bucket or forgets a presence early."""
MAX_CONNECTIONS = 64
"""Of one person; more tabs than that are not counted."""


@dataclass(frozen=True, slots=True)
class _Lease:
    holder: str
    until: float


class MemoryLiveStore:
    """A `LiveStore` that ends with the process. Every table is bounded."""

    def __init__(self, clock: Clock, *, max_entries: int = MAX_ENTRIES) -> None:
        self._clock = clock
        self._max = max_entries
        self._buckets: OrderedDict[str, float] = OrderedDict()
        self._present: OrderedDict[tuple[str, str], dict[str, float]] = OrderedDict()
        self._leases: OrderedDict[str, _Lease] = OrderedDict()
        self._listeners: dict[str, list[Heard]] = {}

    async def publish(self, channel: str, payload: Mapping[str, Any]) -> None:
        """See `LiveStore.publish`."""
        text = json.dumps(payload)
        for heard in tuple(self._listeners.get(channel, ())):
            heard(json.loads(text))

    async def listen(self, channel: str, heard: Heard) -> None:
        """See `LiveStore.listen`."""
        listeners = self._listeners.setdefault(channel, [])
        listeners.append(heard)
        try:
            heard(None)
            await asyncio.Event().wait()
        finally:
            listeners.remove(heard)

    async def take(self, bucket: str, *, limit: int, window: float) -> float:
        """See `LiveStore.take`. The generic cell rate algorithm: one number a bucket, the time it is full.

        Source: ITU-T I.371, annex A.
        """
        now = self._clock.monotonic()
        full_at = max(now, min(self._buckets.get(bucket, now), now + window)) + window / limit
        wait = full_at - window - now
        if wait > 1e-6:
            return wait
        self._buckets[bucket] = full_at
        self._trim(self._buckets, bucket)
        return 0.0

    async def clear(self, bucket: str) -> None:
        """See `LiveStore.clear`."""
        self._buckets.pop(bucket, None)

    async def touch(self, kind: str, id: str, connection: str, ttl: float) -> None:
        """See `LiveStore.touch`."""
        self.note(kind, id, connection, ttl)

    def note(self, kind: str, id: str, connection: str, ttl: float) -> None:
        """Do what `touch` does, at once."""
        now = self._clock.monotonic()
        present = self._present.setdefault((kind, id), {})
        if len(present) >= MAX_CONNECTIONS and connection not in present:
            for old in [name for name, until in present.items() if until <= now] or [next(iter(present))]:
                del present[old]
        present[connection] = now + ttl
        self._trim(self._present, (kind, id))

    async def gone(self, kind: str, id: str, connection: str) -> None:
        """See `LiveStore.gone`."""
        self.forget(kind, id, connection)

    def forget(self, kind: str, id: str, connection: str) -> None:
        """Do what `gone` does, at once."""
        present = self._present.get((kind, id))
        if present is None:
            return
        present.pop(connection, None)
        if not present:
            del self._present[(kind, id)]

    async def connected(self, kind: str, ids: Sequence[str]) -> set[str]:
        """See `LiveStore.connected`."""
        return self.here(kind, ids)

    def here(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Do what `connected` does, at once."""
        now = self._clock.monotonic()
        found = set()
        for id in ids:
            present = self._present.get((kind, id))
            if present is None:
                continue
            if any(until > now for until in present.values()):
                found.add(id)
            else:
                del self._present[(kind, id)]
        return found

    async def lease(self, name: str, holder: str, ttl: float) -> bool:
        """See `LiveStore.lease`."""
        now = self._clock.monotonic()
        present = self._leases.get(name)
        if present is not None and present.until > now and present.holder != holder:
            return False
        self._leases[name] = _Lease(holder, now + ttl)
        self._trim(self._leases, name)
        return True

    async def release(self, name: str, holder: str) -> None:
        """See `LiveStore.release`."""
        present = self._leases.get(name)
        if present is not None and present.holder == holder:
            del self._leases[name]

    async def status(self) -> str:
        """See `LiveStore.status`; memory is what was asked for here."""
        return "ok"

    async def close(self) -> None:
        """Forget everything."""
        self._buckets.clear()
        self._present.clear()
        self._leases.clear()

    def _trim(self, table: "OrderedDict[Any, Any]", used: object) -> None:
        table.move_to_end(used)
        if len(table) > self._max:
            table.popitem(last=False)
