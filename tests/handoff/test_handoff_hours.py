from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from handoff.hours import is_open, parse_hours

WARSAW = {
    "timezone": "Europe/Warsaw",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "8:00-18:00"),
    "sat": "9:00-12:00, 13:00-15:00",
    "sun": "closed",
    "holidays": [date(2026, 12, 25), "2026-12-28"],
}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T06:59:59Z", False),  # Monday, 7:59:59 in Warsaw
        ("2026-11-23T07:00:00Z", True),
        ("2026-11-23T16:59:59Z", True),
        ("2026-11-23T17:00:00Z", False),
        ("2026-11-28T10:30:00Z", True),  # Saturday morning
        ("2026-11-28T11:30:00Z", False),  # its lunch break
        ("2026-11-28T12:00:00Z", True),
        ("2026-11-29T10:00:00Z", False),  # Sunday
        ("2026-12-25T10:00:00Z", False),  # holidays
        ("2026-12-28T10:00:00Z", False),
        ("2026-06-01T06:00:00Z", True),  # summer time: 8:00 is 6:00 UTC
        ("2026-06-01T05:59:00Z", False),
        ("2026-03-27T07:30:00Z", True),  # the Friday before the clocks change
        ("2026-03-30T06:30:00Z", True),  # the Monday after
        ("2026-03-30T16:00:00Z", False),
    ],
)
def test_open_by_the_clock_on_the_shops_wall(at: str, expected: bool) -> None:
    assert is_open(parse_hours(WARSAW), datetime.fromisoformat(at)) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-29T00:30:00Z", True),  # 1:30; at 2:00 the clock jumps to 3:00
        ("2026-03-29T00:59:00Z", True),
        ("2026-03-29T01:00:00Z", False),  # 3:00 already
        ("2026-10-25T00:30:00Z", True),  # 2:30 for the first time
        ("2026-10-25T01:30:00Z", True),  # 2:30 for the second time
        ("2026-10-25T02:00:00Z", False),
    ],
)
def test_a_night_in_which_the_clocks_change(at: str, expected: bool) -> None:
    hours = parse_hours({"timezone": "Europe/Warsaw", "sat": "22:00-3:00"})
    assert is_open(hours, datetime.fromisoformat(at)) is expected


def test_a_holiday_ends_nothing_that_began_before_it() -> None:
    hours = parse_hours(
        {"timezone": "UTC", "thu": "22:00-2:00", "fri": "22:00-2:00", "holidays": ["2026-12-25"]}
    )
    assert is_open(hours, datetime(2026, 12, 25, 1, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 12, 25, 23, tzinfo=UTC))
    assert not is_open(hours, datetime(2026, 12, 26, 1, tzinfo=UTC))


def test_always_is_always() -> None:
    assert parse_hours("always") is None
    assert is_open(None, datetime(2026, 12, 25, 3, tzinfo=UTC))


@given(st.integers(min_value=0, max_value=2_000_000_000))
def test_the_whole_week_is_like_always(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "0:00-24:00")
    assert is_open(parse_hours({"timezone": "America/New_York", **week}), at)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("sometimes", 'handoff.hours must be "always"'),
        (None, 'handoff.hours must be "always"'),
        ({"mon": "8:00-18:00"}, "handoff.hours.timezone is missing"),
        ({"timezone": "Mars/Olympus", "mon": "8:00-18:00"}, "name one such as Europe/Warsaw"),
        ({"timezone": "../etc/passwd", "mon": "8:00-18:00"}, "is no time zone"),
        ({"timezone": "UTC", "monday": "8:00-18:00"}, "handoff.hours.monday: there is no such key"),
        ({"timezone": "UTC"}, "opens on no day"),
        ({"timezone": "UTC", "mon": "8-18"}, "handoff.hours.mon: '8-18' is no opening time"),
        ({"timezone": "UTC", "mon": "8:00-25:00"}, "past 24:00"),
        ({"timezone": "UTC", "mon": "8:75-9:00"}, "past 24:00"),
        ({"timezone": "UTC", "mon": "8:00-8:00"}, '"0:00-24:00"'),
        ({"timezone": "UTC", "mon": "8:00-12:00, 11:00-13:00"}, "overlap"),
        ({"timezone": "UTC", "mon": 800}, "handoff.hours.mon: 800 is no opening time"),
        ({"timezone": "UTC", "mon": "8:00-9:00", "holidays": "2026-12-25"}, "a list of dates"),
        ({"timezone": "UTC", "mon": "8:00-9:00", "holidays": ["25.12."]}, "is no date"),
    ],
)
def test_errors_name_key_and_mend(value: Any, part: str) -> None:
    with pytest.raises(ConfigurationError, match=r"handoff\.hours") as caught:
        parse_hours(value)
    assert part in str(caught.value)
