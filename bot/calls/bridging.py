"""A caller who talks to an agent: both voices cross, and what each of them says is written down."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

from bot.calls.context import CallContext
from bot.calls.legs import AgentLeg, Legs
from bot.model.case import RETURNED_PRIORITY
from bot.model.conversation import Channel, State
from bot.model.message import Draft, Heard, Sender, Source
from bot.store import ownership
from bot.store.feed import Feed
from voice.scribe import Scribe
from voice.stt.recogniser import Transcript

T = TypeVar("T")
RECONNECT_SECONDS = 5.0
"""How long an agent's page may be gone before the caller goes back to the queue."""


class Bridging:
    """The part of a call that an agent owns."""

    def __init__(self, context: CallContext, legs: Legs) -> None:
        self._context = context
        self._legs = legs
        self.hung_up = False
        """The agent ended the call."""
        self._there: set[str] = set()
        """Agents whose voice the caller has heard."""

    async def run(self, found: Feed) -> Feed:
        """Carry the talk until the agent passes the caller on, hangs up, or is lost."""
        context = self._context
        patience = context.deps.patience.agent_answer
        while found.conversation.state is State.AGENT and not self.hung_up:
            prompt = context.say_new(found, interruptible=False)
            agent_id = found.conversation.agent_id
            assert agent_id is not None
            talked_to = agent_id if agent_id in self._there else None
            leg = await self._ring(agent_id, RECONNECT_SECONDS if talked_to else patience)
            if prompt is not None:
                await prompt.wait()
            if leg is not None:
                self._there.add(agent_id)
                await self._talk(leg, agent_id)
            elif (await context.read()).conversation.agent_id == agent_id:
                await self._back_to_queue(agent_id, "agent_lost" if talked_to else "agent_noanswer")
            found = await context.read()
        return found

    async def _ring(self, agent_id: str, patience: float) -> AgentLeg | None:
        """Wait for the agent's voice, while the caller hears ringing."""
        context = self._context
        context.line.playout.loop(context.deps.speaker.ringing)
        try:
            async with asyncio.timeout(patience):
                return await self._unless_passed_on(self._legs.of(context.id, agent_id), agent_id)
        except TimeoutError:
            return None
        finally:
            context.line.playout.loop(None)

    async def _talk(self, leg: AgentLeg, agent_id: str) -> None:
        context, line = self._context, self._context.line
        name = (await context.read()).agent_name
        lang, recogniser = context.lang, context.deps.recogniser
        caller = Scribe(recogniser, lang, partial(self._write, Sender.VISITOR, context.call.id, None))
        agent = Scribe(recogniser, lang, partial(self._write, Sender.AGENT, agent_id, name))
        ends = [line.tap(leg.hear_caller), line.tap(caller.frame)]
        leg.tap(agent.frame)
        line.live(leg.voice)
        scribes = [asyncio.create_task(one.run(), name="scribe") for one in (caller, agent)]
        try:
            await self._unless_passed_on(self._while_there(leg), agent_id)
            self.hung_up = leg.hung_up
        finally:
            for task in scribes:
                task.cancel()
            await asyncio.gather(*scribes, return_exceptions=True)
            line.playout.unhold()
            line.live(None)
            leg.tap(None)
            for end in ends:
                end()

    async def _while_there(self, leg: AgentLeg) -> None:
        playout = self._context.line.playout
        while not leg.gone.done():
            leg.changed.clear()
            changed = asyncio.ensure_future(leg.changed.wait())
            ends: list[asyncio.Future[Any]] = [changed, leg.gone]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            await asyncio.gather(changed, return_exceptions=True)
            if leg.held:
                playout.hold(self._context.deps.speaker.music)
            else:
                playout.unhold()

    async def _unless_passed_on(self, work: Coroutine[Any, Any, T], agent_id: str) -> T | None:
        """Do `work` for as long as this agent has the caller; what she types meanwhile is said."""
        context = self._context
        task = asyncio.ensure_future(work)
        try:
            while True:
                moved = asyncio.ensure_future(context.moved())
                try:
                    await asyncio.wait([task, moved], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    moved.cancel()
                    await asyncio.gather(moved, return_exceptions=True)
                if task.done():
                    return task.result()
                found = await context.read()
                if found.conversation.state is not State.AGENT or found.conversation.agent_id != agent_id:
                    return None
                context.say_new(found, interruptible=False)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _back_to_queue(self, agent_id: str, key: str) -> None:
        """Nobody answers: the caller goes back to the front of the queue, and is told so."""
        context = self._context
        deps, at = context.deps, context.deps.clock.now()
        said = [deps.texts.draft(key, context.lang, channel=Channel.PHONE)]
        done = await deps.store.write(
            lambda c: ownership.to_queue(c, context.id, agent_id, said, at, priority=RETURNED_PRIORITY)
        )
        if done is not None:
            context.wake(done.conversation)
            deps.hub.wake(f"agent:{agent_id}")

    async def _write(self, sender: Sender, author: str, name: str | None, transcript: Transcript) -> None:
        """Store what was said as a message of whoever said it."""
        heard = Heard(Source.SPOKEN, round(transcript.confidence, 3))
        await self._context.add(Draft(sender, transcript.text, name, author=author, heard=heard))
