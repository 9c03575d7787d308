"""A caller over AudioSocket, as Asterisk would bring them: speaks in real time, and hears."""

import asyncio
import struct
import time
import uuid
from types import TracebackType
from typing import Self

FRAME = 320
SILENCE = bytes(FRAME)


class PhoneCaller:
    """One call. Audio is 8 kHz s16le mono; what was heard stands in `heard`."""

    def __init__(self, port: int, call_id: str | None = None) -> None:
        self.port = port
        self.call_id = call_id or str(uuid.uuid4())
        self.heard = bytearray()
        self.frames: list[tuple[float, bytes]] = []
        """Each frame that came, with the monotonic time of its arrival."""
        self.gone = asyncio.Event()
        self._to_say: asyncio.Queue[bytes] = asyncio.Queue()
        self._said_at = 0.0
        self._mute = False

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(frame(0x01, uuid.UUID(self.call_id).bytes))
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._speak())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the call as Asterisk does: by closing the connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writer.close()

    async def say(self, pcm: bytes) -> float:
        """Speak; returns the monotonic time at which the last of it was sent."""
        for at in range(0, len(pcm), FRAME):
            await self._to_say.put(pcm[at : at + FRAME].ljust(FRAME, b"\0"))
        while not self._to_say.empty() and not self.gone.is_set():
            await asyncio.sleep(0.01)
        return self._said_at

    def press(self, digits: str) -> None:
        """Press keys."""
        for digit in digits:
            self._writer.write(frame(0x03, digit.encode()))

    def send(self, pcm: bytes) -> None:
        """Send audio of any length at once, beside what is said; after `mute`, nothing else is sent."""
        self._writer.write(frame(0x10, pcm))

    def mute(self) -> None:
        """Send nothing at all from now on until something is said, as phones do that send no silence."""
        self._mute = True

    async def _speak(self) -> None:
        next_at = time.monotonic()
        while True:
            pcm = SILENCE
            if not self._to_say.empty():
                pcm = self._to_say.get_nowait()
                self._said_at = time.monotonic()
                self._mute = False
            if not self._mute and not self.gone.is_set():
                self._writer.write(frame(0x10, pcm))
            next_at += 0.02
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    async def _listen(self) -> None:
        try:
            while True:
                kind, length = struct.unpack(">BH", await self._reader.readexactly(3))
                payload = await self._reader.readexactly(length)
                if kind == 0x10:
                    self.heard += payload
                    self.frames.append((time.monotonic(), payload))
                elif kind == 0x00:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.gone.set()

    async def quiet(self, seconds: float = 0.6, within: float = 40.0) -> bytes:
        """Wait until the house has spoken and stopped for `seconds`; returns what it said."""
        begin, deadline = len(self.frames), time.monotonic() + within
        spoke_at: float | None = None
        seen = begin
        while time.monotonic() < deadline and not self.gone.is_set():
            for at, pcm in self.frames[seen:]:
                if loud(pcm):
                    spoke_at = at
            seen = len(self.frames)
            if spoke_at is not None and time.monotonic() - spoke_at > seconds:
                break
            await asyncio.sleep(0.02)
        return b"".join(pcm for _, pcm in self.frames[begin:])


def frame(kind: int, payload: bytes) -> bytes:
    """Write one frame of the AudioSocket protocol."""
    return struct.pack(">BH", kind, len(payload)) + payload


def loud(pcm: bytes) -> bool:
    """Whether a frame holds more than line noise."""
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    return max(map(abs, samples), default=0) > 300
