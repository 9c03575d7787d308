"""One turn's recognition as the gateway holds it: the audio, who decodes it, and who waits for the text."""

import asyncio
import logging
import math
from typing import TYPE_CHECKING

from voice.stt.frames import BYTES_A_SECOND, Frame, Kind, read_transcript, write_request
from voice.stt.recogniser import OnPartial, Recognition, RecognitionError, Request, Transcript
from voice.stt.worker_process import WorkerProcess

if TYPE_CHECKING:
    from voice.stt.pool import RecogniserPool

logger = logging.getLogger(__name__)

CHUNK = BYTES_A_SECOND // 10
"""Bytes that are collected before they are sent: a frame each 100 ms instead of one each 20 ms."""
LARGEST = 32 * 1024
"""Bytes of audio in one frame, when much is sent at once."""
REPLAYS = 2
"""How often a turn's audio is given to another worker before it is given up."""


class PooledRecognition(Recognition):
    """A turn on one of a pool's workers. Made by `RecogniserPool.recognise`."""

    def __init__(
        self,
        pool: "RecogniserPool",
        number: int,
        request: Request,
        on_partial: OnPartial | None,
        *,
        is_open: bool,
    ) -> None:
        self.number = number
        self.is_open = is_open
        """Its whole vocabulary is decoded, which costs most."""
        self.worker: WorkerProcess | None = None
        self._pool = pool
        self._fed_at = asyncio.get_running_loop().time()
        self._request = request
        self._on_partial = on_partial
        self._audio = bytearray()
        self._sent = 0
        self._replays = 0
        self._finished = False
        self._said = ""
        self._deadline = 0.0
        self._result: asyncio.Future[Transcript] = asyncio.get_running_loop().create_future()
        self._ended = False

    @property
    def idle_since(self) -> float:
        """Return when it was last fed, in the loop's time; never where somebody waits for its text."""
        return math.inf if self._finished else self._fed_at

    def feed(self, pcm: bytes) -> None:
        """Take audio; what is beyond the pool's bound is dropped."""
        if self._finished or self._ended:
            return
        self._fed_at = asyncio.get_running_loop().time()
        self._audio += pcm[: self._pool.max_bytes - len(self._audio)]
        if len(self._audio) - self._sent >= CHUNK:
            self._send_audio()

    async def finish(self) -> Transcript:
        """Wait for the text, at most the pool's deadline after this or after the last loss of a worker."""
        if self._ended and not self._result.done():
            raise RecognitionError("the turn was cancelled", code="speech_cancelled")
        self._deadline = asyncio.get_running_loop().time() + self._pool.deadline
        if not self._finished:
            self._finished = True
            self._send_audio()
            self._send(Kind.FINISH)
        try:
            return await self._wait()
        finally:
            self._end()

    async def _wait(self) -> Transcript:
        loop = asyncio.get_running_loop()
        while True:
            asked_at = self._deadline - self._pool.deadline
            try:
                async with asyncio.timeout_at(self._deadline):
                    return await asyncio.shield(self._result)
            except TimeoutError:
                if loop.time() < self._deadline:
                    continue  # another worker has been given more time meanwhile
                if not self._pool.give_up_worker(self.worker, silent_since=asked_at):
                    raise RecognitionError("no speech worker answered within the deadline") from None
                self._deadline = loop.time() + self._pool.deadline

    def cancel(self) -> None:
        """Forget this turn."""
        if not self._ended:
            self._send(Kind.CANCEL)
            self._end()

    def run_on(self, worker: WorkerProcess) -> None:
        """Give the turn, with all of its audio so far, to a worker."""
        self.worker = worker
        self._sent = 0
        self._send(Kind.START, write_request(self._request, partials=self._on_partial is not None))
        self._send_audio()
        if self._finished:
            self._deadline = asyncio.get_running_loop().time() + self._pool.deadline
            self._send(Kind.FINISH)

    def lost_worker(self) -> bool:
        """Note that the worker is gone; return whether the turn should go to another one."""
        self.worker = None
        self._replays += 1
        if self._replays <= REPLAYS:
            return True
        self._fail(RecognitionError("several speech workers died during this turn"))
        return False

    def take(self, frame: Frame) -> None:
        """Take what the worker says about this turn."""
        if frame.kind == Kind.PARTIAL:
            self._tell(frame.payload.decode(errors="replace"))
        elif frame.kind == Kind.FINAL and not self._result.done():
            self._result.set_result(read_transcript(frame.payload))
            self._end()
        elif frame.kind == Kind.ERROR:
            self._fail(
                RecognitionError("a speech worker failed", code=frame.payload.decode(errors="replace"))
            )

    def fail(self, error: RecognitionError) -> None:
        """End the turn without a text."""
        self._fail(error)

    def _fail(self, error: RecognitionError) -> None:
        if not self._result.done():
            self._result.set_exception(error)
            self._result.exception()  # a turn that is never finished need not be told
        self._end()

    def _tell(self, text: str) -> None:
        """Hand on a partial text; after a replay the same one comes again and is not told twice."""
        if self._on_partial is None or self._finished or text == self._said:
            return
        self._said = text
        try:
            self._on_partial(text)
        except Exception:  # the listener's fault must not end every other turn on this connection
            logger.exception("a listener to partial texts failed")

    def _send_audio(self) -> None:
        """Send what was not sent yet, in whole samples."""
        if self.worker is None:
            return
        end = len(self._audio) & ~1
        while self._sent < end:
            upto = min(self._sent + LARGEST, end)
            self._send(Kind.AUDIO, bytes(self._audio[self._sent : upto]))
            self._sent = upto

    def _send(self, kind: Kind, payload: bytes = b"") -> None:
        if self.worker is not None:
            self.worker.send(kind, self.number, payload)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._audio = bytearray()
            self._pool.forget(self)
