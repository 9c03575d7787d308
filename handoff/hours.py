"""Opening hours, read from `handoff.hours` and asked with an aware time. Pure.

Hours are wall-clock time of their zone, so they move with daylight saving time by themselves: the
question is always what the clock on the shop's wall shows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import ConfigurationError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = ("", "closed", None, False)
MIDNIGHT = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_EXAMPLE = 'write it as "8:00-18:00", "8:00-12:00, 13:00-17:00" or "closed"'


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of a day, in minutes after midnight; `end` over 1440 reaches into the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """A week's opening hours."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    """Seven days from Monday."""
    holidays: frozenset[date]
    """Days on which nothing opens; what opened the evening before still runs to its end."""


def parse_hours(value: Any, key: str = "handoff.hours") -> Hours | None:
    """Read the setting; none is `always`.

    Raises:
        ConfigurationError: names the key, what is wrong with it and the mend.
    """
    if value == "always":
        return None
    if not isinstance(value, Mapping):
        raise ConfigurationError(
            f'{key} must be "always", or hold timezone and weekdays, '
            'for example {timezone: Europe/Warsaw, mon: "8:00-18:00"}'
        )
    unknown = [str(name) for name in value if name not in (*DAYS, "timezone", "holidays")]
    if unknown:
        raise ConfigurationError(
            f"{key}.{unknown[0]}: there is no such key; use timezone, {', '.join(DAYS)}, holidays"
        )
    week = tuple(_day(value.get(day), f"{key}.{day}") for day in DAYS)
    if not any(week):
        raise ConfigurationError(f'{key} opens on no day; give at least one, for example mon: "8:00-18:00"')
    return Hours(
        _zone(value.get("timezone"), f"{key}.timezone"),
        week,
        _holidays(value.get("holidays"), f"{key}.holidays"),
    )


def is_open(hours: Hours | None, now: datetime) -> bool:
    """Tell whether it is open at an aware time."""
    if hours is None:
        return True
    wall = now.astimezone(hours.zone)
    minute = wall.hour * 60 + wall.minute
    return _opens(hours, wall.date(), minute) or _opens(
        hours, wall.date() - timedelta(days=1), minute + MIDNIGHT
    )


def _opens(hours: Hours, day: date, minute: int) -> bool:
    if day in hours.holidays:
        return False
    return any(span.start <= minute < span.end for span in hours.week[day.weekday()])


def _zone(value: Any, key: str) -> ZoneInfo:
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{key} is missing; name one such as Europe/Warsaw")
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"{key}: {value!r:.60} is no time zone; name one such as Europe/Warsaw"
        ) from None


def _day(value: Any, key: str) -> tuple[Span, ...]:
    if value in CLOSED:
        return ()
    parts: Sequence[Any] = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise ConfigurationError(f"{key}: {value!r:.60} is no opening time; {_EXAMPLE}")
    spans = sorted((_span(part, key) for part in parts), key=lambda span: span.start)
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise ConfigurationError(f"{key}: two opening times overlap; {_EXAMPLE}")
    return tuple(spans)


def _span(part: Any, key: str) -> Span:
    found = _SPAN.fullmatch(part.strip()) if isinstance(part, str) else None
    if found is None:
        raise ConfigurationError(f"{key}: {part!r:.60} is no opening time; {_EXAMPLE}")
    hour, minute, until_hour, until_minute = (int(group) for group in found.groups())
    start, end = hour * 60 + minute, until_hour * 60 + until_minute
    if minute > 59 or until_minute > 59 or start >= MIDNIGHT or end > MIDNIGHT:
        raise ConfigurationError(f"{key}: {part!r:.60} is past 24:00; {_EXAMPLE}")
    if end == start:
        raise ConfigurationError(
            f'{key}: {part!r:.60} is no time at all; for the whole day write "0:00-24:00"'
        )
    return Span(start, end if end > start else end + MIDNIGHT)


def _holidays(value: Any, key: str) -> frozenset[date]:
    if value is None:
        return frozenset()
    if not isinstance(value, (list, tuple)):
        raise ConfigurationError(f"{key} must be a list of dates, for example [2026-12-25]")
    return frozenset(_date(item, key) for item in value)


def _date(item: Any, key: str) -> date:
    if isinstance(item, datetime):
        return item.date()
    if isinstance(item, date):
        return item
    try:
        return date.fromisoformat(item)
    except (TypeError, ValueError):
        raise ConfigurationError(f"{key}: {item!r:.60} is no date; write it as 2026-12-25") from None
