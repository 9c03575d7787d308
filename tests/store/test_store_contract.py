"""What a store promises, on SQLite and on PostgreSQL."""

import asyncio
import json
import random
import uuid

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select

from bot.clock import ManualClock
from bot.model.conversation import LastQuestion, Memory, State
from bot.model.message import Sender
from bot.store import cases, contacts, conversations, inbox, outbox, ownership, turns
from bot.store.engine import Store
from bot.store.schema import contacts as contacts_table
from bot.store.schema import messages, metadata
from tests.builders import bot_says, incoming, nothing, packet, say, waiting


async def test_schema_is_what_the_migrations_make(store: Store) -> None:
    def difference(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await store.write(difference) == []


async def test_what_raises_changes_nothing(store: Store, clock: ManualClock) -> None:
    def work(connection: Connection) -> None:
        contacts.create(connection, lang="pl", at=clock.now())
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await store.write(work)
    count = await store.read(lambda c: c.execute(select(func.count()).select_from(contacts_table)).scalar())
    assert count == 0


async def test_one_failing_unit_does_not_undo_its_neighbours(store: Store, clock: ManualClock) -> None:
    def good(connection: Connection) -> str:
        return contacts.create(connection, lang="pl", at=clock.now())

    def bad(connection: Connection) -> str:
        contacts.create(connection, lang="pl", at=clock.now())
        raise ValueError

    units = [store.write(bad if n % 3 == 0 else good) for n in range(60)]
    results = await asyncio.gather(*units, return_exceptions=True)
    made = {result for result in results if isinstance(result, str)}
    stored = await store.read(lambda c: set(c.execute(select(contacts_table.c.id)).scalars()))
    assert stored == made
    assert len(made) == 40


async def test_a_reader_cannot_write(store: Store, clock: ManualClock) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await store.read(lambda c: contacts.create(c, lang="pl", at=clock.now()))


async def test_the_same_client_id_has_one_effect(store: Store, clock: ManualClock) -> None:
    message = incoming(str(uuid.uuid4()))
    taken = await asyncio.gather(*(say(store, message, clock.now()) for _ in range(8)))
    assert {one.message.seq for one in taken} == {1}
    assert sum(not one.duplicate for one in taken) == 1
    assert len({one.conversation.id for one in taken}) == 1


async def test_seq_has_no_gaps_under_concurrency(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    first = await say(store, incoming(visitor), clock.now())
    conversation_id = first.conversation.id

    async def bot() -> None:
        await store.write(
            lambda c: conversations.append(c, conversation_id, [bot_says("a"), bot_says("b")], clock.now())
        )

    jobs = [say(store, incoming(visitor), clock.now()) for _ in range(20)] + [bot() for _ in range(20)]
    random.Random(7).shuffle(jobs)
    await asyncio.gather(*jobs)
    stored = await store.read(lambda c: conversations.transcript(c, conversation_id))
    assert [message.seq for message in stored] == list(range(1, 62))
    assert [message.ordinal for message in stored] == list(range(1, 62))


async def test_internal_notes_have_a_place_but_no_seq(store: Store, clock: ManualClock) -> None:
    taken = await say(store, incoming(str(uuid.uuid4())), clock.now())
    note = bot_says("note")
    from dataclasses import replace

    drafts = [replace(note, internal=True), bot_says("answer")]
    done = await store.write(lambda c: conversations.append(c, taken.conversation.id, drafts, clock.now()))
    assert done is not None
    assert [(m.ordinal, m.seq) for m in done.messages] == [(2, None), (3, 2)]
    seen = await store.read(lambda c: conversations.visible_after(c, taken.conversation.id, 0))
    assert [m.text for m in seen] == ["dzień dobry", "answer"]


async def test_a_message_after_closing_opens_a_new_conversation(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    first = await say(store, incoming(visitor), clock.now())
    await store.write(lambda c: ownership.close(c, first.conversation.id, "resolved", [], clock.now(), []))
    clock.advance(1)
    second = await say(store, incoming(visitor), clock.now())
    assert second.opened
    assert second.conversation.id != first.conversation.id
    assert second.message.seq == 1
    assert second.conversation.contact_id == first.conversation.contact_id


async def test_a_turn_is_committed_once(store: Store, clock: ManualClock) -> None:
    taken = await say(store, incoming(str(uuid.uuid4())), clock.now())
    owed = await store.read(lambda c: turns.next_owed(c, taken.conversation.id))
    assert owed is not None

    def commit(connection: Connection) -> bool:
        done = turns.commit_turn(
            connection, owed, [bot_says("hej")], clock.now(), lang="pl", dialogue=None, memory=Memory()
        )
        return done is not None

    results = await asyncio.gather(*(store.write(commit) for _ in range(5)))
    assert sorted(results) == [False, False, False, False, True]
    assert await store.read(lambda c: turns.next_owed(c, taken.conversation.id)) is None
    assert await store.read(lambda c: turns.owed_conversations(c, clock.now())) == []


async def test_a_message_that_came_meanwhile_stays_owed(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    first = await say(store, incoming(visitor, "one"), clock.now())
    owed = await store.read(lambda c: turns.next_owed(c, first.conversation.id))
    assert owed is not None
    await say(store, incoming(visitor, "two"), clock.now())
    await store.write(
        lambda c: turns.commit_turn(
            c, owed, [bot_says("1")], clock.now(), lang="pl", dialogue={"a": 1}, memory=Memory(disclosed=True)
        )
    )
    next_one = await store.read(lambda c: turns.next_owed(c, first.conversation.id))
    assert next_one is not None
    assert next_one.message.text == "two"
    assert next_one.conversation.dialogue == {"a": 1}
    assert next_one.conversation.memory.disclosed
    assert await store.read(lambda c: turns.owed_conversations(c, clock.now())) == [first.conversation.id]


async def test_a_memory_comes_back_whole(store: Store, clock: ManualClock) -> None:
    taken = await say(store, incoming(str(uuid.uuid4())), clock.now())
    owed = await store.read(lambda c: turns.next_owed(c, taken.conversation.id))
    assert owed is not None
    memory = Memory(
        disclosed=True,
        slots={"order_number": "10023"},
        heard=(("hej", 0.9),),
        asked=LastQuestion(1, "hej", "returns", ("returns", "delivery")),
    )
    done = await store.write(
        lambda c: turns.commit_turn(
            c, owed, [bot_says("1")], clock.now(), lang="pl", dialogue=None, memory=memory
        )
    )
    assert done is not None
    stored = await store.read(lambda c: conversations.get(c, taken.conversation.id))
    assert stored is not None
    assert stored.memory == memory


async def test_the_bot_is_silent_once_a_person_owns_it(store: Store, clock: ManualClock) -> None:
    taken = await say(store, incoming(str(uuid.uuid4())), clock.now())
    owed = await store.read(lambda c: turns.next_owed(c, taken.conversation.id))
    assert owed is not None
    await store.write(
        lambda c: ownership.to_waiting(
            c, taken.conversation.id, packet(), [], clock.now(), version=owed.conversation.version
        )
    )
    late = await store.write(
        lambda c: turns.commit_turn(
            c, owed, [bot_says("late")], clock.now(), lang="pl", dialogue=None, memory=Memory()
        )
    )
    assert late is None
    count = await store.read(lambda c: c.execute(select(func.count()).select_from(messages)).scalar())
    assert count == 1


async def test_a_claim_has_one_winner(store: Store, clock: ManualClock) -> None:
    from tests.handoff_builders import add_agents

    agents = await add_agents(store, 6, clock.now())
    conversation_id = await waiting(store, clock.now())
    claims = [
        store.write(lambda c, agent=agent: ownership.claim(c, conversation_id, agent, [], clock.now()))
        for agent in agents
    ]
    won = [result for result in await asyncio.gather(*claims) if result is not None]
    assert len(won) == 1
    case = await store.read(lambda c: cases.open_of(c, conversation_id))
    assert case is not None
    assert case.agent_id == won[0].conversation.agent_id


async def test_closing_owes_the_conversation_to_every_sink(store: Store, clock: ManualClock) -> None:
    taken = await say(store, incoming(str(uuid.uuid4()), "żółć"), clock.now())
    sinks = ["crm", "archive"]
    done = await store.write(
        lambda c: ownership.close(c, taken.conversation.id, "resolved", [], clock.now(), sinks)
    )
    assert done is not None
    assert done.conversation.state is State.CLOSED
    again = await store.write(
        lambda c: ownership.close(c, taken.conversation.id, "resolved", [], clock.now(), sinks)
    )
    assert again is None
    rows = await store.read(lambda c: outbox.due(c, "crm", clock.now(), 10))
    assert len(rows) == 1
    payload = json.loads(await store.read(lambda c: outbox.body(c, rows[0].id)))
    assert payload["type"] == "conversation.ended"
    assert payload["data"]["messages"][0]["text"] == "żółć"
    assert payload["data"]["outcome"] == "resolved"


async def test_while_waiting_is_said_in_the_same_transaction(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    await waiting(store, clock.now(), visitor=visitor)
    message = incoming(visitor, "halo")
    taken = await store.write(
        lambda c: inbox.take(c, message, clock.now(), lambda *_: [bot_says("we are coming")])
    )
    stored = await store.read(lambda c: conversations.visible_after(c, taken.conversation.id, 0))
    assert [m.text for m in stored][-2:] == ["halo", "we are coming"]
    assert taken.message.sender is Sender.VISITOR


async def test_times_come_back_in_utc_to_the_microsecond(store: Store, clock: ManualClock) -> None:
    clock.advance(0.123456)
    taken = await say(store, incoming(str(uuid.uuid4())), clock.now())
    stored = await store.read(lambda c: conversations.get(c, taken.conversation.id))
    assert stored is not None
    assert stored.created_at == clock.now()
    assert stored.owed_since == clock.now()


def test_builders_say_nothing() -> None:
    assert nothing() == ()
