"""The browser's leg over real sockets: hello, states, mute, half samples, and pages that misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from socket_peers import HELLO, BrowserPeer, SocketScene, browser_scene, socket_scene
from test_transport_contract import tone
from transport_peers import WAIT, Legs

from bot.errors import InvalidInputError
from bot.model.ids import is_uuid
from voice.transports.browser import BrowserTransport, accept
from voice.transports.browser_frames import Hello
from voice.transports.limits import TransportLimits
from voice.transports.socket_leg import CallSocket
from voice.transports.transport import Transport


@pytest.fixture
async def legs() -> Legs:
    return Legs()


@pytest.fixture
async def scene(legs: Legs) -> AsyncIterator[SocketScene]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(browser_scene(legs, TransportLimits()))


async def connect(scene: SocketScene) -> BrowserPeer:
    peer = BrowserPeer(await scene.session.ws_connect(scene.url))
    scene.peers.append(peer)
    return peer


def leg_of(transport: Transport) -> BrowserTransport:
    assert isinstance(transport, BrowserTransport)
    return transport


async def test_hello_and_welcome(scene: SocketScene, legs: Legs) -> None:
    peer, leg = await scene.call()
    welcome = await peer.told("welcome")
    assert welcome == {"type": "welcome", "call_id": leg.transport.start.call_id, "visitor_token": "token"}
    assert is_uuid(leg.transport.start.call_id)
    assert leg.transport.start.lang == "pl"


async def test_states_and_the_end(scene: SocketScene) -> None:
    peer, leg = await scene.call()
    line = leg_of(leg.transport)
    line.tell("waiting", position=2)
    assert await peer.told("state") == {"type": "state", "state": "waiting", "name": None, "position": 2}
    line.tell("agent", name="Anna")
    line.ending("closed")
    await line.hang_up()
    await peer.ended()
    assert [frame["type"] for frame in peer.frames] == ["welcome", "state", "state", "ended"]
    assert peer.frames[-1] == {"type": "ended", "reason": "closed"}
    assert peer.socket.close_code == aiohttp.WSCloseCode.OK


async def test_a_refused_call_says_why() -> None:
    hellos: list[Hello] = []

    async def turn_down(socket: CallSocket) -> Transport:
        hello, transport = await accept(socket, 5.0)
        hellos.append(hello)
        await transport.refuse("busy", "all lines are taken")
        return transport

    async def greet(socket: aiohttp.ClientWebSocketResponse) -> BrowserPeer:
        peer = BrowserPeer(socket)
        await peer.tell(**{**HELLO, "visitor_token": "v", "identity": "i", "conversation_id": "c"})
        return peer

    async with socket_scene(Legs(), turn_down, greet) as scene:
        peer, leg = await scene.call()
        await peer.ended()
        assert peer.frames == [{"type": "error", "code": "busy", "message": "all lines are taken"}]
        assert await leg.hung_up() == "drained"
    assert (hellos[0].visitor_token, hellos[0].identity, hellos[0].conversation_id) == ("v", "i", "c")


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("{", "invalid_frame"),
        ("[]", "invalid_frame"),
        ('{"type":"dtmf","digit":"1"}', "hello_required"),
        ('{"type":"hello"}', "invalid_frame"),
        ('{"type":"hello","lang":"pl","more":1}', "invalid_frame"),
        ('{"type":"hello","lang":"\\u0000"}', "invalid_frame"),
        ('{"type":"hello","lang":"pl","identity":"\\ud800"}', "invalid_frame"),
        (b"\0\0", "hello_required"),
    ],
)
async def test_what_is_no_hello_is_refused(
    scene: SocketScene, legs: Legs, first: str | bytes, code: str
) -> None:
    peer = await connect(scene)
    await peer.write(first)
    await peer.ended()
    assert [frame["code"] for frame in peer.frames] == [code]
    assert peer.socket.close_code == aiohttp.WSCloseCode.POLICY_VIOLATION
    assert legs.all == []


async def test_who_says_nothing_is_refused(legs: Legs) -> None:
    async with browser_scene(legs, TransportLimits(first_seconds=0.1)) as scene:
        peer = await connect(scene)
        await peer.ended()
        assert [frame["code"] for frame in peer.frames] == ["hello_required"]


async def test_what_is_said_with_the_microphone_off_is_not_heard(scene: SocketScene) -> None:
    peer, leg = await scene.call()
    await peer.tell(type="mute", on=True)
    await peer.say(tone(0.2))
    assert not any(await leg.audio(3_200))
    assert leg_of(leg.transport).muted
    await peer.tell(type="mute", on=False)
    await peer.say(tone(0.2))
    assert any(await leg.audio(3_200))


async def test_bad_frames_are_told_and_change_nothing(scene: SocketScene) -> None:
    peer, leg = await scene.call()
    bad: list[Any] = [
        {"type": "dtmf", "digit": "12"},
        {"type": "dtmf", "digit": "x"},
        {"type": "mute", "on": "yes"},
        {"type": "mark"},
        {"type": "hello", "lang": "pl"},
        {"no": "type"},
    ]
    for frame in bad:
        await peer.tell(**frame)
    await peer.press("7")
    assert await leg.digit() == "7"
    await peer.tell(type="mark", name="never asked for")
    async with asyncio.timeout(WAIT):
        while len([frame for frame in peer.frames if frame["type"] == "error"]) < len(bad):
            await asyncio.sleep(0.01)
    assert {frame["code"] for frame in peer.frames if frame["type"] == "error"} == {"invalid_frame"}


async def test_a_frame_that_is_too_large_ends_the_call(scene: SocketScene) -> None:
    peer, leg = await scene.call()
    await peer.write(bytes(70_000))
    assert await leg.hung_up() == "protocol"
    await peer.ended()
    assert peer.socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


@pytest.mark.parametrize(("code", "reason"), [(1000, "caller"), (1001, "lost")])
async def test_a_page_that_goes_has_not_hung_up(scene: SocketScene, code: int, reason: str) -> None:
    peer, leg = await scene.call()
    await peer.socket.close(code=code)
    assert await leg.hung_up() == reason


async def test_an_agent_puts_the_caller_on_hold(scene: SocketScene) -> None:
    peer, leg = await scene.call()
    told: list[bool] = []
    leg_of(leg.transport).on_hold = told.append
    await peer.tell(type="hold", on=True)
    await peer.tell(type="hold", on=False)
    await peer.press("1")
    assert await leg.digit() == "1"
    assert told == [True, False]


async def test_a_page_that_does_not_read_loses_the_call(legs: Legs) -> None:
    """Paced as the house paces, against a socket whose other side takes nothing."""
    async with browser_scene(legs, TransportLimits(unread_seconds=1.0, burst_seconds=60.0)) as scene:
        peer, leg = await scene.call()
        connection = peer.socket.get_extra_info("socket")
        assert connection is not None
        peer.reader.cancel()
        transport = peer.socket._response.connection.transport
        transport.pause_reading()
        ended = asyncio.create_task(leg.hung_up())
        async with asyncio.timeout(WAIT):
            while not ended.done():
                for _ in range(10):
                    leg.transport.send(bytes(320))
                await asyncio.sleep(0.001)
        assert await ended == "lost"
        async with asyncio.timeout(WAIT):
            await leg.transport.hang_up()
        transport.resume_reading()


async def test_errors_never_repeat_what_was_sent(scene: SocketScene) -> None:
    peer = await connect(scene)
    await peer.tell(type="hello", lang="pl", identity="x" * 9_000)
    await peer.ended()
    assert "xxx" not in peer.frames[0]["message"]
    assert issubclass(InvalidInputError, Exception)
