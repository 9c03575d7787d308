"""A media stream as PyPI's `streamdouble` speaks it, and what Twilio does that it does not."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
import pytest
from socket_peers import SocketScene, TwilioPeer, twilio_scene
from streamdouble.protocol import StreamIdentity
from streamdouble.scenario import Dtmf, Hangup, Say, Scenario, Wait, WaitFor
from streamdouble.session import Session, SessionConfig, SessionResult
from test_transport_contract import pitch, tone
from transport_peers import WAIT, Legs

from bot.clock import ManualClock, SystemClock
from bot.errors import ForbiddenError
from voice.audio.g711 import ulaw_decode, ulaw_encode
from voice.transports.limits import TransportLimits
from voice.transports.stream_tokens import StreamTokens
from voice.transports.transport import Transport

TOKENS = StreamTokens("secret", SystemClock())
"""Of the same secret as the scene's: another gateway that answered the webhook."""
FRAME = 320


@pytest.fixture
async def legs() -> Legs:
    return Legs()


@pytest.fixture
async def scene(legs: Legs) -> AsyncIterator[SocketScene]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(twilio_scene(legs, TransportLimits()))


async def speak(transport: Transport, pcm: bytes) -> None:
    """Send at the pacer's pace, in which streamdouble measures what it plays."""
    for at in range(0, len(pcm), FRAME):
        transport.send(pcm[at : at + FRAME])
        await asyncio.sleep(0.02)


def frames(pcm: bytes) -> list[bytes]:
    coded = ulaw_encode(pcm)
    return [coded[at : at + 160] for at in range(0, len(coded), 160)]


def ring(scene: SocketScene, scenario: Scenario, parameters: dict[str, str]) -> asyncio.Task[SessionResult]:
    identity = StreamIdentity()
    config = SessionConfig(custom_parameters=TOKENS.issue(identity.call_sid, parameters), max_call_s=30)
    session = Session(scene.url, scenario=scenario, config=config, identity=identity)
    return asyncio.create_task(session.run())


async def test_a_call_by_streamdouble(scene: SocketScene, legs: Legs) -> None:
    call_id = "0198c0de-0000-7000-8000-000000000001"
    steps = [
        Say(path=__file__, frames=frames(tone(0.6, 500.0))),
        Dtmf("42#"),
        WaitFor("mark", 20.0),
        Hangup(),
    ]
    told = {"call": call_id, "caller": "+48600100200", "called": "+48221", "lang": "pl"}
    calling = ring(scene, Scenario("order", steps), told)
    leg = await legs.next()
    start = leg.transport.start
    assert (start.call_id, start.caller, start.called, start.lang) == (
        call_id,
        "+48600100200",
        "+48221",
        "pl",
    )
    heard = await leg.audio(int(0.55 * 16_000))
    assert abs(pitch(heard) - 500.0) < 10
    assert [await leg.digit() for _ in "42#"] == list("42#")
    await speak(leg.transport, tone(0.6, 800.0))
    leg.transport.mark("said")
    assert await leg.played() == "said"
    assert await leg.hung_up() == "caller"
    async with asyncio.timeout(WAIT):
        result = await calling
    assert result.violations == []
    assert len(result.marks_echoed) == 1
    reply = ulaw_decode(bytes(result.audio_received))
    assert abs(pitch(reply) - 800.0) < 10
    loudest = np.abs(np.frombuffer(reply, dtype="<i2")).max()
    assert 7_500 < loudest < 8_500


async def test_clear_by_streamdouble_which_forgets_the_marks(scene: SocketScene, legs: Legs) -> None:
    steps = [Say(path=__file__, frames=frames(tone(0.2))), WaitFor("clear", 20.0), Wait(0.2), Hangup()]
    calling = ring(scene, Scenario("barge in", steps), {})
    leg = await legs.next()
    for _ in range(100):  # 2 s ahead, so that something is there to be thrown away
        leg.transport.send(tone(0.02))
    leg.transport.mark("prompt")
    leg.transport.clear()
    assert await leg.played() == "prompt"
    assert await leg.hung_up() == "caller"
    async with asyncio.timeout(WAIT):
        result = await calling
    assert result.clears_received == 1
    assert result.violations == []


async def test_we_hang_up_and_the_twiml_goes_on(scene: SocketScene, legs: Legs) -> None:
    calling = ring(scene, Scenario("bye", [Say(path=__file__, frames=frames(tone(0.2))), Wait(20.0)]), {})
    leg = await legs.next()
    leg.transport.send(tone(0.02))
    await leg.transport.hang_up()
    async with asyncio.timeout(WAIT):
        result = await calling
    assert result.violations == []


async def test_a_late_echo_of_a_mark_that_clear_gave_back_is_not_the_new_one(
    scene: SocketScene, legs: Legs
) -> None:
    peer, leg = await scene.call()
    leg.transport.mark("prompt")
    old = (await peer.told("mark", "event"))["mark"]["name"]
    leg.transport.clear()
    assert await leg.played() == "prompt"
    leg.transport.mark("prompt")
    await peer.event("mark", mark={"name": old})
    await peer.press("1")
    played = []
    while True:
        event = await leg.transport.receive()
        if type(event).__name__ == "Digit":
            break
        played.append(event)
    assert len(played) <= 1, "the new mark may be back, but only once"


async def test_a_stream_without_a_good_token_is_closed(scene: SocketScene, legs: Legs) -> None:
    good = TOKENS.issue("CA1", {"lang": "pl"})
    wrong = [
        ("CA1", {"lang": "pl"}),
        ("CA2", good),
        ("CA1", {**good, "lang": "cs"}),
        ("CA1", {**good, "token": "1.x.y"}),
        ("CA1", {**good, "token": ""}),
    ]
    for call_sid, parameters in wrong:
        peer = TwilioPeer(await scene.session.ws_connect(scene.url))
        scene.peers.append(peer)
        await peer.begin(call_sid, parameters)
        await peer.ended()
        assert peer.socket.close_code == 1008
    assert legs.all == []


async def test_what_is_no_stream_is_closed(scene: SocketScene, legs: Legs) -> None:
    media = {"event": "media", "media": {"payload": ""}}
    opus = {"event": "start", "streamSid": "MZ", "start": {"mediaFormat": {"encoding": "audio/opus"}}}
    for first in ("{", "[]", json.dumps(media), json.dumps(opus), json.dumps({"event": "start"}), b"\0\0"):
        peer = TwilioPeer(await scene.session.ws_connect(scene.url))
        scene.peers.append(peer)
        await peer.write(first)
        await peer.ended()
    assert legs.all == []


async def test_one_bad_message_is_forgiven(scene: SocketScene, legs: Legs) -> None:
    peer, leg = await scene.call()
    await peer.event("media", media={"track": "inbound", "payload": "not base64!"})
    await peer.event("media", media={"track": "inbound"})
    await peer.event("dtmf", dtmf={"digit": "x"})
    await peer.event("something new")
    ours = base64.b64encode(b"\0" * 160).decode()
    await peer.event("media", media={"track": "outbound", "payload": ours})
    await peer.say(tone(0.1))
    assert len(await leg.audio(1_600)) == 1_600


def test_a_token_is_good_once_and_not_for_long() -> None:
    clock = ManualClock()
    tokens = StreamTokens("secret", clock, seconds=60)
    first, second = (tokens.issue("CA1", {"lang": "pl", "caller": "+48"}) for _ in range(2))
    assert tokens.take("CA1", first) == {"lang": "pl", "caller": "+48"}
    with pytest.raises(ForbiddenError, match="used"):
        tokens.take("CA1", first)
    clock.advance(61)
    with pytest.raises(ForbiddenError, match="old"):
        tokens.take("CA1", second)
    with pytest.raises(ForbiddenError, match="not ours"):
        StreamTokens("other", clock).take("CA1", tokens.issue("CA1", {}))
