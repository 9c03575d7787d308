"""Listening for one turn: from the first voiced frame to the final text.

Fed with frames and whether they are voiced, and with keys. While a prompt plays only a caller who insists is
heard (barge-in); after it, the turn ends by silence, and how much silence is needed follows what was heard.
Speech goes to the recogniser as it comes, so that the final text is there as soon as the turn ends.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from voice.audio.pcm import FRAME_SECONDS
from voice.stt.completeness import Completeness, complete
from voice.stt.edges import without_edges
from voice.stt.recogniser import (
    Recognition,
    RecognitionError,
    Request,
    SpeechRecogniser,
    Transcript,
)
from voice.turns.barge_in import BargeIn
from voice.turns.endpoint import (
    Endpointer,
    EndpointSettings,
    NoSpeech,
    Patience,
    SpeechEnded,
    SpeechStarted,
    TooLong,
)

PRE_ROLL_SECONDS = 0.4
"""Audio from before the voice was certain, so that the first syllable is not lost."""
_QUIET_FRAMES = 8
"""160 ms of silence belong to the word before it."""
_PATIENCE = {
    Completeness.COMPLETE: Patience.COMPLETE,
    Completeness.INCOMPLETE: Patience.INSIDE_NUMBER,
    Completeness.OPEN: Patience.NORMAL,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the caller said."""

    transcript: Transcript
    speech_ended_at: float
    """Time of the event loop at which the last speech had arrived."""
    text_at: float
    """Time of the event loop at which its text was there."""
    barged_in: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """What the caller pressed."""

    digits: str
    ended_at: float
    barged_in: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was said."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Speech came, and there is nobody to recognise it."""

    barged_in: bool = False


Answer = Heard | Keyed | Silence | Unheard


@dataclass(frozen=True, slots=True)
class KeyRule:
    """When pressed keys are an answer."""

    most: int = 1
    """So many digits are the whole answer; `#` ends it earlier."""
    pause_seconds: float = 2.5
    """So does a pause after the last one."""


@dataclass(slots=True)
class Frame:
    """20 ms of the caller."""

    pcm: bytes
    voiced: bool
    at: float
    """Time of the event loop at which it arrived."""


@dataclass(frozen=True, slots=True)
class Listening:
    """What one turn listens for."""

    request: Request
    keys: KeyRule = field(default_factory=KeyRule)
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)
    speech: bool = True
    """False: only keys, and silence."""
    interruptible: bool = True
    """Whether the caller's voice stops the prompt."""


class Ear:
    """One turn. `answer` is done when the turn is."""

    def __init__(
        self,
        recogniser: SpeechRecogniser,
        listening: Listening,
        *,
        stop_prompt: Callable[[], bool],
        before: "deque[Frame] | None" = None,
    ) -> None:
        self._recogniser = recogniser
        self._listening = listening
        self._stop_prompt = stop_prompt
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Answer] = self._loop.create_future()
        self._ring: deque[Frame] = before if before is not None else pre_roll()
        self._endpointer = Endpointer(listening.endpoint)
        self._barge_in = BargeIn()
        self._barged_in = False
        self._recognition: Recognition | None = None
        self._failed = False
        self._finishing: asyncio.Task[None] | None = None
        self._arrivals: deque[float] = deque(maxlen=2000)
        """Of the frames that the endpointer was fed, the newest last."""
        self._fed = 0.0
        self._quiet = 0
        self._held: list[bytes] = []
        """Silence that the recogniser is given only if somebody speaks on; bounded by the endpointer."""
        self._digits = ""
        self._key_timer: asyncio.TimerHandle | None = None

    @property
    def over(self) -> bool:
        """Whether the turn has ended; its text may still be awaited, and further frames are no part of it."""
        return self.answer.done() or self._finishing is not None

    def frame(self, pcm: bytes, voiced: bool, *, prompt: bool) -> None:
        """Take 20 ms of the caller; `prompt`: something is being said to them."""
        now = self._loop.time()
        if self.answer.done() or self._finishing is not None:
            self._ring.append(Frame(pcm, voiced, now))
            return
        if prompt and not self._barged_in:
            self._ring.append(Frame(pcm, voiced, now))
            if self._listening.interruptible and self._listening.speech and self._barge_in.feed(voiced):
                self._interrupt()
            return
        self._take(Frame(pcm, voiced, now))

    def key(self, digit: str) -> None:
        """Take a key: the first one stops the prompt if that may be stopped, the last one is the answer."""
        if self.answer.done() or self._finishing is not None:
            return
        self._barged_in |= self._stop_prompt()
        self._forget_speech()
        if self._key_timer is not None:
            self._key_timer.cancel()
        if digit != "#":
            self._digits += digit
            if len(self._digits) < self._listening.keys.most:
                self._key_timer = self._loop.call_later(self._listening.keys.pause_seconds, self._keyed)
                return
        self._keyed()

    def give_up(self) -> None:
        """Stop listening; what was heard so far is forgotten."""
        if self._key_timer is not None:
            self._key_timer.cancel()
        if self._finishing is not None:
            self._finishing.cancel()
        self._forget_speech()
        if not self.answer.done():
            self.answer.cancel()

    def _settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def _keyed(self) -> None:
        if self._digits:
            self._settle(Keyed(self._digits, self._loop.time(), self._barged_in))

    def _interrupt(self) -> None:
        self._barged_in = True
        self._stop_prompt()
        waiting = list(self._ring)
        self._ring.clear()
        for frame in waiting:
            self._take(frame)

    def _take(self, frame: Frame) -> None:
        if self._digits:
            return
        self._arrivals.append(frame.at)
        self._fed += FRAME_SECONDS
        event = self._endpointer.feed(FRAME_SECONDS, frame.voiced)
        if self._recognition is None:
            self._ring.append(frame)
        else:
            self._feed(self._recognition, frame)
        match event:
            case SpeechStarted():
                self._begin()
            case SpeechEnded(speech_end) | TooLong(speech_end):
                self._end(self._arrival_of(speech_end))
            case NoSpeech():
                self._settle(Silence())

    def _feed(self, recognition: Recognition, frame: Frame) -> None:
        """Give the recogniser what is said, and of a silence only its beginning.

        What follows is kept until somebody speaks on: after the last word there is nothing but the line's
        noise, in which a recogniser hears short words.
        """
        self._quiet = 0 if frame.voiced else self._quiet + 1
        if self._quiet > _QUIET_FRAMES:
            self._held.append(frame.pcm)
            return
        for pcm in self._held:
            recognition.feed(pcm)
        self._held.clear()
        recognition.feed(frame.pcm)

    def _arrival_of(self, seconds: float) -> float:
        """When the audio that lies `seconds` after the turn's start had arrived."""
        back = round((self._fed - seconds) / FRAME_SECONDS)
        place = max(0, min(len(self._arrivals) - 1, len(self._arrivals) - 1 - back))
        return self._arrivals[place]

    def _begin(self) -> None:
        if not self._listening.speech:
            return
        try:
            self._recognition = self._recogniser.recognise(self._listening.request, self._partial)
        except RecognitionError:
            self._failed = True
            return
        for frame in self._ring:
            self._recognition.feed(frame.pcm)
        self._ring.clear()

    def _partial(self, text: str) -> None:
        request = self._listening.request
        self._endpointer.patience = _PATIENCE[complete(text, request.expecting, request.lang)]

    def _end(self, speech_ended_at: float) -> None:
        if not self._listening.speech:
            self._settle(Silence())
        elif self._recognition is None:
            self._settle(Unheard(self._barged_in))
        else:
            self._finishing = self._loop.create_task(
                self._finish(self._recognition, speech_ended_at), name="recognition"
            )

    async def _finish(self, recognition: Recognition, speech_ended_at: float) -> None:
        try:
            transcript = without_edges(await recognition.finish())
        except RecognitionError:
            self._settle(Unheard(self._barged_in))
            return
        self._settle(Heard(transcript, speech_ended_at, self._loop.time(), self._barged_in))

    def _forget_speech(self) -> None:
        if self._recognition is not None and self._finishing is None:
            self._recognition.cancel()
            self._recognition = None


def pre_roll() -> "deque[Frame]":
    """Return the ring in which a line keeps what came just before somebody listens."""
    return deque(maxlen=round(PRE_ROLL_SECONDS / FRAME_SECONDS))
