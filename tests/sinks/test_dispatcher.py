"""Every conversation reaches a bad CRM once by webhook-id, in order per contact, whatever dies."""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from crm_stub import CrmStub
from sink_support import end_conversation, until, visitors
from sqlalchemy import Connection, insert, select

from bot.clock import SystemClock
from bot.model.ids import new_id
from bot.store import outbox as rows
from bot.store.engine import Store
from bot.store.schema import metadata, outbox
from handoff.sinks.dispatcher import Dispatcher
from handoff.sinks.policy import RetryPolicy
from handoff.sinks.webhook import WebhookSink, sink_session
from tests.loop_clock import LoopClock

QUICK = RetryPolicy(first=0.02, longest=0.2, longest_probe=0.1)


@pytest.fixture
async def crm() -> AsyncIterator[CrmStub]:
    stub = CrmStub()
    await stub.start()
    yield stub
    await stub.stop()


@contextlib.asynccontextmanager
async def dispatching(
    store: Store,
    crms: Sequence[CrmStub],
    *,
    names: Sequence[str] = ("crm",),
    policy: RetryPolicy = QUICK,
    lock_margin: float = 0.5,
) -> AsyncIterator[Dispatcher]:
    async with sink_session() as session:
        sinks = [
            WebhookSink(name, crm.url, crm.secret, session, timeout=1)
            for name, crm in zip(names, crms, strict=True)
        ]
        dispatcher = Dispatcher(store, sinks, SystemClock(), policy=policy, lock_margin=lock_margin, drain=1)
        await dispatcher.start()
        try:
            yield dispatcher
        finally:
            await dispatcher.stop()


async def owed(store: Store) -> list[tuple[str, str]]:
    """All rows as (webhook-id, contact), in order."""

    def work(connection: Connection) -> list[tuple[str, str]]:
        found = connection.execute(select(outbox.c.id, outbox.c.contact_id).order_by(outbox.c.position))
        return [(row.id, row.contact_id) for row in found]

    return await store.read(work)


async def waiting(store: Store) -> int:
    return await store.read(rows.count_waiting)


async def until_empty(store: Store, seconds: float) -> None:
    await until_left(store, 0, seconds)


async def until_left(store: Store, left: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while await waiting(store) != left:
        assert time.monotonic() < end, "rows are left"
        await asyncio.sleep(0.05)


def assert_once_and_in_order(crm: CrmStub, expected: list[tuple[str, str]]) -> None:
    first: dict[str, int] = {}
    for place, (id, _) in enumerate(crm.taken):
        first.setdefault(id, place)
    assert set(first) == {id for id, _ in expected}
    conversations = {id: body["data"]["conversation"]["id"] for id, body in crm.taken}
    assert len(set(conversations.values())) == len(expected)
    lines: dict[str, list[str]] = defaultdict(list)
    for id, contact in expected:
        lines[contact].append(id)
    for line in lines.values():
        assert sorted(line, key=first.__getitem__) == line
    assert crm.bad_signatures == 0


async def test_two_gateways_a_bad_crm_and_a_kill(sqlite_store: Store, tmp_path: Path, crm: CrmStub) -> None:
    crm.fails = 0.3
    people = visitors(40)
    for number in range(150):
        await end_conversation(sqlite_store, people[number % 40], ["crm"], f"wiadomość {number} ž")
    root = str(Path(__file__).resolve().parents[2])
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("gateway_process.py")),
        str(tmp_path / "centrala.db"),
        crm.url,
        crm.secret,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"up\n"
    await until(lambda: len(crm.taken) > 10)
    async with dispatching(sqlite_store, [crm]) as dispatcher:
        for number in range(150, 300):
            await end_conversation(sqlite_store, people[number % 40], ["crm"])
            dispatcher.kick()
            if number == 200:
                other.kill()
            if number == 220:
                await crm.away()
            if number == 260:
                await asyncio.sleep(0.3)
                await crm.back()
        await other.wait()
        await until_empty(sqlite_store, 90)
    assert_once_and_in_order(crm, await owed(sqlite_store))
    assert len(await owed(sqlite_store)) == 300


async def test_two_dispatchers_in_one_database(store: Store, crm: CrmStub) -> None:
    crm.fails = 0.3
    people = visitors(10)
    for number in range(60):
        await end_conversation(store, people[number % 10], ["crm"])
    # A row is held so long that a machine that stalls does not have the other take it too, as it may.
    async with (
        dispatching(store, [crm], lock_margin=60) as a,
        dispatching(store, [crm], lock_margin=60) as b,
    ):
        await until_empty(store, 90)
        taken = [sum(one.taken for one in dispatcher.figures()) for dispatcher in (a, b)]
    assert_once_and_in_order(crm, await owed(store))
    assert sum(taken) == 60


async def test_a_post_cut_off_at_stop_is_repeated_with_the_same_id(sqlite_store: Store, crm: CrmStub) -> None:
    await end_conversation(sqlite_store, visitors(1)[0], ["crm"])
    seen: list[str] = []

    async def hang(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["webhook-id"])
        await crm.ended.wait()
        return web.Response()

    crm.answer = hang
    async with sink_session() as session:
        sink = WebhookSink("crm", crm.url, crm.secret, session, timeout=1.2)
        dispatcher = Dispatcher(sqlite_store, [sink], SystemClock(), policy=QUICK, lock_margin=0, drain=0.1)
        await dispatcher.start()
        await until(lambda: bool(seen))
        await dispatcher.stop()
    crm.answer = None
    async with dispatching(sqlite_store, [crm]):
        await until_empty(sqlite_store, 60)
    assert [id for id, _ in crm.taken] == seen


async def test_a_dead_sink_holds_up_neither_the_other_sink_nor_the_store(store: Store, crm: CrmStub) -> None:
    dead = CrmStub()
    await dead.start()
    await dead.away()
    people = visitors(5)
    async with dispatching(store, [crm, dead], names=["crm", "dead"]) as dispatcher:
        slowest = 0.0
        async with LoopClock() as clock:
            for number in range(30):
                began = clock.now()
                await end_conversation(store, people[number % 5], ["crm", "dead"])
                slowest = max(slowest, clock.now() - began)
                dispatcher.kick()
        await until(lambda: dispatcher.figures()[0].taken == 30)
        await until_left(store, 30, 60)
        await until(lambda: dispatcher.figures()[1].down)
        assert slowest < 1
        assert await dispatcher.status() == "dead is down (connection refused)"
        listed = await store.read(lambda c: rows.waiting(c, 0, 100))
        assert len(listed) == 30
        assert {row.last_error for _, blocked, row in listed if not blocked} <= {"connection refused", None}
        assert sum(blocked for _, blocked, _ in listed) == 25
        await dead.back()
        await until_empty(store, 60)
        assert await dispatcher.status() == "ok"
    await dead.stop()
    assert len({id for id, _ in dead.taken}) == 30


async def test_a_sink_that_is_down_is_probed_not_hammered(sqlite_store: Store, crm: CrmStub) -> None:
    async def down(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.Response(status=503)

    crm.answer = down
    for visitor in visitors(50):
        await end_conversation(sqlite_store, visitor, ["crm"])
    policy = RetryPolicy(first=0.05, longest=0.4, longest_probe=0.4)
    async with dispatching(sqlite_store, [crm], policy=policy) as dispatcher:
        await until(lambda: dispatcher.figures()[0].down)
        await asyncio.sleep(0.2)
        before, crm.most_at_once = crm.posts, 0
        await asyncio.sleep(1.5)
        dispatcher.kick()
        assert crm.posts - before <= 12
        assert crm.most_at_once == 1
        crm.answer = None
        dispatcher.try_now()
        await until(lambda: not dispatcher.figures()[0].down)
        await until_empty(sqlite_store, 60)
    assert len({id for id, _ in crm.taken}) == 50


async def test_at_most_eight_posts_at_once(sqlite_store: Store, crm: CrmStub) -> None:
    for visitor in visitors(40):
        await end_conversation(sqlite_store, visitor, ["crm"])

    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.Response(status=204)

    crm.answer = slow
    async with dispatching(sqlite_store, [crm]):
        await until_empty(sqlite_store, 60)
    assert crm.most_at_once == 8


async def test_one_refused_body_does_not_hold_up_the_others(sqlite_store: Store, crm: CrmStub) -> None:
    people = visitors(8)
    refused = await end_conversation(sqlite_store, people[0], ["crm"])
    await end_conversation(sqlite_store, people[0], ["crm"])

    async def picky(request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        if body["data"]["conversation"]["id"] == refused:
            return web.Response(status=422, text="nie")
        crm.taken.append((request.headers["webhook-id"], body))
        return web.Response()

    crm.answer = picky
    async with dispatching(sqlite_store, [crm]) as dispatcher:
        await asyncio.sleep(0.7)
        assert not dispatcher.figures()[0].down
        for visitor in people[1:]:
            await end_conversation(sqlite_store, visitor, ["crm"])
        dispatcher.kick()
        await until(lambda: dispatcher.figures()[0].taken == 7)
        await until_left(sqlite_store, 2, 60)
        listed = await sqlite_store.read(lambda c: rows.waiting(c, 0, 100))
        assert [(blocked, row.last_error) for _, blocked, row in listed] == [(False, "422"), (True, None)]
        crm.answer = None
        assert await sqlite_store.write(lambda c: rows.retry_now(c, listed[1][2].id, datetime.now(UTC)))
        dispatcher.kick()
        await until_empty(sqlite_store, 60)


async def test_retry_after_spares_the_whole_sink(sqlite_store: Store, crm: CrmStub) -> None:
    asked: list[float] = []

    async def throttle(request: web.Request) -> web.StreamResponse:
        asked.append(time.monotonic())
        if len(asked) > 1:
            return await crm._usual(request)
        return web.Response(status=429, headers={"Retry-After": "2"})

    crm.answer = throttle
    async with dispatching(sqlite_store, [crm]) as dispatcher:
        await end_conversation(sqlite_store, visitors(1)[0], ["crm"])
        dispatcher.kick()
        await until(lambda: dispatcher.figures()[0].failed == 1)
        await end_conversation(sqlite_store, visitors(1)[0], ["crm"])
        dispatcher.kick()
        await until(lambda: len(crm.taken) == 2)
        assert asked[1] - asked[0] >= 2


async def test_a_row_whose_predecessor_was_erased_is_found(sqlite_store: Store, crm: CrmStub) -> None:
    visitor = visitors(1)[0]
    await end_conversation(sqlite_store, visitor, ["crm"])
    await end_conversation(sqlite_store, visitor, ["crm"])
    first = (await owed(sqlite_store))[0][0]
    await sqlite_store.write(lambda c: c.execute(outbox.delete().where(outbox.c.id == first)).rowcount)
    assert await sqlite_store.read(lambda c: rows.due(c, "crm", datetime.now(UTC), 10)) == []
    async with dispatching(sqlite_store, [crm]):
        await until_empty(sqlite_store, 60)


async def test_old_delivered_rows_are_purged(store: Store) -> None:
    now = datetime.now(UTC)

    def work(connection: Connection) -> None:
        ages = [20] * 45 + [3] * 5 + [None] * 2
        values = [
            _row(f"c{number}", now) | {"delivered_at": None if age is None else now - timedelta(days=age)}
            for number, age in enumerate(ages)
        ]
        connection.execute(insert(outbox), values)

    await store.write(work)
    dispatcher = Dispatcher(store, [], SystemClock(), keep_delivered_days=14)
    await dispatcher.start()
    end = time.monotonic() + 60
    while len(await owed(store)) > 7:
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    assert len(await owed(store)) == 7
    assert await waiting(store) == 2
    await dispatcher.stop()


@pytest.mark.parametrize("contacts", [20_000, 300])
async def test_due_is_quick_with_twenty_thousand_rows(sqlite_store: Store, contacts: int) -> None:
    now = datetime.now(UTC)

    def fill(connection: Connection) -> None:
        for index in outbox.indexes:
            index.create(connection, checkfirst=True)
        values = [
            _row(f"c{number % contacts}", now)
            | {"next_attempt_at": now if number < contacts else rows.BEHIND, "payload": {"text": "x" * 2000}}
            for number in range(20_000)
        ]
        connection.execute(insert(outbox), values)

    await sqlite_store.write(fill)
    times = []
    for _ in range(15):
        began = time.process_time()
        found = await sqlite_store.read(lambda c: rows.due(c, "crm", now, 8))
        times.append(time.process_time() - began)
        assert len(found) == 8
    assert min(times) < 0.005  # of the processor's, and the quickest: the machine does other things too


def _row(contact: str, at: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "sink": "crm",
        "type": "conversation.ended",
        "contact_id": contact,
        "conversation_id": new_id(),
        "payload": {},
        "attempts": 0,
        "next_attempt_at": at,
        "created_at": at,
        "delivered_at": None,
    }


def test_metadata_has_the_indexes() -> None:
    assert {"ix_outbox_due", "ix_outbox_delivered_at"} <= {
        str(index.name) for index in metadata.tables["outbox"].indexes
    }
