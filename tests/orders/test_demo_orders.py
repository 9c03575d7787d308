"""The demo's orders move with the shop's calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ManualClock
from bot.demo import DemoOrders, seed
from bot.store.engine import Store

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize("hour", [0, 12, 22, 23])
async def test_tomorrow_is_tomorrow_at_every_hour(sqlite_store: Store, hour: int) -> None:
    """At 23:00 UTC the shop's wall already shows the next day."""
    now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    await sqlite_store.write(lambda connection: seed(connection, now))
    order = await DemoOrders(sqlite_store, ManualClock(now), WARSAW).find("10023")
    assert order is not None
    assert order.delivery is not None
    days = datetime.fromisoformat(order.delivery).date() - now.astimezone(WARSAW).date()
    assert days.days == 1
