"""Cursors of lists: opaque to whoever pages, a place in a sorted list to us."""

import base64
import binascii
import json
from datetime import datetime

from bot.errors import InvalidInputError
from bot.store.search import Mark

_WRONG = "cursor: send back `next` as it came, or nothing"


def write_mark(mark: Mark) -> str:
    """Write a place in a list by time."""
    return _encode([mark.at.isoformat(), mark.id])


def read_mark(cursor: str | None) -> Mark | None:
    """Read a place in a list by time; raises `InvalidInputError` (`invalid_cursor`)."""
    if not cursor:
        return None
    match _decode(cursor):
        case [str(at), str(id)] if id.isprintable():
            try:
                moment = datetime.fromisoformat(at)
            except ValueError:
                raise InvalidInputError(_WRONG, code="invalid_cursor") from None
            if moment.tzinfo is not None and moment.year > 1:
                return Mark(moment, id)
    raise InvalidInputError(_WRONG, code="invalid_cursor")


def write_position(position: int) -> str:
    """Write a place in a list by number."""
    return _encode([position])


def read_position(cursor: str | None) -> int:
    """Read a place in a list by number; 0 is the beginning."""
    if not cursor:
        return 0
    match _decode(cursor):
        case [bool()]:
            pass
        case [int(position)] if 0 <= position < 2**62:
            return position
    raise InvalidInputError(_WRONG, code="invalid_cursor")


def _encode(value: list[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decode(cursor: str) -> object:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        raise InvalidInputError(_WRONG, code="invalid_cursor") from None
