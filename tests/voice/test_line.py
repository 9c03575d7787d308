"""A line says what it is to say, whole and in order, and notices a peer from which nothing comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from tests.voice.slow_recogniser import SlowRecogniser
from voice.audio.pcm import FRAME_BYTES
from voice.ear import Keyed, KeyRule, Listening, Silence
from voice.line import Line
from voice.pacer import Pacer
from voice.stt.recogniser import Request
from voice.transports.transport import CallStart, Digit, Event, HungUp, Transport, TransportInfo
from voice.turns.endpoint import EndpointSettings

QUICK = Listening(
    Request("en"), keys=KeyRule(most=2, pause_seconds=0.2), endpoint=EndpointSettings(no_speech_seconds=0.5)
)


class Peer(Transport):
    """A peer that a test speaks for."""

    info = TransportInfo("test", digits=True, buffers=False)
    start = CallStart("call")

    def __init__(self) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.heard = bytearray()

    async def receive(self) -> Event:
        return await self.events.get()

    def send(self, pcm: bytes) -> None:
        self.heard += pcm

    def mark(self, name: str) -> None:
        pass

    def clear(self) -> None:
        pass

    async def hang_up(self) -> None:
        pass


@pytest.fixture
async def peer() -> Peer:
    return Peer()


@pytest.fixture
async def line(peer: Peer) -> AsyncIterator[Line]:
    failed: list[Exception] = []
    pacer = Pacer(failed.append)
    made = Line(peer, SlowRecogniser(), pacer)
    running = asyncio.create_task(made.run())
    yield made
    peer.events.put_nowait(HungUp("caller"))
    await running
    pacer.close()
    assert failed == []


def clip(number: int) -> bytes:
    """20 ms that are told apart from all others."""
    return bytes([number, 1]) * (FRAME_BYTES // 2)


async def clips(*numbers: int) -> AsyncGenerator[bytes, None]:
    for number in numbers:
        yield clip(number)


def said(peer: Peer) -> list[int]:
    """The numbers of the clips that the caller has heard, in order."""
    frames = [bytes(peer.heard[at : at + FRAME_BYTES]) for at in range(0, len(peer.heard), FRAME_BYTES)]
    return [pcm[0] for pcm in frames if any(pcm)]


async def test_what_may_not_be_stopped_is_heard_out(line: Line, peer: Peer) -> None:
    first = line.say(clips(*range(1, 11)), interruptible=False)
    assert not line.stop_prompt()
    second = line.say(clips(*range(11, 21)), interruptible=False)
    third = line.say(clips(*range(21, 31)), interruptible=True)
    for prompt in (first, second, third):
        await prompt.wait()
    assert said(peer) == list(range(1, 31))


async def test_a_prompt_that_may_be_stopped_gives_way(line: Line, peer: Peer) -> None:
    line.say(clips(*[7] * 200))
    while not said(peer):
        await asyncio.sleep(0.01)
    await line.say(clips(8, 8)).wait()
    assert said(peer)[-2:] == [8, 8]
    assert said(peer).count(7) < 200


async def test_a_long_text_waits_for_its_own_beginning(line: Line, peer: Peer) -> None:
    """However many sentences it has: the playout holds a few, the others are rendered when there is room."""
    await line.say(clips(*[3] * 100), interruptible=False).wait()
    assert said(peer) == [3] * 100


async def test_a_peer_that_sends_nothing_is_silent(line: Line) -> None:
    async with asyncio.timeout(30):
        assert isinstance(await line.listen(QUICK), Silence)


async def test_keys_wait_for_whoever_listens_next_unless_forgotten(line: Line, peer: Peer) -> None:
    for digit in "12":
        peer.events.put_nowait(Digit(digit))
    async with asyncio.timeout(30):
        answer = await line.listen(QUICK)
        assert isinstance(answer, Keyed)
        assert (answer.digits, answer.barged_in) == ("12", False)
        for digit in "34":
            peer.events.put_nowait(Digit(digit))
        while not peer.events.empty():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        line.forget_keys()
        assert isinstance(await line.listen(QUICK), Silence)


async def test_a_key_over_a_prompt_is_a_barge_in(line: Line, peer: Peer) -> None:
    line.say(clips(*[5] * 500))
    while not said(peer):
        await asyncio.sleep(0.01)
    peer.events.put_nowait(Digit("1"))
    async with asyncio.timeout(30):
        answer = await line.listen(QUICK)
    assert isinstance(answer, Keyed)
    assert answer.barged_in
