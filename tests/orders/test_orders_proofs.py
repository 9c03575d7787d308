"""Guessing whose order it is, over and over, in ever new conversations."""

from bot.clock import ManualClock
from bot.live.memory import MemoryLiveStore
from bot.orders.proofs import WINDOW, Proofs


async def test_an_order_takes_so_many_tries_an_hour(clock: ManualClock) -> None:
    proofs = Proofs(MemoryLiveStore(clock), per_hour=3)
    assert [await proofs.may_try("10023") for _ in range(5)] == [True, True, True, False, False]
    assert await proofs.may_try("10024"), "another order has its own"
    clock.advance(WINDOW)
    assert await proofs.may_try("10023")


async def test_the_customer_is_not_in_the_way_of_herself(clock: ManualClock) -> None:
    proofs = Proofs(MemoryLiveStore(clock), per_hour=2)
    for _ in range(5):
        assert await proofs.may_try("10023")
        await proofs.succeeded("10023")


async def test_zero_is_no_limit(clock: ManualClock) -> None:
    proofs = Proofs(MemoryLiveStore(clock), per_hour=0)
    assert all([await proofs.may_try("10023") for _ in range(100)])


async def test_any_text_counts(clock: ManualClock) -> None:
    proofs = Proofs(MemoryLiveStore(clock), per_hour=1)
    for number in ("", "żółw", "\ud800", "9" * 400):
        assert [await proofs.may_try(number), await proofs.may_try(number)] == [True, False]
