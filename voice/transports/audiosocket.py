"""Asterisk calls us: one TCP connection a call, by AudioSocket.

Asterisk plays what it gets at once and keeps nothing, so the pacer's 20 ms are the playout clock: a mark
comes back as soon as it is set, and there is nothing to clear.
"""

import asyncio
import socket
import uuid
from collections.abc import Callable
from typing import cast

from bot.clock import Clock
from bot.errors import InvalidInputError
from voice.audio.pcm import RATE
from voice.audio.resample import Resampler
from voice.transports.audiosocket_wire import HANGUP, RATES, Kind, Parser, WireFrame, encode
from voice.transports.inbox import Inbox, Reason
from voice.transports.limits import FloodGuard, TransportLimits
from voice.transports.silence_watch import SilenceWatch
from voice.transports.transport import Audio, CallStart, Digit, Event, Played, Transport, TransportInfo

_SLIN = 0x10
_DIGITS = frozenset("0123456789*#ABCD")
_CLOSE_SECONDS = 1.0
_INFO = TransportInfo(name="audiosocket", digits=True, buffers=False)


class AudioSocketTransport(Transport):
    """One call's leg over AudioSocket; made by the server once the peer has said its UUID."""

    info = _INFO

    def __init__(self, call_id: str, connection: "AudioSocketConnection") -> None:
        self.start = CallStart(call_id)
        self._connection = connection

    async def receive(self) -> Event:
        """Wait for what comes next."""
        return await self._connection.inbox.get()

    def send(self, pcm: bytes) -> None:
        """Send a frame in the rate that the peer speaks; dropped once the call is over."""
        self._connection.send_audio(pcm)

    def mark(self, name: str) -> None:
        """Come back at once: Asterisk keeps nothing, so what was paced out has been played."""
        self._connection.inbox.put(Played(name))

    def clear(self) -> None:
        """Do nothing: there is nothing that was sent and not played."""

    async def hang_up(self) -> None:
        """End the bot's leg, by which the dialplan goes on; more than once is once."""
        await self._connection.hang_up()


class AudioSocketConnection(asyncio.Protocol):
    """What happens on the socket. A protocol and no stream: `send` must neither wait nor raise."""

    def __init__(
        self,
        on_start: Callable[["AudioSocketConnection", AudioSocketTransport], None],
        on_lost: Callable[["AudioSocketConnection"], None],
        limits: TransportLimits,
        clock: Clock,
    ) -> None:
        self.inbox = Inbox()
        self._on_start, self._on_lost = on_start, on_lost
        self._limits = limits
        self._guard = FloodGuard(limits, clock)
        self._parser = Parser()
        self._gone = asyncio.Event()
        self._socket: asyncio.Transport | None = None
        self._watch = SilenceWatch(limits, clock, self._give_up)
        self._call: AudioSocketTransport | None = None
        self._kind: int = _SLIN
        self._decoder: Resampler | None = None
        self._encoder: Resampler | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the UUID, but not for long."""
        self._socket = cast(asyncio.Transport, transport)
        if self.inbox.ended is not None:  # refused before it was made
            self._socket.abort()
            return
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a peer that vanished without a word is noticed
            milliseconds = int(self._limits.lost_seconds * 1000)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

    def data_received(self, data: bytes) -> None:
        """Take whatever has come; what may not come ends the call."""
        if self.inbox.ended is not None:
            return
        try:
            for frame in self._parser.feed(data):
                self._take(frame)
        except InvalidInputError:
            self._give_up("protocol")

    def connection_lost(self, exc: Exception | None) -> None:
        """Asterisk's caller who hangs up is a bare end of file."""
        self.inbox.end("caller" if exc is None else "lost")
        self._watch.stop()
        self._gone.set()
        self._on_lost(self)

    def send_audio(self, pcm: bytes) -> None:
        """Send 8 kHz audio as the kind that the peer speaks."""
        if self._socket is None or self._socket.is_closing():
            return
        if self._encoder is not None:
            pcm = self._encoder.feed(pcm)
        if not pcm:
            return
        rate = RATES[self._kind]
        if self._socket.get_write_buffer_size() > self._limits.unread_seconds * rate * 2:
            self._give_up("lost")
            return
        self._socket.write(encode(self._kind, pcm))

    def refuse(self) -> None:
        """Close without a word, so that the dialplan goes on at once."""
        self._give_up("drained")

    async def hang_up(self) -> None:
        """Say that the leg is over and close; returns when the socket is closed, within a second."""
        self.inbox.end("drained")
        if self._socket is None:
            return
        if not self._socket.is_closing():
            self._socket.write(HANGUP)
            self._socket.close()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._gone.wait()
        except TimeoutError:
            self._socket.abort()

    def _take(self, frame: WireFrame) -> None:
        rate = RATES.get(frame.kind)
        seconds = len(frame.payload) / (2 * rate) if rate else 0.0
        if not self._guard.take(seconds):
            self._give_up("flooded")
        elif self._call is None:
            self._take_first(frame)
        elif rate is not None:
            self._take_audio(frame, rate)
        elif frame.kind == Kind.DTMF:
            self._take_digit(frame.payload)
        elif frame.kind == Kind.HANGUP:
            self.inbox.end("caller")
            self._close()
        elif frame.kind == Kind.ERROR:
            self._give_up("lost")
        else:
            raise InvalidInputError("a call has one UUID")

    def _take_first(self, frame: WireFrame) -> None:
        if frame.kind != Kind.UUID or len(frame.payload) != 16:
            raise InvalidInputError("the first frame is no UUID")
        self._call = AudioSocketTransport(str(uuid.UUID(bytes=frame.payload)), self)
        self._watch.named()
        self._on_start(self, self._call)

    def _take_audio(self, frame: WireFrame, rate: int) -> None:
        if len(frame.payload) % 2:
            raise InvalidInputError("half a sample")
        self._watch.heard()
        if frame.kind != self._kind:
            self._kind = frame.kind
            self._decoder = None if rate == RATE else Resampler(rate, RATE)
            self._encoder = None if rate == RATE else Resampler(RATE, rate)
        pcm = frame.payload if self._decoder is None else self._decoder.feed(frame.payload)
        if pcm:
            self.inbox.put(Audio(pcm))

    def _take_digit(self, payload: bytes) -> None:
        digit = payload.decode("latin-1").upper()
        if digit not in _DIGITS:
            raise InvalidInputError("this is no key")
        self.inbox.put(Digit(digit))

    def _give_up(self, reason: Reason) -> None:
        self.inbox.end(reason)
        if self._socket is not None:
            self._socket.abort()

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
