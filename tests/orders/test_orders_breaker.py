import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import ManualClock
from bot.orders.breaker import BreakerPolicy, BreakerState, CircuitBreaker

POLICY = BreakerPolicy(failures=3, pause=5.0, longest_pause=15.0)

# Steps: ok, fail, lost (cancelled on our side), wait seconds, refused (nothing is let through).
TABLE = [
    ("stays closed", "ok ok fail fail ok fail fail", BreakerState.CLOSED),
    ("opens at the third failure in a row", "fail fail fail refused", BreakerState.OPEN),
    ("stays open before the pause is over", "fail fail fail 4.9 refused", BreakerState.OPEN),
    ("a probe that succeeds closes it", "fail fail fail 5 ok", BreakerState.CLOSED),
    ("closed again, it needs three failures again", "fail fail fail 5 ok fail fail", BreakerState.CLOSED),
    ("a probe that fails opens it", "fail fail fail 5 fail refused", BreakerState.OPEN),
    ("the pause doubles", "fail fail fail 5 fail 9.9 refused", BreakerState.OPEN),
    ("and is over after the double", "fail fail fail 5 fail 10 ok", BreakerState.CLOSED),
    ("the doubling is bounded", "fail fail fail 5 fail 10 fail 15 fail 15 ok", BreakerState.CLOSED),
    ("a success resets the pause", "fail fail fail 5 fail 10 ok fail fail fail 5 ok", BreakerState.CLOSED),
    ("a lost call counts for nothing", "fail fail lost", BreakerState.CLOSED),
    ("a lost probe lets the next one through", "fail fail fail 5 lost ok", BreakerState.CLOSED),
]


@pytest.mark.parametrize(("name", "steps", "state"), TABLE, ids=[row[0] for row in TABLE])
def test_table(name: str, steps: str, state: BreakerState) -> None:
    clock = ManualClock()
    breaker = CircuitBreaker(clock, POLICY)
    for step in steps.split():
        if step[0].isdigit():
            clock.advance(float(step))
            continue
        ticket = breaker.admit()
        if step == "refused":
            assert ticket is None
            continue
        assert ticket is not None, step
        {"ok": breaker.succeeded, "fail": breaker.failed, "lost": breaker.abandoned}[step](ticket)
    assert breaker.state is state


def opened(clock: ManualClock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock, POLICY)
    for _ in range(3):
        ticket = breaker.admit()
        assert ticket is not None
        breaker.failed(ticket)
    return breaker


def test_one_probe_at_a_time_and_a_silent_one_is_given_up() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(5)
    silent = breaker.admit()
    assert silent is not None
    assert breaker.admit() is None
    clock.advance(5)
    second = breaker.admit()
    assert second is not None
    breaker.failed(silent)  # too late to matter: the second probe still decides
    breaker.succeeded(second)
    assert breaker.state is BreakerState.CLOSED


def test_slow_calls_from_before_the_change_decide_nothing() -> None:
    clock = ManualClock()
    breaker = CircuitBreaker(clock, POLICY)
    slow = breaker.admit()
    assert slow is not None
    for _ in range(3):
        ticket = breaker.admit()
        assert ticket is not None
        breaker.failed(ticket)
    breaker.succeeded(slow)
    assert breaker.state is BreakerState.OPEN


@given(st.lists(st.sampled_from(["ok", "fail", "lost", "silent", "wait"]), max_size=60))
def test_it_always_recovers(steps: list[str]) -> None:
    clock = ManualClock()
    breaker = CircuitBreaker(clock, POLICY)
    for step in steps:
        if step == "wait":
            clock.advance(4)
            continue
        ticket = breaker.admit()
        if ticket is not None and step != "silent":
            {"ok": breaker.succeeded, "fail": breaker.failed, "lost": breaker.abandoned}[step](ticket)
    clock.advance(POLICY.longest_pause)
    ticket = breaker.admit()
    assert ticket is not None
    breaker.succeeded(ticket)
    assert breaker.state is BreakerState.CLOSED


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"pause": 0.0}, {"pause": 9.0, "longest_pause": 8.0}])
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="breaker"):
        BreakerPolicy(**wrong)  # type: ignore[arg-type]
