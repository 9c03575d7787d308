"""A REST call, declared once: the router, the checks and the OpenAPI document are made from it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import InvalidInputError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
M = TypeVar("M", bound=BaseModel)
MAX_BODY = 64 * 1024
"""Bytes of a JSON body."""


class Access(StrEnum):
    """Who may call. Everything that is not said to be public is refused without a sign-in."""

    PUBLIC = "public"
    AGENT = "agent"
    """A signed-in agent or supervisor."""
    SUPERVISOR = "supervisor"
    SERVICE = "service"
    """The shop's systems, with the service token."""
    STAFF = "staff"
    """An agent, a supervisor, or the service token."""


class Model(BaseModel):
    """Base of request and response bodies: unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", str_max_length=16_384)


@dataclass(frozen=True, slots=True)
class Route:
    """One call."""

    method: str
    path: str
    """As aiohttp writes it: `/api/v1/contacts/{id}`."""
    handler: Handler
    summary: str
    access: Access = Access.AGENT
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    """None: no content, or not JSON."""
    status: int = 200
    nothing: str | None = None
    """When the call answers 204 instead, where it may."""
    errors: Sequence[tuple[int, str]] = field(default=())
    """(HTTP status, stable code) beside the usual ones."""


async def read_body(request: web.Request, model: type[M]) -> M:
    """Read and check a JSON body; raises `InvalidInputError` that names the field, never its value."""
    if request.content_length is not None and request.content_length > MAX_BODY:
        raise InvalidInputError(f"the body is over {MAX_BODY} bytes", code="too_large")
    raw = await request.content.read(MAX_BODY + 1)
    while len(raw) <= MAX_BODY and not request.content.at_eof():
        raw += await request.content.read(MAX_BODY + 1 - len(raw))
    if len(raw) > MAX_BODY:
        raise InvalidInputError(f"the body is over {MAX_BODY} bytes", code="too_large")
    try:
        data = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise InvalidInputError("the body is not JSON") from None
    return check(model, data)


def read_query(request: web.Request, model: type[M]) -> M:
    """Read and check the query string."""
    return check(model, dict(request.query))


def check(model: type[M], data: Any) -> M:
    """Validate `data`; raises `InvalidInputError` with the fields' names and what is wrong with them."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidInputError(describe(error)) from None


def describe(error: ValidationError) -> str:
    """Say which fields are wrong and why, without the values that were sent."""
    parts = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False)[:5]:
        where = ".".join(str(part) for part in problem["loc"])[:100] or "body"
        parts.append(f"{where}: {problem['msg']}")
    return "; ".join(parts)


def reply(model: BaseModel | None, status: int = 200) -> web.Response:
    """Answer with a model as JSON, or with nothing."""
    if model is None:
        return web.Response(status=204)
    return web.Response(status=status, body=model.model_dump_json().encode(), content_type="application/json")
