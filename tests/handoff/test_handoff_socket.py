"""/desk/ws over a real WebSocket."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import ManualClock
from bot.model.message import Draft, Sender
from bot.store import agents, conversations
from handoff import desk_connection
from handoff.accounts import set_password
from handoff.deps import Desk
from handoff.desk_frames import encode
from handoff.desk_socket import DeskSockets
from handoff.guard import Guard
from handoff.passwords import Passwords
from tests.builders import incoming, say, waiting
from tests.handoff.desk_caller import Caller
from tests.loop_clock import LoopClock


async def frame(socket: ClientWebSocketResponse, type_: str, seconds: float = 30, **fields: Any) -> Any:
    """Wait for a frame of this type with these fields."""
    async with asyncio.timeout(seconds):
        while True:
            data = await socket.receive_json()
            if data["type"] == type_ and all(data[name] == value for name, value in fields.items()):
                return data


async def close_code(socket: ClientWebSocketResponse, seconds: float = 30) -> int | None:
    async with asyncio.timeout(seconds):
        while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING):
            pass
    return socket.close_code


async def test_what_a_page_is_told(lite_desk: Desk, anna: Caller, clock: ManualClock) -> None:
    await anna.online()
    socket = await anna.socket()
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    assert hello["me"]["presence"] == "online"
    assert hello["me"]["csrf"] is None
    assert (await frame(socket, "queue"))["items"] == []
    assert (await frame(socket, "mine"))["items"] == []
    await frame(socket, "agents")
    visitor = str(uuid.uuid4())
    conversation = await waiting(lite_desk.store, clock.now(), visitor=visitor)
    lite_desk.hub.wake("queue")
    assert [item["id"] for item in (await frame(socket, "queue"))["items"]] == [conversation]
    await anna.post(f"/conversations/{conversation}/claim")
    mine = await frame(socket, "mine")
    assert mine["items"][0]["last_ordinal"] == 2
    assert {"id", "channel", "lang", "state", "contact", "visitor_online", "preview", "last_at"} <= set(
        mine["items"][0]
    )
    await socket.send_json({"type": "watch", "id": conversation, "after": 1})
    shown = await frame(socket, "conversation")
    assert (shown["state"], shown["agent"]) == ("agent", {"id": anna.id, "name": "Anna"})
    assert [message["ordinal"] for message in shown["messages"]] == [2]
    await say(lite_desk.store, incoming(visitor, "halo?"), clock.now())
    lite_desk.hub.wake(conversation)
    assert [message["text"] for message in (await frame(socket, "conversation"))["messages"]] == ["halo?"]
    lite_desk.hub.wake(conversation, "typing", {"sender": "visitor"})
    assert await frame(socket, "typing") == {"type": "typing", "id": conversation, "sender": "visitor"}
    with lite_desk.hub.subscribe(conversation) as heard:
        clock.advance(5)
        await socket.send_json({"type": "typing", "id": conversation})
        (signal,) = await heard.next(30)
        assert (signal.kind, signal.data) == ("typing", {"sender": "agent"})
    await socket.send_json({"type": "unwatch", "id": conversation})
    await socket.send_json({"type": "ping"})
    await frame(socket, "pong")
    await socket.close()


async def test_a_visitor_who_comes_is_seen_without_a_wake_up(
    lite_desk: Desk, anna: Caller, clock: ManualClock
) -> None:
    visitor = str(uuid.uuid4())
    conversation = await waiting(lite_desk.store, clock.now(), visitor=visitor)
    socket = await anna.socket()
    await socket.send_json({"type": "watch", "id": conversation, "after": 0})
    await frame(socket, "conversation", visitor_online=False)
    await lite_desk.live.touch("visitor", visitor, "tab", 60)
    seen = await frame(socket, "conversation", visitor_online=True)
    assert seen["messages"] == []
    await socket.close()


async def test_a_long_transcript_comes_whole_and_in_order(
    lite_desk: Desk, anna: Caller, clock: ManualClock
) -> None:
    conversation = await waiting(lite_desk.store, clock.now())
    many = [Draft(Sender.BOT, "x" * 500) for _ in range(450)]
    await lite_desk.store.write(lambda c: conversations.append(c, conversation, many, clock.now()))
    socket = await anna.socket()
    await socket.send_json({"type": "watch", "id": conversation, "after": 0})
    found: list[int] = []
    while len(found) < 451:
        shown = await frame(socket, "conversation")
        found += [message["ordinal"] for message in shown["messages"]]
    assert found == list(range(1, 452))
    await socket.close()


async def test_a_conversation_that_is_passed_on_is_seen_for_the_last_time(
    lite_desk: Desk, anna: Caller, piotr: Caller, clock: ManualClock
) -> None:
    await piotr.online()
    conversation = await waiting(lite_desk.store, clock.now())
    await anna.post(f"/conversations/{conversation}/claim")
    socket = await anna.socket()
    await socket.send_json({"type": "watch", "id": conversation, "after": 0})
    await frame(socket, "conversation")
    await anna.post(f"/conversations/{conversation}/release", {"to": piotr.id})
    last = await frame(socket, "conversation")
    assert (last["agent"]["name"], last["messages"]) == ("Piotr", [])
    await socket.send_json({"type": "watch", "id": conversation, "after": 0})
    assert (await frame(socket, "error"))["code"] == "not_found"
    await socket.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 16_000,
        '{"type":"watch"}',
        '{"type":"watch","id":5}',
        '{"type":"watch","id":"x"}',
        '{"type":"watch","id":"00000000-0000-0000-0000-000000000000","after":-1}',
        '{"type":"watch","id":"00000000-0000-0000-0000-000000000000","after":true}',
        '{"type":"watch","id":"00000000-0000-0000-0000-000000000000","after":1e9}',
        '{"type":"close","id":"00000000-0000-0000-0000-000000000000"}',
        '{"type":{"a":1}}',
    ],
)
async def test_frames_that_are_wrong_are_named(anna: Caller, text: str) -> None:
    socket = await anna.socket()
    await socket.send_str(text)
    assert (await frame(socket, "error"))["code"] == "invalid_frame"
    await socket.send_json({"type": "ping"})
    await frame(socket, "pong")
    await socket.close()


async def test_sizes_and_floods(anna: Caller) -> None:
    socket = await anna.socket()
    await socket.send_str(json.dumps({"type": "ping", "x": "y" * 17_000}))
    assert await close_code(socket) == 1009
    socket = await anna.socket()
    await socket.send_bytes(b"x")
    assert (await frame(socket, "error"))["code"] == "invalid_frame"
    for _ in range(8):
        await socket.send_json({"type": "watch", "id": str(uuid.uuid4()), "after": 0})
    for _ in range(9):
        watched = str(uuid.uuid4())
        await socket.send_json({"type": "watch", "id": watched, "after": 0})
    for _ in range(250):
        if not socket.closed:
            await socket.send_json({"type": "ping"})
    assert await close_code(socket) == 1008


async def test_who_may_connect(server: TestServer, anna: Caller, shop: Caller, browser: Any) -> None:
    async with Caller(server) as nobody:
        with pytest.raises(WSServerHandshakeError) as caught:
            await nobody.socket()
        assert caught.value.status == 401
    for caller, headers, status in (
        (anna, {"Origin": "https://evil.example"}, 403),
        (anna, {"Origin": "null"}, 403),
        (shop, {}, 401),
    ):
        with pytest.raises(WSServerHandshakeError) as caught:
            await caller.socket(headers=headers)
        assert caught.value.status == status
    own = f"http://{anna.client.host}:{anna.client.port}"
    await (await anna.socket(headers={"Origin": own})).close()
    await browser.post("/api/v1/login", json={"email": "ewa@demo.example", "password": "demo"})
    cookie_socket = await browser.ws_connect("/desk/ws", headers={"Origin": own})
    assert (await cookie_socket.receive_json())["me"]["name"] == "Ewa"
    await cookie_socket.close()


async def test_signing_out_closes_the_page_at_once(anna: Caller) -> None:
    socket = await anna.socket()
    await frame(socket, "agents")
    async with LoopClock() as machine:
        began = machine.now()
        await anna.post("/logout")
        await frame(socket, "session_ended")
        assert machine.now() - began < 2
    assert await close_code(socket) == 4401


async def test_a_new_password_closes_the_page_soon(
    anna: Caller, lite_desk: Desk, quick_passwords: Passwords
) -> None:
    socket = await anna.socket()
    await frame(socket, "agents")
    await set_password(lite_desk.store, quick_passwords, "anna@demo.example", "another one")
    await frame(socket, "session_ended")
    assert await close_code(socket) == 4401


async def test_a_page_is_present_while_it_is_open(lite_desk: Desk, anna: Caller, piotr: Caller) -> None:
    socket = await anna.socket()
    await frame(socket, "hello")
    assert await lite_desk.live.connected("agent", [anna.id]) == {anna.id}
    seen = await lite_desk.store.read(lambda c: agents.get(c, anna.id))
    assert seen is not None
    assert seen.desk_seen_at is not None
    watching = await piotr.socket()
    await frame(watching, "agents")
    await socket.close()
    left = await frame(watching, "agents")
    while any(one["name"] == "Anna" and one["connected"] for one in left["items"]):  # what was before
        left = await frame(watching, "agents")
    assert {one["name"]: one["connected"] for one in left["items"]} == {
        "Anna": False,
        "Piotr": True,
        "Ewa": False,
    }
    assert await lite_desk.live.connected("agent", [anna.id]) == set()
    await watching.close()


async def test_a_page_that_takes_nothing_is_closed(
    lite_desk: Desk, server: TestServer, anna: Caller, clock: ManualClock
) -> None:
    """A page that reads nothing while a lot is to be told: it is cut, and the others are served."""
    conversation = await waiting(lite_desk.store, clock.now())
    await anna.post(f"/conversations/{conversation}/claim")
    reader, writer = await asyncio.open_connection(server.host, server.port, limit=1024)
    token = anna.headers["Authorization"]
    writer.write(
        f"GET /desk/ws HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: {token}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    body = encode("watch", id=conversation, after=0).encode()
    writer.write(bytes([0x81, 0x80 | 126]) + len(body).to_bytes(2) + b"\0\0\0\0" + body)
    many = [Draft(Sender.BOT, "x" * 16_000) for _ in range(900)]
    await lite_desk.store.write(lambda c: conversations.append(c, conversation, many, clock.now()))
    lite_desk.hub.wake(conversation)
    started = asyncio.get_running_loop().time()
    async with asyncio.timeout(desk_connection.SEND_SECONDS + 60):
        while await lite_desk.live.connected("agent", [anna.id]):
            await asyncio.sleep(0.2)
    assert asyncio.get_running_loop().time() - started > desk_connection.SEND_SECONDS / 2
    writer.close()


async def test_shutdown_asks_pages_to_come_back(anna: Caller, lite_desk: Desk) -> None:
    sockets = DeskSockets(lite_desk, Guard(lite_desk.store, lite_desk.clock, service_token=None))
    application = web.Application()
    application.router.add_get("/desk/ws", sockets.handle)
    async with TestClient(TestServer(application)) as client:
        await sockets.start()
        socket = await client.ws_connect("/desk/ws", headers=anna.headers)
        await frame(socket, "hello")
        closing = asyncio.create_task(sockets.close_all())
        assert await close_code(socket) == 1012
        await closing
