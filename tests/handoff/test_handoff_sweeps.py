"""Agents whose page is gone and conversations without a word, on both databases."""

import asyncio
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from bot.clock import ManualClock
from bot.model.agent import Agent, Presence
from bot.model.case import RETURNED_PRIORITY
from bot.model.conversation import State
from bot.store import agents, cases, conversations, outbox, sessions, turns
from bot.store.schema import agent_sessions
from handoff.deps import Desk
from handoff.idle import IdleSweep
from handoff.presence import PresenceSweep
from handoff.service import DeskService
from tests.builders import bot_says, incoming, say, waiting
from tests.handoff_builders import add_agents


async def agent_with_page(desk: Desk, clock: ManualClock) -> Agent:
    (agent_id,) = await add_agents(desk.store, 1, clock.now())
    await desk.store.write(lambda c: agents.saw_desks(c, [agent_id], clock.now()))
    agent = await desk.store.read(lambda c: agents.get(c, agent_id))
    assert agent is not None
    return agent


async def presence_of(desk: Desk, agent: Agent) -> Presence:
    present = await desk.store.read(lambda c: agents.get(c, agent.id))
    assert present is not None
    return present.presence


async def closed_as(desk: Desk, conversation_id: str) -> str | None:
    found = await desk.store.read(lambda c: conversations.get(c, conversation_id))
    assert found is not None
    return found.outcome if found.state is State.CLOSED else None


async def answered(desk: Desk, clock: ManualClock) -> str:
    """A conversation in which the bot answered."""
    taken = await say(desk.store, incoming(str(uuid.uuid4())), clock.now())

    def work(connection: Connection) -> None:
        owed = turns.next_owed(connection, taken.conversation.id)
        assert owed is not None
        memory = taken.conversation.memory
        turns.commit_turn(
            connection, owed, [bot_says("cześć")], clock.now(), lang="pl", dialogue=None, memory=memory
        )

    await desk.store.write(work)
    return taken.conversation.id


async def test_a_lost_agents_customers_go_to_the_front(desk: Desk, clock: ManualClock) -> None:
    anna, sweep = await agent_with_page(desk, clock), PresenceSweep(desk)
    hers = await waiting(desk.store, clock.now())
    await DeskService(desk).claim(anna, hers)
    vip = await waiting(desk.store, clock.now(), priority=1)
    for _ in range(9):
        assert await sweep.sweep() == []
        clock.advance(5)
    assert await sweep.sweep() == [anna.id]
    assert await presence_of(desk, anna) is Presence.OFFLINE
    queue = await desk.store.read(cases.waiting)
    assert [case.conversation_id for case in queue] == [hers, vip]
    assert queue[0].priority == RETURNED_PRIORITY
    said = (await desk.store.read(lambda c: conversations.transcript(c, hers)))[-1]
    assert said.sender.value == "system"
    assert await sweep.sweep() == []


async def test_a_page_that_is_seen_or_seen_again_keeps_its_agent(desk: Desk, clock: ManualClock) -> None:
    anna, sweep = await agent_with_page(desk, clock), PresenceSweep(desk)
    for second in range(0, 300, 5):
        if second % 40 == 0:  # a flushed live store is filled again by the next touch
            await desk.live.touch("agent", anna.id, "page", 3)
        assert await sweep.sweep() == []
        clock.advance(5)
    assert await presence_of(desk, anna) is Presence.ONLINE


async def test_sql_alone_keeps_an_agent_whose_live_state_another_gateway_holds(
    desk: Desk, clock: ManualClock
) -> None:
    anna, sweep = await agent_with_page(desk, clock), PresenceSweep(desk)
    for _ in range(30):
        await desk.store.write(lambda c: agents.saw_desks(c, [anna.id], clock.now()))
        assert await sweep.sweep() == []
        clock.advance(15)


async def test_a_gateway_that_just_started_sweeps_nobody(desk: Desk, clock: ManualClock) -> None:
    await agent_with_page(desk, clock)
    clock.advance(3600)
    sweep = PresenceSweep(desk)
    assert await sweep.sweep() == []
    clock.advance(44)
    assert await sweep.sweep() == []


async def test_who_only_uses_rest_is_never_swept(desk: Desk, clock: ManualClock) -> None:
    (agent_id,) = await add_agents(desk.store, 1, clock.now())
    sweep = PresenceSweep(desk)
    for _ in range(20):
        assert await sweep.sweep() == []
        clock.advance(60)
    present = await desk.store.read(lambda c: agents.get(c, agent_id))
    assert present is not None
    assert present.presence is Presence.ONLINE


async def test_who_left_a_message_is_not_told_of_a_lost_agent(desk: Desk, clock: ManualClock) -> None:
    anna, sweep = await agent_with_page(desk, clock), PresenceSweep(desk)
    left = await waiting(desk.store, clock.now())
    case = await desk.store.read(lambda c: cases.open_of(c, left))
    assert case is not None
    case_id = case.id
    await desk.store.write(lambda c: cases.change(c, case_id, kind="message"))
    await DeskService(desk).claim(anna, left)
    before = len(await desk.store.read(lambda c: conversations.transcript(c, left)))
    await sweep.sweep()
    clock.advance(60)
    assert await sweep.sweep() == [anna.id]
    assert len(await desk.store.read(lambda c: conversations.transcript(c, left))) == before


async def test_silence_with_the_bot(desk: Desk, clock: ManualClock) -> None:
    contained = await answered(desk, clock)
    owed = (await say(desk.store, incoming(str(uuid.uuid4())), clock.now())).conversation.id
    returned = await waiting(desk.store, clock.now())
    (agent_id,) = await add_agents(desk.store, 1, clock.now())
    anna = await desk.store.read(lambda c: agents.get(c, agent_id))
    assert anna is not None
    await DeskService(desk).claim(anna, returned)
    await DeskService(desk).release(anna, returned, "bot")
    clock.advance(1799)
    assert await IdleSweep(desk).sweep() == 0
    clock.advance(1)
    fresh = await answered(desk, clock)
    assert await IdleSweep(desk).sweep() == 2
    assert await closed_as(desk, contained) == "contained"
    assert await closed_as(desk, returned) == "abandoned"
    assert await closed_as(desk, owed) is None
    assert await closed_as(desk, fresh) is None
    assert await desk.store.read(outbox.count_waiting) == 2
    last = (await desk.store.read(lambda c: conversations.transcript(c, contained)))[-1]
    assert last.sender.value == "system"


async def test_silence_with_an_agent(desk: Desk, clock: ManualClock) -> None:
    (agent_id,) = await add_agents(desk.store, 1, clock.now())
    anna = await desk.store.read(lambda c: agents.get(c, agent_id))
    assert anna is not None
    visitor = str(uuid.uuid4())
    silent, spoken = (
        await waiting(desk.store, clock.now()),
        await waiting(desk.store, clock.now(), visitor=visitor),
    )
    for one in (silent, spoken):
        await DeskService(desk).claim(anna, one)
    clock.advance(7000)
    await say(desk.store, incoming(visitor), clock.now())
    clock.advance(200)
    assert await IdleSweep(desk).sweep() == 1
    assert await closed_as(desk, silent) == "idle"
    assert await closed_as(desk, spoken) is None


async def test_who_waits_is_missed_only_when_gone_and_silent(desk: Desk, clock: ManualClock) -> None:
    here, gone, message = str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4())
    ids = {who: await waiting(desk.store, clock.now(), visitor=who) for who in (here, gone, message)}
    case = await desk.store.read(lambda c: cases.open_of(c, ids[message]))
    assert case is not None
    case_id = case.id
    await desk.store.write(lambda c: cases.change(c, case_id, kind="callback"))
    clock.advance(3600)
    await desk.live.touch("visitor", here, "tab", 60)
    assert await IdleSweep(desk).sweep() == 1
    assert await closed_as(desk, ids[gone]) == "missed"
    assert await closed_as(desk, ids[here]) is None
    assert await closed_as(desk, ids[message]) is None


async def test_more_than_a_batch_is_closed_in_one_sweep(desk: Desk, clock: ManualClock) -> None:
    for _ in range(45):
        await answered(desk, clock)
    clock.advance(1801)
    assert await IdleSweep(desk).sweep() == 45
    assert await IdleSweep(desk).sweep() == 0


async def test_expired_sessions_are_forgotten(desk: Desk, clock: ManualClock) -> None:
    (agent_id,) = await add_agents(desk.store, 1, clock.now())
    now = clock.now()
    await desk.store.write(lambda c: sessions.open_session(c, agent_id, "a" * 64, "x", now, now))
    await IdleSweep(desk).sweep()
    left = await desk.store.read(lambda c: c.execute(select(agent_sessions)).all())
    assert left == []


@pytest.mark.parametrize("gateways", [2])
async def test_two_gateways_sweep_without_closing_twice(
    desk: Desk, clock: ManualClock, gateways: int
) -> None:
    for _ in range(30):
        await answered(desk, clock)
    clock.advance(1801)
    sweeps = [IdleSweep(replace(desk)) for _ in range(gateways)]
    closed = await asyncio.gather(*(sweep.sweep() for sweep in sweeps))
    while await sweeps[0].sweep():
        pass
    assert sum(closed) <= 30
    assert await desk.store.read(outbox.count_waiting) == 30
