"""The text frames that a page sends on a call, checked."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.errors import InvalidInputError


class BadFrameError(InvalidInputError):
    """A frame that is not valid; the text names the field and never repeats the value."""

    code = "invalid_frame"


def _storable(text: str) -> str:
    """Refuse what no database and no UTF-8 can hold: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        raise ValueError("must not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return text


Clean = Annotated[str, AfterValidator(_storable)]


class Frame(BaseModel):
    """Base: unknown fields are an error, so that a typing error in a client shows at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(Frame):
    """The first frame of a call. Who it is, is checked by whoever knows the tokens."""

    type: Literal["hello"]
    lang: Annotated[Clean, Field(min_length=1, max_length=35)]
    visitor_token: Annotated[Clean, Field(max_length=2048)] | None = None
    """The chat's own token: a call and a chat of one visitor are one conversation's history."""
    identity: Annotated[Clean, Field(max_length=8192)] | None = None
    """The shop's JWT, as in the chat."""
    conversation_id: Annotated[Clean, Field(max_length=64)] | None = None
    """On the desk's own route: the conversation whose caller the agent answers."""


class Dtmf(Frame):
    """A key of the call's keypad."""

    type: Literal["dtmf"]
    digit: Annotated[str, Field(pattern=r"^[0-9*#A-D]$")]


class Mark(Frame):
    """Everything that was sent before this mark has been played or thrown away."""

    type: Literal["mark"]
    name: Annotated[Clean, Field(max_length=64)]


class Mute(Frame):
    """The microphone is switched off, or on again."""

    type: Literal["mute"]
    on: Annotated[bool, Field(strict=True)]


class Hold(Frame):
    """On the desk: the agent puts the caller on hold, or talks on."""

    type: Literal["hold"]
    on: Annotated[bool, Field(strict=True)]


class Hangup(Frame):
    """The caller ends the call."""

    type: Literal["hangup"]


Incoming = Dtmf | Mark | Mute | Hold | Hangup
_incoming: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


def parse_hello(raw: str) -> Hello:
    """Read the first frame. Raises `BadFrameError`; its code is `hello_required` where it is another one."""
    data = _object(raw)
    if data.get("type") != "hello":
        raise BadFrameError("the first frame must be a hello", code="hello_required")
    try:
        return Hello.model_validate(data)
    except ValidationError as error:
        raise BadFrameError(_describe(error, 0)) from None


def parse(raw: str) -> Incoming:
    """Read a later frame. Raises `BadFrameError`."""
    try:
        return _incoming.validate_python(_object(raw))
    except ValidationError as error:
        raise BadFrameError(_describe(error, 1)) from None


def _object(raw: str) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrameError("the frame is not JSON") from None
    if not isinstance(data, dict):
        raise BadFrameError("the frame is not a JSON object")
    return data


def _describe(error: ValidationError, skip: int) -> str:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return "type: must be dtmf, mark, mute, hold or hangup"
    field = ".".join(str(part) for part in problem["loc"][skip:])[:60]
    return f"{field}: {problem['msg']}"
