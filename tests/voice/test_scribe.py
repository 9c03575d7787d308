"""Whoever writes down what is said misses nothing while a turn is still being worked out."""

import asyncio

from tests.voice.slow_recogniser import VOICE, SlowRecogniser
from voice.scribe import Scribe
from voice.stt.recogniser import Transcript

QUIET = bytes(320)


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
