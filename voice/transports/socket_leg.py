"""What the legs over a WebSocket that a peer opens to us have in common: Twilio's and the browser's."""

import asyncio
from abc import abstractmethod
from collections import deque
from collections.abc import Iterable
from socket import SO_SNDBUF, SOL_SOCKET

from aiohttp import WebSocketError, WSCloseCode, WSMessage, WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from bot.clock import Clock
from bot.errors import InvalidInputError
from voice.transports.inbox import Inbox, Reason
from voice.transports.limits import FloodGuard, TransportLimits
from voice.transports.marks import Marks
from voice.transports.silence_watch import SilenceWatch
from voice.transports.transport import Audio, CallStart, Event, Played, Transport

MAX_FRAME = 64 * 1024
"""Bytes of one frame: four seconds of audio at 8 kHz."""
_FRAME_SECONDS = 0.02
_SEND_BUFFER = 32 * 1024
"""The kernel's share of unread audio; by default it would hide for minutes a peer that does not read."""
_CLOSE_SECONDS = 2.0
_MOST_BAD = 20
"""Frames that make no sense, before the peer is given up."""
_GOODBYES = frozenset({0, 1005, WSCloseCode.OK})
"""Codes of a peer that closed on purpose; none at all is one of them (RFC 6455, 7.4.1). 1001 is none: so a
page goes that is reloaded."""
_Item = tuple[bool, bytes | str]
"""Whether it is audio, and what goes out."""


class CallSocket(web.WebSocketResponse):
    """The socket of a call, to be prepared with its request: bounded, and soon aware of a dead peer."""

    def __init__(self, protocols: Iterable[str] = ()) -> None:
        super().__init__(
            protocols=protocols,
            heartbeat=15.0,
            timeout=_CLOSE_SECONDS,
            max_msg_size=MAX_FRAME,
            compress=False,
            writer_limit=4096,
        )
        self._connection: asyncio.BaseTransport | None = None

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Shake hands; see aiohttp."""
        self._connection = request.transport
        connected = request.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(SOL_SOCKET, SO_SNDBUF, _SEND_BUFFER)
        return await super().prepare(request)

    def abort(self) -> None:
        """Drop the connection and what was not sent."""
        if isinstance(self._connection, asyncio.WriteTransport):
            self._connection.abort()


class SocketLeg(Transport):
    """A leg with a task that reads and a task that writes; `send` only ever puts into the writer's queue."""

    def __init__(self, socket: CallSocket, start: CallStart, limits: TransportLimits, clock: Clock) -> None:
        self.start = start
        self._socket, self._limits = socket, limits
        self._inbox = Inbox()
        self._guard = FloodGuard(limits, clock)
        self._marks = Marks()
        self._out: deque[_Item] = deque()
        self._waiting_audio = 0
        self._wanted = asyncio.Event()
        self._bad = 0
        loop = asyncio.get_running_loop()
        self._reader = loop.create_task(self._read(), name=f"leg-read-{start.call_id}")
        self._writer = loop.create_task(self._write(), name=f"leg-write-{start.call_id}")
        self._watch = SilenceWatch(limits, clock, self._give_up)
        self._watch.named()
        self._closed: asyncio.Task[None] | None = None

    # --- the seam

    async def receive(self) -> Event:
        """Wait for what comes next."""
        return await self._inbox.get()

    def send(self, pcm: bytes) -> None:
        """Send 20 ms; dropped once the call is over."""
        if self._inbox.ended is not None:
            return
        if self._waiting_audio * _FRAME_SECONDS > self._limits.unread_seconds:
            self._give_up("lost")
        self._put(self._audio(pcm), is_audio=True)

    def mark(self, name: str) -> None:
        """Ask for `Played(name)` once the peer has played everything sent so far."""
        number, given_up = self._marks.send(name)
        self._played(given_up)
        self._put(self._mark(number))

    def clear(self) -> None:
        """Throw away what is still here and what the peer has not played; every mark comes back."""
        self._out = deque(item for item in self._out if not item[0])
        self._waiting_audio = 0
        self._put(self._clear())
        self._played(self._marks.clear())

    async def hang_up(self) -> None:
        """Say goodbye, close the socket and wait for it, four seconds at most; more than once is once."""
        if self._inbox.ended is None:
            farewell = self._farewell()
            if farewell is not None:
                self._put(farewell)
            self._inbox.end("drained")
        await asyncio.shield(self._closing())

    # --- what a peer's protocol is made of

    @abstractmethod
    def _audio(self, pcm: bytes) -> bytes | str:
        """Write a frame of audio."""

    @abstractmethod
    def _mark(self, number: str) -> str:
        """Write a mark."""

    @abstractmethod
    def _clear(self) -> str:
        """Write the order to throw audio away."""

    def _farewell(self) -> str | None:
        """Write the last frame, if there is one."""
        return None

    @abstractmethod
    def _take(self, message: WSMessage) -> None:
        """Take a text or binary frame. Raises `InvalidInputError` where it makes no sense."""

    def _refused(self, error: InvalidInputError) -> None:
        """Tell the peer that a frame made no sense, where its protocol has words for it."""

    # --- for those who write protocols

    def _put(self, item: bytes | str, *, is_audio: bool = False) -> None:
        if self._inbox.ended is not None:
            return
        if is_audio:
            self._waiting_audio += 1
        self._out.append((is_audio, item))
        self._wanted.set()

    def _heard(self, pcm: bytes) -> None:
        """Hand on what the caller said."""
        self._watch.heard()
        if pcm:
            self._inbox.put(Audio(pcm))

    def _came_back(self, number: str) -> None:
        name = self._marks.back(number)
        if name is not None:
            self._inbox.put(Played(name))

    def _give_up(self, reason: Reason) -> None:
        """End the call for everybody who waits, and close the socket without waiting for it."""
        if self._inbox.ended is None:
            self._out.clear()
        self._inbox.end(reason)
        self._closing()

    # --- the tasks

    async def _read(self) -> None:
        while True:
            try:
                message = await self._socket.receive()
            except (ConnectionError, RuntimeError):
                return self._give_up("lost")
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return self._give_up(_why(message))
            if not self._guard.take(self._seconds(message)):
                return self._give_up("flooded")
            try:
                self._take(message)
            except InvalidInputError as error:
                self._bad += 1
                if self._bad > _MOST_BAD:
                    return self._give_up("protocol")
                self._refused(error)

    def _seconds(self, message: WSMessage) -> float:
        """Return how much audio is in a frame, in seconds; 0 where it carries none."""
        return len(message.data) / 16_000 if message.type is WSMsgType.BINARY else 0.0

    async def _write(self) -> None:
        while True:
            while self._out:
                is_audio, item = self._out.popleft()
                self._waiting_audio -= is_audio
                try:
                    if isinstance(item, str):
                        await self._socket.send_str(item)
                    else:
                        await self._socket.send_bytes(item)
                except (ConnectionError, RuntimeError):
                    return self._give_up("lost")
            if self._inbox.ended is not None:
                return None
            self._wanted.clear()
            await self._wanted.wait()

    def _closing(self) -> asyncio.Task[None]:
        if self._closed is None:
            name = f"leg-close-{self.start.call_id}"
            self._closed = asyncio.get_running_loop().create_task(self._close(), name=name)
        return self._closed

    async def _close(self) -> None:
        self._watch.stop()
        self._wanted.set()
        self._reader.cancel()
        await asyncio.wait({self._writer, self._reader}, timeout=_CLOSE_SECONDS)
        takes_nothing = not self._writer.done()
        self._writer.cancel()
        await asyncio.gather(self._writer, self._reader, return_exceptions=True)
        try:
            if not takes_nothing:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._socket.close()
        except (ConnectionError, RuntimeError, TimeoutError):
            pass
        except asyncio.CancelledError:
            # Those who wait for aiohttp to drain share one future: who cancels its ping, cancels us.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
        finally:
            self._socket.abort()

    def _played(self, names: Iterable[str]) -> None:
        for name in names:
            self._inbox.put(Played(name))


def _why(message: WSMessage) -> Reason:
    """Tell why a socket has no more frames."""
    if message.type is WSMsgType.CLOSE:
        return "caller" if message.data in _GOODBYES else "lost"
    return "protocol" if isinstance(message.data, WebSocketError) else "lost"
