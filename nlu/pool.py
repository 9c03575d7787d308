"""Dialogue workers for the gateway: a bounded queue before them, a deadline for every turn.

A request goes to an idle worker, in the order of asking. The deadline counts from the call, waiting
included. A worker that dies takes nothing with it: its request goes once to another, inside the same
deadline, and it is started again, more slowly each time that it dies soon.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import DialogueUnavailableError
from nlu.protocol import (
    MAX_ALTERNATIVES,
    Channel,
    Expecting,
    FrameError,
    Source,
    TurnResult,
    Understood,
    encode,
)
from nlu.worker_process import WorkerProcess, WorkerStartError

logger = logging.getLogger(__name__)

OnEvent = Callable[[str, float], None]
"""Told what happens, for metrics: `answered` and `waited` (seconds), and, each with 1.0, `timeout`,
`rejected` (the queue was full), `refused`, `retried`, `died`, `stuck`, `started`."""
STUCK_FACTOR = 3.0
"""A worker that has worked on one request for so many deadlines is killed."""
MAX_SOCKET_DIR = 70
"""Bytes of the sockets' directory beyond which they lie in a temporary one: the kernel takes 107 in all."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds before a dead worker is started again; doubled each time it dies young."""
YOUNG = 30.0
"""Seconds of life after which a worker's death counts as the first one again."""


class DialogueRefusedError(DialogueUnavailableError):
    """A worker answered that it cannot do this; the same request will not fare better. `code` says why."""

    retryable = False


@dataclass(slots=True, eq=False)
class _Job:
    frame: bytes
    reply: asyncio.Future[dict[str, Any]]
    deadline_at: float
    asked_at: float
    tried: bool = False


@dataclass(slots=True, eq=False)
class _Busy:
    """What a worker does now."""

    worker: WorkerProcess
    job: _Job | None = None
    watchdog: asyncio.TimerHandle | None = None


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """For /readyz and metrics."""

    workers: int
    up: int
    idle: int
    queued: int
    deaths: int


@dataclass(slots=True)
class _Counts:
    next_id: int = 0
    deaths: int = 0
    first_up: asyncio.Event = field(default_factory=asyncio.Event)


class DialoguePool:
    """Workers that hold every language's model each. `start` before use, `stop` after it."""

    def __init__(
        self,
        python: Path,
        models: Mapping[str, Path],
        socket_dir: Path,
        workers: int = 2,
        queue_limit: int = 64,
        deadline: float = 2.0,
        on_event: OnEvent = lambda _name, _value: None,
        number_pattern: str | None = None,
    ) -> None:
        self._python = python.absolute()
        self._models = {lang: path.absolute() for lang, path in models.items()}
        self._socket_dir = socket_dir.absolute()
        self._sockets = self._socket_dir
        self._workers = workers
        self._queue_limit = queue_limit
        self._deadline = deadline
        self._on_event = on_event
        self._number_pattern = number_pattern
        self._counts = _Counts()
        self._jobs: deque[_Job] = deque()
        self._up: list[_Busy] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, within: float = 60.0) -> None:
        """Start the workers and return when the first one is ready.

        Raises `DialogueUnavailableError` where none is within `within` seconds.
        """
        self._sockets = await asyncio.to_thread(self._make_socket_dir)
        self._tasks = [
            asyncio.create_task(self._keep_up(index), name=f"dialogue-worker-{index}")
            for index in range(self._workers)
        ]
        try:
            async with asyncio.timeout(within):
                await self._counts.first_up.wait()
        except TimeoutError:
            await self.stop()
            raise DialogueUnavailableError(f"no dialogue worker was ready within {within:.0f} s") from None

    async def stop(self) -> None:
        """End every worker after its present turn; whoever waits gets `DialogueUnavailableError`."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        while self._jobs:
            self._fail(self._jobs.popleft())
        if self._sockets != self._socket_dir:
            await asyncio.to_thread(shutil.rmtree, self._sockets, ignore_errors=True)

    def _make_socket_dir(self) -> Path:
        """Return a directory for the sockets; a socket's path may have about a hundred bytes."""
        if len(os.fsencode(self._socket_dir)) > MAX_SOCKET_DIR:
            return Path(tempfile.mkdtemp(prefix="centrala-"))
        self._socket_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._socket_dir

    @property
    def ready(self) -> bool:
        """Whether a worker is up that could take a turn."""
        return bool(self._up)

    def status(self) -> PoolStatus:
        """Return the figures of this moment."""
        idle = sum(1 for busy in self._up if busy.job is None)
        return PoolStatus(self._workers, len(self._up), idle, len(self._jobs), self._counts.deaths)

    async def turn(
        self,
        lang: str,
        state: Any,
        text: str,
        *,
        intent: bool = False,
        deadline_at: float | None = None,
        entities: Mapping[str, str] | None = None,
        channel: Channel = "chat",
        source: Source = "typed",
        alternatives: Sequence[str] = (),
    ) -> TurnResult:
        """Take one turn.

        `intent`: `text` is an intent of the gateway's (`/ask_human`, `outcome_order_found`), which may
        name `entities`, and not a customer's words. `alternatives` are other readings of a spoken `text`,
        best first. `deadline_at` is a time of the event loop. Raises `DialogueUnavailableError`.
        """
        request: dict[str, Any] = {"op": "turn", "lang": lang, "state": state, "text": text}
        request["input"] = "intent" if intent else "text"
        if entities:
            request["entities"] = dict(entities)
        request |= {"channel": channel, "source": source}
        if alternatives:
            request["alternatives"] = list(alternatives[:MAX_ALTERNATIVES])
        return TurnResult.from_json(await self._ask(request, deadline_at))

    async def parse(
        self,
        lang: str,
        text: str,
        *,
        expecting: Expecting | None = None,
        question: str | None = None,
        deadline_at: float | None = None,
    ) -> Understood:
        """Interpret a text outside any dialogue, as the answer to `question` where one is named.

        Raises `DialogueUnavailableError`.
        """
        request = {"op": "parse", "lang": lang, "text": text, "expecting": expecting, "question": question}
        return Understood.from_json((await self._ask(request, deadline_at))["understood"])

    async def explain(
        self, lang: str, state: Any, text: str, *, channel: Channel = "chat", source: Source = "typed"
    ) -> dict[str, Any]:
        """Tell why `turn` understands a text as it does, see `nlu.dialogue.explaining`.

        Raises `DialogueUnavailableError`.
        """
        request = {"op": "explain", "lang": lang, "state": state, "text": text}
        why: dict[str, Any] = (await self._ask(request | {"channel": channel, "source": source}, None))["why"]
        return why

    async def _ask(self, request: dict[str, Any], deadline_at: float | None) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if len(self._jobs) >= self._queue_limit:
            self._on_event("rejected", 1.0)
            raise DialogueUnavailableError("the queue before the dialogue workers is full")
        job = _Job(self._frame(request), loop.create_future(), deadline_at or now + self._deadline, now)
        self._jobs.append(job)
        self._dispatch()
        try:
            async with asyncio.timeout_at(job.deadline_at):
                reply = await job.reply
        except TimeoutError:
            self._on_event("timeout", 1.0)
            raise DialogueUnavailableError("no dialogue worker answered within the deadline") from None
        finally:
            if not job.reply.done() or job.reply.cancelled():
                self._give_up(job)
        if "error" in reply:
            self._on_event("refused", 1.0)
            raise DialogueRefusedError("a dialogue worker refused the request", code=str(reply["error"]))
        self._on_event("answered", loop.time() - job.asked_at)
        return reply

    def _give_up(self, job: _Job) -> None:
        """Take a job that nobody waits for any more out of the queue, if it is still there."""
        with suppress(ValueError):
            self._jobs.remove(job)

    def _frame(self, request: dict[str, Any]) -> bytes:
        self._counts.next_id += 1
        try:
            return encode({"id": self._counts.next_id, **request})
        except FrameError as error:
            raise DialogueRefusedError("the request is too large", code=error.code) from None

    def _dispatch(self) -> None:
        """Give waiting jobs to idle workers."""
        loop = asyncio.get_running_loop()
        for busy in self._up:
            if busy.job is not None:
                continue
            while self._jobs and self._jobs[0].reply.done():
                self._jobs.popleft()
            if not self._jobs:
                return
            busy.job = job = self._jobs.popleft()
            self._on_event("waited", loop.time() - job.asked_at)
            busy.watchdog = loop.call_later(self._deadline * STUCK_FACTOR, self._stuck, busy)
            busy.worker.send(job.frame)

    async def _keep_up(self, index: int) -> None:
        """Keep one worker running for as long as the pool does."""
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            born = loop.time()
            path = self._sockets / f"dialogue-{os.getpid()}-{index}.sock"
            try:
                worker = await WorkerProcess.spawn(self._python, self._models, path, self._number_pattern)
                await self._live(worker)
            except WorkerStartError as error:
                logger.error("%s", error)
            except Exception:  # a fault of ours here must not leave the pool one worker short for good
                logger.exception("a dialogue worker's supervision failed; it is started again")
            self._counts.deaths += 1
            self._on_event("died", 1.0)
            pause = FIRST_PAUSE if loop.time() - born > YOUNG else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _live(self, worker: WorkerProcess) -> None:
        """Hand on a worker's replies until it is gone."""
        busy = _Busy(worker)
        self._up.append(busy)
        self._counts.first_up.set()
        self._on_event("started", 1.0)
        self._dispatch()
        try:
            while (reply := await worker.reply()) is not None:
                job = self._release(busy)
                if job is not None and not job.reply.done():
                    job.reply.set_result(reply)
                self._up.remove(busy)
                self._up.append(busy)  # the one that rested longest comes first
                self._dispatch()
        finally:
            self._up.remove(busy)
            if (job := self._release(busy)) is not None:
                self._retry(job)
            await worker.end()

    @staticmethod
    def _release(busy: _Busy) -> _Job | None:
        job, busy.job = busy.job, None
        if busy.watchdog is not None:
            busy.watchdog.cancel()
            busy.watchdog = None
        return job

    def _retry(self, job: _Job) -> None:
        """Try once more what a dead worker was at: a turn leaves nothing behind, so twice does no harm."""
        if job.tried or job.reply.done():
            self._fail(job)
            return
        job.tried = True
        self._on_event("retried", 1.0)
        self._jobs.appendleft(job)
        self._dispatch()

    @staticmethod
    def _fail(job: _Job) -> None:
        if not job.reply.done():
            job.reply.set_exception(DialogueUnavailableError("the dialogue worker is gone"))

    def _stuck(self, busy: _Busy) -> None:
        self._on_event("stuck", 1.0)
        busy.worker.kill()
