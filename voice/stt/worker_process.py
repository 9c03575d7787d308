"""A speech worker seen from the gateway: its process and the socket pair to it.

The child inherits one end of the pair; the kernel closes the other one when the gateway is gone, kill -9
included, and by that the child knows that it is over. No path in a file system, nothing to clean up.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from voice.stt.frames import Frame, FrameBuffer, FrameError, Kind, encode
from voice.stt.recogniser import RecognitionError

ROOT = Path(__file__).parent.parent.parent

OnFrame = Callable[[Frame], None]


class WorkerStartError(RecognitionError):
    """A worker ended, or was not ready in time; `code` and text are its own where it told them."""

    code = "speech_worker_start"


def environment() -> dict[str, str]:
    """Return a worker's environment: our packages importable, one native thread, none of our settings."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CENTRALA_"))}
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return keep | single | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


class WorkerProcess(asyncio.Protocol):
    """One worker. Made by `spawn`; `gone` is done when its connection has ended."""

    def __init__(self, on_frame: OnFrame) -> None:
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.heard_at = loop.time()
        """When it last said anything, in the loop's time."""
        self._on_frame = on_frame
        self._frames = FrameBuffer()
        self._ready: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._transport: asyncio.WriteTransport | None = None
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    async def spawn(
        cls, module: str, arguments: Sequence[str], on_frame: OnFrame, within: float
    ) -> tuple["WorkerProcess", dict[str, Any]]:
        """Start a worker and wait until it is ready; return it with what it said of itself.

        `on_frame` is called on the event loop. Raises `WorkerStartError`.
        """
        worker = cls(on_frame)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            try:
                worker._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-W", "ignore", "-m", module, "--fd", str(theirs.fileno()), *arguments),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    env=environment(),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            finally:
                theirs.close()
            await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
            async with asyncio.timeout(within):
                return worker, await worker._ready
        except BaseException as error:
            if worker._transport is None:
                ours.close()
            await worker.end()
            if isinstance(error, OSError | TimeoutError):
                raise WorkerStartError("a speech worker did not start in time") from error
            raise

    @property
    def pid(self) -> int:
        """Return the process id."""
        assert self._process is not None
        return self._process.pid

    def send(self, kind: Kind, turn: int, payload: bytes = b"") -> None:
        """Send a frame; what a worker that is gone should get is dropped."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(encode(kind, turn, payload))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand on what the worker says."""
        self.heard_at = asyncio.get_running_loop().time()
        try:
            for frame in self._frames.feed(data):
                self._take(frame)
        except FrameError:
            self.kill()

    def _take(self, frame: Frame) -> None:
        if self._ready.done():
            self._on_frame(frame)
        elif frame.kind == Kind.READY:
            self._ready.set_result(json.loads(frame.payload))
        else:
            code, _, text = frame.payload.decode(errors="replace").partition(" ")
            self._ready.set_exception(WorkerStartError(text, code=code))

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the worker is gone."""
        if not self._ready.done():
            self._ready.set_exception(WorkerStartError("a speech worker ended before it was ready"))
        if not self.gone.done():
            self.gone.set_result(None)

    def kill(self) -> None:
        """End the process at once; `gone` follows."""
        self._signal(signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()

    async def end(self) -> None:
        """End the process at once, for it keeps nothing, and wait for that."""
        if self._transport is not None:
            self._transport.abort()
        if self._ready.done() and not self._ready.cancelled():
            self._ready.exception()  # whoever gave up waiting does not want to know
        else:
            self._ready.cancel()
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        try:
            await self._process.wait()
        except asyncio.CancelledError:
            await self._process.wait()
            raise

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal past `Popen`, which would take the end itself from asyncio's watcher."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)
