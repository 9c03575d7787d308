"""The two sides: our gateway as its user starts it, and Rasa's own server with the same model."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import load
from nlu.pool import DialoguePool
from nlu.training import ensure_models

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "config.yml"
RASA_WORKERS = 2
LANGUAGE = "pl"


def model() -> Path:
    """The model that both sides use."""
    settings = load(CONFIG, environment={})
    return ensure_models(ROOT / "var", settings.languages, CONFIG, lambda _: None)[LANGUAGE].resolve()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def serving(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """Wait until something answers."""
    deadline = time.monotonic() + seconds
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.2)
    raise RuntimeError(f"nothing serves {url}")


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL after a while."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


class Gateway:
    """`centrala serve` with limits lifted."""

    def __init__(self, data_dir: Path, settings: Mapping[str, Any] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.run_dir = data_dir / "run"
        self._data = data_dir
        self._settings = {
            "web.port": self.port,
            "data_dir": data_dir,
            "limits.burst": 0,
            "dialogue.workers": RASA_WORKERS,
            "telemetry.log_level": "warning",
            **(settings or {}),
        }
        self.process: subprocess.Popen[bytes]

    async def __aenter__(self) -> "Gateway":
        self._data.mkdir(parents=True)
        model()
        (self._data / "models").symlink_to(ROOT / "var" / "models")
        arguments = [f"--set={key}={value}" for key, value in self._settings.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        await serving(f"{self.url}/readyz", self.process)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(end, self.process)


class RasaServers:
    """`rasa run` with its REST channel, in the same environment: so many processes as we have workers."""

    def __init__(self, folder: Path, path: Path | None = None, servers: int = RASA_WORKERS) -> None:
        self._folder = folder
        self._path = path
        self._servers = servers
        self._processes: list[subprocess.Popen[bytes]] = []
        self.urls: list[str] = []

    async def __aenter__(self) -> "RasaServers":
        credentials = self._folder / "credentials.yml"
        credentials.write_text("rest:\n")
        environment = {
            **os.environ,
            "OPENBLAS_NUM_THREADS": "1",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
        }
        path = self._path or model()
        for _ in range(self._servers):
            port = free_port()
            command = [str(ROOT / ".venv-rasa/bin/python"), "-W", "ignore", "-m", "nlu.rasa_cli", "run"]
            command += ["--model", str(path), "--port", str(port), "--credentials", str(credentials)]
            command += ["--interface", "127.0.0.1", "--enable-api"]
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=self._folder,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            self.urls.append(f"http://127.0.0.1:{port}")
        for url, process in zip(self.urls, self._processes, strict=True):
            await serving(f"{url}/", process)
        return self

    @property
    def pids(self) -> list[int]:
        """The processes' ids."""
        return [process.pid for process in self._processes]

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            await asyncio.to_thread(end, process)


class BareWorker:
    """One dialogue worker, asked over its unix socket with nothing around it."""

    def __init__(self, folder: Path) -> None:
        self._pool = DialoguePool(ROOT / ".venv-rasa/bin/python", {LANGUAGE: model()}, folder, workers=1)

    async def __aenter__(self) -> "BareWorker":
        await self._pool.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.stop()

    async def turns_ms(self, dialogue: Sequence[str], seconds: float) -> list[float]:
        """Take turns one after the other; return each one's milliseconds."""
        until, times = time.perf_counter() + seconds, []
        while time.perf_counter() < until:
            state: Any = None
            for text in dialogue:
                started = time.perf_counter()
                result = await self._pool.turn(LANGUAGE, state, text)
                times.append((time.perf_counter() - started) * 1e3)
                state = result.state
        return times
