"""A caller who talks to an agent: both voices cross, and what each of them says is written down."""

import asyncio
from functools import partial
from typing import Any

from bot.calls.context import CallContext
from bot.calls.legs import AgentLeg, Legs
from bot.calls.with_agent import back_to_queue, unless_passed_on, write_down
from bot.model.conversation import State
from bot.model.message import Sender
from bot.store.feed import Feed
from voice.scribe import Scribe

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
                await back_to_queue(context, agent_id, "agent_lost" if talked_to else "agent_noanswer")
            found = await context.read()
            if leg is not None and found.conversation.agent_id != agent_id:
                closed = found.conversation.state is State.CLOSED
                leg.transport.ending("closed" if closed else "transferred")
                leg.end()  # she passed the caller on
        return found

    async def _ring(self, agent_id: str, patience: float) -> AgentLeg | None:
        """Wait for the agent's voice, while the caller hears ringing."""
        context = self._context
        context.line.playout.loop(context.deps.speaker.ringing)
        try:
            async with asyncio.timeout(patience):
                voice = self._legs.of(context.id, agent_id)
                return (await unless_passed_on(context, voice, agent_id)).result
        except TimeoutError:
            return None
        finally:
            context.line.playout.loop(None)

    async def _talk(self, leg: AgentLeg, agent_id: str) -> None:
        context, line = self._context, self._context.line
        name = (await context.read()).agent_name
        lang, recogniser = context.lang, context.deps.recogniser
        caller = Scribe(recogniser, lang, partial(write_down, context, Sender.VISITOR, context.call.id, None))
        agent = Scribe(recogniser, lang, partial(write_down, context, Sender.AGENT, agent_id, name))
        ends = [line.tap(leg.hear_caller), line.tap(caller.frame)]
        leg.tap(agent.frame)
        line.live(leg.voice)
        scribes = [asyncio.create_task(one.run(), name="scribe") for one in (caller, agent)]
        try:
            await unless_passed_on(context, self._while_there(leg), agent_id)
            self.hung_up = leg.hung_up
        finally:
            for task in scribes:
                task.cancel()
            await asyncio.gather(*scribes, return_exceptions=True)
            line.playout.unhold()
            line.live(None)
            line.forget_keys()
            leg.tap(None)
            for end in ends:
                end()

    async def _while_there(self, leg: AgentLeg) -> None:
        playout = self._context.line.playout
        while not leg.gone.done():
            if leg.held:
                playout.hold(self._context.deps.speaker.music)
            else:
                playout.unhold()
            leg.changed.clear()
            changed = asyncio.ensure_future(leg.changed.wait())
            ends: list[asyncio.Future[Any]] = [changed, leg.gone]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            await asyncio.gather(changed, return_exceptions=True)
