"""What AudioSocket alone has: its first frame, its kinds, its server's limits."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from audiosocket_peer import AudioSocketPeer, AudioSocketScene, audiosocket_scene
from transport_peers import Legs

from bot.errors import ConfigurationError, InvalidInputError
from voice.transports.audiosocket_server import serve_audiosocket
from voice.transports.audiosocket_wire import Kind, Parser, WireFrame, encode
from voice.transports.limits import TransportLimits


@pytest.fixture
def legs() -> Legs:
    return Legs()


@pytest.fixture
async def scene(legs: Legs) -> AsyncIterator[AudioSocketScene]:
    async with audiosocket_scene(legs, TransportLimits(), max_calls=2) as scene:
        yield scene


def test_frames_are_the_same_however_tcp_cuts_them() -> None:
    stream = encode(0x01, bytes(16)) + encode(0x10, b"ab" * 240) + encode(0x03, b"5") + encode(0x00, b"")
    whole = Parser().feed(stream)
    assert [frame.kind for frame in whole] == [1, 0x10, 3, 0]
    for size in (1, 2, 3, 7, 500):
        parser, frames = Parser(), list[WireFrame]()
        for at in range(0, len(stream), size):
            frames += parser.feed(stream[at : at + size])
        assert frames == whole


def test_an_unknown_kind_is_told_before_its_payload_is_waited_for() -> None:
    with pytest.raises(InvalidInputError):
        Parser().feed(b"GET")


async def test_the_uuid_is_the_calls_id(scene: AudioSocketScene, legs: Legs) -> None:
    call_id = uuid.uuid4()
    peer = await scene.peer()
    await peer.name(call_id)
    leg = await legs.next()
    assert leg.transport.start.call_id == str(call_id)
    assert leg.transport.info.name == "audiosocket"


@pytest.mark.parametrize(
    "first",
    [
        encode(0x10, bytes(320)),
        encode(Kind.UUID, bytes(15)),
        encode(Kind.DTMF, b"1"),
        b"GET / HTTP/1.1",
    ],
    ids=["audio", "short-uuid", "key", "http"],
)
async def test_a_connection_that_does_not_begin_with_a_uuid_is_no_call(
    scene: AudioSocketScene, legs: Legs, first: bytes
) -> None:
    peer = await scene.peer()
    await peer.write(first)
    await peer.ended()
    assert not legs.all


async def test_a_connection_without_a_uuid_is_closed_in_time(legs: Legs) -> None:
    async with audiosocket_scene(legs, TransportLimits(first_seconds=0.2)) as scene:
        peer = await scene.peer()
        await peer.ended()
        assert not legs.all


@pytest.mark.parametrize(
    "frame",
    [
        encode(Kind.UUID, bytes(16)),
        encode(0x10, b"odd"),
        encode(Kind.DTMF, b"x"),
        encode(Kind.DTMF, b""),
        encode(Kind.DTMF, b"12"),
        encode(0x42, b""),
    ],
    ids=["second-uuid", "half-a-sample", "no-key", "empty-key", "two-keys", "unknown"],
)
async def test_a_frame_that_may_not_be_ends_the_call(scene: AudioSocketScene, frame: bytes) -> None:
    peer, leg = await scene.call()
    await peer.write(frame)
    assert await leg.hung_up() == "protocol"
    await peer.ended()


async def test_asterisks_goodbye_and_its_error(scene: AudioSocketScene) -> None:
    peer, leg = await scene.call()
    await peer.write(encode(Kind.HANGUP, b""))
    assert await leg.hung_up() == "caller"
    peer, leg = await scene.call()
    await peer.write(encode(Kind.ERROR, b"\x04"))
    assert await leg.hung_up() == "lost"


async def test_our_goodbye_comes_before_the_end_of_the_connection(scene: AudioSocketScene) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    writer.write(encode(Kind.UUID, uuid.uuid4().bytes))
    leg = await scene.legs.next()
    await leg.transport.hang_up()
    assert await reader.read() == b"\x00\x00\x00"
    writer.close()
    await writer.wait_closed()


async def test_a_call_too_many_is_closed_at_once_and_the_others_go_on(
    scene: AudioSocketScene, legs: Legs
) -> None:
    one, leg = await scene.call()
    await scene.call()
    third = await scene.peer()
    await third.name(uuid.uuid4())
    await third.ended()
    assert len(legs.all) == 2
    await one.say(bytes(3200))
    assert await leg.audio(3200)


async def test_connections_that_say_nothing_keep_nobody_out_for_long(legs: Legs) -> None:
    async with audiosocket_scene(legs, TransportLimits(first_seconds=0.3)) as scene:
        mute = [await scene.peer() for _ in range(40)]
        await asyncio.gather(*(peer.ended() for peer in mute))
        peer, _ = await scene.call()
        await peer.hang_up()


async def test_draining_refuses_new_calls_and_lets_the_others_end(legs: Legs) -> None:
    server = await serve_audiosocket("127.0.0.1", 0, legs.on_call, 5)
    port = server.port
    peer = await AudioSocketPeer.connect(port)
    await peer.name(uuid.uuid4())
    leg = await legs.next()
    server.drain()
    with pytest.raises(OSError):
        await AudioSocketPeer.connect(port)
    await peer.say(bytes(3200))
    assert await leg.audio(3200)
    assert not await server.wait_idle(0.05)
    legs.release()
    assert await server.wait_idle(10.0)
    await peer.ended()
    await server.close()


async def test_closing_ends_what_is_left(legs: Legs) -> None:
    server = await serve_audiosocket("127.0.0.1", 0, legs.on_call, 5)
    peer = await AudioSocketPeer.connect(server.port)
    await peer.name(uuid.uuid4())
    leg = await legs.next()
    asyncio.get_running_loop().call_later(0.1, legs.release)
    await server.close()
    assert await leg.hung_up() == "drained"
    await peer.ended()


async def test_a_port_that_is_taken_is_said(legs: Legs) -> None:
    server = await serve_audiosocket("127.0.0.1", 0, legs.on_call, 5)
    with pytest.raises(ConfigurationError, match=r"voice\.audiosocket"):
        await serve_audiosocket("127.0.0.1", server.port, legs.on_call, 5)
    await server.close()
