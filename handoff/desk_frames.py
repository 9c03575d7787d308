"""Frames of /desk/ws: reading a page's, writing ours."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.errors import InvalidInputError
from bot.model.ids import is_uuid

MAX_ORDINAL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Watch:
    """Show this conversation from a place on, and how it goes on."""

    id: str
    after: int


@dataclass(frozen=True, slots=True)
class Unwatch:
    """No longer."""

    id: str


@dataclass(frozen=True, slots=True)
class Typing:
    """The agent is typing."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """The page is there."""


Frame = Watch | Unwatch | Typing | Ping


def parse(text: str) -> Frame:
    """Read a page's frame; raises `InvalidInputError` (`invalid_frame`), never with what was sent."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong("a frame is a JSON object") from None
    match data:
        case {"type": "ping"}:
            return Ping()
        case {"type": "watch", "id": str(id)}:
            return Watch(_id(id), _ordinal(data.get("after", 0)))
        case {"type": "unwatch", "id": str(id)}:
            return Unwatch(_id(id))
        case {"type": "typing", "id": str(id)}:
            return Typing(_id(id))
    raise _wrong("type: watch, unwatch, typing (each with `id`) or ping")


def encode(type_: str, **fields: Any) -> str:
    """Write a frame; models are written as REST shows them."""
    return json.dumps({"type": type_, **fields}, ensure_ascii=False, default=_plain, separators=(",", ":"))


def error_frame(code: str, message: str) -> str:
    """Write an error."""
    return encode("error", code=code, message=message)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)


def _id(text: str) -> str:
    if not is_uuid(text):
        raise _wrong("id: a conversation's id")
    return text.lower()


def _ordinal(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_ORDINAL:
        raise _wrong("after: the last ordinal that the page holds, or 0")
    return value


def _wrong(text: str) -> InvalidInputError:
    return InvalidInputError(text, code="invalid_frame")
