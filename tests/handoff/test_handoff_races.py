"""Serve next and claim against each other: one winner each, and nobody holds more than she can."""

import asyncio
import random
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from bot.clock import ManualClock
from bot.errors import ConflictError
from bot.model.agent import Agent
from bot.model.conversation import State
from bot.store import agents, cases
from bot.store.schema import conversations
from handoff.deps import Desk
from handoff.service import DeskService
from tests.builders import waiting
from tests.handoff_builders import add_agents

AGENTS = 6
CAPACITY = 3


async def _attempt(
    service: DeskService, agent: Agent, queue: list[str], dice: random.Random
) -> tuple[str, str] | None:
    """One agent tries for somebody; returns (conversation, agent) where she says that she won."""
    await asyncio.sleep(dice.random() * 0.002)
    try:
        if queue and dice.random() < 0.5:
            wanted = dice.choice(queue)
            await service.claim(agent, wanted)
            return wanted, agent.id
        taken = await service.serve_next(agent)
        return (taken, agent.id) if taken else None
    except ConflictError as error:
        if error.code not in {"taken", "at_capacity"}:
            raise
        return None


def _holders(connection: Connection) -> dict[str, str]:
    """Return who has which open conversation."""
    rows = connection.execute(
        select(conversations.c.id, conversations.c.agent_id).where(conversations.c.state == State.AGENT.value)
    )
    return {row.id: row.agent_id for row in rows}


@pytest.mark.timeout(300)
async def test_a_thousand_races(desk: Desk, clock: ManualClock) -> None:
    desk = replace(desk, rules=replace(desk.rules, capacity=CAPACITY))
    service, dice, store = DeskService(desk), random.Random(20261123), desk.store
    ids = await add_agents(store, AGENTS, clock.now())
    people = [found for id in ids if (found := await store.read(lambda c, id=id: agents.get(c, id)))]
    by_id = {agent.id: agent for agent in people}
    rounds = 1000 if "Sqlite" in type(store).__name__ else 250
    won: Counter[str] = Counter()
    for _ in range(rounds):
        queue = [case.conversation_id for case in await store.read(cases.waiting)]
        while len(queue) < dice.randint(1, 3):
            clock.advance(1)
            queue.append(await waiting(store, clock.now(), priority=dice.randint(0, 1)))
        tries = [_attempt(service, dice.choice(people), queue, dice) for _ in range(dice.randint(2, 6))]
        results = [result for result in await asyncio.gather(*tries) if result]
        winners = Counter(conversation for conversation, _ in results)
        assert all(count == 1 for count in winners.values()), winners
        held = await store.read(_holders)
        for conversation, agent_id in results:
            assert held[conversation] == agent_id
        won.update(agent_id for _, agent_id in results)
        load = Counter(held.values())
        assert max(load.values(), default=0) <= CAPACITY
        for conversation, agent_id in held.items():
            if load[agent_id] == CAPACITY or dice.random() < 0.2:
                load[agent_id] -= 1
                await service.close(by_id[agent_id], conversation, "resolved")
    assert len(won) == AGENTS
