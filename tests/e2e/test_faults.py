"""Cuts, kills and flushes: what was acknowledged is there, once and in order, on every side.

The short form runs in CI; CENTRALA_SOAK=full runs the whole.
"""

import asyncio
import os
import random
import signal
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import redis.asyncio

from tests.agent_client import AgentClient
from tests.chat_client import ChatClient
from tests.e2e.conftest import UNLIMITED
from tests.gateway_process import GatewayProcess

FULL = os.environ.get("CENTRALA_SOAK") == "full"
CUTS = 2000 if FULL else 240
CUSTOMERS = 8
KILLS = 24 if FULL else 6
WORDS = ("hej", "gdzie jest moja paczka", "10023", "dziękuję", "czy to bot", "qqq www", "nie wiem", "tak")
pytestmark = [pytest.mark.rasa, pytest.mark.soak, pytest.mark.timeout(900)]


class Talk:
    """One customer who talks to the bot, is handed over, and goes on with an agent who answers."""

    def __init__(self, client: ChatClient, agent: AgentClient, dice: random.Random) -> None:
        self.client = client
        self.agent = agent
        self.dice = dice
        self.agent_said: list[str] = []
        self.handed_over = False

    async def step(self) -> None:
        """One thing happens, at a random moment."""
        await asyncio.sleep(self.dice.random() * 0.02)
        if not self.handed_over or self.dice.random() < 0.5:
            await self.client.say(f"{self.dice.choice(WORDS)} {uuid.uuid4().hex[:6]}")
        else:
            await self.agent_says()

    async def agent_says(self) -> None:
        """The agent's page repeats until she is heard, with the same client_id."""
        text, client_id = f"odpowiedź {uuid.uuid4().hex[:8]}", str(uuid.uuid4())
        assert self.client.conversation_id is not None
        for _ in range(900):
            try:
                await self.agent.say(self.client.conversation_id, text, client_id)
                self.agent_said.append(text)
                return
            except (aiohttp.ClientError, ConnectionError):
                await asyncio.sleep(0.1)
        raise AssertionError("the agent is not heard")

    async def hand_over(self) -> None:
        """Ask for a person until one has it."""
        await self.client.click("/ask_human", "Rozmowa z konsultantem")
        await settled(self.client)
        for _ in range(900):
            try:
                conversation_id = self.client.conversation_id
                status, _ = await self.agent.call("POST", f"/conversations/{conversation_id}/claim")
                if status in (200, 204, 409):
                    self.handed_over = status != 409 or self.client.state == "agent"
                    if self.handed_over:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
        raise AssertionError("nobody could claim")

    async def cut(self) -> None:
        """The line breaks and comes back."""
        await self.client.cut()
        await self.client.reconnect()


async def settled(client: ChatClient, seconds: float = 60) -> None:
    """Wait until everything that the customer said is acknowledged."""
    async with asyncio.timeout(seconds):
        while client.unacked:
            if client.socket is None or client.socket.closed:
                await client.reconnect()
            await asyncio.sleep(0.05)


async def compare(talk: Talk, database: Path) -> None:
    """The customer's, the agent's and the store's transcripts are the same."""
    client = talk.client
    await settled(client)
    assert client.conversation_id is not None
    for _ in range(900):
        agents = await talk.agent.transcript(client.conversation_id)
        if client.transcript() == agents:
            break
        if client.socket is None or client.socket.closed:
            await client.reconnect()
        await asyncio.sleep(0.1)
    assert client.transcript() == agents
    assert client.broken == []
    assert [seq for seq, _, _ in agents] == list(range(1, len(agents) + 1))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT seq, sender, text FROM messages "
            "WHERE conversation_id = ? AND seq IS NOT NULL ORDER BY seq",
            (client.conversation_id,),
        ).fetchall()
    assert [tuple(row) for row in rows] == agents
    said = [text for _, sender, text in agents if sender == "visitor"]
    assert len(said) == len(client.said), "acked but missing, or doubled"
    assert sorted(said) == sorted(client.said.values())
    assert [text for _, sender, text in agents if sender == "agent"] == talk.agent_said
    asked = next((n for n, (_, sender, text) in enumerate(agents) if sender == "system"), len(agents))
    assert not [m for m in agents[asked:] if m[1] == "bot"], "the bot spoke after the handoff"


async def test_a_line_that_is_cut_again_and_again(
    gateway: GatewayProcess, session: aiohttp.ClientSession, anna: AgentClient
) -> None:
    dice = random.Random(20)

    async def customer(number: int) -> Talk:
        talk = Talk(ChatClient(session, gateway.url), anna, random.Random(number))
        await talk.client.connect()
        cuts = CUTS // CUSTOMERS
        for cut in range(cuts):
            if cut == cuts // 3:
                await talk.hand_over()
            jobs = [asyncio.create_task(talk.step()) for _ in range(talk.dice.randint(0, 2))]
            await asyncio.sleep(talk.dice.random() * 0.03)
            await talk.cut()
            await asyncio.gather(*jobs)
        return talk

    talks = await asyncio.gather(*(customer(dice.randrange(10**6)) for _ in range(CUSTOMERS)))
    for talk in talks:
        await compare(talk, gateway.data_dir / "centrala.db")
        await talk.client.close()


@pytest.fixture
def victim(tmp_path: Path, trained: None) -> Iterator[GatewayProcess]:
    """A gateway that is not spared; whatever happens to the test, it does not outlive it."""
    gateway = GatewayProcess(tmp_path, settings=UNLIMITED)
    gateway.start()
    yield gateway
    gateway.kill()


async def test_kills_and_flushes(victim: GatewayProcess, session: aiohttp.ClientSession) -> None:
    dice, gateway = random.Random(21), victim
    await gateway.ready()
    anna = AgentClient(session, gateway.url)
    await anna.sign_in("anna@demo.example")
    talks = [
        Talk(ChatClient(session, gateway.url), anna, random.Random(dice.randrange(10**6)))
        for _ in range(CUSTOMERS)
    ]
    for talk in talks:
        await talk.client.connect()
    over = asyncio.Event()

    async def chatter(talk: Talk) -> None:
        turns = 0
        while not over.is_set():
            if talk.client.socket is None or talk.client.socket.closed:
                await talk.client.close()
                await talk.client.reconnect()
            turns += 1
            if turns == 12:
                await talk.hand_over()
            await talk.step()
            await asyncio.sleep(0.05)

    chatters = [asyncio.create_task(chatter(talk)) for talk in talks]
    kinds = ["gateway", "worker", "valkey", "flush"]
    for number in range(KILLS):
        await asyncio.sleep(dice.uniform(0.5, 1.5))
        await strike(gateway, kinds[number % len(kinds)], dice)
    over.set()
    await asyncio.gather(*chatters)
    for talk in talks:
        await compare(talk, gateway.data_dir / "centrala.db")
        await talk.client.close()
    assert gateway.process is not None
    started = children(gateway.process.pid)
    assert len(started) >= 3
    assert await asyncio.to_thread(gateway.stop) == 0
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


async def strike(gateway: GatewayProcess, kind: str, dice: random.Random) -> None:
    """Do harm."""
    assert gateway.process is not None
    if kind == "gateway":
        before = children(gateway.process.pid)
        await asyncio.to_thread(gateway.kill)
        gateway.start()
        await gateway.ready()
        assert not [pid for pid in before if Path(f"/proc/{pid}").exists()], "a child outlived its gateway"
    elif kind == "flush":
        socket = gateway.data_dir / "run" / "valkey.sock"
        client = redis.asyncio.Redis(unix_socket_path=str(socket))
        async with asyncio.timeout(60):
            while True:
                try:
                    await client.flushall()
                    break
                except redis.ConnectionError:  # it was killed a second ago, and is not back yet
                    await asyncio.sleep(0.1)
        await client.aclose()
    else:
        wanted = "nlu.worker" if kind == "worker" else "valkey-server"
        pids = [pid for pid, command in children(gateway.process.pid).items() if wanted in command]
        if pids:
            os.kill(dice.choice(pids), signal.SIGKILL)


def children(parent: int) -> dict[int, str]:
    """Processes started by `parent`, with their command lines."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found[int(stat.parent.name)] = command
    return found
