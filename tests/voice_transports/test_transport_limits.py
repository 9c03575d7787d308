from bot.clock import ManualClock
from voice.transports.inbox import Inbox
from voice.transports.limits import FloodGuard, TransportLimits
from voice.transports.transport import Audio, Digit, HungUp, Played


async def test_audio_that_nobody_takes_is_dropped_from_its_oldest_end_and_nothing_else_is() -> None:
    inbox = Inbox()
    inbox.put(Played("first"))
    for number in range(3000):
        inbox.put(Audio(number.to_bytes(2, "little") * 160))
    inbox.put(Digit("5"))
    inbox.end("caller")
    assert await inbox.get() == Played("first")
    frames = []
    while isinstance(event := await inbox.get(), Audio):
        frames.append(int.from_bytes(event.pcm[:2], "little"))
    assert event == Digit("5")
    assert frames == list(range(3000 - len(frames), 3000))
    assert 400 < len(frames) <= 500
    assert await inbox.get() == HungUp("caller")


async def test_few_long_frames_are_bounded_too() -> None:
    inbox = Inbox()
    for _ in range(20):
        inbox.put(Audio(bytes(60_000)))
    inbox.end("lost")
    held = 0
    while isinstance(event := await inbox.get(), Audio):
        held += len(event.pcm)
    assert held == 120_000


async def test_the_first_end_stays_and_is_told_again() -> None:
    inbox = Inbox()
    inbox.end("flooded")
    inbox.end("caller")
    inbox.put(Digit("1"))
    assert [await inbox.get(), await inbox.get()] == [HungUp("flooded")] * 2


def test_real_time_is_no_flood_nor_is_a_burst_after_a_hole() -> None:
    clock = ManualClock()
    guard = FloodGuard(TransportLimits(burst_seconds=10), clock)
    for _ in range(3000):
        clock.advance(0.02)
        assert guard.take(0.02)
    clock.advance(9.0)
    assert all(guard.take(0.02) for _ in range(450))


def test_twice_real_time_is_a_flood_before_long() -> None:
    clock = ManualClock()
    guard = FloodGuard(TransportLimits(burst_seconds=10), clock)
    taken = 0
    while guard.take(0.02):
        clock.advance(0.01)
        taken += 1
    assert 10 < taken * 0.02 < 40


def test_tiny_and_empty_frames_cost_too() -> None:
    guard = FloodGuard(TransportLimits(burst_seconds=10), ManualClock())
    assert sum(guard.take(0.0) for _ in range(5000)) <= 2000
