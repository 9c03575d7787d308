"""A prompt's first frame leaves at once; no frame is ever sent too many, and the recording is in step."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from voice.audio.pcm import SILENCE
from voice.line import Line, Prompt
from voice.pacer import Pacer, Tick
from voice.recording import Recorder
from voice.stt.recogniser import (
    OnPartial,
    RecogniserInfo,
    Recognition,
    RecognitionError,
    Request,
    SpeechRecogniser,
)
from voice.transports.transport import CallStart, Event, HungUp, Transport, TransportInfo

ONE, TWO, THREE = (bytes([number, 1]) * 160 for number in (1, 2, 3))


class HandPacer(Pacer):
    """Ticks when the test says so."""

    def __init__(self) -> None:
        super().__init__(on_error=lambda error: None)
        self.tick: Tick = lambda: None

    def add(self, tick: Tick) -> Callable[[], None]:
        self.tick = tick
        return lambda: None


class Peer(Transport):
    """Notes what it is sent."""

    def __init__(self) -> None:
        self.info = TransportInfo("scripted", digits=True, buffers=False)
        self.start = CallStart("call")
        self.sent: list[bytes] = []
        self.gone = asyncio.Event()

    async def receive(self) -> Event:
        await self.gone.wait()
        return HungUp("peer")

    def send(self, pcm: bytes) -> None:
        self.sent.append(pcm)

    def mark(self, name: str) -> None: ...

    def clear(self) -> None: ...

    async def hang_up(self) -> None: ...


class Deaf(SpeechRecogniser):
    """Recognises nothing."""

    info = RecogniserInfo("deaf", ("en",), partials=False, grammars=False)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def recognise(self, request: Request, on_partial: OnPartial | None = None) -> Recognition:
        raise RecognitionError("deaf")

    def ready(self) -> bool:
        return False


async def clips(*pcm: bytes) -> AsyncGenerator[bytes, None]:
    for one in pcm:
        yield one


async def begun(prompt: Prompt) -> None:
    async with asyncio.timeout(10):
        while prompt.first is None:
            await asyncio.sleep(0)


async def test_the_first_frame_does_not_wait_for_its_tick_and_is_paid_back(tmp_path: Path) -> None:
    peer, pacer = Peer(), HandPacer()
    line = Line(peer, Deaf(), pacer, recorder=Recorder(tmp_path / "call.wav"))
    running = asyncio.create_task(line.run())
    await asyncio.sleep(0)
    pacer.tick()
    assert peer.sent == [SILENCE]
    prompt = line.say(clips(ONE + TWO + THREE))
    stamped = line.first_audio(prompt)
    await begun(prompt)
    assert peer.sent == [SILENCE, ONE]
    assert stamped.done()
    for _ in range(5):
        pacer.tick()
    assert peer.sent == [SILENCE, ONE, TWO, THREE, SILENCE, SILENCE], "six ticks, six frames"
    # The next one, with a gap between its clips: nothing is ahead any more.
    again = line.say(clips(ONE, TWO))
    await begun(again)
    assert peer.sent[6:] == [ONE]
    peer.gone.set()
    await running
    assert line.recorder is not None
    assert (await line.recorder.close()).seconds == 0.12


async def test_a_prompt_after_another_one_does_not_run_farther_ahead() -> None:
    peer, pacer = Peer(), HandPacer()
    line = Line(peer, Deaf(), pacer)
    running = asyncio.create_task(line.run())
    await asyncio.sleep(0)
    first = line.say(clips(ONE + TWO), interruptible=False)
    second = line.say(clips(THREE))
    await begun(first)
    pacer.tick()
    assert peer.sent == [ONE, TWO]
    await begun(second)
    assert peer.sent == [ONE, TWO]
    for _ in range(3):
        pacer.tick()
    assert peer.sent == [ONE, TWO, THREE, SILENCE], "four ticks, four frames"
    peer.gone.set()
    await running
