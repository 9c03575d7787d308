"""What agents do with conversations, on both databases."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.errors import CentralaError, ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from bot.model.agent import Agent, Presence, Role
from bot.model.case import CaseKind
from bot.model.conversation import State
from bot.store import agents, cases, conversations
from bot.store.schema import outbox
from handoff.deps import Desk
from handoff.service import DeskService
from tests.builders import incoming, say, waiting
from tests.handoff_builders import add_agents


@pytest.fixture
def service(desk: Desk) -> DeskService:
    return DeskService(desk)


async def team(desk: Desk, count: int = 2, presence: str = "online") -> list[Agent]:
    found = []
    for agent_id in await add_agents(desk.store, count, desk.clock.now(), presence):
        agent = await desk.store.read(lambda c, id=agent_id: agents.get(c, id))
        assert agent is not None
        found.append(agent)
    return found


async def state_of(desk: Desk, conversation_id: str) -> tuple[State, str | None]:
    found = await desk.store.read(lambda c: conversations.get(c, conversation_id))
    assert found is not None
    return found.state, found.agent_id


async def heard(desk: Desk, conversation_id: str) -> list[tuple[str, str, int | None]]:
    """The transcript as (sender, text, seq)."""
    found = await desk.store.read(lambda c: conversations.transcript(c, conversation_id))
    return [(message.sender.value, message.text, message.seq) for message in found]


async def refused(code: str, call: object) -> None:
    with pytest.raises(CentralaError) as caught:
        await call  # type: ignore[misc]
    assert caught.value.code == code


def supervisor(agent: Agent) -> Agent:
    return replace(agent, role=Role.SUPERVISOR)


async def test_serve_next_takes_priority_then_patience(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    (anna, *_) = await team(desk)
    first = await waiting(desk.store, clock.now())
    clock.advance(10)
    second = await waiting(desk.store, clock.now())
    clock.advance(10)
    vip = await waiting(desk.store, clock.now(), priority=1)
    served = [await service.serve_next(anna) for _ in range(4)]
    assert served == [vip, first, second, None]
    assert await state_of(desk, first) == (State.AGENT, anna.id)
    sender, text, _ = (await heard(desk, first))[-1]
    assert sender == "system"
    assert anna.name in text


async def test_serve_next_refuses(desk: Desk, service: DeskService, clock: ManualClock) -> None:
    (away,) = await team(desk, 1, "away")
    (full,) = await team(desk, 1)
    for _ in range(6):
        await waiting(desk.store, clock.now())
    await refused("not_online", service.serve_next(away))
    for _ in range(4):
        assert await service.serve_next(full) is not None
    await refused("at_capacity", service.serve_next(full))
    left = (await desk.store.read(cases.waiting))[0].conversation_id
    await refused("at_capacity", service.claim(full, left))


async def test_claim_has_one_winner_and_says_why(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    conversation = await waiting(desk.store, clock.now())
    await service.claim(anna, conversation)
    await refused("taken", service.claim(piotr, conversation))
    await refused("taken", service.claim(anna, conversation))
    await service.close(anna, conversation, "resolved")
    await refused("conversation_closed", service.claim(piotr, conversation))
    await refused("not_found", service.claim(piotr, str(uuid.uuid4())))


async def test_a_reply_is_said_once_and_only_by_the_owner(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    conversation = await waiting(desk.store, clock.now())
    other = await waiting(desk.store, clock.now())
    await refused("not_yours", service.reply(anna, conversation, "a", "hello"))
    await service.claim(anna, conversation)
    await service.claim(anna, other)
    clock.advance(5)
    said = await service.reply(anna, conversation, "a", "hello")
    clock.advance(5)
    assert await service.reply(anna, conversation, "a", "something else") == said
    await refused("client_id_used", service.reply(anna, other, "a", "hello"))
    await refused("not_yours", service.reply(piotr, conversation, "p", "me too"))
    assert (await service.reply(anna, conversation, "b", "and?")).seq == (said.seq or 0) + 1
    case = await desk.store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert case.first_reply_at == said.at
    await service.close(anna, conversation, "resolved")
    assert await service.reply(anna, conversation, "a", "hello") == said
    await refused("conversation_closed", service.reply(anna, conversation, "c", "too late"))


async def test_notes_are_for_the_house(desk: Desk, service: DeskService, clock: ManualClock) -> None:
    anna, piotr = await team(desk)
    conversation = await waiting(desk.store, clock.now())
    note = await service.note(piotr, conversation, "n", "he called before")
    assert (note.seq, note.internal) == (None, True)
    assert await service.note(piotr, conversation, "n", "again") == note
    await service.claim(anna, conversation)
    with pytest.raises(NotFoundError):
        await service.note(piotr, conversation, "m", "may I?")
    assert (await service.note(supervisor(piotr), conversation, "m", "I may")).internal


async def test_an_agent_may_read_but_not_annotate_what_her_customer_said_before(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    visitor = str(uuid.uuid4())
    before = await waiting(desk.store, clock.now(), visitor=visitor)
    await service.claim(piotr, before)
    await service.close(piotr, before, "resolved")
    clock.advance(60)
    await waiting(desk.store, clock.now(), visitor=visitor)
    with pytest.raises(ForbiddenError):
        await service.note(anna, before, "n", "x")


async def test_release_to_bot_queue_and_colleague(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    (offline,) = await team(desk, 1, "offline")
    conversation = await waiting(desk.store, clock.now())
    await service.claim(anna, conversation)
    await refused("not_yours", service.release(piotr, conversation, "queue"))
    await refused("agent_unavailable", service.release(anna, conversation, offline.id))
    await refused("agent_unavailable", service.release(anna, conversation, str(uuid.uuid4())))
    await refused("already_theirs", service.release(anna, conversation, anna.id))
    await service.release(anna, conversation, piotr.id)
    assert await state_of(desk, conversation) == (State.AGENT, piotr.id)
    await service.release(piotr, conversation, "queue")
    assert await state_of(desk, conversation) == (State.WAITING, None)
    await refused("not_yours", service.release(piotr, conversation, "queue"))
    await service.claim(piotr, conversation)
    await service.release(piotr, conversation, "bot")
    assert await state_of(desk, conversation) == (State.BOT, None)
    assert await desk.store.read(lambda c: cases.open_of(c, conversation)) is None
    senders = [sender for sender, _, _ in await heard(desk, conversation)]
    assert senders == ["visitor", *["system"] * 5]


async def test_a_colleague_with_full_hands_gets_nothing(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    for _ in range(4):
        await service.claim(piotr, await waiting(desk.store, clock.now()))
    conversation = await waiting(desk.store, clock.now())
    await service.claim(anna, conversation)
    await refused("at_capacity", service.release(anna, conversation, piotr.id))
    assert await state_of(desk, conversation) == (State.AGENT, anna.id)


async def test_a_supervisor_hands_out_takes_back_and_closes(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    ewa = supervisor((await team(desk, 1, "offline"))[0])
    conversation = await waiting(desk.store, clock.now())
    await service.release(ewa, conversation, anna.id)
    assert await state_of(desk, conversation) == (State.AGENT, anna.id)
    await service.release(ewa, conversation, piotr.id)
    await service.release(ewa, conversation, "queue")
    await service.release(ewa, conversation, "bot")
    assert await state_of(desk, conversation) == (State.BOT, None)
    await service.close(ewa, conversation, "spam")
    assert (await state_of(desk, conversation))[0] is State.CLOSED


async def test_closing(desk: Desk, service: DeskService, clock: ManualClock) -> None:
    (anna,) = await team(desk, 1)
    (away,) = await team(desk, 1, "away")
    conversation = await waiting(desk.store, clock.now())
    for outcome in ("", "Resolved", "1st", "a b", "a" * 65, "é"):
        with pytest.raises(InvalidInputError):
            await service.close(anna, conversation, outcome)
    await refused("not_online", service.close(away, conversation, "spam"))
    await service.close(anna, conversation, "spam")
    await refused("conversation_closed", service.close(anna, conversation, "spam"))
    bot = (await say(desk.store, incoming(str(uuid.uuid4())), clock.now())).conversation.id
    await refused("not_yours", service.close(anna, bot, "spam"))
    owed = await desk.store.read(lambda c: c.execute(select(outbox)).all())
    assert [(row.type, row.payload["data"]["outcome"]) for row in owed] == [("conversation.ended", "spam")]


async def test_who_left_a_message_waits_live_again_only_after_talking(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    (anna, *_) = await team(desk)
    visitor = str(uuid.uuid4())
    conversation = await waiting(desk.store, clock.now(), visitor=visitor)
    case = await desk.store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    case_id = case.id
    await desk.store.write(lambda c: cases.change(c, case_id, kind="message"))
    for talks, kind in ((False, CaseKind.MESSAGE), (True, CaseKind.LIVE)):
        await service.claim(anna, conversation)
        clock.advance(1)
        if talks:
            await say(desk.store, incoming(visitor), clock.now())
        await service.release(anna, conversation, "queue")
        case = await desk.store.read(lambda c: cases.open_of(c, conversation))
        assert case is not None
        assert case.kind is kind


async def test_every_change_wakes_whom_it_concerns(
    desk: Desk, service: DeskService, clock: ManualClock
) -> None:
    anna, piotr = await team(desk)
    conversation = await waiting(desk.store, clock.now())
    with desk.hub.subscribe(conversation, "queue", f"agent:{anna.id}", f"agent:{piotr.id}") as woken:
        await service.claim(anna, conversation)
        topics = {signal.topic for signal in await woken.next(0)}
        assert topics == {conversation, "queue", f"agent:{anna.id}"}
        await service.release(anna, conversation, piotr.id)
        assert f"agent:{piotr.id}" in {signal.topic for signal in await woken.next(0)}


async def test_inactive_agents_take_nothing(desk: Desk, service: DeskService, clock: ManualClock) -> None:
    (anna, piotr) = await team(desk)
    conversation = await waiting(desk.store, clock.now())
    await desk.store.write(lambda c: agents.deactivate(c, anna.id))
    with pytest.raises(NotFoundError):
        await service.serve_next(anna)
    await service.claim(piotr, conversation)
    with pytest.raises(ConflictError):
        await service.release(piotr, conversation, anna.id)


async def test_presence(desk: Desk, service: DeskService, clock: ManualClock) -> None:
    (anna,) = await team(desk, 1, "offline")
    await desk.store.write(lambda c: agents.saw_desks(c, [anna.id], clock.now()))
    assert not await desk.store.read(agents.anybody_online)
    there = await service.set_presence(anna, Presence.ONLINE, has_page=True)
    assert (there.presence, there.desk_seen_at) == (Presence.ONLINE, clock.now())
    assert await desk.store.read(agents.anybody_online)
    clock.advance(timedelta(minutes=1).total_seconds())
    there = await service.set_presence(anna, Presence.AWAY, has_page=False)
    assert (there.presence, there.desk_seen_at) == (Presence.AWAY, None)
