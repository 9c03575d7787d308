"""One line a request, with its id and the route's template: no address, no query string, no person."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.web_request import BaseRequest

from bot.telemetry.tracing import span

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HEADER = "X-Request-ID"
REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines; logged only where they fail."""
_log = structlog.get_logger("access")


def route_template(request: BaseRequest) -> str:
    """Return the route as it was declared (`/api/v1/contacts/{id}`); `unknown` where there is none."""
    # What is no HTTP never came to the router: its `match_info` would fail, and take the answer with it.
    info = request._match_info if isinstance(request, web.Request) else None
    resource = info.route.resource if info is not None else None
    return resource.canonical if resource is not None else "unknown"


@web.middleware
async def request_ids(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id (a proxy's, where it sent a good one), in every line that is logged
    while it is handled, in its trace and in the answer's `X-Request-ID`.

    The outermost middleware, so that error answers carry it too.
    """
    given = request.headers.get(HEADER, "")
    request_id = given if _GOOD_ID.fullmatch(given) else secrets.token_hex(8)
    request[REQUEST_ID] = request_id
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        if "Upgrade" in request.headers:  # a socket lives for hours: no span for the whole of it
            response = await handler(request)
        else:
            with span("http", route=route_template(request), request_id=request_id):
                response = await handler(request)
    if not response.prepared:
        response.headers[HEADER] = request_id
    return response


class AccessLog(AbstractAccessLogger):
    """For `AppRunner(access_log_class=AccessLog, access_log=ACCESS)`."""

    def log(self, request: BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Log an answered request; `time` is in seconds (of a socket: its whole life)."""
        route = route_template(request)
        if route in _QUIET and response.status < 400:
            return
        _log.info(
            "request",
            method=request.method if request.method in _METHODS else "other",
            route=route,
            status=response.status,
            seconds=round(time, 4),
            bytes=response.body_length,
            request_id=request.get(REQUEST_ID),
        )


ACCESS = logging.getLogger("centrala.access")
"""aiohttp asks for a logger to be given; the lines go through structlog."""
