"""What the desk's calls take: bodies, query strings, and the answers that are lists."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import AfterValidator, Field, field_validator

from bot.errors import NotFoundError
from bot.model.conversation import State
from bot.rest.route import Model
from handoff.passwords import MAX_CHARS
from handoff.views import AgentView, ConversationRow, OutboxItem, QueueItem, View

PAGE = 50
MAX_PAGE = 100
TEXT_CHARS = 8000
NOTE_CHARS = 8000
MAX_ID = 320


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character U+0000 cannot be stored")
    return text


Words = Annotated[str, AfterValidator(_storable)]
"""Text that both databases can keep."""


def path_id(request: web.Request) -> str:
    """Return the id in a call's path; raises `NotFoundError` for one that no database could hold."""
    text = request.match_info["id"]
    if not text.isprintable() or len(text) > MAX_ID:
        raise NotFoundError("there is no such thing")
    return text


class LoginBody(Model):
    """A sign-in."""

    email: Annotated[Words, Field(min_length=1, max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=MAX_CHARS)]


class PresenceBody(Model):
    """What an agent says about herself."""

    state: Literal["online", "away", "offline"]


class MessageBody(Model):
    """A reply or an internal note."""

    client_id: Annotated[Words, Field(min_length=1, max_length=64)]
    text: Annotated[Words, Field(min_length=1, max_length=TEXT_CHARS)]
    internal: Annotated[bool, Field(strict=True)] = False

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("nothing but blanks")
        return text


class ReleaseBody(Model):
    """To whom a conversation goes."""

    to: Annotated[Words, Field(min_length=1, max_length=36, description="bot, queue, or an agent's id")]


class CloseBody(Model):
    """How a conversation ended."""

    outcome: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class ContactBody(Model):
    """Changes of a contact card; what is left out stays."""

    name: Annotated[Words, Field(max_length=200)] | None = None
    note: Annotated[Words, Field(max_length=NOTE_CHARS)] = ""


class PageQuery(Model):
    """A page of a list."""

    cursor: Annotated[str, Field(max_length=300)] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = PAGE


class FindQuery(PageQuery):
    """Which conversations."""

    state: State | None = None
    q: Annotated[Words, Field(max_length=200)] | None = None
    contact: Annotated[Words, Field(max_length=320)] | None = None


class AgentsView(View):
    """The agents."""

    items: list[AgentView]


class QueueView(View):
    """Who waits, in the order of serving."""

    items: list[QueueItem]
    open: bool


class ConversationsView(View):
    """A page of conversations; `next` is the cursor of the one after it."""

    items: list[ConversationRow]
    next: str | None


class OutboxView(View):
    """A page of what waits to be pushed, oldest first, and how much that is altogether."""

    items: list[OutboxItem]
    next: str | None
    pending: int
