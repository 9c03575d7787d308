"""The whole product in processes of its own, with trained models; slow to start, so few of them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import aiohttp
import pytest

from tests.agent_client import AgentClient
from tests.chat_client import ChatClient
from tests.e2e.call_scene import call_gateway, ears, house, signed_in  # noqa: F401 - for the calls
from tests.e2e.rest_contract import CheckedAgent, RestContract
from tests.gateway_process import ROOT, GatewayProcess

UNLIMITED = {
    "limits.burst": 0,
    "limits.refused_before_close": 0,
    "limits.proofs_per_hour": 0,
    "handoff.capacity": 1000,
}
PATIENT = {"dialogue.deadline_seconds": 15}
"""A busy machine must not turn an answer into an apology; the deadline itself is tested elsewhere."""
AGENTS = ("anna", "piotr", "ewa")

Visit = Callable[..., Awaitable[ChatClient]]
"""Connects a customer: `visit(lang="pl", identity=None)`; the connection ends with the test."""
Desk = Callable[..., Awaitable[CheckedAgent]]
"""Signs an agent in: `desk("anna", "online")`; every answer she gets is held to the OpenAPI document."""


@pytest.fixture(scope="session")
def trained() -> None:
    """Models that are current."""
    # In a process of its own: CENTRALA_SOAK is the tests' and no key of the configuration.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALA_")}
    command = [sys.executable, "-m", "bot", "model", "train"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Iterator[GatewayProcess]:
    """A gateway with the demo's data and no limits."""
    process = GatewayProcess(tmp_path_factory.mktemp("gateway"), settings=UNLIMITED)
    process.start()
    asyncio.run(process.ready())
    yield process
    assert process.stop() == 0, process.log.read_text()[-2000:]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Iterator[GatewayProcess]:
    """The gateway as it is delivered, limits included; shared, so each test begins with an empty queue."""
    process = GatewayProcess(tmp_path_factory.mktemp("shop"), settings=PATIENT)
    process.start()
    asyncio.run(process.ready(120))
    yield process
    assert process.stop() == 0, process.log.read_text()[-2000:]
    assert troubles(process) == []


def troubles(process: GatewayProcess) -> list[str]:
    """Lines of a gateway's log that speak of a fault of its own."""
    lines = process.log.read_text().splitlines()
    return [line for line in lines if "Traceback" in line or '"level": "error"' in line]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as made:
        yield made


@pytest.fixture
async def anna(gateway: GatewayProcess, session: aiohttp.ClientSession) -> AgentClient:
    """An agent who is online."""
    agent = AgentClient(session, gateway.url)
    await agent.sign_in("anna@demo.example")
    return agent


@pytest.fixture(scope="session")
def tokens() -> dict[str, str]:
    """Sessions of the shop's agents, by name; signing in costs argon2's time."""
    return {}


@pytest.fixture(scope="session")
def rest_contract(shop: GatewayProcess) -> RestContract:
    """The shop's OpenAPI document."""

    async def fetch() -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{shop.url}/api/openapi.json") as answer:
            assert answer.status == 200
            return await answer.text()

    return RestContract(json.loads(asyncio.run(fetch())))


@pytest.fixture
async def desk(
    shop: GatewayProcess, session: aiohttp.ClientSession, tokens: dict[str, str], rest_contract: RestContract
) -> Desk:
    """A desk with everybody offline and nobody waiting."""

    async def sign_in(name: str, presence: str = "online") -> CheckedAgent:
        agent = CheckedAgent(session, shop.url, rest_contract)
        if name not in tokens:
            tokens[name] = await agent.log_in(f"{name}@demo.example")
        agent.use(tokens[name])
        status, body = await agent.call("PUT", "/me/presence", {"state": presence})
        assert status == 200, body
        return agent

    for name in AGENTS:
        agent = await sign_in(name, "offline")
    for state in ("waiting", "agent"):
        for row in await agent.everything(f"/conversations?state={state}"):
            status, body = await agent.call("POST", f"/conversations/{row['id']}/close", {"outcome": "spam"})
            assert status in (200, 409), body  # 409: the sweeper was faster
    return sign_in


@pytest.fixture
async def visit(shop: GatewayProcess, session: aiohttp.ClientSession) -> AsyncIterator[Visit]:
    """Customers of the shop."""
    clients: list[ChatClient] = []

    async def connect(
        lang: str = "pl", *, identity: str | None = None, token: str | None = None
    ) -> ChatClient:
        client = ChatClient(session, shop.url, lang)
        client.identity, client.token = identity, token
        clients.append(client)
        await client.connect()
        return client

    yield connect
    for client in clients:
        await client.close()
        assert client.broken == []
