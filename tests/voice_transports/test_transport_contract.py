"""One contract for every transport, over real sockets with a scripted peer.

A new transport adds its scene to `SCENES`; see `transport_peers.py` for what a scene and a peer are.
"""

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
import pytest
from audiosocket_peer import audiosocket_scene
from chan_websocket_peer import chan_websocket_scene
from socket_peers import browser_scene, twilio_scene
from transport_peers import WAIT, Leg, Legs, Peer, Scene, SceneKind

from voice.transports.limits import TransportLimits

SCENES: dict[str, SceneKind] = {
    "audiosocket": audiosocket_scene,
    "audiosocket-16k": functools.partial(audiosocket_scene, kind=0x12),
    "chan_websocket": chan_websocket_scene,
    "chan_websocket-16k": functools.partial(chan_websocket_scene, media="slin16"),
    "browser": browser_scene,
    "twilio": twilio_scene,
    "twilio-forgets-marks": functools.partial(twilio_scene, keeps_marks=False),
}

FRAME = 320


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    at = np.arange(int(seconds * 8000)) / 8000
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def pitch(pcm: bytes) -> float:
    """The strongest frequency in Hz."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 8000 / len(samples))


async def talk(leg: Leg, pcm: bytes) -> None:
    """Send as the pacer does, a little faster: what is tested does not depend on the clock."""
    for at in range(0, len(pcm), FRAME):
        leg.transport.send(pcm[at : at + FRAME])
        await asyncio.sleep(0.002)


class Stage:
    """Opens scenes of one kind with the limits that a test wants."""

    def __init__(self, kind: SceneKind, stack: AsyncExitStack) -> None:
        self._kind, self._stack = kind, stack
        self.legs = Legs()

    async def scene(self, limits: TransportLimits | None = None) -> Scene:
        return await self._stack.enter_async_context(self._kind(self.legs, limits or TransportLimits()))

    async def call(self, limits: TransportLimits | None = None) -> tuple[Peer, Leg]:
        return await (await self.scene(limits)).call()


@pytest.fixture(params=SCENES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield Stage(SCENES[request.param], stack)


async def test_audio_comes_as_8_khz_whatever_the_peer_speaks(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(1.0))
    heard = await leg.audio(int(0.9 * 16000))
    assert abs(pitch(heard) - 440.0) < 5


async def test_audio_goes_out_as_what_the_peer_speaks(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    await leg.audio(1000)
    await talk(leg, tone(1.0, 700.0))
    heard = await peer.heard(int(0.9 * 16000))
    assert abs(pitch(heard) - 700.0) < 5


async def test_the_call_has_an_id_of_its_own(stage: Stage) -> None:
    scene = await stage.scene()
    _, one = await scene.call()
    _, other = await scene.call()
    assert one.transport.start.call_id
    assert one.transport.start.call_id != other.transport.start.call_id


async def test_keys_come_in_order(stage: Stage) -> None:
    peer, leg = await stage.call()
    if not leg.transport.info.digits:
        pytest.skip("keys are listened for in the audio")
    await peer.say(tone(0.1))
    for digit in "1290*#":
        await peer.press(digit)
    assert [await leg.digit() for _ in range(6)] == list("1290*#")


async def test_a_mark_comes_back_after_what_was_sent_before_it(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    reading = asyncio.create_task(peer.heard(int(0.3 * 16000)))
    await talk(leg, tone(0.4))
    leg.transport.mark("one")
    leg.transport.mark("two")
    assert [await leg.played(), await leg.played()] == ["one", "two"]
    await reading


async def test_clear_gives_marks_back_and_what_follows_is_played(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    await talk(leg, tone(0.4))
    leg.transport.mark("cut")
    leg.transport.clear()
    assert await leg.played() == "cut"
    await talk(leg, tone(0.4, 700.0))
    leg.transport.mark("whole")
    reading = asyncio.create_task(peer.heard(int(0.3 * 16000)))
    assert await leg.played() == "whole"
    await reading


async def test_the_caller_hangs_up(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    await peer.hang_up()
    assert await leg.hung_up() == "caller"


async def test_a_broken_connection_ends_the_call(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    await peer.vanish()
    assert await leg.hung_up() in ("caller", "lost")


async def test_we_hang_up_and_more_than_once_is_once(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    ended = asyncio.create_task(peer.ended())
    async with asyncio.timeout(WAIT):
        await leg.transport.hang_up()
        await leg.transport.hang_up()
    assert await leg.hung_up() == "drained"
    await ended
    leg.transport.send(bytes(FRAME))  # the pacer's last tick may come after the end
    leg.transport.mark("late")
    leg.transport.clear()


async def test_a_call_that_nobody_has_any_more_is_hung_up(stage: Stage) -> None:
    peer, leg = await stage.call()
    leg.done.set()
    await peer.ended()


async def test_a_peer_that_sends_nothing_is_given_up(stage: Stage) -> None:
    peer, leg = await stage.call(TransportLimits(silent_seconds=0.2))
    assert await leg.hung_up() == "silent"
    await peer.ended()


async def test_a_peer_that_falls_silent_for_long_is_lost(stage: Stage) -> None:
    peer, leg = await stage.call(TransportLimits(lost_seconds=0.3))
    await peer.say(tone(0.1))
    assert await leg.hung_up() == "lost"
    await peer.ended()


async def test_a_peer_that_floods_is_given_up(stage: Stage) -> None:
    peer, leg = await stage.call(TransportLimits(burst_seconds=2.0))
    flooding = asyncio.create_task(peer.say(tone(60.0)))
    assert await leg.hung_up() == "flooded"
    await flooding


async def test_a_hole_in_the_network_is_no_flood(stage: Stage) -> None:
    peer, leg = await stage.call(TransportLimits(burst_seconds=10.0))
    await peer.say(tone(4.0))
    assert len(await leg.audio(int(3.9 * 16000))) >= int(3.9 * 16000)


async def test_nonsense_ends_the_call(stage: Stage) -> None:
    peer, leg = await stage.call()
    await peer.say(tone(0.1))
    await peer.nonsense()
    assert await leg.hung_up() == "protocol"
    await peer.ended()


async def test_a_peer_that_does_not_read_is_given_up(stage: Stage) -> None:
    peer, leg = await stage.call(TransportLimits(unread_seconds=1.0))
    await peer.say(tone(0.1))
    for _ in range(60 * 10):  # an hour, were it taken
        for _ in range(300):
            leg.transport.send(bytes(FRAME))
        await asyncio.sleep(0)
    assert await leg.hung_up() == "lost"
