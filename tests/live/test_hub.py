"""Wake-ups: local ones at once, other gateways' soon, bounded, coalesced."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
from live_support import kill, until

from bot.clock import SystemClock
from bot.live.embedded import EmbeddedValkey
from bot.live.hub import MAX_OUTGOING, Hub
from bot.live.memory import MemoryLiveStore
from bot.live.redis import RedisLiveStore
from bot.live.signal import Signal, read_signals
from bot.live.store import LiveStore
from bot.live.subscription import MAX_PENDING


@contextlib.asynccontextmanager
async def two_hubs(first: LiveStore, second: LiveStore) -> AsyncIterator[tuple[Hub, Hub]]:
    hubs = (Hub(first, "a", heartbeat=0.2), Hub(second, "b", heartbeat=0.2))
    for hub in hubs:
        await hub.start()
    await until(lambda: all(hub._peers.any for hub in hubs))
    try:
        yield hubs
    finally:
        for hub in hubs:
            await hub.stop()


async def test_a_local_wake_up_is_there_before_wake_returns() -> None:
    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    with hub.subscribe("c1", "c2") as subscription:
        hub.wake("c1")
        hub.wake("c2", "typing", {"sender": "agent"})
        hub.wake("c3")
        assert await subscription.next(0) == [
            Signal("c1", "changed"),
            Signal("c2", "typing", {"sender": "agent"}),
        ]
        assert await subscription.next(0) == []


async def test_unread_signals_are_coalesced_and_the_last_data_counts() -> None:
    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    with hub.subscribe("c1") as subscription:
        for number in range(1000):
            hub.wake("c1")
            hub.wake("c1", "typing", {"n": number})
        assert await subscription.next(None) == [Signal("c1", "changed"), Signal("c1", "typing", {"n": 999})]


async def test_next_waits_and_gives_up() -> None:
    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    with hub.subscribe("c1") as subscription:
        began = time.monotonic()
        assert await subscription.next(0.1) == []
        assert 0.09 < time.monotonic() - began < 30
        waiting = asyncio.create_task(subscription.next(30))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError):
            await subscription.next(1)
        hub.wake("c1")
        assert await waiting == [Signal("c1", "changed")]
        waiting = asyncio.create_task(subscription.next(None))
        await asyncio.sleep(0)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        hub.wake("c1")
        assert await subscription.next(1) == [Signal("c1", "changed")]


async def test_topics_come_and_go_and_leave_nothing_behind() -> None:
    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    with hub.subscribe() as subscription:
        subscription.add("c1")
        subscription.add("c1")
        hub.wake("c1")
        subscription.remove("c1")
        subscription.remove("never")
        hub.wake("c1")
        assert await subscription.next(0) == []
        subscription.add("c2")
    assert hub._topics.names() == []


async def test_a_listener_is_told_at_once_and_its_mistakes_are_its_own() -> None:
    class Told(list[Signal]):
        __hash__ = object.__hash__

        def put(self, signal: Signal) -> None:
            self.append(signal)
            hub.detach(signal.topic, self)

    class Broken:
        def put(self, signal: Signal) -> None:
            raise ValueError("a mistake")

    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    told, broken = [Told(), Told()], Broken()
    for listener in (broken, *told):
        hub.attach("c1", listener)
    hub.wake("c1")
    hub.wake("c1")
    assert told[0] == told[1] == [Signal("c1", "changed")]
    hub.detach("c1", broken)
    hub.detach("c1", broken)
    assert hub._topics.names() == []


async def test_a_reader_who_never_reads_costs_a_bounded_amount() -> None:
    hub = Hub(MemoryLiveStore(SystemClock()), "a")
    with hub.subscribe("c1") as subscription:
        for number in range(3 * MAX_PENDING):
            hub.wake("c1", f"kind{number}")
        assert len(await subscription.next(0)) == MAX_PENDING


@pytest.mark.parametrize("kind", ["memory_live", "redis_live"])
async def test_two_gateways_wake_each_other_and_never_themselves(
    kind: str, memory_live: MemoryLiveStore, redis_live: RedisLiveStore
) -> None:
    live: LiveStore = memory_live if kind == "memory_live" else redis_live
    async with two_hubs(live, live) as (a, b):
        with a.subscribe("c1") as at_a, b.subscribe("c1") as at_b:
            a.wake("c1", "typing", {"sender": "visitor", "name": "Żaneta"})
            expected = [Signal("c1", "typing", {"sender": "visitor", "name": "Żaneta"})]
            assert await at_a.next(0) == expected
            assert await at_b.next(30) == expected
            b.wake("c1")
            assert await at_a.next(30) == [Signal("c1", "changed")]
            assert await at_b.next(30) == [Signal("c1", "changed")]
            await asyncio.sleep(0.3)
            assert await at_a.next(0) == await at_b.next(0) == []


async def test_a_gateway_alone_publishes_no_wake_ups(redis_live: RedisLiveStore) -> None:
    hub = Hub(redis_live, "a", heartbeat=0.1)
    heard: list[object] = []
    listening = asyncio.create_task(redis_live.listen("hub", heard.append))
    await hub.start()
    await until(lambda: len(heard) >= 4)
    hub.wake("c1")
    await asyncio.sleep(0.3)
    said = [
        signal for item in heard if isinstance(item, dict) for signal in read_signals(item.get("signals"))
    ]
    assert said == []
    listening.cancel()
    await hub.stop()
    await asyncio.gather(listening, return_exceptions=True)


async def test_a_gateway_that_left_is_forgotten(memory_live: MemoryLiveStore) -> None:
    async with two_hubs(memory_live, memory_live) as (a, b):
        await b.stop()
        await until(lambda: not a._peers.any)


async def test_what_waits_to_be_published_is_bounded(memory_live: MemoryLiveStore) -> None:
    async with two_hubs(memory_live, memory_live) as (a, _):
        for number in range(MAX_OUTGOING + 10):
            a.wake(f"c{number}")
        assert a.dropped >= 10
        assert len(a._outgoing) <= MAX_OUTGOING


async def test_data_that_is_not_json_harms_nobody_else(memory_live: MemoryLiveStore) -> None:
    async with two_hubs(memory_live, memory_live) as (a, b):
        with b.subscribe("c1") as at_b:
            a.wake("c1", "typing", {"x": object()})
            await until(lambda: a.dropped > 0)
            a.wake("c1")
            assert await at_b.next(30) == [Signal("c1", "changed")]


async def test_subscriptions_come_back_after_kill_and_flushall(
    valkey: EmbeddedValkey, redis_live: RedisLiveStore
) -> None:
    async with two_hubs(redis_live, redis_live) as (a, b):
        with b.subscribe("c1", "c2") as at_b:
            await redis_live._redis.flushall()
            a.wake("c1")
            assert await at_b.next(30) == [Signal("c1", "changed")]

            kill(valkey)
            await until(lambda: valkey.restarts == 1 and valkey.pid is not None)
            # The topics are woken by themselves: what was said in between is lost.
            woken: set[str] = set()
            while woken != {"c1", "c2"}:
                signals = await at_b.next(30)
                assert signals
                woken |= {signal.topic for signal in signals}

            await until(lambda: a._was_subscribed)
            end = time.monotonic() + 30
            while not await at_b.next(0.2):
                assert time.monotonic() < end
                a.wake("c1", "typing")


async def test_five_thousand_idle_waiters_and_a_wake_up_are_cheap(redis_live: RedisLiveStore) -> None:
    """The target is 30 us of the loop a wake-up; the bound here leaves room for a busy machine."""
    hub = Hub(redis_live, "a")
    await hub.start()
    subscriptions = [hub.subscribe(f"c{number}") for number in range(5000)]
    waiters = [asyncio.create_task(subscription.next(None)) for subscription in subscriptions]
    await asyncio.sleep(0.1)
    began = time.process_time()
    for number in range(5000):
        hub.wake(f"c{number}")
    woken = await asyncio.gather(*waiters)
    each = (time.process_time() - began) / 5000
    assert all(len(signals) == 1 for signals in woken)
    assert each < 200e-6
    for subscription in subscriptions:
        subscription.close()
    await hub.stop()
