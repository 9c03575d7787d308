"""One contract for every live store."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest
from live_support import until

from bot.clock import ManualClock
from bot.live.memory import MemoryLiveStore
from bot.live.redis import RedisLiveStore
from bot.live.store import LiveStore


async def test_a_bucket_gives_its_limit_at_once_and_then_one_at_a_time(live: LiveStore) -> None:
    assert [await live.take("b", limit=3, window=60) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 0.0 < await live.take("b", limit=3, window=60) <= 20.0
    assert await live.take("other", limit=3, window=60) == 0.0
    # One comes back every second; what a slow machine takes longer than that gives it one more.
    began = time.monotonic()
    assert [await live.take("quick", limit=3, window=3) for _ in range(3)] == [0.0, 0.0, 0.0]
    wait = await live.take("quick", limit=3, window=3)
    assert 0.0 < wait <= 1.0 or time.monotonic() - began >= 1.0
    await asyncio.sleep(wait + 0.02)
    assert await live.take("quick", limit=3, window=3) == 0.0
    assert await live.take("quick", limit=3, window=3) > 0.0 or time.monotonic() - began >= 2.0


async def test_a_refusal_costs_nothing(live: LiveStore) -> None:
    await live.take("b", limit=1, window=60)
    waits = [await live.take("b", limit=1, window=60) for _ in range(50)]
    assert all(0.0 < wait <= 60 for wait in waits)


async def test_clear_fills_the_bucket(live: LiveStore) -> None:
    await live.take("b", limit=1, window=60)
    assert await live.take("b", limit=1, window=60) > 50
    await live.clear("b")
    assert await live.take("b", limit=1, window=60) == 0.0


async def test_presence_of_several_connections(live: LiveStore) -> None:
    await live.touch("visitor", "v1", "tab-a", 30)
    await live.touch("visitor", "v1", "tab-b", 30)
    await live.touch("agent", "v2", "desk", 30)
    assert await live.connected("visitor", ["v1", "v2", "v3"]) == {"v1"}
    await live.gone("visitor", "v1", "tab-a")
    await live.gone("visitor", "v1", "no-such-tab")
    await live.gone("visitor", "nobody", "tab")
    assert await live.connected("visitor", ["v1"]) == {"v1"}
    await live.gone("visitor", "v1", "tab-b")
    assert await live.connected("visitor", ["v1"]) == set()
    assert await live.connected("visitor", []) == set()


async def test_presence_lapses_by_itself_and_is_renewed(live: LiveStore) -> None:
    await live.touch("visitor", "v1", "long", 30)
    await live.touch("visitor", "v2", "short", 0.15)
    await live.touch("visitor", "v1", "short", 0.15)
    await live.touch("visitor", "v3", "short", 0.15)
    await asyncio.sleep(0.1)
    await live.touch("visitor", "v2", "short", 30)
    await asyncio.sleep(0.15)
    assert await live.connected("visitor", ["v1", "v2", "v3"]) == {"v1", "v2"}


async def test_presence_of_many(live: LiveStore) -> None:
    ids = [f"v{number}" for number in range(1200)]
    for id in ids[::100]:
        await live.touch("visitor", id, "tab", 30)
    assert await live.connected("visitor", ids) == set(ids[::100])


async def test_a_lease_has_one_holder(live: LiveStore) -> None:
    won = await asyncio.gather(*(live.lease("sweep", f"gateway-{n}", 30) for n in range(20)))
    assert won.count(True) == 1
    winner = f"gateway-{won.index(True)}"
    assert await live.lease("sweep", winner, 30)
    await live.release("sweep", "somebody-else")
    assert not await live.lease("sweep", "somebody-else", 30)
    await live.release("sweep", winner)
    assert await live.lease("sweep", "somebody-else", 30)


async def test_a_lease_ends_by_itself(live: LiveStore) -> None:
    assert await live.lease("sweep", "a", 0.1)
    await asyncio.sleep(0.15)
    assert await live.lease("sweep", "b", 30)


async def test_a_payload_that_is_not_json_is_a_mistake_of_the_program(live: LiveStore) -> None:
    with pytest.raises(TypeError):
        await live.publish("c", {"x": object()})


@pytest.fixture(params=["memory_live", "redis_live"])
def answering(request: pytest.FixtureRequest) -> LiveStore:
    store: LiveStore = request.getfixturevalue(request.param)
    return store


async def test_publish_reaches_every_listener(answering: LiveStore) -> None:
    store = answering
    heard: list[list[Mapping[str, Any] | None]] = [[], [], []]
    tasks = [
        asyncio.create_task(store.listen(channel, heard[number].append))
        for number, channel in enumerate(["c", "c", "other"])
    ]
    await until(lambda: all(heard))
    await store.publish("c", {"a": [1, "ż"], "b": None})
    await until(lambda: len(heard[0]) == len(heard[1]) == 2)
    assert heard[0] == heard[1] == [None, {"a": [1, "ż"], "b": None}]
    assert heard[2] == [None]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_memory_is_bounded() -> None:
    clock = ManualClock()
    store = MemoryLiveStore(clock, max_entries=100)
    for number in range(1000):
        await store.take(f"b{number}", limit=1, window=60)
        await store.touch("visitor", f"v{number}", "tab", 60)
        await store.touch("visitor", "one", f"tab{number}", 60)
        await store.lease(f"l{number}", "me", 60)
    assert len(store._buckets) == len(store._present) == len(store._leases) == 100
    assert len(store._present[("visitor", "one")]) == 64
    assert await store.take("b999", limit=1, window=60) > 0
    clock.advance(61)
    assert await store.connected("visitor", ["v999", "one"]) == set()


async def test_a_broken_channel_message_is_ignored(redis_live: RedisLiveStore) -> None:
    heard: list[Mapping[str, Any] | None] = []
    task = asyncio.create_task(redis_live.listen("c", heard.append))
    await until(lambda: heard == [None])
    for text in ("", "nonsense", "[1]", "[" * 100_000, '{"ok":1}'):
        await redis_live._redis.publish(redis_live._prefix + "c", text)
    await until(lambda: heard == [None, {"ok": 1}])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
