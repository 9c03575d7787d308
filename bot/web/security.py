"""What every answer carries and every request is checked for, whoever asks."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.errors import CentralaError
from bot.rest.problem import from_error, problem

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
}


def origin_allowed(request: web.Request, allowed: frozenset[str]) -> bool:
    """Tell whether a browser page of this Origin may connect; clients that are no browser have none."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    if origin in allowed:
        return True
    return urlsplit(origin).netloc.lower() == own_host(request).lower() != ""


def own_host(request: web.Request) -> str:
    """Return the host that the browser asked for."""
    return request.headers.get("Host", "")


def client_ip(request: web.Request, trusted_proxies: int) -> str:
    """Return who asks, believing only as many X-Forwarded-For entries as there are own proxies."""
    if trusted_proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted_proxies:
            return hops[-trusted_proxies]
    return request.remote or "unknown"


def errors_as_problems(
    count: Callable[[str, str, int], None], on_code: Mapping[str, Callable[[], None]]
) -> Middleware:
    """Make the middleware that turns every error into a problem document and counts every answer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except CentralaError as error:
            response = from_error(error)
            if (noted := on_code.get(error.code)) is not None:
                noted()
        except web.HTTPException as error:
            if error.status < 400:
                raise
            code = {404: "not_found", 405: "method_not_allowed", 403: "forbidden", 413: "too_large"}
            response = problem(error.status, code.get(error.status, "http_error"), error.text or error.reason)
            for name in ("Allow", "Retry-After"):
                if name in error.headers:
                    response.headers[name] = error.headers[name]
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("request_failed", reference=reference, method=request.method)
            text = f"something went wrong on our side; the log has it under {reference}"
            response = problem(500, "internal_error", text)
        resource = request.match_info.route.resource
        count(request.method, resource.canonical if resource else "unknown", response.status)
        return response

    return middleware


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to every answer (signal `on_response_prepare`)."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
