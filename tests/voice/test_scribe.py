"""Whoever writes down what is said misses nothing while a turn is still being worked out."""

import asyncio

from voice.scribe import Scribe
from voice.stt.recogniser import (
    OnPartial,
    RecogniserInfo,
    Recognition,
    Request,
    SpeechRecogniser,
    Transcript,
)

VOICE, QUIET = b"\1\0" * 160, bytes(320)


class SlowRecognition(Recognition):
    """Its text is how many frames of voice it was given; it comes when the recogniser may tell."""

    def __init__(self, may_tell: asyncio.Event) -> None:
        self._may_tell = may_tell
        self._voiced = 0

    def feed(self, pcm: bytes) -> None:
        self._voiced += pcm == VOICE

    async def finish(self) -> Transcript:
        await self._may_tell.wait()
        return Transcript(str(self._voiced))

    def cancel(self) -> None:
        pass


class SlowRecogniser(SpeechRecogniser):
    """Tells nothing until it may."""

    info = RecogniserInfo("slow", ("en",), partials=False, grammars=False)

    def __init__(self) -> None:
        self.may_tell = asyncio.Event()

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def recognise(self, request: Request, on_partial: OnPartial | None = None) -> Recognition:
        del request, on_partial
        return SlowRecognition(self.may_tell)

    def ready(self) -> bool:
        return True


async def test_what_is_said_while_a_text_is_awaited_is_written_down() -> None:
    recogniser, written = SlowRecogniser(), asyncio.Queue[str]()

    async def note(transcript: Transcript) -> None:
        await written.put(transcript.text)

    scribe = Scribe(recogniser, "en", note)
    running = asyncio.create_task(scribe.run())
    await asyncio.sleep(0)
    for count in (50, 70, 90):
        for _ in range(count):
            scribe.frame(VOICE, voiced=True)
        for _ in range(60):
            scribe.frame(QUIET, voiced=False)
    recogniser.may_tell.set()
    async with asyncio.timeout(10):
        assert [await written.get() for _ in range(3)] == ["50", "70", "90"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
