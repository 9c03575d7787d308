"""Agents' voices: the leg from an agent's page, and the desk where calls and legs find each other."""

import asyncio
from collections.abc import Callable

from voice.audio.pcm import Framer
from voice.pacer import Pacer
from voice.playout import LiveSource, Playout
from voice.transports.browser import BrowserTransport
from voice.transports.transport import Audio, Digit, HungUp, Played
from voice.turns.vad import Vad

Tap = Callable[[bytes, bool], None]


class AgentLeg:
    """One agent's microphone and headphones, for one call."""

    def __init__(self, agent_id: str, transport: BrowserTransport, pacer: Pacer) -> None:
        self.agent_id = agent_id
        self.transport = transport
        self.voice = LiveSource()
        """What the agent says, for the caller."""
        self.held = False
        """The caller is on hold: neither hears the other."""
        self.hung_up = False
        """The agent ended the call, rather than losing her connection."""
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.changed = asyncio.Event()
        """Set when `held` changed."""
        self._pacer = pacer
        self._playout = Playout()
        self._caller = LiveSource()
        self._playout.live(self._caller)
        self._framer = Framer()
        self._vad = Vad()
        self._tap: Tap | None = None

    async def run(self) -> None:
        """Carry the agent's voice until her page is gone, or the call is no longer hers."""
        stop_ticking = self._pacer.add(self._tick)
        carrying = asyncio.create_task(self._carry(), name="agent-leg")
        try:
            await asyncio.wait([carrying, self.gone], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop_ticking()
            self._playout.close()
            self.end()
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

    def end(self) -> None:
        """Take her voice off the call; her page is told."""
        if not self.gone.done():
            self.gone.set_result(None)

    def tap(self, tap: Tap | None) -> None:
        """Give every frame of the agent to `tap`; none ends it."""
        self._tap = tap

    def hear_caller(self, pcm: bytes, voiced: bool) -> None:
        """Take 20 ms of the caller."""
        del voiced
        if not self.held:
            self._caller.feed(pcm)

    def hold(self, on: bool) -> None:
        """Put the caller on hold, or talk on."""
        if on != self.held:
            self.held = on
            self.changed.set()

    async def _carry(self) -> None:
        while True:
            match await self.transport.receive():
                case Audio(pcm):
                    self._hear(pcm)
                case HungUp(reason):
                    self.hung_up = reason == "caller"
                    return
                case Digit() | Played():
                    pass

    def _hear(self, pcm: bytes) -> None:
        if self.held:
            return
        self.voice.feed(pcm)
        for frame in self._framer.feed(pcm):
            voiced = self._vad.feed(frame)
            if self._tap is not None:
                self._tap(frame, voiced)

    def _tick(self) -> None:
        self.transport.send(self._playout.next_frame())


class Legs:
    """The agents' legs of this gateway, by conversation."""

    def __init__(self) -> None:
        self._legs: dict[str, AgentLeg] = {}
        self._waiting: dict[str, asyncio.Event] = {}

    def attach(self, conversation_id: str, leg: AgentLeg) -> None:
        """Bring an agent's voice to a call; a leg that was there before is replaced."""
        before = self._legs.get(conversation_id)
        self._legs[conversation_id] = leg
        if before is not None:
            before.end()
        self._event(conversation_id).set()

    def detach(self, conversation_id: str, leg: AgentLeg) -> None:
        """Note that an agent's page is gone; that she hung up is remembered until the call heeds it."""
        if self._legs.get(conversation_id) is leg and not leg.hung_up:
            del self._legs[conversation_id]

    def forget(self, conversation_id: str) -> None:
        """The call is over."""
        self._waiting.pop(conversation_id, None)
        leg = self._legs.pop(conversation_id, None)
        if leg is not None:
            leg.transport.ending("caller")
            leg.end()

    async def of(self, conversation_id: str, agent_id: str) -> AgentLeg:
        """Wait for the voice of the agent who has the conversation, or for her to have hung up already."""
        event = self._event(conversation_id)
        while True:
            leg = self._legs.get(conversation_id)
            if leg is not None and leg.agent_id == agent_id and (leg.hung_up or not leg.gone.done()):
                return leg
            event.clear()
            await event.wait()

    def _event(self, conversation_id: str) -> asyncio.Event:
        return self._waiting.setdefault(conversation_id, asyncio.Event())
