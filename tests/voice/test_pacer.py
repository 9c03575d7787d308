"""The heartbeat: no drift, bounded catching up, one call's mistake is its own; on both event loops."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from voice.pacer import Pacer

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, None]], None]:
    def on_a_loop_of_its_own(script: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            runner.run(script)

    return on_a_loop_of_its_own


Run = Callable[[Coroutine[Any, Any, None]], None]


def fail(error: Exception) -> None:
    raise AssertionError("no tick may fail here") from error


def test_ticks_keep_to_absolute_deadlines(run: Run) -> None:
    async def script() -> None:
        lateness: list[float] = []
        beats: list[float] = []
        enough = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tick() -> None:
            beats.append(loop.time())
            if len(beats) == 50:
                enough.set()

        pacer = Pacer(fail, on_lateness=lateness.append)
        began = loop.time()
        remove = pacer.add(tick)
        await asyncio.wait_for(enough.wait(), 30)
        remove()
        elapsed = beats[-1] - began
        assert elapsed > (50 + pacer.skipped) * 0.02 - 0.01, "never faster than real time"
        assert all(late >= 0 for late in lateness)
        assert len(pacer) == 0

    run(script())


class SteppedTime:
    """Time that a test sets; the loop's own timers only decide when it is looked at."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_stall_is_caught_up_with_three_ticks_and_the_rest_is_skipped(run: Run) -> None:
    async def script() -> None:
        time, beats = SteppedTime(), 0
        lateness: list[float] = []

        def tick() -> None:
            nonlocal beats
            beats += 1

        pacer = Pacer(fail, on_lateness=lateness.append, monotonic=time)
        pacer.add(tick)

        async def reach(moment: float, wanted: int) -> None:
            time.now = moment
            async with asyncio.timeout(30):
                while beats < wanted:
                    await asyncio.sleep(0.005)
            assert beats == wanted

        await reach(100.021, 1)
        await reach(100.0615, 3)
        assert pacer.skipped == 0
        await reach(100.0615 + 0.2, 7)
        assert pacer.skipped == 6
        await reach(100.2815, 8)
        assert pacer.skipped == 6, "the deadlines stay where they were"
        assert lateness == pytest.approx([0.001, 0.0215, 0.1815, 0.0015])
        pacer.close()

    run(script())


def test_a_tick_that_raises_is_removed_alone_and_reported(run: Run) -> None:
    async def script() -> None:
        errors: list[Exception] = []
        beats = 0
        enough = asyncio.Event()

        def broken() -> None:
            raise ValueError("no frame")

        def healthy() -> None:
            nonlocal beats
            beats += 1
            if beats == 5:
                enough.set()

        pacer = Pacer(errors.append)
        pacer.add(broken)
        pacer.add(healthy)
        await asyncio.wait_for(enough.wait(), 30)
        assert [str(error) for error in errors] == ["no frame"]
        assert len(pacer) == 1
        pacer.close()

    run(script())


def test_ticks_may_come_and_go_from_within_a_tick(run: Run) -> None:
    async def script() -> None:
        heard: list[str] = []
        enough = asyncio.Event()
        removals: list[Callable[[], None]] = []

        def first() -> None:
            heard.append("first")
            removals[1]()
            removals[0]()
            pacer.add(third)

        def second() -> None:
            heard.append("second")

        def third() -> None:
            heard.append("third")
            enough.set()

        pacer = Pacer(fail)
        removals += [pacer.add(first), pacer.add(second)]
        await asyncio.wait_for(enough.wait(), 30)
        pacer.close()
        removals[0]()
        assert heard[:2] == ["first", "third"]
        assert "second" not in heard

    run(script())


def test_it_sleeps_while_nobody_is_there_and_wakes_again(run: Run) -> None:
    async def script() -> None:
        time = SteppedTime()
        lateness: list[float] = []
        pacer = Pacer(fail, on_lateness=lateness.append, monotonic=time)
        pacer.add(lambda: None)()
        time.now += 1000
        await asyncio.sleep(0.05)
        assert lateness == []
        beat = asyncio.Event()
        pacer.add(beat.set)
        time.now += 0.02
        await asyncio.wait_for(beat.wait(), 30)
        assert pacer.skipped == 0
        pacer.close()

    run(script())
