"""Writing down what somebody says who talks to a person: turn after turn, until it is stopped.

Nobody waits for these texts, so they are decoded with patience, and left out where there is no room.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from voice.audio.pcm import FRAME_SECONDS
from voice.ear import Ear, Heard, Listening
from voice.stt.recogniser import Request, SpeechRecogniser, Transcript
from voice.turns.endpoint import EndpointSettings

PATIENT = EndpointSettings(normal_seconds=0.8, complete_seconds=0.8, inside_number_seconds=1.2)
_KEPT_SECONDS = 30.0
OnText = Callable[[Transcript], Awaitable[None]]


class Scribe:
    """Listens to one person. `frame` is a tap of their audio."""

    def __init__(self, recogniser: SpeechRecogniser, lang: str, on_text: OnText) -> None:
        self._recogniser = recogniser
        self._listening = Listening(Request(lang), endpoint=PATIENT)
        self._on_text = on_text
        self._ear: Ear | None = None
        self._later: deque[tuple[bytes, bool]] = deque(maxlen=round(_KEPT_SECONDS / FRAME_SECONDS))
        """Said while the turn before was still being worked out."""

    def frame(self, pcm: bytes, voiced: bool) -> None:
        """Take 20 ms."""
        if self._ear is None or self._ear.over or self._later:
            self._later.append((pcm, voiced))
        else:
            self._ear.frame(pcm, voiced, prompt=False)

    async def run(self) -> None:
        """Write down turn after turn, until cancelled."""
        while True:
            self._ear = Ear(self._recogniser, self._listening, stop_prompt=lambda: False)
            while self._later and not self._ear.over:
                pcm, voiced = self._later.popleft()
                self._ear.frame(pcm, voiced, prompt=False)
            try:
                answer = await self._ear.answer
            finally:
                self._ear.give_up()
            if isinstance(answer, Heard) and answer.transcript.text:
                await self._on_text(answer.transcript)
            await asyncio.sleep(0)
