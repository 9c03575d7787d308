"""A caller whom an agent has on her phone: both stand in a bridge of the PBX, and we only listen.

Our own leg ends when they are joined. What is said is written down and recorded all the same; should the
agent pass the caller on at the desk, the PBX brings them back to us by the same call id.
"""

import asyncio
from functools import partial

from bot.calls.context import CallContext
from bot.calls.deps import Phones
from bot.calls.with_agent import Pass, back_to_queue, unless_passed_on, write_down
from bot.errors import CentralaError
from bot.model.conversation import State
from bot.model.message import Sender
from bot.store.feed import Feed
from voice.ari.ears import Party
from voice.ari.phone_agents import Ended, Next
from voice.ari.ringing import Rung
from voice.audio.pcm import Framer
from voice.recording import InboundBuffer
from voice.scribe import Scribe
from voice.turns.vad import Vad

ON_PBX = frozenset({"audiosocket", "chan_websocket"})
"""Transports behind which a PBX can join two of its own channels."""


class ByPhone:
    """The part of a call that an agent has on her phone."""

    def __init__(self, context: CallContext, phones: Phones, endpoint: str) -> None:
        self._context = context
        self._phones = phones
        self._endpoint = endpoint
        self._ended: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()
        self._parties: dict[Party, _Party] = {"caller": _Party(), "agent": _Party()}

    async def run(self, found: Feed) -> Feed:
        """Ring, join, and listen until one of them hangs up or the agent passes the caller on."""
        context = self._context
        prompt = context.say_new(found, interruptible=False)
        agent_id = found.conversation.agent_id
        assert agent_id is not None
        rung = await self._ring(agent_id)
        if prompt is not None:
            await prompt.wait()
        if rung is None or rung.channel_id is None:
            if (await context.read()).conversation.agent_id == agent_id:
                await back_to_queue(context, agent_id, "agent_noanswer")
            return await context.read()
        try:
            context.by_phone = True
            await self._phones.put_through(
                context.call.id,
                rung.channel_id,
                end_bot_leg=context.line.transport.hang_up,
                on_end=self._on_end,
                hear=self._hear,
            )
        except CentralaError:
            context.by_phone = False
            await back_to_queue(context, agent_id, "agent_lost")
            return await context.read()
        await self._listen(agent_id, found.agent_name)
        return await context.read()

    async def _ring(self, agent_id: str) -> Rung | None:
        context, seconds = self._context, self._context.deps.patience.agent_answer
        context.line.playout.loop(context.deps.speaker.ringing)
        try:
            ringing = self._phones.ring(
                context.call.id,
                self._endpoint,
                caller_id=context.call.customer or "",
                seconds=round(seconds),
            )
            passed: Pass[Rung] = await unless_passed_on(context, ringing, agent_id)
            return passed.result
        finally:
            context.line.playout.loop(None)

    async def _listen(self, agent_id: str, name: str | None) -> None:
        context = self._context
        lang, recogniser = context.lang, context.deps.recogniser
        caller, agent = self._parties["caller"], self._parties["agent"]
        caller.scribe = Scribe(recogniser, lang, partial(write_down, context, Sender.VISITOR, None, None))
        agent.scribe = Scribe(recogniser, lang, partial(write_down, context, Sender.AGENT, agent_id, name))
        scribes = [
            asyncio.create_task(party.scribe.run(), name="scribe")
            for party in (caller, agent)
            if party.scribe is not None
        ]
        stop_ticking = context.deps.pacer.add(self._tick)
        try:
            passed: Pass[Ended] = await unless_passed_on(context, _wait(self._ended), agent_id)
            if passed.result is None:
                context.comes_back = passed.state in (State.BOT, State.WAITING)
                self._phones.take_back(context.call.id, "bot" if context.comes_back else "hangup")
        finally:
            stop_ticking()
            for task in scribes:
                task.cancel()
            await asyncio.gather(*scribes, return_exceptions=True)

    async def _on_end(self, who: Ended) -> Next:
        if not self._ended.done():
            self._ended.set_result(who)
        return "bot" if self._context.comes_back else "hangup"

    def _hear(self, party: Party, pcm: bytes) -> None:
        self._parties[party].hear(pcm)

    def _tick(self) -> None:
        recorder = self._context.line.recorder
        if recorder is not None:
            caller, agent = self._parties["caller"], self._parties["agent"]
            recorder.tick(caller.buffer.next_frame(), agent.buffer.next_frame())


class _Party:
    """One side of the talk."""

    def __init__(self) -> None:
        self.buffer = InboundBuffer()
        self.scribe: Scribe | None = None
        self._framer = Framer()
        self._vad = Vad()

    def hear(self, pcm: bytes) -> None:
        self.buffer.feed(pcm)
        for frame in self._framer.feed(pcm):
            voiced = self._vad.feed(frame)
            if self.scribe is not None:
                self.scribe.frame(frame, voiced)


async def _wait(ended: "asyncio.Future[Ended]") -> Ended:
    return await asyncio.shield(ended)
