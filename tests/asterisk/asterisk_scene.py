"""Centrala as Asterisk sees it, scripted: REST that is told of calls, and legs that a test drives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import web

from tests.asterisk_pbx import TOKEN, AsteriskPbx
from voice.transports.audiosocket_server import serve_audiosocket
from voice.transports.chan_websocket import chan_websocket_handler
from voice.transports.transport import Audio, Digit, Event, HungUp, Played, Transport

WAIT = 30.0
FRAME = 320
SECOND = 16_000
"""Bytes."""


def tone(seconds: float, hertz: float) -> bytes:
    at = np.arange(int(seconds * 8000)) / 8000
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def pitch(pcm: bytes) -> float:
    """The strongest frequency in Hz; 0 where it is quiet."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    if not len(samples) or np.abs(samples).max() < 1000:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 8000 / len(samples))


def contains(pcm: bytes, hertz: float) -> bool:
    """Tell whether there is half a second of a tone anywhere."""
    half = SECOND // 2
    return any(
        abs(pitch(pcm[at : at + half]) - hertz) < 10 for at in range(0, len(pcm) - half + 1, half // 2)
    )


async def until(condition: Callable[[], Any], timeout: float = WAIT) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.05)


@dataclass
class BotLeg:
    """The bot's end of a call."""

    transport: Transport
    done: asyncio.Event = field(default_factory=asyncio.Event)
    frames: list[int] = field(default_factory=list)
    """Bytes of every piece of audio that came."""

    async def next(self, kind: type[Event]) -> Event:
        async with asyncio.timeout(WAIT):
            while True:
                event = await self.transport.receive()
                if isinstance(event, Audio):
                    self.frames.append(len(event.pcm))
                if isinstance(event, kind):
                    return event
                assert not isinstance(event, HungUp), f"the call ended: {event.reason}"

    async def hears(self, hertz: float) -> None:
        """Wait for half a second of a tone; what came before it may be anything."""
        window = b""
        async with asyncio.timeout(WAIT):
            while abs(pitch(window) - hertz) > 10:
                event = await self.next(Audio)
                assert isinstance(event, Audio)
                window = (window + event.pcm)[-SECOND // 2 :]

    async def says(self, pcm: bytes) -> None:
        """As the pacer does."""
        loop = asyncio.get_running_loop()
        at = loop.time()
        for start in range(0, len(pcm), FRAME):
            self.transport.send(pcm[start : start + FRAME])
            at += 0.02
            await asyncio.sleep(max(0.0, at - loop.time()))

    async def digit(self) -> str:
        event = await self.next(Digit)
        assert isinstance(event, Digit)
        return event.digit

    async def played(self) -> str:
        event = await self.next(Played)
        assert isinstance(event, Played)
        return event.mark

    async def hung_up(self) -> str:
        event = await self.next(HungUp)
        assert isinstance(event, HungUp)
        return event.reason

    async def end(self) -> None:
        """End the bot's leg, by which the dialplan goes on."""
        await self.transport.hang_up()
        self.done.set()


@dataclass
class Centrala:
    """What the tests' gateway knows and answers."""

    audiosocket_port: int = 0
    web_port: int = 0
    announced: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Bodies of announcements by call id."""
    tokens: set[str] = field(default_factory=set)
    """What came as authorization."""
    next: str = "queue"
    """Answered when the dialplan asks what becomes of a caller, `slowly` at the third time only."""
    slowly: bool = False
    asked: int = 0
    legs: asyncio.Queue[BotLeg] = field(default_factory=asyncio.Queue)
    all: list[BotLeg] = field(default_factory=list)
    first: Callable[[Transport], Any] | None = None
    """Asked about every leg before it counts as a call; may serve it and return true."""

    async def leg(self) -> BotLeg:
        """Wait for the next call."""
        async with asyncio.timeout(WAIT):
            return await self.legs.get()

    async def on_call(self, transport: Transport) -> None:
        if self.first is not None and await self.first(transport):
            return
        leg = BotLeg(transport)
        self.all.append(leg)
        self.legs.put_nowait(leg)
        await leg.done.wait()

    async def announce(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("Authorization", ""))
        self.announced[request.match_info["id"]] = await request.json()
        return web.json_response({"state": "announced", "next": None})

    async def ask(self, request: web.Request) -> web.Response:
        assert request.headers.getall("Authorization") == [f"Bearer {TOKEN}"]
        self.asked += 1
        known = not self.slowly or self.asked >= 3
        return web.json_response({"state": "ended", "next": self.next if known else None})


@asynccontextmanager
async def centrala_scene(pbx: AsteriskPbx, by: str) -> AsyncIterator[Centrala]:
    """Open it and point the PBX at it; `by` is `audiosocket` or `websocket`."""
    centrala = Centrala()
    server = await serve_audiosocket("127.0.0.1", 0, centrala.on_call, 20)
    app = web.Application()
    app.router.add_post("/api/v1/calls/{id}", centrala.announce)
    app.router.add_get("/api/v1/calls/{id}", centrala.ask)
    handler = chan_websocket_handler(centrala.on_call, lambda token: token == TOKEN)
    app.router.add_get("/voice/asterisk", handler)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    centrala.audiosocket_port, centrala.web_port = server.port, runner.addresses[0][1]
    await asyncio.to_thread(pbx.point_at, centrala.audiosocket_port, centrala.web_port, by)
    try:
        yield centrala
    finally:
        for leg in centrala.all:
            leg.done.set()
        await server.close()
        await runner.cleanup()
