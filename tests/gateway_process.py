"""The whole product as its user starts it: `centrala serve` in a process of its own."""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent


_PORTS = itertools.cycle(random.Random(os.getpid()).sample(range(21_000, 30_000), 9_000))


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that nobody listens on.

    Not one that the kernel gives: those it gives to others too, until the gateway listens, seconds later.
    """
    for port in _PORTS:
        with socket.socket(socket.AF_INET, kind) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable")


class GatewayProcess:
    """A gateway on a port and a data folder of its own."""

    def __init__(
        self, data_dir: Path, *, port: int | None = None, settings: Mapping[str, Any] | None = None
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir
        self._settings = {
            "web.port": self.port,
            "data_dir": data_dir,
            "dialogue.train_at_start": "false",
            "telemetry.log_format": "json",
            "voice.enabled": "false",
            **(settings or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data_dir / "gateway.log"

    def start(self) -> None:
        """Start it; `ready` waits for it."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        models = self.data_dir / "models"
        if not models.exists():
            models.symlink_to(ROOT / "var" / "models")
        arguments = [f"--set={key}={value}" for key, value in self._settings.items()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={k: v for k, v in os.environ.items() if not k.startswith("CENTRALA_")},
            )

    async def ready(self, seconds: float = 180) -> None:
        """Wait until it serves."""
        deadline = time.monotonic() + seconds
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < deadline:
                assert self.process is not None
                if self.process.poll() is not None:
                    raise AssertionError(f"the gateway ended:\n{self.log.read_text()[-3000:]}")
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(f"the gateway is not ready:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 90) -> int:
        """SIGTERM; return the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
