"""Asterisk's side of AudioSocket, scripted."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from transport_peers import WAIT, Leg, Legs

from voice.audio.resample import resample
from voice.transports.audiosocket_server import serve_audiosocket
from voice.transports.audiosocket_wire import HANGUP, RATES, Kind, Parser, encode
from voice.transports.limits import TransportLimits


class AudioSocketPeer:
    """Frames of 30 ms, so that nobody assumes 20."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: int = 0x10, frame_ms: int = 30
    ) -> None:
        self._reader, self._writer = reader, writer
        self._kind = kind
        self._size = RATES[kind] * 2 * frame_ms // 1000
        self._heard = b""
        self._parser = Parser()
        self.closed = False

    @classmethod
    async def connect(cls, port: int, kind: int = 0x10) -> "AudioSocketPeer":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, kind)

    async def name(self, call_id: uuid.UUID) -> None:
        await self.write(encode(Kind.UUID, call_id.bytes))

    async def write(self, data: bytes) -> None:
        with suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()

    async def say(self, pcm: bytes) -> None:
        pcm = resample(pcm, 8000, RATES[self._kind])
        for at in range(0, len(pcm), self._size):
            await self.write(encode(self._kind, pcm[at : at + self._size]))

    async def press(self, digit: str) -> None:
        await self.write(encode(Kind.DTMF, digit.encode()))

    async def heard(self, size: int) -> bytes:
        async with asyncio.timeout(WAIT):
            while len(self._heard) < size and not self.closed:
                await self._read()
        return self._heard

    async def hang_up(self) -> None:
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def vanish(self) -> None:
        self._writer.transport.abort()

    async def nonsense(self) -> None:
        await self.write(b"GET / HTTP/1.1\r\nHost: example\r\n\r\n")

    async def ended(self) -> None:
        async with asyncio.timeout(WAIT):
            while not self.closed:
                await self._read()
        await self.hang_up()

    async def _read(self) -> None:
        try:
            data = await self._reader.read(65536)
        except ConnectionError:
            data = b""
        if not data:
            self.closed = True
        for frame in self._parser.feed(data):
            if frame.kind == HANGUP[0]:
                self.closed = True
            elif frame.kind in RATES:
                self._heard += resample(frame.payload, RATES[frame.kind], 8000)


class AudioSocketScene:
    def __init__(self, legs: Legs, port: int, kind: int) -> None:
        self.legs, self.port, self._kind = legs, port, kind
        self._peers: list[AudioSocketPeer] = []

    async def peer(self) -> AudioSocketPeer:
        """A connection that has said nothing yet."""
        peer = await AudioSocketPeer.connect(self.port, self._kind)
        self._peers.append(peer)
        return peer

    async def call(self) -> tuple[AudioSocketPeer, Leg]:
        peer = await self.peer()
        await peer.name(uuid.uuid4())
        return peer, await self.legs.next()

    async def close(self) -> None:
        for peer in self._peers:
            await peer.hang_up()


@asynccontextmanager
async def audiosocket_scene(
    legs: Legs, limits: TransportLimits, kind: int = 0x10, max_calls: int = 50
) -> AsyncIterator[AudioSocketScene]:
    server = await serve_audiosocket("127.0.0.1", 0, legs.on_call, max_calls, limits)
    scene = AudioSocketScene(legs, server.port, kind)
    try:
        yield scene
    finally:
        legs.release()
        await scene.close()
        await server.close()
