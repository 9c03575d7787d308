"""The web application: every route, each behind the guard that its declaration names."""

from importlib.metadata import version

from aiohttp import web

from bot.app.gateway import HOME, Gateway
from bot.app.observe import observe
from bot.demo import CONTACTS
from bot.errors import NotFoundError
from bot.rest.openapi import document
from bot.rest.route import Access, Handler, Model, Route, read_body, reply
from bot.review.rest import ReviewRest
from bot.telemetry.access import request_ids
from bot.web import pages
from bot.web.identity import sign_identity
from bot.web.security import add_headers, client_ip, errors_as_problems
from handoff.desk_rest import routes as desk_routes
from handoff.desk_socket import DeskSockets
from handoff.guard import Guard
from knowledge_base.markdown import to_html

STATIC = HOME / "bot" / "static"
DESK = HOME / "handoff" / "static" / "desk"


class WhoBody(Model):
    """Who the demo page's visitor wants to be."""

    contact: str


class IdentityToken(Model):
    """A signed identity, as a shop's server gives it to its signed-in customer's page."""

    token: str


async def make_application(gateway: Gateway) -> web.Application:
    """Put the application together."""
    guard = Guard(gateway.store, gateway.clock, service_token=gateway.secrets.service)
    application = web.Application(
        middlewares=[
            request_ids,
            errors_as_problems(gateway.metrics.request, {"throttled": gateway.metrics.sign_in_throttled}),
        ],
        client_max_size=64 * 1024,
    )
    application.on_response_prepare.append(add_headers)
    proxies = gateway.settings.web.trusted_proxies
    routes = [
        *desk_routes(gateway.desk, client_ip=lambda request: client_ip(request, proxies)),
        *ReviewRest(gateway.reviews, gateway.articles, gateway.settings.languages).routes(),
        *_public_routes(gateway),
        *(gateway.phone.rest().routes() if gateway.phone else ()),
    ]
    described = document(routes, version("centrala"), gateway.public_url)
    for route in routes:
        application.router.add_route(route.method, route.path, guard.enforce(route))
    add = application.router.add_get
    add("/api/openapi.json", pages.json_reply(described))
    add("/api/docs", pages.api_page(described))
    live, ready = pages.health_pages(gateway.health.look)
    add("/healthz", live)
    add("/readyz", ready)
    add("/metrics", _metrics(gateway))
    add("/chat/ws", gateway.sockets.handle)
    desk_sockets = DeskSockets(gateway.desk, guard)
    await desk_sockets.start()
    application.on_shutdown.append(lambda _: desk_sockets.close_all())
    add("/desk/ws", desk_sockets.handle)
    if gateway.phone is not None:
        gateway.phone.add_routes(add, application.router.add_post, guard)
    for path, handler in _files(gateway.settings.demo):
        add(path, handler)
    add("/articles/{lang}/{article}", _article(gateway))
    return application


def _files(demo: bool) -> list[tuple[str, Handler]]:
    anywhere = {"Access-Control-Allow-Origin": "*"}
    scripts = ("widget.js", "widget-voice.js", "voice-worklet.js")
    files = [
        *((f"/{name}", pages.serve_file(STATIC / name, anywhere)) for name in scripts),
        ("/desk", pages.serve_file(DESK / "index.html")),
        ("/desk/", pages.serve_file(DESK / "index.html")),
        ("/desk/{name:.+}", pages.serve_folder(DESK)),
    ]
    if demo:
        files += [
            ("/", pages.serve_file(STATIC / "demo" / "index.html")),
            ("/demo/{name:.+}", pages.serve_folder(STATIC / "demo")),
        ]
    else:
        files.append(("/", _to_desk))
    return files


async def _to_desk(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/desk")


def _public_routes(gateway: Gateway) -> list[Route]:
    settings = gateway.settings
    widget = pages.WidgetConfig(
        languages=list(settings.languages),
        colours={str(name): colour for name, colour in settings.widget.colours.items()},
        texts=settings.widget.texts,
        position=settings.widget.position,
        shop=settings.shop.name,
        voice=gateway.phone is not None and settings.voice.browser,
    )
    routes = [pages.widget_route(widget)]
    if settings.demo:
        routes.append(_demo_identity(gateway))
    return routes


def _demo_identity(gateway: Gateway) -> Route:
    async def handler(request: web.Request) -> web.StreamResponse:
        body = await read_body(request, WhoBody)
        contact = CONTACTS.get(body.contact)
        secret = gateway.secrets.identity
        if contact is None or secret is None:
            raise NotFoundError("there is no such demo customer")
        token = sign_identity(
            secret, gateway.clock, contact.id, email=contact.email, phone=contact.phone, name=contact.name
        )
        return reply(IdentityToken(token=token))

    return Route(
        "POST",
        "/api/v1/demo/identity",
        handler,
        "Sign in at the demo shop as one of its customers",
        access=Access.PUBLIC,
        body=WhoBody,
        response=IdentityToken,
        errors=[(404, "not_found")],
    )


def _metrics(gateway: Gateway) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        await observe(gateway)
        return web.Response(
            body=gateway.metrics.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    return handler


def _article(gateway: Gateway) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        lang, name = request.match_info["lang"], request.match_info["article"]
        found = gateway.articles.article(lang, name)
        if found is None:
            raise web.HTTPNotFound(text="there is no such article")
        return pages.article_page(lang, gateway.settings.shop.name, found.title, to_html(found.text))

    return handler
