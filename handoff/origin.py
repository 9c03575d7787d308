"""Which pages may speak for an agent: only the gateway's own."""

from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web


def own_origin(request: web.Request, known: Collection[str] = ()) -> bool:
    """Tell whether a request comes from one of our own pages, or from no browser page at all.

    `known` are origins such as `https://desk.example.com`, for a proxy that changes the Host header.
    """
    origin = request.headers.get("Origin")
    if origin is None or origin in known:
        return True
    host = request.headers.get("Host", "")
    try:
        asked = urlsplit(origin).netloc
    except ValueError:
        return False
    return asked.lower() == host.lower() != ""
