"""The token bucket: a burst, then a rate, whatever the order of events."""

from hypothesis import given
from hypothesis import strategies as st

from bot.web.limits import MAX_BUCKETS, FrameLimiter


def test_a_burst_then_a_rate() -> None:
    limiter = FrameLimiter(30, 5)
    assert sum(limiter.take("a", 0.0) for _ in range(100)) == 30
    assert sum(limiter.take("a", 1.0) for _ in range(100)) == 5
    assert limiter.take("b", 1.0)


def test_zero_switches_it_off() -> None:
    assert all(FrameLimiter(0, 5).take("a", 0.0) for _ in range(1000))
    assert all(FrameLimiter(30, 0).take("a", 0.0) for _ in range(1000))


@given(st.lists(st.floats(0, 0.5), max_size=300))
def test_never_more_than_burst_and_rate(pauses: list[float]) -> None:
    limiter, now, passed = FrameLimiter(30, 5), 0.0, 0
    for pause in pauses:
        now += pause
        passed += limiter.take("a", now)
    assert passed <= 30 + 5 * now + 1


def test_memory_is_bounded() -> None:
    limiter = FrameLimiter(1, 1)
    for number in range(MAX_BUCKETS + 100):
        limiter.take(str(number), 0.0)
    assert len(limiter._buckets) == MAX_BUCKETS
