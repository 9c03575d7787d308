"""What chan_websocket alone has: who may come, its formats, what the address tells."""

import json
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError, encode_basic_auth
from chan_websocket_peer import TOKEN, ChanWebsocketScene, chan_websocket_scene
from transport_peers import Legs

from voice.audio.g711 import alaw_encode
from voice.transports.limits import TransportLimits


@pytest.fixture
async def scene() -> AsyncIterator[ChanWebsocketScene]:
    async with chan_websocket_scene(Legs(), TransportLimits(first_seconds=2.0)) as scene:
        yield scene


async def test_the_address_tells_who_calls_whom(scene: ChanWebsocketScene) -> None:
    call_id = str(uuid.uuid4())
    peer = await scene.connect(call=call_id, caller="+48600100200", called="801", lang="cs")
    await peer.begin()
    start = (await scene.legs.next()).transport.start
    assert (start.call_id, start.caller, start.called, start.lang) == (call_id, "+48600100200", "801", "cs")


async def test_a_withheld_number_is_none_and_a_call_without_an_id_gets_one(scene: ChanWebsocketScene) -> None:
    peer = await scene.connect(caller="", call="1.7")
    await peer.begin()
    start = (await scene.legs.next()).transport.start
    assert (start.caller, start.called, start.lang) == (None, None, None)
    assert uuid.UUID(start.call_id)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": encode_basic_auth("asterisk", "wrong")},
        {"Authorization": "Basic !"},
    ],
    ids=["none", "bearer", "basic", "broken"],
)
async def test_who_has_no_good_token_is_refused(scene: ChanWebsocketScene, headers: dict[str, str]) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await scene.session.ws_connect(scene.url, headers=headers)
    assert refused.value.status == 401
    assert not scene.legs.all


@pytest.mark.parametrize("way", ["bearer", "query"])
async def test_the_token_may_come_in_other_ways(scene: ChanWebsocketScene, way: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"} if way == "bearer" else {}
    query = {"token": TOKEN} if way == "query" else {}
    async with scene.session.ws_connect(scene.url, headers=headers, params=query) as socket:
        await socket.send_str(json.dumps({"event": "MEDIA_START", "format": "slin"}))
        await scene.legs.next()


async def test_no_calls_are_taken_while_draining(scene: ChanWebsocketScene) -> None:
    scene.takes_calls = False
    with pytest.raises(WSServerHandshakeError) as refused:
        await scene.connect()
    assert refused.value.status == 503


@pytest.mark.parametrize(
    "first",
    [
        '{"event": "MEDIA_START", "format": "opus"}',
        "MEDIA_START format:slin",
        "[]",
        '{"event": "DTMF_END"}',
        b"ab",
    ],
    ids=["format", "plain-text", "list", "other", "audio"],
)
async def test_what_is_no_start_is_no_call(scene: ChanWebsocketScene, first: str | bytes) -> None:
    peer = await scene.connect()
    await peer.write(first)
    await peer.ended()
    assert not scene.legs.all


async def test_a_connection_that_says_nothing_is_closed_in_time() -> None:
    async with chan_websocket_scene(Legs(), TransportLimits(first_seconds=0.2)) as scene:
        await (await scene.connect()).ended()


async def test_a_law_is_spoken_and_understood(scene: ChanWebsocketScene) -> None:
    async with scene.session.ws_connect(scene.url, params={"token": TOKEN}) as socket:
        await socket.send_str(json.dumps({"event": "MEDIA_START", "format": "alaw"}))
        leg = await scene.legs.next()
        pcm = (8000).to_bytes(2, "little") * 160
        await socket.send_bytes(alaw_encode(pcm))
        assert abs(int.from_bytes((await leg.audio(320))[:2], "little") - 8000) < 200
        leg.transport.send(pcm)
        answer = await socket.receive()
        assert answer.type is aiohttp.WSMsgType.BINARY
        assert answer.data == alaw_encode(pcm)


async def test_our_goodbye_is_hangup(scene: ChanWebsocketScene) -> None:
    peer, leg = await scene.call()
    await leg.transport.hang_up()
    await peer.ended()
    assert peer.frames[-1] == {"command": "HANGUP"}
