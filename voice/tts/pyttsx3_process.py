"""A speaking child seen from the gateway: its process and the one text that it works on."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from voice.tts.synthesiser import SynthesisError

ROOT = Path(__file__).parent.parent.parent
START_TIMEOUT = 30.0
"""Seconds that a child may take until it is ready; 0.3 where nothing else runs."""
LONGEST_AUDIO = 16_000 * 600
"""Bytes of an answer beyond which the child is out of its mind: ten minutes."""
MEND = "install espeak-ng: apt-get install espeak-ng"


class ChildGoneError(SynthesisError):
    """The child ended, or answered nonsense; its text may be given to another one."""


class RefusedError(SynthesisError):
    """The child is well and cannot speak this text."""


class Pyttsx3Process:
    """One child that is up. Made by `spawn`; used for one text at a time."""

    def __init__(self, process: asyncio.subprocess.Process, voices: frozenset[str]) -> None:
        self._process = process
        self.voices = voices
        """What espeak-ng has, by its own identifiers: `gmw/en-us`, `zlw/pl`."""

    @classmethod
    async def spawn(cls, environment: Mapping[str, str]) -> "Pyttsx3Process":
        """Start a child and wait until it is ready. Raises `SynthesisError` that names the mend."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "ignore", "-m", "voice.tts.pyttsx3_child"),
            stdin=asyncio.subprocess.PIPE,  # kept open: its end is the child's end
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(environment),
            limit=1 << 20,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT):
                return cls(process, await cls._ready(process))
        except BaseException as error:
            await _end(process)
            if isinstance(error, TimeoutError):
                raise SynthesisError(f"pyttsx3 was not ready within {START_TIMEOUT:.0f} s") from None
            raise

    @staticmethod
    async def _ready(process: asyncio.subprocess.Process) -> frozenset[str]:
        assert process.stdout is not None
        hello = _decode(await process.stdout.readline())
        if hello is None:
            raise SynthesisError(f"pyttsx3's process ended before it was ready; {MEND}")
        if "error" in hello:
            raise SynthesisError(f"pyttsx3 cannot speak ({hello.get('kind')}); {MEND}")
        return frozenset(hello["voices"])

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    async def speak(self, text: str, voice: str, rate: int) -> bytes:
        """Return 8 kHz s16le mono. Raises `ChildGoneError` or `RefusedError`.

        Given up half-way (cancelled, timed out) the child is of no more use: `end` it.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps({"text": text, "voice": voice, "rate": rate}).encode() + b"\n")
            await stdin.drain()
            head = _decode(await stdout.readline())
            if head is None:
                raise ChildGoneError("pyttsx3's process is gone")
            if "error" in head:
                raise RefusedError(f"pyttsx3 gave no audio: {head['error']}")
            size = int(head["bytes"])
            if not 0 < size <= LONGEST_AUDIO:
                raise ChildGoneError("pyttsx3's process answered nonsense")
            return await stdout.readexactly(size)
        except (OSError, EOFError, ValueError, KeyError):
            raise ChildGoneError("pyttsx3's process is gone") from None

    async def end(self) -> None:
        """End the process at once; it keeps nothing."""
        await _end(self._process)


def _decode(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        head = json.loads(line)
        return head if isinstance(head, dict) else None
    return None


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Our packages importable, one thread, no secret of the gateway's."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CENTRALA_"))}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return keep | threads | {"PYTHONPATH": str(ROOT)} | dict(more)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())
    if process.stdin is not None:
        with suppress(OSError):
            await process.stdin.wait_closed()
