"""The other side of the legs over a WebSocket, scripted: Twilio's media stream and a web page."""

import asyncio
import base64
import json
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from transport_peers import WAIT, Leg, Legs

from bot.clock import SystemClock
from bot.errors import CentralaError
from voice.audio.g711 import ulaw_decode, ulaw_encode
from voice.transports import browser, twilio
from voice.transports.limits import TransportLimits
from voice.transports.socket_leg import CallSocket
from voice.transports.stream_tokens import StreamTokens
from voice.transports.transport import Transport

Frame = dict[str, Any]


class SocketPeer:
    """Reads all the time, as Twilio and browsers do; `buffered` is what it was sent and has not played."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        """Every text frame that came."""
        self._audio = b""
        self._more = asyncio.Condition()
        self._closed = asyncio.Event()
        self.reader = asyncio.create_task(self._read(), name="peer")

    async def say(self, pcm: bytes) -> None:
        raise NotImplementedError

    async def take(self, message: aiohttp.WSMessage) -> bytes:
        """Take a frame and return the audio in it."""
        raise NotImplementedError

    async def write(self, data: str | bytes) -> None:
        with suppress(ConnectionError, RuntimeError):
            await (self.socket.send_str(data) if isinstance(data, str) else self.socket.send_bytes(data))

    async def tell(self, **frame: Any) -> None:
        await self.write(json.dumps(frame))

    async def told(self, kind: str, key: str = "type") -> Frame:
        """Wait for a text frame of a kind."""
        async with asyncio.timeout(WAIT), self._more:
            await self._more.wait_for(lambda: any(frame.get(key) == kind for frame in self.frames))
        return next(frame for frame in self.frames if frame.get(key) == kind)

    async def heard(self, size: int) -> bytes:
        async with asyncio.timeout(WAIT), self._more:
            await self._more.wait_for(lambda: len(self._audio) >= size or self._closed.is_set())
        return self._audio

    async def vanish(self) -> None:
        connected: sockets.socket = self.socket.get_extra_info("socket")
        connected.shutdown(sockets.SHUT_RDWR)

    async def nonsense(self) -> None:
        for _ in range(30):
            await self.write("{")

    async def ended(self) -> None:
        async with asyncio.timeout(WAIT):
            await self._closed.wait()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            if message.type is WSMsgType.TEXT:
                self.frames.append(json.loads(message.data))
            audio = await self.take(message)
            async with self._more:
                self._audio += audio
                self._more.notify_all()
        self._closed.set()
        async with self._more:
            self._more.notify_all()


class BrowserPeer(SocketPeer):
    """A page. Its frames are of an odd length, so that nobody assumes whole samples."""

    async def say(self, pcm: bytes) -> None:
        for at in range(0, len(pcm), 333):
            await self.write(pcm[at : at + 333])

    async def press(self, digit: str) -> None:
        await self.tell(type="dtmf", digit=digit)

    async def hang_up(self) -> None:
        await self.tell(type="hangup")
        await self.socket.close()

    async def take(self, message: aiohttp.WSMessage) -> bytes:
        if message.type is WSMsgType.BINARY:
            return bytes(message.data)
        if self.frames[-1]["type"] == "mark":
            await self.write(message.data)
        return b""


class TwilioPeer(SocketPeer):
    """Twilio. `keeps_marks`: it returns those that a `clear` overtook, as Twilio does and doubles do not."""

    def __init__(self, socket: ClientWebSocketResponse, *, keeps_marks: bool = True) -> None:
        self._keeps_marks = keeps_marks
        self._sequence = 0
        self._out: list[str] = []
        super().__init__(socket)

    async def event(self, event: str, **body: Any) -> None:
        self._sequence += 1
        await self.tell(event=event, sequenceNumber=str(self._sequence), streamSid="MZ1", **body)

    async def begin(self, call_sid: str, parameters: dict[str, str]) -> None:
        await self.tell(event="connected", protocol="Call", version="1.0.0")
        media = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"accountSid": "AC1", "streamSid": "MZ1", "callSid": call_sid, "tracks": ["inbound"]}
        await self.event("start", start={**start, "customParameters": parameters, "mediaFormat": media})

    async def say(self, pcm: bytes) -> None:
        coded = ulaw_encode(pcm)
        for at in range(0, len(coded), 160):
            payload = base64.b64encode(coded[at : at + 160]).decode()
            chunk = {"track": "inbound", "chunk": str(at // 160 + 1), "timestamp": str(at // 8)}
            await self.event("media", media={**chunk, "payload": payload})

    async def press(self, digit: str) -> None:
        await self.event("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def hang_up(self) -> None:
        await self.event("stop", stop={"accountSid": "AC1", "callSid": "CA1"})
        await self.socket.close()

    async def take(self, message: aiohttp.WSMessage) -> bytes:
        said = self.frames[-1]
        assert said["streamSid"] == "MZ1"
        if said["event"] == "media":
            for name in self._out:  # what came before has been played now
                await self.event("mark", mark={"name": name})
            self._out.clear()
            return ulaw_decode(base64.b64decode(said["media"]["payload"]))
        if said["event"] == "mark":
            self._out.append(said["mark"]["name"])
            asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(self._played()))
        if said["event"] == "clear":
            cut, self._out = self._out, []
            for name in cut if self._keeps_marks else []:
                await self.event("mark", mark={"name": name})
        return b""

    async def _played(self) -> None:
        out, self._out = self._out, []
        for name in out:
            await self.event("mark", mark={"name": name})


Greet = Callable[[ClientWebSocketResponse], Awaitable[SocketPeer]]
Accept = Callable[[CallSocket], Awaitable[Transport]]


class SocketScene:
    """A listening gateway of one route."""

    def __init__(self, url: str, session: aiohttp.ClientSession, legs: Legs, greet: Greet) -> None:
        self.url, self.session = url, session
        self._legs, self._greet = legs, greet
        self.peers: list[SocketPeer] = []

    async def call(self) -> tuple[Any, Leg]:
        peer = await self._greet(await self.session.ws_connect(self.url))
        self.peers.append(peer)
        return peer, await self._legs.next()


@asynccontextmanager
async def socket_scene(legs: Legs, accept: Accept, greet: Greet) -> AsyncIterator[SocketScene]:
    async def handler(request: web.Request) -> web.StreamResponse:
        socket = CallSocket()
        await socket.prepare(request)
        try:
            transport = await accept(socket)
        except CentralaError:
            return socket
        try:
            await legs.on_call(transport)
        finally:
            await transport.hang_up()
        return socket

    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    async with aiohttp.ClientSession() as session:
        scene = SocketScene(url, session, legs, greet)
        yield scene
        legs.release()
        for peer in scene.peers:
            await peer.socket.close()
            peer.reader.cancel()
        await asyncio.gather(*(peer.reader for peer in scene.peers), return_exceptions=True)
    await runner.cleanup()


HELLO = {"type": "hello", "lang": "pl", "visitor_token": None, "identity": None}


@asynccontextmanager
async def browser_scene(legs: Legs, limits: TransportLimits) -> AsyncIterator[SocketScene]:
    async def accept(socket: CallSocket) -> Transport:
        _, transport = await browser.accept(socket, limits.first_seconds, limits=limits)
        transport.welcome("token")
        return transport

    async def greet(socket: ClientWebSocketResponse) -> SocketPeer:
        peer = BrowserPeer(socket)
        await peer.tell(**HELLO)
        return peer

    async with socket_scene(legs, accept, greet) as scene:
        yield scene


@asynccontextmanager
async def twilio_scene(
    legs: Legs, limits: TransportLimits, *, keeps_marks: bool = True
) -> AsyncIterator[SocketScene]:
    tokens = StreamTokens("secret", SystemClock())

    async def accept(socket: CallSocket) -> Transport:
        return await twilio.accept(socket, tokens, limits=limits)

    async def greet(socket: ClientWebSocketResponse) -> SocketPeer:
        peer = TwilioPeer(socket, keeps_marks=keeps_marks)
        await peer.begin("CA1", tokens.issue("CA1", {"lang": "cs"}))
        return peer

    async with socket_scene(legs, accept, greet) as scene:
        yield scene
