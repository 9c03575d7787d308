"""The whole product in a process of its own, with trained models; slow to start, so once a module."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.app.commands import train
from tests.agent_client import AgentClient
from tests.gateway_process import GatewayProcess

UNLIMITED = {"limits.burst": 0, "limits.refused_before_close": 0, "handoff.capacity": 1000}


@pytest.fixture(scope="session")
def trained() -> None:
    """Models that are current."""
    train(Path("config.yml"), (), force=False)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Iterator[GatewayProcess]:
    """A gateway with the demo's data and no limits."""
    process = GatewayProcess(tmp_path_factory.mktemp("gateway"), settings=UNLIMITED)
    process.start()
    asyncio.run(process.ready())
    yield process
    assert process.stop() == 0, process.log.read_text()[-2000:]


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
