"""Errors on the wire: RFC 9457 problem documents with a stable `code`."""

import json
from http import HTTPStatus

from aiohttp import web

from bot.errors import (
    CentralaError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
)

STATUS: dict[type[CentralaError], int] = {
    InvalidInputError: 400,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    RateLimitedError: 429,
    UnavailableError: 503,
}
"""A subclass has the status of its nearest ancestor here; anything else is 500."""

STATUS_OF_CODE = {"unauthenticated": 401, "bad_credentials": 401, "too_large": 413}
"""Codes whose status says more than their class does."""


def status_of(error: CentralaError) -> int:
    """Return the HTTP status of an error."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500


def problem(status: int, code: str, detail: str, *, retry_after: float | None = None) -> web.Response:
    """Make a problem document."""
    headers = {"Retry-After": str(max(1, round(retry_after)))} if retry_after is not None else None
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return web.Response(
        status=status,
        body=json.dumps(document, ensure_ascii=False).encode(),
        content_type="application/problem+json",
        headers=headers,
    )


def from_error(error: CentralaError) -> web.Response:
    """Turn an error into its problem document."""
    retry_after = error.retry_after if isinstance(error, RateLimitedError) else None
    return problem(status_of(error), error.code, str(error), retry_after=retry_after)
