import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.clock import ManualClock
from bot.errors import OrderBackendError
from bot.model.order import Order, OrderContact
from bot.orders.backend import OrderBackend
from bot.orders.breaker import BreakerPolicy, BreakerState, CircuitBreaker
from bot.orders.http import HttpOrderBackend, OrderHttpSettings
from tests.loop_clock import LoopClock

JSON = {
    "number": "10023",
    "contact": {
        "id": "c-1",
        "name": "Jan",
        "email": "jan@shop.example",
        "phone": "+48 600 100 200",
        "vip": True,
    },
    "state": "Being packed",
    "carrier": "InPost",
    "parcel": 620011223344,
    "delivery": "2026-11-24T12:00:00Z",
    "invoice": {"total": 12.5},
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Shop:
    """A real server whose answers a test scripts: one handler a request, the last one repeated."""

    def __init__(self) -> None:
        self.script: list[Handler] = []
        self.requests: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return await handler(request)


def says(status: int = 200, **kwargs: Any) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, **kwargs)

    return handler


async def found(_: web.Request) -> web.StreamResponse:
    return web.json_response(JSON)


async def slow(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    raise AssertionError("the client should be gone")


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(64):
        await response.write(b" " * 8192)
    return response


@pytest.fixture
async def shop() -> AsyncIterator[tuple[Shop, str]]:
    shop = Shop()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", shop.handle)
    server = TestServer(app)
    await server.start_server()
    yield shop, f"http://127.0.0.1:{server.port}/api"
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


FAST = OrderHttpSettings(url="", try_timeout=0.2, deadline=0.8)
PATIENT = OrderHttpSettings(url="", try_timeout=20.0, deadline=60.0)
"""For what is not about time: a machine that stalls makes no second try."""


def backend(
    session: aiohttp.ClientSession, url: str, times: OrderHttpSettings = PATIENT, **settings: Any
) -> HttpOrderBackend:
    breaker = CircuitBreaker(ManualClock(), BreakerPolicy(failures=2))
    return HttpOrderBackend(session, replace(times, url=url, **settings), breaker)


async def test_an_order_is_read(shop: tuple[Shop, str], session: aiohttp.ClientSession) -> None:
    server, url = shop
    server.script = [found]
    orders: OrderBackend = backend(session, url, token="s3cret")
    assert await orders.find("10023") == Order(
        number="10023",
        contact=OrderContact("c-1", "Jan", "jan@shop.example", "+48600100200"),
        state="being_packed",
        carrier="InPost",
        parcel="620011223344",
        delivery="2026-11-24",
    )
    assert server.requests[0].path == "/api/orders/10023"
    assert server.requests[0].headers["Authorization"] == "Bearer s3cret"


async def test_404_is_no_order_and_no_failure(shop: tuple[Shop, str], session: aiohttp.ClientSession) -> None:
    server, url = shop
    server.script = [says(404, text="<html>")]
    orders = backend(session, url)
    for _ in range(5):
        assert await orders.find("99999") is None
    assert len(server.requests) == 5


@pytest.mark.parametrize("number", ["../admin", "a/b?c=d#e", "ź 1", "%2e%2e", "\ud800"])
async def test_a_number_stays_one_path_segment(
    number: str, shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    server.script = [says(404)]
    assert await backend(session, url).find(number) is None
    raw = server.requests[0].raw_path
    assert raw.startswith("/api/orders/")
    assert not set("/?#") & set(raw.removeprefix("/api/orders/"))


@pytest.mark.parametrize("number", ["", ".", ".."])
async def test_a_number_that_no_path_can_carry_is_not_asked_for(
    number: str, shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    assert await backend(session, url).find(number) is None
    assert server.requests == []


@pytest.mark.parametrize("first", [says(500), says(503), says(429), hangs_up, slow], ids=repr)
async def test_it_tries_again(first: Handler, shop: tuple[Shop, str], session: aiohttp.ClientSession) -> None:
    server, url = shop
    server.script = [first, found]
    times = {"try_timeout": 2.0} if first is slow else {}
    assert await backend(session, url, **times).find("10023") is not None
    assert len(server.requests) == 2 or (first is slow and len(server.requests) == 3)  # it stalled for 2 s


@pytest.mark.parametrize(
    "answer",
    [
        says(text="<html>maintenance</html>"),
        says(text=""),
        says(text="null"),
        says(text='{"number": "10023"}'),
        says(body=b"\xff\xfe\x00"),
        says(text="[" * 20_000),
        says(text='{"number":"10024","contact":{"id":"c-1"},"state":"shipped"}'),
        says(text='{"number":"10023","contact":{"id":""},"state":"shipped"}'),
        says(text='{"number":"10023","contact":{"id":"c"},"state":"' + "x" * 300 + '"}'),
        says(401, text="token"),
        says(302, headers={"Location": "/api/orders/1"}),
        huge,
    ],
)
async def test_nonsense_is_an_error_at_once(
    answer: Handler, shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    server.script = [answer]
    with pytest.raises(OrderBackendError) as caught:
        await backend(session, url, token="s3cret").find("10023")
    assert len(server.requests) == 1
    for secret in ("10023", "s3cret", "127.0.0.1", "maintenance"):
        assert secret not in str(caught.value)
    assert caught.value.code == "order_backend_unavailable"


@pytest.mark.parametrize("answer", [slow, drips, says(500), says(429, headers={"Retry-After": "60"})])
async def test_the_deadline_holds(
    answer: Handler, shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    server.script = [answer]
    async with LoopClock() as clock:
        started = clock.now()
        with pytest.raises(OrderBackendError):
            await backend(session, url, FAST, tries=50).find("10023")
        assert clock.now() - started < FAST.deadline + 0.3


async def test_connection_refused(session: aiohttp.ClientSession) -> None:
    with pytest.raises(OrderBackendError, match="cannot be reached"):
        await backend(session, f"http://127.0.0.1:{unused_port()}").find("10023")


async def test_a_failing_shop_is_left_alone_and_taken_up_again(
    shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    server.script = [says(500)]
    clock = ManualClock()
    breaker = CircuitBreaker(clock, BreakerPolicy(failures=2, pause=5))
    orders = HttpOrderBackend(session, replace(PATIENT, url=url, tries=1), breaker)
    for _ in range(4):
        with pytest.raises(OrderBackendError):
            await orders.find("10023")
    assert len(server.requests) == 2
    server.script = [found]
    clock.advance(5)
    assert await orders.find("10023") is not None
    assert breaker.state is BreakerState.CLOSED


async def test_a_cancelled_probe_does_not_keep_the_breaker_open(
    shop: tuple[Shop, str], session: aiohttp.ClientSession
) -> None:
    server, url = shop
    server.script = [says(500)]
    clock = ManualClock()
    breaker = CircuitBreaker(clock, BreakerPolicy(failures=1, pause=5))
    orders = HttpOrderBackend(session, replace(PATIENT, url=url, tries=1), breaker)
    with pytest.raises(OrderBackendError):
        await orders.find("10023")
    clock.advance(5)
    server.script = [slow, found]
    probe = asyncio.create_task(orders.find("10023"))
    while len(server.requests) < 2:
        await asyncio.sleep(0.01)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert await orders.find("10023") is not None
