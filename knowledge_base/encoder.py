"""What sentences mean, as numbers: the seam to a sentence encoder, and the child process that runs it.

Measured on a busy two-core machine: encoding in a thread of the gateway delays its loop by 5 ms at the 95th
percentile and up to 45 ms, loading the model by 15 and 95 ms, because the tokenizer is Python and holds its
lock. In a child the loop notices nothing, a crash costs the answer's quality and no conversation, and the
one thread of linear algebra that is fastest here need not be forced on the gateway. The pipe costs 0.1 ms.
"""

import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Protocol, cast

import numpy as np
import numpy.typing as npt

from bot.errors import CentralaError

DIMENSIONS = 512
MAX_TEXTS = 256
"""In one request to the child; more are sent in parts."""

Vectors = npt.NDArray[np.float32]
_ROOT = Path(__file__).parent.parent
_START = 120.0
_ANSWER = 20.0
"""Seconds for the model to load, and for an answer, on a machine that is busy with something else."""
_RETRY = 30.0
"""Seconds until a child that died is started again."""


class EncoderError(CentralaError):
    """There is no encoder now; search goes on by the words."""

    code = "encoder_unavailable"
    retryable = True


class SentenceEncoder(Protocol):
    """Turns sentences into vectors, near where the meaning is alike. May be used by any thread."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (texts, 512), each row of length 1. Blocks for about a millisecond a text.

        Raises:
            EncoderError: not now.
        """
        ...

    def close(self) -> None:
        """Give back what it holds. Encoding raises from then on."""
        ...


class EncoderProcess:
    """A `SentenceEncoder` in a child, which is started by the first call, and again when it has died."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0
        self._closed = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `SentenceEncoder.encode`."""
        parts = [texts[i : i + MAX_TEXTS] for i in range(0, len(texts), MAX_TEXTS)]
        with self._lock:
            vectors = [self._ask(part) for part in parts]
        return np.concatenate(vectors) if vectors else np.zeros((0, DIMENSIONS), np.float32)

    def close(self) -> None:
        """See `SentenceEncoder.close`."""
        self._closed = True  # and whoever is waiting for an answer gets the pipe's end
        self._end()

    @property
    def child(self) -> int | None:
        """The child's process id, while there is one."""
        child = self._child
        return child.pid if child else None

    def _ask(self, texts: Sequence[str]) -> Vectors:
        child = self._started()
        try:
            # Lone surrogates, which a customer can type, are no text for the child.
            request = json.dumps([text.encode("utf-8", "replace").decode() for text in texts]).encode()
            _pipe(child.stdin).write(struct.pack("<I", len(request)) + request)
            _pipe(child.stdin).flush()
            answer = _read(_pipe(child.stdout), 4 * DIMENSIONS * len(texts), _ANSWER)
        except (OSError, ValueError, EOFError) as error:
            self._end()
            raise EncoderError("the sentence encoder ended") from error
        return np.frombuffer(answer, dtype="<f4").reshape(len(texts), DIMENSIONS)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise EncoderError("the sentence encoder is closed")
        if self._child is not None:
            return self._child
        if time.monotonic() < self._not_before:
            raise EncoderError("the sentence encoder is not there")
        self._not_before = time.monotonic() + _RETRY
        threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
        child = subprocess.Popen(
            [sys.executable, "-m", "knowledge_base.encoder_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), **threads},  # no secret of the gateway's
        )
        self._child = child
        if self._closed:  # while it was being started
            self._end()
            raise EncoderError("the sentence encoder is closed")
        try:
            _read(_pipe(child.stdout), 1, _START)
        except (OSError, EOFError) as error:
            self._end()
            raise EncoderError("the sentence encoder did not start") from error
        return child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue  # what it did not read any more


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    return cast(IO[bytes], pipe)


def _read(pipe: IO[bytes], size: int, seconds: float) -> bytes:
    """Read exactly `size` bytes; raises EOFError where they do not come in time."""
    until = time.monotonic() + seconds
    parts = bytearray()
    while len(parts) < size:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        part = os.read(pipe.fileno(), size - len(parts)) if ready else b""
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
