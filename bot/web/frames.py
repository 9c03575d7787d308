"""The frames of /chat/ws: what may come in, checked; what goes out, written."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.clock import rfc3339
from bot.errors import InvalidInputError
from bot.model.message import Message, Sender


def _storable(text: str) -> str:
    """Refuse what no database and no UTF-8 can hold: NUL, and halves of surrogate pairs."""
    if "\x00" in text:
        raise ValueError("must not contain NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


Clean = Annotated[str, AfterValidator(_storable)]
ClientId = Annotated[Clean, Field(min_length=1, max_length=64)]


class Frame(BaseModel):
    """Base: unknown fields are an error, so that a typing error in a client shows at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(Frame):
    """The first frame of a connection."""

    type: Literal["hello"]
    lang: Annotated[Clean, Field(max_length=35)]
    visitor_token: Annotated[Clean, Field(max_length=2048)] | None = None
    after_seq: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)] = 0
    identity: Annotated[Clean, Field(max_length=8192)] | None = None


class Text(Frame):
    """The customer's words."""

    type: Literal["message"]
    client_id: ClientId
    text: Annotated[Clean, AfterValidator(_not_blank)]


class Click(Frame):
    """A button."""

    type: Literal["choice"]
    client_id: ClientId
    payload: Annotated[Clean, Field(max_length=200)]


class Typing(Frame):
    """The customer is typing."""

    type: Literal["typing"]


class Read(Frame):
    """The customer has seen everything up to `seq`."""

    type: Literal["read"]
    seq: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]


class End(Frame):
    """The customer ends the conversation."""

    type: Literal["end"]


class Rating(Frame):
    """The answer to the CES question: how easy was it, 1 to 7."""

    type: Literal["rating"]
    client_id: ClientId
    score: Annotated[int, Field(ge=1, le=7, strict=True)]
    comment: Annotated[Clean, Field(max_length=2000)] | None = None


Incoming = Annotated[Hello | Text | Click | Typing | Read | End | Rating, Field(discriminator="type")]
_adapter: TypeAdapter[Hello | Text | Click | Typing | Read | End | Rating] = TypeAdapter(Incoming)


class BadFrameError(InvalidInputError):
    """A frame that is not valid; `client_id` where one could be read, so the sender knows which."""

    code = "invalid_frame"

    def __init__(self, message: str, client_id: str | None = None, *, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.client_id = client_id


def parse(raw: str) -> Hello | Text | Click | Typing | Read | End | Rating:
    """Read a frame; raises `BadFrameError` that names the field and never repeats the value."""
    try:
        data = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadFrameError("the frame is not JSON") from None
    if not isinstance(data, dict):
        raise BadFrameError("the frame is not a JSON object")
    try:
        return _adapter.validate_python(data)
    except (ValidationError, RecursionError) as error:
        raise BadFrameError(_describe(error), client_id_of(data)) from None


def client_id_of(data: Any) -> str | None:
    """Find a frame's `client_id`, if it has one that could be sent back."""
    found = data.get("client_id") if isinstance(data, dict) else None
    if not isinstance(found, str) or not 0 < len(found) <= 64:
        return None
    try:
        return _storable(found)
    except ValueError:
        return None


def peek_client_id(raw: str) -> str | None:
    """Find the `client_id` of a frame that is refused unread."""
    try:
        return client_id_of(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _describe(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "the frame is nested too deep"
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return "type: must be hello, message, choice, typing, read, end or rating"
    field = ".".join(str(part) for part in problem["loc"][1:])[:60]
    return f"{field}: {problem['msg']}"


def encode(frame: dict[str, Any]) -> str:
    """Write a frame."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def message_frame(message: Message) -> str:
    """Write a stored message as the customer sees it."""
    frame: dict[str, Any] = {
        "type": "message",
        "seq": message.seq,
        "sender": message.sender.value,
        "name": message.name,
        "text": message.text,
        "choices": [{"title": choice.title, "payload": choice.payload} for choice in message.choices],
        "at": rfc3339(message.at),
    }
    if message.link is not None:
        frame["link"] = {"title": message.link.title, "url": message.link.url}
    if message.sender is Sender.VISITOR:
        frame["client_id"] = message.client_id
    if message.reply_to is not None:
        frame["reply_to"] = message.reply_to
        frame["last"] = message.last
    return encode(frame)


def error_frame(code: str, message: str, client_id: str | None = None) -> str:
    """Write an error."""
    frame = {"type": "error", "code": code, "message": message}
    if client_id is not None:
        frame["client_id"] = client_id
    return encode(frame)
