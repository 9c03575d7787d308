"""A desk on a real store, with live state in memory and the real catalogue."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.clock import ManualClock
from bot.live.hub import Hub
from bot.live.memory import MemoryLiveStore
from bot.rest.openapi import document
from bot.store.engine import Store
from bot.texts import Texts, load_texts
from bot.web.security import client_ip, errors_as_problems
from handoff.accounts import ensure_demo_agents
from handoff.deps import Desk, Rules
from handoff.desk_rest import routes
from handoff.desk_socket import DeskSockets
from handoff.guard import Guard
from handoff.passwords import Passwords
from tests.handoff.desk_caller import Caller

ROOT = Path(__file__).resolve().parents[2]
DEMO = (
    ("anna@demo.example", "Anna", "agent"),
    ("piotr@demo.example", "Piotr", "agent"),
    ("ewa@demo.example", "Ewa", "supervisor"),
)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return load_texts(ROOT / "nlu" / "catalogue", ("pl", "cs", "en"), "Demo Shop")


@pytest.fixture
def quick_passwords() -> Passwords:
    """Argon2id with the smallest parameters."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def make_desk(store: Store, clock: ManualClock, texts: Texts, **rules: Any) -> Desk:
    live = MemoryLiveStore(clock)
    return Desk(
        store=store,
        live=live,
        hub=Hub(live, "one"),
        clock=clock,
        texts=texts,
        rules=Rules(sinks=("crm",), **rules),
    )


@pytest.fixture
def desk(store: Store, clock: ManualClock, texts: Texts) -> Desk:
    """A desk on each kind of store."""
    return make_desk(store, clock, texts)


@pytest.fixture
def lite_desk(sqlite_store: Store, clock: ManualClock, texts: Texts) -> Desk:
    """A desk on SQLite alone, for what does not depend on the database."""
    return make_desk(sqlite_store, clock, texts)


@pytest.fixture
async def server(lite_desk: Desk, quick_passwords: Passwords) -> AsyncIterator[TestServer]:
    """The desk's calls over real HTTP, with the demo's agents."""
    await ensure_demo_agents(lite_desk.store, lite_desk.clock, DEMO, "demo", quick_passwords)
    guard = Guard(lite_desk.store, lite_desk.clock, service_token="the-shop")
    application = web.Application(middlewares=[errors_as_problems(lambda *_: None, {})])
    declared = routes(lite_desk, client_ip=lambda request: client_ip(request, 0), passwords=quick_passwords)
    document(declared, "1", "http://gateway.example")
    for route in declared:
        application.router.add_route(route.method, route.path, guard.enforce(route))
    sockets = DeskSockets(lite_desk, guard)
    application.router.add_get("/desk/ws", sockets.handle)
    started = TestServer(application)
    await started.start_server()
    await sockets.start()
    yield started
    await sockets.close_all()
    await started.close()


@pytest.fixture
async def browser(server: TestServer) -> AsyncIterator[TestClient[Any, Any]]:
    """A client that keeps cookies."""
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
        yield client


@pytest.fixture
async def anna(server: TestServer) -> AsyncIterator[Caller]:
    async with Caller(server) as caller:
        yield await caller.sign_in("anna@demo.example")


@pytest.fixture
async def piotr(server: TestServer) -> AsyncIterator[Caller]:
    async with Caller(server) as caller:
        yield await caller.sign_in("piotr@demo.example")


@pytest.fixture
async def ewa(server: TestServer) -> AsyncIterator[Caller]:
    async with Caller(server) as caller:
        yield await caller.sign_in("ewa@demo.example")


@pytest.fixture
async def shop(server: TestServer) -> AsyncIterator[Caller]:
    """The shop's systems, with the service token."""
    async with Caller(server) as caller:
        yield caller.bearer("the-shop")
