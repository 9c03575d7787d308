"""The scripted gateway with a telephone: calls come in over the real browser transport."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from aiohttp import web
from fake_gateway import STATIC, FakeGateway
from widget_page import until

from bot.errors import CentralaError
from voice.transports.browser import BrowserTransport, accept
from voice.transports.browser_frames import Hello
from voice.transports.socket_leg import CallSocket
from voice.transports.transport import Audio, Digit, HungUp, Played

FRAME = 320
SILENCE = bytes(FRAME)
Samples = npt.NDArray[np.float64]


def tone(seconds: float, hertz: float, level: float = 8_000.0, rate: int = 8_000) -> bytes:
    at = np.arange(int(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def power(pcm: bytes, hertz: float, width: float = 40.0) -> float:
    """The mean power in dB around a frequency, relative to a full-scale sine."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(float) / 32_768
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / 8_000)
    near = spectrum[np.abs(at - hertz) < width].sum()
    return float(10 * np.log10(max(near / (len(samples) ** 2 * 0.375 / 4), 1e-12)))


@dataclass
class Call:
    """One call on the gateway's side: everything that came, and a pacer that never stops."""

    hello: Hello
    line: BrowserTransport
    audio: bytes = b""
    digits: str = ""
    played: list[str] = field(default_factory=list)
    over: str = ""
    prompt: list[bytes] = field(default_factory=list)
    """Frames that the pacer sends next; silence where there are none."""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, pcm: bytes) -> None:
        self.prompt += [pcm[at : at + FRAME].ljust(FRAME, b"\0") for at in range(0, len(pcm), FRAME)]

    async def heard(self, seconds: float) -> bytes:
        """Wait for so much audio from now on and return it."""
        start = len(self.audio)
        await until(lambda: len(self.audio) >= start + int(seconds * 16_000) or self.over, 60)
        assert not self.over, f"the call ended: {self.over}"
        return self.audio[start:]

    async def listen(self) -> None:
        while True:
            match await self.line.receive():
                case Audio(pcm):
                    self.audio += pcm
                case Digit(digit):
                    self.digits += digit
                case Played(mark):
                    self.played.append(mark)
                case HungUp(reason):
                    self.over = reason
                    return

    async def pace(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.line.send(self.prompt.pop(0) if self.prompt else SILENCE)
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))


class VoiceGateway(FakeGateway):
    """Takes every call, unless `refusing` names why not."""

    def __init__(self) -> None:
        super().__init__({"languages": ["pl", "cs", "en"], "shop": "Demo Shop", "voice": True})
        self.calls: list[Call] = []
        self.refusing: list[str] = []
        """Error codes for the next calls, in order."""
        self.hellos_of_calls: list[Hello] = []
        self.fetched: list[str] = []
        """Which of a call's files were asked for."""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/voice/web", self._call)
        app.router.add_get("/widget-voice.js", self._module)
        app.router.add_get("/voice-worklet.js", self._module)

    async def _module(self, request: web.Request) -> web.StreamResponse:
        self.fetched.append(request.path)
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
        return web.FileResponse(STATIC / request.path.lstrip("/"), headers=headers)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        socket = CallSocket()
        await socket.prepare(request)
        try:
            hello, line = await accept(socket, 30.0)
        except CentralaError:
            return socket
        self.hellos_of_calls.append(hello)
        if self.refusing:
            await line.refuse(self.refusing.pop(0), "scripted")
            return socket
        call = Call(hello, line)
        line.welcome(hello.visitor_token or "visitor-of-the-call")
        line.tell("bot")
        self.calls.append(call)
        tasks = [asyncio.create_task(call.listen()), asyncio.create_task(call.pace())]
        try:
            await tasks[0]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await line.hang_up()
        return socket
