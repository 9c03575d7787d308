"""The inside of a speech worker: frames in, decoding on a few threads, frames out. Any engine fits.

The main thread only reads. Each turn's audio is decoded by one thread at a time (libvosk aborts otherwise),
in steps, so that a long one keeps nobody waiting; turns that are over come first, because only there
somebody waits for the answer. The process ends when the other side is gone.
"""

import os
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol

from bot.errors import CentralaError
from voice.stt.frames import (
    BYTES_A_SECOND,
    Frame,
    FrameBuffer,
    FrameError,
    Kind,
    encode,
    read_request,
    write_json,
    write_transcript,
)
from voice.stt.recogniser import Request, Transcript

STEP = BYTES_A_SECOND // 2
"""Bytes that are decoded at a time while the caller still speaks."""
PARTIAL_INTERVAL = 0.1
"""Seconds that lie at least between two partial texts of a turn."""


class Decoding(Protocol):
    """One turn inside an engine. Used from one thread at a time."""

    def accept(self, pcm: bytes) -> None:
        """Take audio, 8 kHz s16le mono, whole samples."""
        ...

    def partial(self) -> str:
        """Return the text so far; empty where the engine tells none."""
        ...

    def finish(self) -> Transcript:
        """Return what was heard; the times are filled in by the caller."""
        ...


class Engine(Protocol):
    """What a worker holds."""

    def begin(self, request: Request) -> Decoding:
        """Begin a turn. Raises `CentralaError`."""
        ...


@dataclass(slots=True, eq=False)
class _Turn:
    number: int
    request: Request
    partials: bool
    pending: bytearray = field(default_factory=bytearray)
    taken: int = 0
    """Bytes of audio so far, pending ones included."""
    decoding: Decoding | None = None
    running: bool = False
    queued: bool = False
    """It waits for a step; once it is over it may wait a second time, before all others."""
    finishing: bool = False
    gone: bool = False
    cpu: float = 0.0
    said: str = ""
    said_at: float = 0.0

    @property
    def has_work(self) -> bool:
        return not self.gone and (self.finishing or bool(self.pending))


class SpeechServer:
    """Serves one connection until it ends."""

    def __init__(
        self,
        connection: socket.socket,
        engine: Engine,
        threads: int,
        max_seconds: float,
        cpu_time: Callable[[], float] = time.thread_time,
    ) -> None:
        """`cpu_time` measures a decoding; an engine with threads of its own needs the process's."""
        self._connection = connection
        self._engine = engine
        self._threads = threads
        self._cpu_time = cpu_time
        self._max_bytes = int(max_seconds * BYTES_A_SECOND)
        self._turns: dict[int, _Turn] = {}
        self._work = threading.Condition()
        self._urgent: deque[_Turn] = deque()
        self._waiting: deque[_Turn] = deque()
        self._sending = threading.Lock()

    def run(self, ready: Mapping[str, Any]) -> None:
        """Say what this worker can do, and serve. Returns when the other side is gone or talks nonsense."""
        self._send(Kind.READY, 0, write_json(ready))
        for number in range(self._threads):
            threading.Thread(target=self._decode, name=f"decode-{number}", daemon=True).start()
        frames = FrameBuffer()
        with suppress(OSError, FrameError, ValueError, KeyError, TypeError):
            while data := self._connection.recv(256 * 1024):
                for frame in frames.feed(data):
                    self._take(frame)

    def _take(self, frame: Frame) -> None:
        with self._work:
            if frame.kind == Kind.START:
                request, partials = read_request(frame.payload)
                self._turns[frame.turn] = _Turn(frame.turn, request, partials)
            elif (turn := self._turns.get(frame.turn)) is None:
                return  # it failed here, and the other side did not know yet
            elif frame.kind == Kind.AUDIO:
                room = self._max_bytes - turn.taken
                turn.pending += frame.payload[:room]
                turn.taken += min(len(frame.payload), room)
                self._schedule(turn)
            elif frame.kind == Kind.FINISH:
                turn.finishing = True
                self._schedule(turn)
            elif frame.kind == Kind.CANCEL:
                turn.gone = True
                del self._turns[frame.turn]

    def _schedule(self, turn: _Turn) -> None:
        """Queue a turn. Whoever finds it in the second queue too finds no work or a runner."""
        if turn.running:
            return  # its thread looks again
        if turn.finishing:
            self._urgent.append(turn)
        elif not turn.queued:
            turn.queued = True
            self._waiting.append(turn)
        else:
            return
        self._work.notify()

    def _next(self) -> _Turn:
        """Wait for a turn that nobody works on."""
        with self._work:
            while True:
                while queue := self._urgent or self._waiting:
                    turn = queue.popleft()
                    turn.queued = turn.queued and queue is self._urgent
                    if turn.has_work and not turn.running:
                        turn.running = True
                        return turn
                self._work.wait()

    def _decode(self) -> None:
        while True:
            turn = self._next()
            try:
                done = self._step(turn)
            except CentralaError as error:
                done = self._fail(turn, error.code)
            except Exception as error:  # one turn's fault must not end the thread
                sys.stderr.write(f"speech worker: {type(error).__name__} while decoding\n")
                done = self._fail(turn, "speech_failed")
            with self._work:
                turn.running = False
                if done:
                    turn.gone = True
                    self._turns.pop(turn.number, None)
                elif turn.has_work:
                    self._schedule(turn)

    def _step(self, turn: _Turn) -> bool:
        """Decode what is there, at most a step's worth; return whether the turn is over."""
        with self._work:
            size = len(turn.pending) if turn.finishing else min(len(turn.pending), STEP)
            pcm = bytes(turn.pending[:size])
            del turn.pending[:size]
            finishing = turn.finishing
        begun = self._cpu_time()
        if turn.decoding is None:
            turn.decoding = self._engine.begin(turn.request)
        if pcm:
            turn.decoding.accept(pcm)
        if not finishing:
            if turn.partials:
                self._tell_partial(turn, turn.decoding)
            turn.cpu += self._cpu_time() - begun
            return False
        heard = turn.decoding.finish()
        turn.cpu += self._cpu_time() - begun
        seconds = turn.taken / BYTES_A_SECOND
        transcript = replace(heard, seconds=seconds, decode_seconds=turn.cpu)
        if not turn.gone:
            self._send(Kind.FINAL, turn.number, write_transcript(transcript))
        return True

    def _tell_partial(self, turn: _Turn, decoding: Decoding) -> None:
        now = time.monotonic()
        if now - turn.said_at < PARTIAL_INTERVAL:
            return
        text = decoding.partial()
        if text and text != turn.said and not turn.gone:
            turn.said, turn.said_at = text, now
            self._send(Kind.PARTIAL, turn.number, text.encode())

    def _fail(self, turn: _Turn, code: str) -> bool:
        if not turn.gone:
            self._send(Kind.ERROR, turn.number, code.encode())
        return True

    def _send(self, kind: Kind, turn: int, payload: bytes) -> None:
        with self._sending, suppress(OSError):  # a connection that broke ends the process by `run`
            self._connection.sendall(encode(kind, turn, payload))


def refuse(connection: socket.socket, error: CentralaError) -> NoReturn:
    """Say why this worker cannot start, and end it."""
    with suppress(OSError):
        connection.sendall(encode(Kind.ERROR, 0, f"{error.code} {error}".encode()))
    end_process()


def end_process() -> NoReturn:
    """End at once: threads inside a native library are not waited for, and this process keeps nothing."""
    sys.stderr.flush()
    os._exit(0)
