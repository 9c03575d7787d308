"""The telephone of the scripted desk backend: agents' voices over the real transport, and recordings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from aiohttp import web
from fake_desk_calls import DeskCalls, ProblemError
from fake_desk_state import DeskState, FakeAgent, FakeConversation, moment

from bot.errors import CentralaError
from voice.audio.wav import header
from voice.recording import duration, peaks
from voice.transports.browser import BrowserTransport, accept
from voice.transports.socket_leg import CallSocket
from voice.transports.transport import Audio, HungUp

STATIC = Path(__file__).parents[2] / "bot" / "static"
RATE = 8_000
FRAME = 320


@dataclass
class FakeLeg:
    """One line of an agent's page: what it said, and how it ended."""

    conversation: FakeConversation
    agent: FakeAgent
    line: BrowserTransport
    audio: bytearray = field(default_factory=bytearray)
    holds: list[bool] = field(default_factory=list)
    over: str = ""

    def loud(self) -> bool:
        """Whether anything but silence came in the last half second."""
        return any(self.audio[-RATE:])

    async def end(self, reason: str) -> None:
        """The house says why it is over, and closes."""
        self.line.ending(reason)
        await self.line.hang_up()

    async def listen(self) -> None:
        while True:
            match await self.line.receive():
                case Audio(pcm):
                    self.audio += pcm
                case HungUp(reason):
                    self.over = reason
                    return

    async def pace(self) -> None:
        """Send what a caller's quiet room sounds like, 50 frames a second."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.line.send(bytes(FRAME))
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))


class DeskPhone(DeskCalls):
    """Calls that ring, are answered and end as a test says."""

    def __init__(self, state: DeskState) -> None:
        super().__init__(state)
        self.legs: list[FakeLeg] = []
        self.refuse_audio = ""
        """The code by which lines are turned down, while it is there."""
        self.lost_recordings = False
        self.ranges: list[str] = []
        """The Range headers that players sent."""
        self._folder = TemporaryDirectory()
        self._writing = asyncio.Lock()
        self._written: set[str] = set()

    def phone_routes(self) -> list[web.RouteDef]:
        recording = "/api/v1/conversations/{id}/recordings/{n}"
        return [
            web.get("/desk/calls/{id}/audio", self._audio),
            web.get("/voice-worklet.js", self._worklet),
            web.get(recording, self._recording),
            web.get(f"{recording}/peaks", self._peaks),
        ]

    def throw_away(self) -> None:
        """Throw the recordings away."""
        self._folder.cleanup()

    async def ring(self, one: FakeConversation) -> None:
        """A caller who was with the bot is put into the queue."""
        one.state, one.waiting_since = "waiting", moment()
        await self.tell()

    async def caller_hangs_up(self, one: FakeConversation) -> None:
        assert one.call is not None
        one.call |= {"state": "ended", "outcome": "agent" if one.state == "agent" else "missed"}
        if one.state == "waiting":
            one.state, one.outcome = "closed", "missed"
        for leg in self.open_legs(one):
            await leg.end("caller")
        await self.tell()

    def open_legs(self, one: FakeConversation) -> list[FakeLeg]:
        return [leg for leg in self.legs if leg.conversation is one and not leg.over]

    async def _worklet(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "voice-worklet.js")

    async def _audio(self, request: web.Request) -> web.StreamResponse:
        agent, one = self._agent(request), self._one(request)
        socket = CallSocket()
        await socket.prepare(request)
        try:
            hello, line = await accept(socket, 30.0)
        except CentralaError:
            return socket
        assert hello.conversation_id == one.id
        refused = self.refuse_audio or ("" if one.agent_id == agent.id else "not_yours")
        if refused or one.call is None or one.call["state"] == "ended":
            await line.refuse(refused or "call_ended", "scripted")
            return socket
        leg = FakeLeg(one, agent, line)
        line.on_hold = leg.holds.append
        line.welcome(None)
        self.legs.append(leg)
        pacing = asyncio.create_task(leg.pace())
        try:
            await leg.listen()
        finally:
            pacing.cancel()
            await asyncio.gather(pacing, return_exceptions=True)
            await line.hang_up()
        if leg.over == "caller":
            one.call |= {"state": "ended", "outcome": "agent"}
            await self.tell()
        return socket

    async def _file(self, request: web.Request) -> Path:
        one = self._one(request)
        number = request.match_info["n"]
        found = next((each for each in one.recordings if str(each["n"]) == number), None)
        if found is None or self.lost_recordings:
            raise ProblemError(404, "not_found")
        path = Path(self._folder.name) / f"{one.id}-{number}.wav"
        async with self._writing:  # read by several at once, and written once
            if path.name not in self._written:
                await asyncio.to_thread(path.write_bytes, two_voices(found["seconds"]))
                self._written.add(path.name)
        return path

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range", ""))
        return web.FileResponse(await self._file(request), headers={"Content-Type": "audio/wav"})

    async def _peaks(self, request: web.Request) -> web.StreamResponse:
        path = await self._file(request)
        caller, house = await asyncio.to_thread(peaks, path, int(request.query["buckets"]))
        seconds = await asyncio.to_thread(duration, path)
        return web.json_response({"seconds": seconds, "channels": [caller, house]})


def two_voices(seconds: float) -> bytes:
    """A WAV in which house and caller take turns of two seconds, the house first."""
    at = np.arange(int(seconds * RATE)) / RATE
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * at)
    turn = (at // 2).astype(int) % 2
    caller = 9_000 * np.sin(2 * np.pi * 330 * at) * syllables * turn
    house = 12_000 * np.sin(2 * np.pi * 220 * at) * syllables * (1 - turn)
    body = np.stack([caller, house], axis=1).astype("<i2").tobytes()
    return header(len(body), channels=2) + body
