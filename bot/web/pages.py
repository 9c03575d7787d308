"""The pages: demo shop, widget, desk, articles, and the description of the interface."""

import hashlib
import html
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from bot.rest.route import Access, Handler, Model, Route

TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".png": "image/png",
    ".map": "application/json",
}
ASK_AGAIN = "no-cache"
"""A browser may keep a file but asks each time whether it is current (ETag): names carry no hash."""


class Asset:
    """A built file, read once: small, and the same for everybody."""

    def __init__(self, path: Path) -> None:
        self.body = path.read_bytes()
        self.type = TYPES[path.suffix]
        self.etag = hashlib.sha256(self.body).hexdigest()[:16]

    def reply(self, request: web.Request, headers: Mapping[str, str]) -> web.Response:
        """Answer with the file, or with 304 where the browser has it."""
        answer = {"ETag": f'"{self.etag}"', "Cache-Control": ASK_AGAIN, **headers}
        if self.etag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
            return web.Response(status=304, headers=answer)
        response = web.Response(body=self.body, content_type=self.type, charset=_charset(self.type))
        response.headers.update(answer)
        response.enable_compression()
        return response


def _charset(kind: str) -> str | None:
    return "utf-8" if kind.startswith("text/") else None


def serve_file(path: Path, headers: Mapping[str, str] | None = None) -> Handler:
    """Make a handler for one file."""
    asset = Asset(path)

    async def handler(request: web.Request) -> web.StreamResponse:
        return asset.reply(request, headers or {})

    return handler


def serve_folder(folder: Path) -> Handler:
    """Make a handler for a flat folder; `{name}` names the file, and only files that were there count."""
    assets = {
        path.relative_to(folder).as_posix(): Asset(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }

    async def handler(request: web.Request) -> web.StreamResponse:
        asset = assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound(text="there is no such file")
        return asset.reply(request, {})

    return handler


class WidgetConfig(Model):
    """What the widget asks for before it shows itself."""

    languages: list[str]
    colours: dict[str, str]
    texts: dict[str, dict[str, str]]
    position: str
    shop: str
    voice: bool


def widget_route(config: WidgetConfig) -> Route:
    """Make the call that any site's page may make: what it tells is public."""
    body = config.model_dump_json().encode()

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body,
            content_type="application/json",
            headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"},
        )

    return Route(
        "GET",
        "/api/v1/widget/config",
        handler,
        "The widget's languages, colours and texts",
        access=Access.PUBLIC,
        response=WidgetConfig,
    )


def json_reply(document: Any) -> Handler:
    """Make a handler for a document that does not change while the gateway runs."""
    body = json.dumps(document, ensure_ascii=False).encode()

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    return handler


PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="icon" href="data:,"><style>
body{{font:17px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;
color:#16202e;background:#f6f9fc;max-width:44rem;margin:0 auto;padding:2rem 1.25rem 4rem}}
h1{{font-size:1.9rem;line-height:1.2;letter-spacing:-.02em;text-wrap:balance;margin:0 0 1rem}}
h2{{font-size:1.25rem;line-height:1.3;margin:2rem 0 .4rem}}h3{{font-size:1.05rem;margin:1.5rem 0 .3rem}}
p,li{{overflow-wrap:anywhere}}p,blockquote{{white-space:pre-line}}
code{{background:#eef2f7;padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}}pre{{overflow-x:auto}}
blockquote{{margin:1rem 0;padding-left:1rem;border-left:3px solid #dfe6ef;color:#4a5769}}
table{{border-collapse:collapse;width:100%}}td{{padding:.35rem .5rem .35rem 0;vertical-align:top}}
td:first-child{{white-space:nowrap}}.muted{{color:#4a5769}}a{{color:#0b5cad}}
.shop{{color:#0b5cad;font-weight:700;margin:0 0 1rem}}
article{{background:#fff;border:1px solid #dfe6ef;border-radius:16px;padding:1.75rem 1.75rem 1.25rem}}
:focus-visible{{outline:3px solid #0f172a;outline-offset:3px;border-radius:6px}}</style></head>
<body><main>{body}</main></body></html>"""


def article_page(lang: str, shop: str, title: str, body: str) -> web.Response:
    """Show an article of the knowledge base; `body` is HTML that was made safe, all else is only text."""
    heading = f"<h1>{html.escape(title)}</h1>"
    whole = f'<p class="shop">{html.escape(shop)}</p><article>{heading}{body}</article>'
    return _page(lang, title, whole)


def api_page(document: Mapping[str, Any]) -> Handler:
    """Make the page that lists the REST calls for people."""
    rows = []
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            who = call.get("description", "For everybody.")
            rows.append(
                f"<tr><td><code>{method.upper()} {html.escape(path)}</code></td>"
                f"<td>{html.escape(call['summary'])} <span class='muted'>{html.escape(who)}</span></td></tr>"
            )
    body = (
        "<h1>Centrala's REST interface</h1><p>For machines: "
        '<a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
        f"<table>{''.join(rows)}</table>"
    )

    async def handler(_: web.Request) -> web.StreamResponse:
        return _page("en", "Centrala's REST interface", body)

    return handler


def _page(lang: str, title: str, body: str) -> web.Response:
    text = PAGE.format(lang=html.escape(lang), title=html.escape(title), body=body)
    return web.Response(text=text, content_type="text/html")


def health_pages(look: Callable[[], Awaitable[tuple[bool, dict[str, Any]]]]) -> tuple[Handler, Handler]:
    """Make /healthz and /readyz."""

    async def live(_: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "alive"})

    async def ready(_: web.Request) -> web.StreamResponse:
        is_ready, document = await look()
        return web.json_response(document, status=200 if is_ready else 503)

    return live, ready
