"""A call on two channels, left the caller, right the house, written as it goes.

A thread writes what has gathered and completes the header five times a second, so a process that is killed
loses less than the last second, and `recover` mends what it left behind. The event loop never waits for a
disk: where one hangs, a bounded while is kept, what is beyond is dropped and counted, and the gap stays in
the file as silence, so that what follows stands at its own time. One that is full loses what it refused, and
is tried again as long as the call lasts.
"""

import asyncio
import os
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import CentralaError
from voice.audio import wav
from voice.audio.jitter import JitterBuffer
from voice.audio.pcm import FRAME_BYTES, FRAME_SECONDS, RATE, SILENCE, samples

HEADER_BYTES = 44
BLOCK_BYTES = 4
"""One sample of both channels."""

_PAIR_BYTES = 2 * FRAME_BYTES
_WRITE_EVERY_SECONDS = 0.2
_BLOCK_SAMPLES = 65_536
_PATIENCE_SECONDS = 10.0


class RecordingError(CentralaError):
    """A recording cannot be written or is none; the text has no names of people."""

    code = "recording_failed"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a recording."""

    path: Path
    seconds: float
    dropped_seconds: float
    """Silent in the file because the disk did not keep up, or refused."""
    error: str | None
    """Why something is missing: what the disk said last; none where all is well."""


class InboundBuffer(JitterBuffer):
    """The caller's audio for the recorder: it arrives as it likes, and one frame is taken a tick.

    With the usual jitter it delays by as much as the jitter, and what a stalled network brings at once is
    given up within seconds, so that both channels stay side by side.
    """

    def __init__(self, *, max_seconds: float = 1.0) -> None:
        super().__init__(target_seconds=0.0, max_seconds=max_seconds)


class Recorder:
    """One call's recording. `tick` is called from the event loop, 50 times a second."""

    def __init__(self, path: Path, *, max_pending_seconds: float = 10.0) -> None:
        """Starts at once. The file must not exist; missing folders are made. Failures show in `error`."""
        self.path = path
        self.error: str | None = None
        self._max_pending = round(max_pending_seconds / FRAME_SECONDS)
        self._pending: deque[tuple[int, bytes, bytes]] = deque()
        self._ticks = 0
        self._written = 0
        self._dropped = 0
        self._paused = False
        self._closing = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How long has been recorded, pauses included."""
        return self._ticks * FRAME_SECONDS

    @property
    def dropped_seconds(self) -> float:
        """How much is silent because the disk did not keep up."""
        return self._dropped * FRAME_SECONDS

    @property
    def paused(self) -> bool:
        """Whether silence is written in place of what is said."""
        return self._paused

    def tick(self, caller_frame: bytes, house_frame: bytes) -> None:
        """Take 20 ms of both. Never blocks. Raises `ValueError` for a frame of another length."""
        if len(caller_frame) != FRAME_BYTES or len(house_frame) != FRAME_BYTES:
            raise ValueError(f"frames have {FRAME_BYTES} bytes")
        if self._closing.is_set():
            return
        number, self._ticks = self._ticks, self._ticks + 1
        if len(self._pending) >= self._max_pending:
            self._dropped += 1
        elif self._paused:
            self._pending.append((number, SILENCE, SILENCE))
        else:
            self._pending.append((number, caller_frame, house_frame))

    def pause(self) -> None:
        """Write silence from now on, as when a card number is told."""
        self._paused = True

    def resume(self) -> None:
        """Write what is said again."""
        self._paused = False

    async def close(self) -> Recorded:
        """Write what is left and end. A disk that hangs is waited for ten seconds, then given up."""
        self._closing.set()
        if not await asyncio.to_thread(self._ended.wait, _PATIENCE_SECONDS):
            self.error = self.error or "the disk hangs"
        return Recorded(self.path, self.seconds, self.dropped_seconds, self.error)

    def _run(self) -> None:
        file: int | None = None
        over = False
        try:
            while not over:
                over = self._closing.is_set()  # then this is the last time
                try:
                    if file is None:
                        file = _create(self.path)
                    self._write(file)
                    if over:
                        os.fsync(file)
                except OSError as error:
                    self.error = error.strerror or type(error).__name__
                    self._dropped += len(self._pending)
                    self._pending.clear()
                self._closing.wait(_WRITE_EVERY_SECONDS)
        finally:
            if file is not None:
                os.close(file)
            self._ended.set()

    def _write(self, file: int) -> None:
        """Write what has gathered, each run of ticks without a gap at once, then the header."""
        until = self._ticks
        while self._pending:
            first, caller, house = self._pending.popleft()
            callers, houses = [caller], [house]
            while self._pending and self._pending[0][0] == first + len(callers):
                _, caller, house = self._pending.popleft()
                callers.append(caller)
                houses.append(house)
            both = np.stack((samples(b"".join(callers)), samples(b"".join(houses))), axis=1)
            try:
                _write_at(file, both.tobytes(), HEADER_BYTES + first * _PAIR_BYTES)
            except OSError:
                self._dropped += len(callers)
                raise
            self._written = max(self._written, first + len(callers))
        if until > self._written:
            os.ftruncate(file, HEADER_BYTES + until * _PAIR_BYTES)
            self._written = until
        _write_at(file, wav.header(self._written * _PAIR_BYTES, channels=2), 0)


def _create(path: Path) -> int:
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        _write_at(file, wav.header(0, channels=2), 0)
    except OSError:
        os.close(file)
        path.unlink()
        raise
    return file


def _write_at(file: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(file, view, at)
        view, at = view[count:], at + count


def _is_ours(head: bytes) -> bool:
    return len(head) == HEADER_BYTES and head[8:40] == wav.header(0, channels=2)[8:40]


def _blocks(path: Path) -> int:
    """Return the samples a channel that are really there, whatever the header says."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
        if len(head) < HEADER_BYTES and wav.header(0, channels=2).startswith(head):
            return 0  # The file is there a moment before its header is.
        if not _is_ours(head):
            raise RecordingError("not a recording of this house: two channels, 8 kHz, 16 bit")
        return (file.seek(0, os.SEEK_END) - HEADER_BYTES) // BLOCK_BYTES


def duration(path: Path) -> float:
    """Return a recording's seconds; also while it is being written. Raises `RecordingError`, `OSError`."""
    return _blocks(path) / RATE


def recover(path: Path) -> float:
    """Mend what a killed process left: header and half samples; return the seconds that are there.

    Twice is once. A file that the process had only just made becomes an empty recording. Blocks; raises
    `RecordingError` for a file that is no recording, which is left as it is, and `OSError`.
    """
    blocks = _blocks(path)
    with path.open("r+b") as file:
        file.truncate(HEADER_BYTES + blocks * BLOCK_BYTES)
        file.write(wav.header(blocks * BLOCK_BYTES, channels=2))
    return blocks / RATE


def peaks(path: Path, buckets: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the caller's and the house's waveform: lowest and highest of each bucket, -127 to 127.

    A recording shorter than `buckets` samples has fewer buckets. Read in pieces, so memory does not grow
    with the call; blocks: call it in a thread. Raises `RecordingError`, `OSError`, `ValueError`.
    """
    if buckets < 1:
        raise ValueError("at least one bucket is needed")
    blocks = _blocks(path)
    buckets = min(buckets, blocks)
    lowest, highest = np.full((buckets, 2), 32767), np.full((buckets, 2), -32768)
    done = 0
    with path.open("rb") as file:
        file.seek(HEADER_BYTES)
        while done < blocks and (piece := file.read(min(_BLOCK_SAMPLES, blocks - done) * BLOCK_BYTES)):
            pairs = np.frombuffer(piece[: len(piece) // BLOCK_BYTES * BLOCK_BYTES], dtype="<i2").reshape(
                -1, 2
            )
            numbers = (done + np.arange(len(pairs))) * buckets // blocks
            starts = np.flatnonzero(np.diff(numbers, prepend=-1))
            here = numbers[starts]
            lowest[here] = np.minimum(lowest[here], np.minimum.reduceat(pairs, starts, axis=0))
            highest[here] = np.maximum(highest[here], np.maximum.reduceat(pairs, starts, axis=0))
            done += len(pairs)
    low, high = np.rint(lowest * 127 / 32768).astype(int), np.rint(highest * 127 / 32768).astype(int)
    caller, house = (list(zip(low[:, c].tolist(), high[:, c].tolist(), strict=True)) for c in (0, 1))
    return caller, house
