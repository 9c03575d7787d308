"""The contact history, pushed: a CRM that fails often and is away for a while has everything all the same."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.agent_client import AgentClient
from tests.chat_client import ChatClient
from tests.e2e.conftest import PATIENT, UNLIMITED, troubles
from tests.e2e.shop_words import hand_over, identity, wait_for_state
from tests.gateway_process import GatewayProcess
from tests.sinks.crm_stub import CrmStub

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(400)]
CONTACTS = 15
EACH = 4
"""Conversations of a contact."""
SLOWEST = 9.0
"""Seconds that a turn may take on a machine that does other work beside; a CRM's timeout is 10."""


@pytest_asyncio.fixture
async def crm() -> AsyncIterator[CrmStub]:
    stub = CrmStub(fails=0.3)
    await stub.start()
    yield stub
    await stub.stop()


@pytest_asyncio.fixture
async def pushing(tmp_path: Path, trained: None, crm: CrmStub) -> AsyncIterator[GatewayProcess]:
    """A gateway that pushes to the CRM."""
    sinks = json.dumps([{"url": crm.url, "secret": crm.secret}])
    process = GatewayProcess(tmp_path, settings=UNLIMITED | PATIENT | {"history.sinks": sinks})
    process.start()
    await process.ready(120)
    yield process
    assert await asyncio.to_thread(process.stop) == 0
    assert troubles(process) == []
    assert crm.secret not in process.log.read_text()


class Customer:
    """One contact, who comes back again and again; `turns` are the seconds that replies took."""

    def __init__(self, client: ChatClient, number: int) -> None:
        self.client = client
        self.number = number
        self.conversations: list[str] = []
        self.turns: list[float] = []

    async def ask(self, text: str) -> None:
        started = time.monotonic()
        await self.client.ask(text, 60)
        self.turns.append(time.monotonic() - started)

    async def talk(self, anna: AgentClient) -> None:
        """Have one conversation, ended by the customer or by an agent."""
        await self.ask(f"cześć, tu numer {self.number}")
        await self.ask("gdzie jest moja paczka")
        conversation_id = str(self.client.conversation_id)
        self.conversations.append(conversation_id)
        if (self.number + len(self.conversations)) % 2:
            await hand_over(self.client)
            status, body = await anna.call("POST", f"/conversations/{conversation_id}/claim")
            assert status == 200, body
            await anna.say(conversation_id, "Dzień dobry")
            status, body = await anna.call(
                "POST", f"/conversations/{conversation_id}/close", {"outcome": "resolved"}
            )
            assert status == 200, body
        else:
            await self.client.send({"type": "end"})
        await wait_for_state(self.client, "closed")

    async def rate(self, score: int) -> None:
        client_id = str(uuid.uuid4())
        await self.client.send({"type": "rating", "client_id": client_id, "score": score})
        await self.client.until(lambda: client_id in self.client.acks, 30)


async def test_everything_is_there_once_and_in_order(
    pushing: GatewayProcess, crm: CrmStub, session: aiohttp.ClientSession
) -> None:
    anna = AgentClient(session, pushing.url)
    await anna.sign_in("anna@demo.example")
    customers = [Customer(ChatClient(session, pushing.url), number) for number in range(CONTACTS)]
    for number, customer in enumerate(customers):
        if number < 3:
            customer.client.identity = identity(("pl", "cs", "en")[number], minutes=4.5)
        await customer.client.connect()

    for round_ in range(EACH):
        if round_ == 1:
            await crm.away()
        await asyncio.gather(*(customer.talk(anna) for customer in customers))
        if round_ == 2:
            await crm.back()
    for customer in customers:
        await customer.rate(1 + customer.number % 7)

    first_taken: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + 240
    while len(first_taken) < CONTACTS * (EACH + 1):
        assert time.monotonic() < deadline, f"only {len(first_taken)} have arrived"
        await push_again(anna)
        await asyncio.sleep(0.2)
        for webhook_id, body in crm.taken:
            first_taken.setdefault(webhook_id, body)

    compare(customers, list(first_taken.values()))
    assert crm.bad_signatures == 0
    for webhook_id, body in crm.taken:
        assert body == first_taken[webhook_id], "a repeat with another body"
    status, outbox = await anna.call("GET", "/outbox")
    while outbox["pending"]:  # the CRM has it, and the answer is on its way
        await asyncio.sleep(0.1)
        status, outbox = await anna.call("GET", "/outbox")
    assert status == 200
    assert sorted(turn for customer in customers for turn in customer.turns)[-1] < SLOWEST
    for customer in customers:
        assert customer.client.broken == []
        await customer.client.close()


async def push_again(anna: AgentClient) -> None:
    """Press 'try again' on what waits, as an impatient supervisor does, so that no pause is sat out."""
    _, outbox = await anna.call("GET", "/outbox")
    for item in outbox["items"]:
        if item["attempts"] > 3 and not item["blocked"]:
            status, _ = await anna.call("POST", f"/outbox/{item['id']}/retry")
            assert status in (202, 404)


def compare(customers: list[Customer], bodies: list[dict[str, Any]]) -> None:
    """Every conversation once, and each contact's in the order in which they ended."""
    ended = [body["data"] for body in bodies if body["type"] == "conversation.ended"]
    rated = [body["data"] for body in bodies if body["type"] == "conversation.rated"]
    assert len(ended) == CONTACTS * EACH
    assert len(rated) == CONTACTS
    for customer in customers:
        mine = [data for data in ended if data["conversation"]["id"] in customer.conversations]
        assert [data["conversation"]["id"] for data in mine] == customer.conversations
        assert len({data["contact"]["id"] for data in mine}) == 1
        for data in mine:
            seqs = [message["seq"] for message in data["messages"] if message["seq"] is not None]
            assert seqs == list(range(1, len(seqs) + 1))
            assert data["messages"][0]["text"] == f"cześć, tu numer {customer.number}"
            assert set(data) >= {"contact", "conversation", "messages", "recordings", "outcome", "tags"}
        last = [body for body in bodies if body["data"]["conversation"]["id"] == customer.conversations[-1]]
        assert [body["type"] for body in last] == ["conversation.ended", "conversation.rated"]
    assert {data["outcome"] for data in ended} == {"resolved", "contained"}
