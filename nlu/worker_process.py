"""A dialogue worker seen from the gateway: its process, its socket, and the one request it works on."""

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.errors import UnavailableError
from nlu.protocol import MAX_FRAME, FrameError, decode

ROOT = Path(__file__).parent.parent
START_TIMEOUT = 60.0
"""Seconds from the start of a process until it must listen; three models load in about three."""
END_TIMEOUT = 3.0
"""Seconds that a process has for its present turn after SIGTERM."""


class WorkerStartError(UnavailableError):
    """A worker ended, or did not listen in time, before it was ready."""

    code = "dialogue_worker_start"


def rasa_environment() -> dict[str, str]:
    """Return the environment for a process of Rasa's: quiet, one thread, our packages importable."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CENTRALA_", "VIRTUAL_ENV"))}
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return keep | quiet | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


class WorkerProcess:
    """One worker that is up and connected. Made by `spawn`."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        path: Path,
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._path = path

    @classmethod
    async def spawn(
        cls, python: Path, models: dict[str, Path], path: Path, number_pattern: str | None = None
    ) -> "WorkerProcess":
        """Start a worker, wait until it listens at `path`, and connect. Raises `WorkerStartError`.

        `number_pattern` is a regular expression of the shop's order numbers.
        """
        arguments = [f"--model={lang}={model}" for lang, model in models.items()]
        if number_pattern is not None:
            arguments.append(f"--number-pattern={number_pattern}")
        process = await asyncio.create_subprocess_exec(
            str(python),
            *("-W", "ignore", "-m", "nlu.worker", "--socket", str(path)),
            *arguments,
            stdin=asyncio.subprocess.PIPE,  # kept open: its end is the worker's end
            stdout=asyncio.subprocess.PIPE,
            cwd=path.parent,
            env=rasa_environment(),
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await cls._listening(process)
                reader, writer = await asyncio.open_unix_connection(path, limit=MAX_FRAME)
        except BaseException as error:
            await _end(process, path)
            if isinstance(error, OSError | TimeoutError):
                raise WorkerStartError("a dialogue worker did not start in time") from error
            raise
        return cls(process, reader, writer, path)

    @staticmethod
    async def _listening(process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            with suppress(ValueError):
                if json.loads(line).get("ready"):
                    return
        raise WorkerStartError(
            f"a dialogue worker ended with code {await process.wait()} before it was ready"
        )

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    def send(self, frame: bytes) -> None:
        """Write a request; the answer comes from `replies`."""
        self._writer.write(frame)

    async def reply(self) -> dict[str, Any] | None:
        """Read the next reply, or None where the worker is gone."""
        try:
            line = await self._reader.readline()
            return decode(line) if line.endswith(b"\n") else None
        except (OSError, ValueError, FrameError):
            return None

    def kill(self) -> None:
        """End the process at once; `reply` then returns None."""
        _signal(self._process, signal.SIGKILL)

    async def end(self) -> None:
        """End the process after its present turn, and leave nothing behind."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
        await _end(self._process, self._path)


async def _end(process: asyncio.subprocess.Process, path: Path) -> None:
    if process.returncode is None:
        _signal(process, signal.SIGTERM)
        try:
            async with asyncio.timeout(END_TIMEOUT):
                await process.wait()
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            await process.wait()
        except asyncio.CancelledError:
            _signal(process, signal.SIGKILL)
            await process.wait()
            raise  # whoever cancelled would wait for us for ever
    if process.stdin is not None:
        process.stdin.close()
        with suppress(OSError):
            await process.stdin.wait_closed()
    await asyncio.to_thread(path.unlink, missing_ok=True)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal past `Popen`, which would look for the end itself and take it from asyncio's watcher."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
