"""One call's audio: what the caller says goes to whoever listens, what the house says goes out every 20 ms.

A line knows nothing of dialogues. Somebody `say`s prompts, `listen`s for turns, `tap`s the caller's frames
or lets a person's `live` voice through; both directions are recorded.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, Protocol

from voice.audio.dtmf import InBandDigits
from voice.audio.pcm import FRAME_SECONDS, SILENCE, Framer
from voice.ear import Answer, Ear, Frame, Listening, pre_roll
from voice.pacer import Pacer
from voice.playout import LiveSource, Playing, Playout
from voice.recording import InboundBuffer, Recorder
from voice.stt.recogniser import SpeechRecogniser
from voice.transports.transport import Audio, Digit, HungUp, Played, Transport
from voice.turns.vad import Vad

STALLED_SECONDS = 1.0
"""A peer that sends nothing for so long is taken to be silent: it may send no audio for silence at all."""
MOST_AHEAD = 4
"""Clips of a prompt that wait to be heard; the next one is rendered when there is room."""
MARK_SECONDS = 3.0
"""How long a peer may take to say that it has played what it was sent."""
MAX_KEYS = 64
"""Keys pressed while nobody listens; more are dropped."""


class Tap(Protocol):
    """Whoever is to get every frame of the caller, in step."""

    def __call__(self, pcm: bytes, voiced: bool) -> None:
        """Take 20 ms; must not block."""
        ...


class Prompt:
    """Something that is being said, clip by clip as it is rendered."""

    def __init__(
        self,
        playout: Playout,
        *,
        interruptible: bool,
        begun: Callable[[], None],
        after: "Prompt | None" = None,
    ) -> None:
        """`begun` is called when the first clip is there."""
        self._playout = playout
        self.interruptible = interruptible
        self._begun = begun
        self._after = after
        self._playing: deque[Playing] = deque()
        self.first: Playing | None = None
        self.stopped = False
        """The caller spoke over it, or it was cut short."""
        self.task: asyncio.Task[None] | None = None

    @property
    def done(self) -> bool:
        """Whether nothing of it is still to come."""
        return self.task is not None and self.task.done()

    async def run(self, clips: AsyncGenerator[bytes, None]) -> None:
        """Play the clips one after the other; what cannot be rendered raises."""
        if self._after is not None and self._after.task is not None:
            await asyncio.wait([self._after.task])
            self._after = None
        async with aclosing(clips):
            async for pcm in clips:
                if self.stopped or self._playout.closed:
                    return
                playing = self._playout.play(pcm, name="prompt", interruptible=self.interruptible)
                if self.first is None:
                    self.first = playing
                    self._begun()
                self._playing.append(playing)
                if len(self._playing) > MOST_AHEAD:
                    await self._playing.popleft()
        if self._playing:
            await self._playing[-1]

    async def wait(self) -> None:
        """Wait until it is said or stopped. Raises what rendering raised."""
        assert self.task is not None
        await asyncio.shield(self.task)


class Line:
    """The audio of one call. `run` until the peer is gone; used from one event loop."""

    def __init__(
        self,
        transport: Transport,
        recogniser: SpeechRecogniser,
        pacer: Pacer,
        *,
        recorder: Recorder | None = None,
    ) -> None:
        self.transport = transport
        self.playout = Playout()
        self._recogniser = recogniser
        self._pacer = pacer
        self.recorder = recorder
        self._inbound = InboundBuffer()
        self._loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[HungUp] = self._loop.create_future()
        """Done when the peer is."""
        self._vad = Vad()
        self._framer = Framer()
        self._digits = None if transport.info.digits else InBandDigits()
        self._ear: Ear | None = None
        self._before = pre_roll()
        self._keys: deque[str] = deque(maxlen=MAX_KEYS)
        self._prompt: Prompt | None = None
        self._taps: list[Tap] = []
        self._marks: dict[str, asyncio.Future[None]] = {}
        self._numbers = 0
        self._awaited: tuple[Prompt, asyncio.Future[float]] | None = None
        self._ticking = False
        self._silent = True
        """Whether nothing was to be heard in the last frame."""
        self._ahead: bytes | None = None
        """A frame that was sent before its tick, and is recorded at its tick."""
        self._audio_at = float("-inf")
        """Time of the event loop at which the last audio came."""

    async def run(self) -> HungUp:
        """Take what the peer sends until it is gone; says why."""
        stop_ticking = self._pacer.add(self._tick)
        self._ticking = True
        try:
            while True:
                event = await self.transport.receive()
                match event:
                    case Audio(pcm):
                        self._hear(pcm)
                    case Digit(digit):
                        self._key(digit)
                    case Played(mark):
                        self._played(mark)
                    case HungUp():
                        return self._end(event)
        finally:
            self._ticking = False
            stop_ticking()
            self._end(HungUp("lost"))

    # --- out -----------------------------------------------------------------------------------

    def say(self, clips: AsyncGenerator[bytes, None], *, interruptible: bool = True) -> Prompt:
        """Begin to say something; the prompt before it is stopped, or heard out where it may not be."""
        self.stop_prompt()
        before = self._prompt if self.prompting and not self._interruptible else None
        prompt = Prompt(self.playout, interruptible=interruptible, begun=self._lead, after=before)
        prompt.task = self._loop.create_task(prompt.run(clips), name="prompt")
        # Whoever said it may be gone by the time that it fails.
        prompt.task.add_done_callback(lambda task: None if task.cancelled() else task.exception())
        self._prompt = prompt
        return prompt

    def first_audio(self, prompt: Prompt) -> "asyncio.Future[float]":
        """Return the loop's time at which the prompt's first frame is sent, once it is."""
        stamped: asyncio.Future[float] = self._loop.create_future()
        self._awaited = (prompt, stamped)
        return stamped

    def stop_prompt(self) -> bool:
        """Say no more of what is being said, at once, if it may be stopped; tells whether it was."""
        if not self.prompting or not self._interruptible:
            return False
        assert self._prompt is not None
        self._prompt.stopped = True
        if self.playout.stop():
            self.transport.clear()
        return True

    async def flushed(self) -> None:
        """Wait until the caller has heard all that was said; not forever."""
        self._numbers += 1
        name = f"m{self._numbers}"
        self._marks[name] = self._loop.create_future()
        self.transport.mark(name)
        ends: list[asyncio.Future[Any]] = [self._marks[name], self.gone]
        await asyncio.wait(ends, timeout=MARK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        self._marks.pop(name, None)

    def live(self, source: LiveSource | None) -> None:
        """Let the caller hear a person."""
        self.playout.live(source)

    # --- in ------------------------------------------------------------------------------------

    async def listen(self, listening: Listening) -> Answer:
        """Listen for one turn, from now on; a prompt that plays is heard out or spoken over."""
        ear = Ear(self._recogniser, listening, stop_prompt=self.stop_prompt, before=self._before)
        self._ear = ear
        watchdog = self._loop.create_task(self._dead_air(ear), name="dead-air")
        try:
            while self._keys and not ear.answer.done():
                ear.key(self._keys.popleft())
            return await ear.answer
        finally:
            watchdog.cancel()
            self._ear = None
            ear.give_up()

    def forget_keys(self) -> None:
        """Drop keys that were pressed while nobody listened: they answer no question of ours."""
        self._keys.clear()

    def tap(self, tap: Tap) -> Callable[[], None]:
        """Give every frame of the caller to `tap` from now on; returns what ends it."""
        self._taps.append(tap)

        def end() -> None:
            if tap in self._taps:
                self._taps.remove(tap)

        return end

    @property
    def prompting(self) -> bool:
        """Whether something is being said to the caller."""
        return self._prompt is not None and not self._prompt.done

    @property
    def _interruptible(self) -> bool:
        return self._prompt is not None and self._prompt.interruptible

    async def _dead_air(self, ear: Ear) -> None:
        """Where no audio comes, not even silent, the ear hears silence: in real time, so a turn ends."""
        heard_until = self._loop.time()
        while True:
            await asyncio.sleep(STALLED_SECONDS / 4)
            now = self._loop.time()
            if now - self._audio_at < STALLED_SECONDS:
                heard_until = now
                continue
            for _ in range(int((now - heard_until) / FRAME_SECONDS)):
                ear.frame(SILENCE, voiced=False, prompt=self.prompting)
                heard_until += FRAME_SECONDS

    def _hear(self, pcm: bytes) -> None:
        self._audio_at = self._loop.time()
        if self.recorder is not None:
            self._inbound.feed(pcm)
        for frame in self._framer.feed(pcm):
            if self._digits is not None and (digit := self._digits.feed(frame)) is not None:
                self._key(digit)
            voiced = self._vad.feed(frame)
            for tap in tuple(self._taps):
                tap(frame, voiced)
            if self._ear is not None:
                # Over a prompt only what is clearly voice counts.
                prompting = self.prompting
                self._ear.frame(frame, self._vad.clear if prompting else voiced, prompt=prompting)
            else:
                self._before.append(Frame(frame, voiced, self._audio_at))

    def _key(self, digit: str) -> None:
        if self._ear is not None:
            self._ear.key(digit)
        else:
            self._keys.append(digit)

    def _played(self, mark: str) -> None:
        waiting = self._marks.get(mark)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _lead(self) -> None:
        """Send a prompt's first frame now, and not at the next tick: 10 ms sooner at the mean.

        From then on the line is one frame ahead; the first silent one after the prompt is not sent.
        """
        if self._ticking and self._silent and self._ahead is None:
            self._ahead = self._send(self.playout.next_frame())

    def _tick(self) -> None:
        frame = self.playout.next_frame()
        due = frame
        if self._ahead is None:
            self._send(frame)
        else:
            due, self._ahead = self._ahead, None
            if frame is not SILENCE:
                self._ahead = self._send(frame)
        self._silent = frame is SILENCE
        if self.recorder is not None:
            self.recorder.tick(self._inbound.next_frame(), due)

    def _send(self, frame: bytes) -> bytes:
        self.transport.send(frame)
        if self._awaited is not None:
            self._stamp(*self._awaited)
        return frame

    def _stamp(self, prompt: Prompt, stamped: "asyncio.Future[float]") -> None:
        if prompt.first is not None and prompt.first.position and not stamped.done():
            stamped.set_result(self._loop.time())
            self._awaited = None

    def _end(self, event: HungUp) -> HungUp:
        if not self.gone.done():
            self.gone.set_result(event)
            self.playout.close()
        return event
