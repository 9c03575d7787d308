"""Speech by pyttsx3 and espeak-ng: a few children behind a bounded queue, a deadline for every text.

A child that dies takes nothing with it: its text goes to the next one that is free, before all others,
inside the same deadline, and the child is started again, more slowly each time that it dies soon.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from types import MappingProxyType

from voice.tts.pyttsx3_process import MEND, ChildGoneError, Pyttsx3Process
from voice.tts.synthesiser import SpeechSynthesiser, SynthesiserInfo, SynthesisError

logger = logging.getLogger(__name__)

OnEvent = Callable[[str, float], None]
"""Told what happens, for metrics: `rendered` (seconds, waiting included), and, each with 1.0, `timeout`,
`rejected` (the queue was full), `refused`, `retried`, `died`, `started`."""
_VERSION = version("pyttsx3")
MOST_TRIES = 3
"""Children that one text may outlive; who kills three of them is not given to a fourth."""
LONGEST_TEXT = 4000
FIRST_PAUSE, LONGEST_PAUSE, YOUNG = 0.1, 10.0, 30.0
"""Seconds before a dead child is started again, doubled each time that it dies younger than `YOUNG`."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a language, and how fast."""

    id: str
    """espeak-ng's identifier, in lower case."""
    rate: int
    """Words a minute: slower than a screen reader's, for ears on a telephone."""


VOICES: Mapping[str, Voice] = MappingProxyType(
    {"pl": Voice("zlw/pl", 150), "cs": Voice("zlw/cs", 145), "en": Voice("gmw/en-us", 155)}
)


@dataclass(order=True, slots=True)
class _Job:
    place: tuple[int, int]
    """First those that a dead child left, then in the order of asking."""
    text: str = field(compare=False)
    voice: Voice = field(compare=False)
    reply: asyncio.Future[bytes] = field(compare=False)
    tries: int = field(default=0, compare=False)


class Pyttsx3Synthesiser(SpeechSynthesiser):
    """The engine. `start` before use, `stop` after it; one event loop."""

    def __init__(
        self,
        voices: Mapping[str, Voice] = VOICES,
        *,
        children: int = 2,
        queue_limit: int = 64,
        deadline: float = 5.0,
        environment: Mapping[str, str] = MappingProxyType({}),
        on_event: OnEvent = lambda _name, _value: None,
    ) -> None:
        """`voices` by language; `deadline` in seconds, waiting included; `environment` of the children."""
        self._voices = dict(voices)
        self._children = children
        self._queue_limit = queue_limit
        self._deadline = deadline
        self._environment = dict(environment)
        self._on_event = on_event
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._asked = 0
        self._up: set[Pyttsx3Process] = set()
        self._tasks: list[asyncio.Task[None]] = []
        # Known without a child, so that what was rendered before is found where espeak-ng is gone today.
        spoken = " ".join(f"{lang}={voice.id}@{voice.rate}" for lang, voice in sorted(self._voices.items()))
        self.info = SynthesiserInfo("pyttsx3", tuple(sorted(self._voices)), f"{_VERSION} {spoken}")

    async def start(self) -> None:
        """Start the children; returns when the first is ready. Raises `SynthesisError`, naming the mend."""
        first = await Pyttsx3Process.spawn(self._environment)
        for lang, voice in self._voices.items():
            if voice.id not in first.voices:
                await first.end()
                raise SynthesisError(f"espeak-ng has no voice {voice.id} for {lang}; {MEND} espeak-ng-data")
        waiting: list[Pyttsx3Process | None] = [first, *[None] * (self._children - 1)]
        self._tasks = [
            asyncio.create_task(self._keep_up(child), name=f"pyttsx3-{index}")
            for index, child in enumerate(waiting)
        ]
        self._up.add(first)

    async def stop(self) -> None:
        """End every child; whoever waits gets `SynthesisError`."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        while not self._jobs.empty():
            self._fail(self._jobs.get_nowait())

    def ready(self) -> bool:
        """Whether a child is up."""
        return bool(self._up)

    def pids(self) -> list[int]:
        """Return the children's process ids."""
        return [child.pid for child in self._up]

    async def synthesise(self, text: str, lang: str) -> bytes:
        """Speak `text`; returns 8 kHz s16le mono, never empty. Raises `SynthesisError`."""
        if (voice := self._voices.get(lang)) is None:
            raise SynthesisError(f"no voice speaks {lang}", code="synthesis_language")
        spoken = " ".join(text.replace("\0", " ").split())
        if not any(letter.isalnum() for letter in spoken) or len(spoken) > LONGEST_TEXT:
            raise SynthesisError("a text must have words, and not too many", code="synthesis_text")
        if not self._tasks:
            raise SynthesisError("the synthesiser is not running")
        if self._jobs.qsize() >= self._queue_limit:
            self._on_event("rejected", 1.0)
            raise SynthesisError("the queue before the synthesiser is full")
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        self._asked += 1
        job = _Job((1, self._asked), spoken, voice, loop.create_future())
        self._jobs.put_nowait(job)
        try:
            async with asyncio.timeout(self._deadline):
                pcm = await job.reply
        except TimeoutError:
            self._on_event("timeout", 1.0)
            raise SynthesisError("the synthesiser did not speak within the deadline") from None
        finally:
            job.reply.cancel()  # a job that nobody waits for is passed over
        self._on_event("rendered", loop.time() - asked_at)
        return pcm

    async def _keep_up(self, child: Pyttsx3Process | None) -> None:
        """Keep one child running for as long as the engine does."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            born = loop.time()
            try:
                child = child or await Pyttsx3Process.spawn(self._environment)
                await self._work(child)
            except SynthesisError as error:
                logger.error("%s", error)
            except Exception:  # a fault of ours here must not leave the engine one child short for good
                logger.exception("a pyttsx3 child's supervision failed; it is started again")
            child = None
            self._on_event("died", 1.0)
            pause = FIRST_PAUSE if loop.time() - born > YOUNG else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _work(self, child: Pyttsx3Process) -> None:
        """Give a child one text after the other until it is gone."""
        self._up.add(child)
        self._on_event("started", 1.0)
        try:
            while True:
                job = await self._jobs.get()
                if not job.reply.done():
                    await self._render(child, job)
        finally:
            self._up.discard(child)
            await child.end()

    async def _render(self, child: Pyttsx3Process, job: _Job) -> None:
        job.tries += 1
        try:
            async with asyncio.timeout(self._deadline):
                pcm = await child.speak(job.text, job.voice.id, job.voice.rate)
        except (ChildGoneError, TimeoutError):
            self._again(job)
            raise ChildGoneError("a pyttsx3 child is gone; it is started again") from None
        except SynthesisError as error:
            self._on_event("refused", 1.0)
            if not job.reply.done():
                job.reply.set_exception(error)
        except asyncio.CancelledError:
            self._fail(job)
            raise
        else:
            if not job.reply.done():
                job.reply.set_result(pcm)

    def _again(self, job: _Job) -> None:
        if job.reply.done():
            return
        if job.tries >= MOST_TRIES:
            self._fail(job)
            return
        self._on_event("retried", 1.0)
        job.place = (0, job.place[1])
        self._jobs.put_nowait(job)

    @staticmethod
    def _fail(job: _Job) -> None:
        if not job.reply.done():
            job.reply.set_exception(SynthesisError("the synthesiser is gone"))
