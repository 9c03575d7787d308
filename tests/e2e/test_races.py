"""Agents who press 'serve next' and 'claim' at once: each conversation goes to exactly one of them.

The short form runs in CI; CENTRALA_SOAK=full runs a thousand rounds.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from tests.agent_client import AgentClient
from tests.chat_client import ChatClient
from tests.e2e.conftest import UNLIMITED
from tests.e2e.shop_words import hand_over, says
from tests.gateway_process import GatewayProcess

ROUNDS = 1000 if os.environ.get("CENTRALA_SOAK") == "full" else 100
CUSTOMERS = 9
CAPACITY = 2
pytestmark = [pytest.mark.rasa, pytest.mark.soak, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Iterator[GatewayProcess]:
    """A gateway whose agents take two conversations each, so that the races are for capacity too."""
    settings = UNLIMITED | {"handoff.capacity": CAPACITY}
    process = GatewayProcess(tmp_path_factory.mktemp("races"), settings=settings)
    process.start()
    asyncio.run(process.ready(120))
    yield process
    assert process.stop() == 0


@dataclass
class Hall:
    """The agents, and who has whom; `wins` counts for the whole run."""

    agents: dict[str, AgentClient]
    customers: dict[str, ChatClient]
    owner: dict[str, str] = field(default_factory=dict)
    wins: Counter[str] = field(default_factory=Counter)

    @property
    def waiting(self) -> list[str]:
        return [id for id in self.customers if id not in self.owner]


async def put_back(hall: Hall, dice: random.Random) -> None:
    """Some conversations go back to the queue; at least one waits then."""
    back = [id for id in hall.owner if dice.random() < 0.7]
    if not hall.waiting and not back:
        back = [dice.choice(list(hall.owner))]

    async def release(id: str) -> None:
        agent = hall.agents[hall.owner.pop(id)]
        status, body = await agent.call("POST", f"/conversations/{id}/release", {"to": "queue"})
        assert status == 200, body

    await asyncio.gather(*(release(id) for id in back))


async def press(hall: Hall, name: str, id: str | None) -> tuple[str, str | None, int, Any]:
    """One press, of 'serve next' or of one conversation's 'claim'."""
    path = f"/conversations/{id}/claim" if id else "/queue/next"
    status, body = await hall.agents[name].call("POST", path)
    return name, id, status, body


async def race(hall: Hall, dice: random.Random) -> None:
    await put_back(hall, dice)
    waiting = hall.waiting
    presses: list[tuple[str, str | None]] = [
        (name, None) for name in hall.agents for _ in range(dice.randint(0, 3))
    ]
    presses += [(name, dice.choice(waiting)) for name in hall.agents if dice.random() < 0.4]
    dice.shuffle(presses)
    results = await asyncio.gather(*(press(hall, name, id) for name, id in presses))
    for name, id, status, body in results:
        if status == 200:
            assert id in (None, body["id"])
            assert body["id"] not in hall.owner, "two agents were given one conversation"
            assert body["state"] == "agent"
            hall.owner[body["id"]] = name
            hall.wins[body["id"]] += 1
        elif status == 409:
            assert body["code"] in (("taken", "at_capacity") if id else ("at_capacity",)), body
        else:
            assert status == 204
    load = Counter(hall.owner.values())
    assert max(load.values(), default=0) <= CAPACITY
    for name, id, status, body in results:
        if status == 204:
            assert hall.waiting == [], "'serve next' gave nobody while somebody waited"
        if status == 409 and body["code"] == "taken":
            assert id in hall.owner
        if status == 409 and body["code"] == "at_capacity":
            assert load[name] == CAPACITY


async def assert_the_gateway_agrees(hall: Hall) -> None:
    names = {"anna": "Anna", "piotr": "Piotr", "ewa": "Ewa"}
    for id in hall.customers:
        conversation = await hall.agents["ewa"].read(id)
        wanted = names[hall.owner[id]] if id in hall.owner else None
        assert (conversation["agent"] or {}).get("name") == wanted
        assert conversation["state"] == ("agent" if wanted else "waiting")


async def test_each_conversation_goes_to_exactly_one(
    narrow: GatewayProcess, session: aiohttp.ClientSession
) -> None:
    dice = random.Random(3)
    agents = {name: AgentClient(session, narrow.url) for name in ("anna", "piotr", "ewa")}
    for name, agent in agents.items():
        await agent.sign_in(f"{name}@demo.example")
    customers: dict[str, ChatClient] = {}
    for _ in range(CUSTOMERS):
        client = ChatClient(session, narrow.url)
        await client.connect()
        customers[await hand_over(client)] = client
    hall = Hall(agents, customers)
    for round_ in range(ROUNDS):
        await race(hall, dice)
        if round_ % 10 == 0:
            await assert_the_gateway_agrees(hall)
    await assert_the_gateway_agrees(hall)
    for id, client in customers.items():
        whole = await agents["ewa"].transcript(id)
        await client.until(lambda c=client, w=whole: len(c.transcript()) == len(w), 60)
        assert client.transcript() == whole
        assert client.broken == []
        joined = [
            text
            for _, _, text in whole
            if any(says(text, "pl", "agent_joined", name=name) for name in ("Anna", "Piotr", "Ewa"))
        ]
        assert len(joined) == hall.wins[id], "every win is told once, and nobody's loss"
        await client.close()
    assert sum(hall.wins.values()) > ROUNDS
