"""The handoff from the bot to a waiting customer, and what the house says meanwhile."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bot.clock import ManualClock
from bot.model.case import CaseKind, CaseStep, Reason
from bot.model.conversation import Memory
from bot.store import cases, conversations, inbox, ownership
from bot.store.engine import Store
from bot.texts import Texts
from handoff.handover import HandOver
from handoff.hours import parse_hours
from handoff.packet import summarise
from tests.builders import incoming, say
from tests.handoff_builders import add_agents

MEMORY = Memory(
    misses=2, intent="order_status", slots={"order_number": "10023"}, heard=(("gdzie\nto", 0.41234),)
)


TUESDAYS = parse_hours({"timezone": "UTC", "tue": "8:00-18:00"})


async def hand_over(store: Store, over: HandOver, visitor: str, clock: ManualClock) -> str:
    taken = await say(store, incoming(visitor), clock.now())

    def work(connection: Connection) -> None:
        conversation = taken.conversation
        packet = over.packet(conversation, MEMORY, Reason.MISUNDERSTOOD, vip=False)
        draft, step = over.announce(connection, conversation, clock.now(), Reason.ASKED)
        done = ownership.to_waiting(
            connection,
            conversation.id,
            packet,
            [draft],
            clock.now(),
            version=conversation.version,
            step=step,
        )
        assert done is not None

    await store.write(work)
    return taken.conversation.id


async def write(
    store: Store, over: HandOver, visitor: str, text: str, payload: str | None, clock: ManualClock
) -> list[str]:
    """A customer writes; returns what the house says to it."""
    message = replace(incoming(visitor, text), payload=payload)
    taken = await store.write(lambda c: inbox.take(c, message, clock.now(), over.while_waiting))
    said = await store.read(
        lambda c: conversations.visible_after(c, taken.conversation.id, taken.message.seq or 0)
    )
    assert all(one.sender.value == "system" for one in said)
    return [one.text for one in said]


async def test_nobody_there_a_number_is_left(store: Store, texts: Texts, clock: ManualClock) -> None:
    over, visitor = HandOver(texts, None), str(uuid.uuid4())
    conversation = await hand_over(store, over, visitor, clock)
    case = await store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert case.step is CaseStep.OFFERED
    offered = (await store.read(lambda c: conversations.transcript(c, conversation)))[-1]
    assert [choice.payload for choice in offered.choices] == ["/leave_message", "/call_back"]
    assert len(await write(store, over, visitor, "Zadzwońcie", "/call_back", clock)) == 1
    assert len(await write(store, over, visitor, "nie wiem", None, clock)) == 1
    (taken,) = await write(store, over, visitor, "600 100 200", None, clock)
    assert "+48 600 100 200" in taken
    case = await store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert (case.kind, case.step, case.callback_phone) == (
        CaseKind.CALLBACK,
        CaseStep.NONE,
        "+48600100200",
    )
    assert await write(store, over, visitor, "dziękuję", None, clock) == []


async def test_words_are_the_message_where_nobody_is_there(
    store: Store, texts: Texts, clock: ManualClock
) -> None:
    over, visitor = HandOver(texts, None), str(uuid.uuid4())
    conversation = await hand_over(store, over, visitor, clock)
    assert len(await write(store, over, visitor, "paczka jest mokra", None, clock)) == 1
    case = await store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert case.kind is CaseKind.MESSAGE


async def test_a_live_wait_is_silent(store: Store, texts: Texts, clock: ManualClock) -> None:
    await add_agents(store, 1, clock.now())
    over, visitor = HandOver(texts, None), str(uuid.uuid4())
    conversation = await hand_over(store, over, visitor, clock)
    case = await store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert case.step is CaseStep.NONE
    assert await write(store, over, visitor, "halo?", None, clock) == []
    assert len(await write(store, over, visitor, "Zostaw wiadomość", "/leave_message", clock)) == 1


async def test_outside_the_hours_nobody_is_there(store: Store, texts: Texts, clock: ManualClock) -> None:
    await add_agents(store, 1, clock.now())  # Monday, 10:00 UTC
    closed = HandOver(texts, TUESDAYS)
    conversation = await hand_over(store, closed, str(uuid.uuid4()), clock)
    case = await store.read(lambda c: cases.open_of(c, conversation))
    assert case is not None
    assert case.step is CaseStep.OFFERED


async def test_the_packet(sqlite_store: Store, texts: Texts, clock: ManualClock) -> None:
    over, visitor = HandOver(texts, None), str(uuid.uuid4())
    taken = await say(sqlite_store, incoming(visitor), clock.now())
    packet = over.packet(taken.conversation, MEMORY, Reason.MISUNDERSTOOD, vip=True)
    assert packet.to_json(clock.now()) == {
        "reason": "misunderstood",
        "lang": "pl",
        "intent": "order_status",
        "slots": {"order_number": "10023"},
        "misses": 2,
        "last_heard": [{"text": "gdzie\nto", "confidence": 0.412}],
        "summary": "order_status · order_number=10023 · misunderstood · misses=2",
        "channel": "chat",
        "waiting_since": "2026-01-05T10:00:00.000Z",
        "priority": 1,
        "skills": ["orders"],
    }


@pytest.mark.parametrize(
    ("memory", "reason", "line"),
    [
        (Memory(), Reason.ASKED, "? · asked"),
        (Memory(intent="question", misses=1), Reason.POLICY, "question · policy · misses=1"),
        (Memory(slots={"a": "x\n y", "b": ""}), Reason.BOT_FAILED, "? · a=x y · bot_failed"),
    ],
)
def test_the_summary(memory: Memory, reason: Reason, line: str) -> None:
    assert summarise(memory, reason) == line
    assert len(summarise(Memory(slots={"a": "x" * 500}), reason)) == 200
