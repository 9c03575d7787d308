"""The desk's calls over real HTTP: what is shown to whom, and what each call answers."""

import uuid
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.model.contact import Identifiers
from bot.store import contacts, conversations
from bot.store.schema import conversations as table
from handoff.deps import Desk
from tests.builders import incoming, say, waiting
from tests.handoff.desk_caller import Caller


def client_id() -> str:
    return str(uuid.uuid4())


async def test_a_whole_conversation(lite_desk: Desk, anna: Caller, piotr: Caller, clock: ManualClock) -> None:
    assert (await anna.post("/queue/next"))[1]["code"] == "not_online"
    await anna.online()
    assert await anna.post("/queue/next") == (204, None)
    conversation = await waiting(lite_desk.store, clock.now())
    status, queue = await piotr.get("/queue")
    assert status == 200
    assert [item["id"] for item in queue["items"]] == [conversation]
    assert queue["items"][0]["preview"] == "dzień dobry"
    status, taken = await anna.post("/queue/next")
    assert status == 200
    assert {"id", "channel", "lang", "state", "agent", "messages", "packet", "contact", "outcome", "tags",
            "recordings"} <= set(taken)  # fmt: skip
    assert taken["agent"] == {"id": anna.id, "name": "Anna"}
    assert taken["packet"]["reason"] == "asked"
    assert [message["seq"] for message in taken["messages"]] == [1, 2]
    path = f"/conversations/{conversation}"
    note = {"client_id": client_id(), "text": "VIP?", "internal": True}
    assert (await anna.post(f"{path}/messages", note))[1]["seq"] is None
    said = {"client_id": client_id(), "text": "Już sprawdzam <b>"}
    first = await anna.post(f"{path}/messages", said)
    assert first[0] == 201
    assert first == await anna.post(f"{path}/messages", said)
    assert (first[1]["seq"], first[1]["ordinal"], first[1]["name"]) == (3, 4, "Anna")
    assert (await piotr.post(f"{path}/claim"))[1]["code"] == "taken"
    assert (await piotr.post(f"{path}/messages", said))[1]["code"] == "not_yours"
    assert (await piotr.get(path))[0] == 404
    status, closed = await anna.post(f"{path}/close", {"outcome": "resolved"})
    assert (status, closed["state"], closed["outcome"]) == (200, "closed", "resolved")
    assert (await anna.post(f"{path}/close", {"outcome": "resolved"}))[1]["code"] == "conversation_closed"
    assert (await anna.get(path))[1]["messages"][-1]["sender"] == "system"
    status, page = await anna.get("/outbox")
    assert (status, page["pending"], page["items"][0]["type"]) == (200, 1, "conversation.ended")
    assert await anna.post(f"/outbox/{page['items'][0]['id']}/retry") == (202, None)
    assert (await anna.post(f"/outbox/{client_id()}/retry"))[0] == 404


async def test_release_over_rest(lite_desk: Desk, anna: Caller, piotr: Caller, clock: ManualClock) -> None:
    await anna.online()
    conversation = await waiting(lite_desk.store, clock.now())
    path = f"/conversations/{conversation}"
    assert (await anna.post(f"{path}/claim"))[0] == 200
    assert (await anna.post(f"{path}/release", {"to": piotr.id}))[1]["code"] == "agent_unavailable"
    await piotr.online()
    status, moved = await anna.post(f"{path}/release", {"to": piotr.id})
    assert (status, moved["agent"]["name"]) == (200, "Piotr")
    assert (await anna.get(path))[0] == 404
    assert (await piotr.post(f"{path}/release", {"to": "queue"}))[1]["state"] == "waiting"
    assert (await piotr.post(f"{path}/claim"))[0] == 200
    assert (await piotr.post(f"{path}/release", {"to": "bot"}))[1]["state"] == "bot"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {}),
        ("messages", {"client_id": "a", "text": ""}),
        ("messages", {"client_id": "a", "text": " \n "}),
        ("messages", {"client_id": "a", "text": "x\x00y"}),
        ("messages", {"client_id": "a", "text": "x" * 8001}),
        ("messages", {"client_id": "", "text": "x"}),
        ("messages", {"client_id": "a" * 65, "text": "x"}),
        ("messages", {"client_id": "a", "text": ["x"]}),
        ("messages", {"client_id": "a", "text": "x", "sender": "bot"}),
        ("release", {"to": ""}),
        ("release", {"to": "x\x00"}),
        ("close", {"outcome": "Not A Slug"}),
        ("close", {"outcome": "a\n"}),
        ("close", {}),
    ],
)
async def test_bad_bodies_change_nothing(
    lite_desk: Desk, anna: Caller, clock: ManualClock, path: str, body: dict[str, Any]
) -> None:
    conversation = await waiting(lite_desk.store, clock.now())
    await anna.post(f"/conversations/{conversation}/claim")
    before = await anna.get(f"/conversations/{conversation}")
    status, answer = await anna.post(f"/conversations/{conversation}/{path}", body)
    assert (status, answer["code"]) == (400, "invalid_input")
    assert await anna.get(f"/conversations/{conversation}") == before


@pytest.mark.parametrize(
    "id", ["nope", "%00", "%ff", "..%2f..", "'; DROP TABLE agents;--", "x" * 500, str(uuid.uuid4())]
)
async def test_ids_that_are_none(anna: Caller, id: str) -> None:
    for path in (f"/conversations/{id}", f"/contacts/{id}", f"/contacts/{id}/timeline"):
        assert (await anna.get(path))[0] == 404
    assert (await anna.post(f"/conversations/{id}/claim"))[0] == 404


async def test_every_call_but_sign_in_needs_a_session(server: Any) -> None:
    async with Caller(server) as caller:
        for method, path in (
            ("GET", "/me"),
            ("PUT", "/me/presence"),
            ("POST", "/logout"),
            ("GET", "/agents"),
            ("GET", "/queue"),
            ("POST", "/queue/next"),
            ("GET", "/conversations"),
            ("GET", "/conversations/x"),
            ("POST", "/conversations/x/messages"),
            ("POST", "/conversations/x/claim"),
            ("POST", "/conversations/x/release"),
            ("POST", "/conversations/x/close"),
            ("GET", "/contacts/x"),
            ("PUT", "/contacts/x"),
            ("GET", "/contacts/x/timeline"),
            ("GET", "/outbox"),
            ("POST", "/outbox/x/retry"),
        ):
            status, body = await caller.call(method, path)
            assert (status, body["code"]) == (401, "unauthenticated"), path


async def test_the_shops_systems_read_everything_and_take_nothing(
    lite_desk: Desk, shop: Caller, clock: ManualClock
) -> None:
    conversation = (await say(lite_desk.store, incoming(client_id()), clock.now())).conversation.id
    assert (await shop.get(f"/conversations/{conversation}"))[0] == 200
    assert [item["id"] for item in (await shop.get("/conversations"))[1]["items"]] == [conversation]
    assert (await shop.get("/queue"))[0] == 200
    for call in (
        shop.get("/me"),
        shop.post("/queue/next"),
        shop.post(f"/conversations/{conversation}/claim"),
    ):
        status, body = await call
        assert (status, body["code"]) == (403, "forbidden")


async def test_agents_see_their_own_those_that_wait_and_what_came_before(
    lite_desk: Desk, anna: Caller, piotr: Caller, ewa: Caller, clock: ManualClock
) -> None:
    store, visitor = lite_desk.store, client_id()
    bots = (await say(store, incoming(client_id()), clock.now())).conversation.id
    clock.advance(1)
    before = await waiting(store, clock.now(), visitor=visitor)
    await piotr.post(f"/conversations/{before}/claim")
    await piotr.post(f"/conversations/{before}/close", {"outcome": "resolved"})
    clock.advance(1)
    assert (await anna.get(f"/conversations/{before}"))[0] == 404
    now = await waiting(store, clock.now(), visitor=visitor)
    assert (await anna.get(f"/conversations/{before}"))[0] == 200
    note = {"client_id": "n", "text": "x", "internal": True}
    assert (await anna.post(f"/conversations/{before}/messages", note))[0] == 403
    assert (await anna.get(f"/conversations/{bots}"))[0] == 404

    async def ids(caller: Caller, **query: str) -> list[str]:
        return [item["id"] for item in (await caller.get("/conversations", **query))[1]["items"]]

    assert await ids(anna) == [now]
    assert await ids(piotr) == [now, before]
    assert await ids(ewa) == [now, before, bots]
    assert await ids(ewa, state="bot") == [bots]
    contact = (await anna.get(f"/conversations/{now}"))[1]["contact"]["id"]
    status, timeline = await anna.get(f"/contacts/{contact}/timeline")
    assert (status, [item["id"] for item in timeline["items"]]) == (200, [now, before])
    assert timeline["items"][1]["agent"]["name"] == "Piotr"
    assert timeline["items"][1]["outcome"] == "resolved"
    assert await ids(ewa, contact=contact) == [now, before]
    assert await ids(ewa, contact="nobody") == []
    other = (await ewa.get(f"/conversations/{bots}"))[1]["contact"]["id"]
    assert (await anna.get(f"/contacts/{other}"))[0] == 404


async def test_the_contact_card_and_the_shops_own_id(
    lite_desk: Desk, anna: Caller, clock: ManualClock
) -> None:
    identity = {
        "id": "demo-jan",
        "email": "Jan.Kowalski@shop.example",
        "phone": "+48600100200",
        "name": "Jan",
    }
    taken = await say(lite_desk.store, incoming(client_id(), identity=identity), clock.now())
    await lite_desk.store.write(
        lambda c: conversations.append(
            c, taken.conversation.id, [], clock.now(), changes={"agent_id": anna.id, "state": "agent"}
        )
    )
    status, card = await anna.get("/contacts/demo-jan")
    assert (status, card["name"], card["verified"], card["external_id"]) == (200, "Jan", True, "demo-jan")
    status, card = await anna.put(f"/contacts/{card['id']}", {"note": "likes blue"})
    assert (status, card["note"], card["name"]) == (200, "likes blue", "Jan")
    assert (await anna.put("/contacts/demo-jan", {"name": "Jan K."}))[1]["note"] == "likes blue"
    assert (await anna.put("/contacts/demo-jan", {"vip": True}))[0] == 400
    assert len((await anna.get("/contacts/demo-jan/timeline"))[1]["items"]) == 1


async def test_pages_have_everything_once(lite_desk: Desk, ewa: Caller, clock: ManualClock) -> None:
    expected = []
    for number in range(23):
        if number % 3 == 0:
            clock.advance(1)
        expected.append((await say(lite_desk.store, incoming(client_id()), clock.now())).conversation.id)
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(10):
        status, page = await ewa.get("/conversations", limit="5", **cursor)
        assert status == 200
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(found) == sorted(expected)
    assert len(found) == 23


@pytest.mark.parametrize("cursor", ["x", "e30", "WzFd", "W251bGwsbnVsbF0", "%F0%9F%92%A9", "WyIxIiwiMiJd"])
async def test_cursors_of_ones_own_making(ewa: Caller, cursor: str) -> None:
    status, body = await ewa.get("/conversations", cursor=cursor)
    assert (status, body["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"state": "open"}, {"who": "me"}, {"q": "\0"}]
)
async def test_queries_that_are_wrong(ewa: Caller, query: dict[str, str]) -> None:
    assert (await ewa.get("/conversations", **query))[0] == 400


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("kowalski", True),
        ("KOWALSKI", True),
        ("jan.kow", True),
        ("600 100 200", True),
        ("paczka", True),
        ("ŻÓŁTA", True),
        ("żółta", True),
        ("10023", True),
        ("100%", True),
        ("1000", False),
        ("_", False),
        ("%", True),
        ("nowak", False),
        ("' OR '1'='1", False),
        ("\\", False),
    ],
)
async def test_search(lite_desk: Desk, ewa: Caller, clock: ManualClock, words: str, hit: bool) -> None:
    store = lite_desk.store
    identity = {
        "id": None,
        "email": "jan.kowalski@shop.example",
        "phone": "+48 600 100 200",
        "name": "Jan Kowalski",
    }
    taken = await say(
        store, incoming(client_id(), "moja paczka jest żółta na 100%", identity=identity), clock.now()
    )
    memory = {"slots": {"order_number": "10023"}}
    await store.write(
        lambda c: (
            c.execute(table.update().where(table.c.id == taken.conversation.id).values(memory=memory))
            and None
        )
    )
    await say(store, incoming(client_id(), "Guten Tag"), clock.now())
    found = (await ewa.get("/conversations", q=words))[1]["items"]
    assert [item["id"] for item in found] == ([taken.conversation.id] if hit else [])


async def test_who_is_connected(lite_desk: Desk, anna: Caller, piotr: Caller, clock: ManualClock) -> None:
    visitor = client_id()
    conversation = await waiting(lite_desk.store, clock.now(), visitor=visitor)
    assert not (await anna.get(f"/conversations/{conversation}"))[1]["visitor_online"]
    await lite_desk.live.touch("visitor", visitor, "tab", 30)
    assert (await anna.get("/queue"))[1]["items"][0]["visitor_online"]
    await anna.online("away")
    people = {one["name"]: one for one in (await piotr.get("/agents"))[1]["items"]}
    assert (people["Anna"]["presence"], people["Anna"]["connected"]) == ("away", False)
    assert set(people) == {"Anna", "Piotr", "Ewa"}


async def test_merged_contacts_are_found_by_their_old_id(
    lite_desk: Desk, ewa: Caller, clock: ManualClock
) -> None:
    taken = await say(lite_desk.store, incoming(client_id()), clock.now())
    old = taken.conversation.contact_id

    def work(connection: Any) -> str:
        known = Identifiers(external_id="demo-petra", email="petra@shop.example")
        first = contacts.recognise(connection, known, present=None, lang="cs", at=clock.now())
        return contacts.recognise(connection, known, present=old, lang="cs", at=clock.now()) or first

    new = await lite_desk.store.write(work)
    assert new != old
    assert (await ewa.get(f"/contacts/{old}"))[1]["id"] == new
