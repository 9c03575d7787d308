"""Speech workers for the gateway: turns spread over processes, and moved when one of those dies.

So many processes take turns, and as many spares wait with their models loaded: when a worker dies, its turns'
audio is replayed at once on the one with the least to do, a spare is promoted, and the dead one is started
again, more slowly each time that it dies young.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from voice.stt.frames import BYTES_A_SECOND, Frame
from voice.stt.recogniser import OnPartial, RecogniserInfo, RecognitionError, Request, SpeechRecogniser
from voice.stt.turn import PooledRecognition
from voice.stt.worker_process import WorkerProcess, WorkerStartError

logger = logging.getLogger(__name__)

OnEvent = Callable[[str, float], None]
"""Told what happens, for metrics, each with 1.0: `started`, `died`, `stuck`, `replayed`, `rejected`."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds before a dead worker is started again; doubled each time it dies young."""
YOUNG = 30.0
"""Seconds of life after which a worker's death counts as the first one again."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Sizes and bounds of a pool."""

    workers: int = 1
    """Processes that take turns."""
    spares: int = 1
    """Processes that wait, loaded, to replace one that died."""
    turns: int = 256
    """At the same time; more are refused with `speech_busy`."""
    open_turns: int = 32
    """Those of them that decode the whole vocabulary; more are refused with `speech_busy`."""
    deadline: float = 2.0
    """Seconds for a turn's text from the end of the turn, and again from the loss of its worker."""
    max_seconds: float = 30.0
    """Of audio in one turn."""
    forgotten_after: float = 60.0
    """Seconds without audio after which a turn that was never finished gives way to a new one."""
    start_timeout: float = 60.0
    """Seconds for a worker to load its models."""


@dataclass(slots=True, eq=False)
class _Worker:
    process: WorkerProcess
    facts: dict[str, Any]
    turns: dict[int, PooledRecognition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """For /readyz and metrics."""

    workers: int
    up: int
    """Spares included."""
    turns: int
    open_turns: int
    deaths: int


class RecogniserPool(SpeechRecogniser):
    """An engine in worker processes: what `VoskRecogniser` and `WhisperRecogniser` have in common."""

    def __init__(
        self,
        info: RecogniserInfo,
        module: str,
        arguments: Sequence[str],
        limits: PoolLimits,
        on_event: OnEvent = lambda _name, _value: None,
    ) -> None:
        self.info = info
        self.deadline = limits.deadline
        self.max_bytes = int(limits.max_seconds * BYTES_A_SECOND)
        self._module = module
        self._arguments = [*arguments, "--max-seconds", str(limits.max_seconds)]
        self._limits = limits
        self._on_event = on_event
        self._up: list[_Worker] = []
        self._turns: dict[int, PooledRecognition] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._next_number = 0
        self._deaths = 0
        self._open_always: frozenset[str] = frozenset()
        self._first_up: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Start the workers; return when one is ready. Raises `RecognitionError` where none gets there."""
        self._first_up = asyncio.get_running_loop().create_future()
        self._tasks = [
            asyncio.create_task(self._keep_up(), name=f"{self.info.name}-worker-{number}")
            for number in range(self._limits.workers + self._limits.spares)
        ]
        try:
            await self._first_up
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End every worker; whoever waits for a text gets `RecognitionError`."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for turn in list(self._turns.values()):
            turn.fail(RecognitionError("the speech workers are stopped"))

    def ready(self) -> bool:
        """Whether a worker is up."""
        return bool(self._up)

    def status(self) -> PoolStatus:
        """Return the figures of this moment."""
        return PoolStatus(
            self._limits.workers, len(self._up), len(self._turns), self._open_turns(), self._deaths
        )

    def pids(self) -> tuple[int, ...]:
        """Return the workers' process ids, those that take turns first, spares after them."""
        return tuple(worker.process.pid for worker in self._up)

    def recognise(self, request: Request, on_partial: OnPartial | None = None) -> PooledRecognition:
        """Begin a turn. While no worker is up its audio is kept for the next one.

        Raises `RecognitionError`: `speech_busy` where there is no room, `speech_language`.
        """
        if not self._tasks:
            raise RecognitionError("the speech workers are not started")
        if request.lang not in self.info.languages:
            raise RecognitionError("speech in this language is not recognised", code="speech_language")
        is_open = request.expecting is None or request.lang in self._open_always
        if self._full(is_open=is_open):
            self._drop_forgotten()
        if self._full(is_open=is_open):
            self._on_event("rejected", 1.0)
            raise RecognitionError("too many callers speak at the same time", code="speech_busy")
        self._next_number = self._next_number % 0xFFFF_FFFF + 1
        turn = PooledRecognition(self, self._next_number, request, on_partial, is_open=is_open)
        self._turns[turn.number] = turn
        self._place(turn)
        return turn

    def forget(self, turn: PooledRecognition) -> None:
        """Drop a turn that is over."""
        self._turns.pop(turn.number, None)
        for worker in self._up:
            worker.turns.pop(turn.number, None)

    def give_up_worker(self, process: WorkerProcess | None, *, silent_since: float) -> bool:
        """Kill a worker that said nothing at all since then; return whether it was killed."""
        if process is None or process.heard_at >= silent_since:
            return False
        self._on_event("stuck", 1.0)
        process.kill()
        return True

    def _full(self, *, is_open: bool) -> bool:
        full = len(self._turns) >= self._limits.turns
        return full or (is_open and self._open_turns() >= self._limits.open_turns)

    def _drop_forgotten(self) -> None:
        """Cancel turns that nobody feeds or waits for: a call that ended badly takes no room for good."""
        before = asyncio.get_running_loop().time() - self._limits.forgotten_after
        for turn in list(self._turns.values()):
            if turn.idle_since < before:
                turn.cancel()

    def _open_turns(self) -> int:
        return sum(turn.is_open for turn in self._turns.values())

    def _place(self, turn: PooledRecognition) -> None:
        """Give a turn to the worker that has the fewest; without any it waits for the next one."""
        if self._up:
            worker = min(self._up[: self._limits.workers], key=lambda one: len(one.turns))
            worker.turns[turn.number] = turn
            turn.run_on(worker.process)

    async def _keep_up(self) -> None:
        """Keep one process running for as long as the pool does."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            born = loop.time()
            try:
                await self._live()
            except WorkerStartError as error:
                if self._first_up is not None and not self._first_up.done():
                    self._first_up.set_exception(error)  # `start` raises it
                else:
                    logger.error("%s", error)
            except Exception:  # a fault of ours here must not leave the pool one worker short for good
                logger.exception("a speech worker's supervision failed; it is started again")
            self._deaths += 1
            self._on_event("died", 1.0)
            pause = FIRST_PAUSE if loop.time() - born > YOUNG else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _live(self) -> None:
        """Start a process, give it turns, and hand them to others when it is gone."""
        process, facts = await WorkerProcess.spawn(
            self._module, self._arguments, self._take, self._limits.start_timeout
        )
        worker = _Worker(process, facts)
        self._learn(facts)
        self._up.append(worker)
        self._on_event("started", 1.0)
        try:
            for turn in list(self._turns.values()):
                if turn.worker is None:
                    self._place(turn)
            if self._first_up is not None and not self._first_up.done():
                self._first_up.set_result(None)
            await process.gone
        finally:
            self._up.remove(worker)
            self._move(worker)
            await process.end()

    def _move(self, worker: _Worker) -> None:
        """Replay the turns of a worker that is gone on others."""
        for turn in list(worker.turns.values()):
            if turn.lost_worker():
                self._on_event("replayed", 1.0)
                self._place(turn)
        worker.turns.clear()

    def _take(self, frame: Frame) -> None:
        if (turn := self._turns.get(frame.turn)) is not None:
            turn.take(frame)

    def _learn(self, facts: dict[str, Any]) -> None:
        """Read what the first worker said of its models, and tell the operator once."""
        if self._first_up is None or self._first_up.done():
            return
        languages: dict[str, dict[str, Any]] = facts.get("languages", {})
        self._open_always = frozenset(lang for lang, fact in languages.items() if not fact["grammars"])
        for lang, fact in languages.items():
            if fact.get("starter"):
                logger.warning("speech in %s: the starter model is for trying out, not for callers", lang)
            if unknown := fact.get("unknown_words"):
                logger.info(
                    "speech in %s: the model lacks %d words: %s", lang, len(unknown), " ".join(unknown)
                )
