"""Agents whose page is gone: they go offline and their customers back to the front of the queue.

Two witnesses must agree. Live state says at once whether a page is connected, but may be flushed or
away; `agents.desk_seen_at` in SQL is written rarely, but stays. And the absence must have been seen
over its whole length by this gateway's own clock, so a gateway that just started sweeps nobody.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.model.agent import Agent, Presence
from bot.model.case import RETURNED_PRIORITY, CaseKind
from bot.model.conversation import Channel
from bot.model.message import Draft
from bot.store import agents, calls, cases, desk, ownership
from handoff.deps import Desk

log = structlog.get_logger(__name__)


class PresenceSweep:
    """One round looks who is missing and takes back what those held who have been so for too long."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps
        self._missing: dict[str, float] = {}

    async def sweep(self) -> list[str]:
        """Return the agents who were found to be gone."""
        expected = await self._deps.store.read(agents.with_desk)
        here = await self._deps.live.connected("agent", [agent.id for agent in expected])
        now = self._deps.clock.monotonic()
        self._missing = {
            agent.id: self._missing.get(agent.id, now) for agent in expected if agent.id not in here
        }
        gone_seconds = self._deps.rules.agent_gone_seconds
        late = [agent for agent in expected if now - self._missing.get(agent.id, now) >= gone_seconds]
        return [agent.id for agent in late if await self._take_back(agent)]

    async def _take_back(self, agent: Agent) -> bool:
        at = self._deps.clock.now()
        seen_before = at - timedelta(seconds=self._deps.rules.agent_gone_seconds)
        returned = await self._deps.store.write(lambda c: self._gone(c, agent.id, seen_before, at))
        if returned is None:
            return False
        log.info("agent_gone", agent_id=agent.id, count=len(returned))
        for conversation_id in returned:
            self._deps.changed(conversation_id, agent.id)
        self._deps.hub.wake("agents")
        self._deps.hub.wake(f"agent:{agent.id}")
        return True

    def _gone(
        self, connection: Connection, agent_id: str, seen_before: datetime, at: datetime
    ) -> list[str] | None:
        """Send her offline and her customers back, in one transaction; none where she is here after all."""
        agent = agents.lock(connection, agent_id)
        if agent is None or agent.desk_seen_at is None or agent.desk_seen_at > seen_before:
            return None
        held = desk.mine(connection, agent_id)
        if agent.presence is Presence.OFFLINE and not held:
            return None
        returned = []
        for conversation in held:
            if self._call_is_over(connection, conversation):
                # Nobody waits on the line: what she would have wrapped up is wrapped up for her.
                ownership.close(
                    connection, conversation.id, "resolved", [], at, self._deps.rules.sinks, agent_id=agent_id
                )
                continue
            said = self._said(connection, conversation)
            done = ownership.to_queue(
                connection, conversation.id, agent_id, said, at, priority=RETURNED_PRIORITY
            )
            if done is not None:
                returned.append(conversation.id)
        agents.set_presence(connection, agent_id, Presence.OFFLINE)
        return returned

    def _call_is_over(self, connection: Connection, conversation: desk.Listed) -> bool:
        if conversation.channel != Channel.PHONE:
            return False
        call = calls.of_conversation(connection, conversation.id)
        return call is not None and call.ended_at is not None

    def _said(self, connection: Connection, conversation: desk.Listed) -> list[Draft]:
        """Who left a message or a number does not sit and wait, and is told nothing."""
        case = cases.open_of(connection, conversation.id)
        if case is not None and case.kind is not CaseKind.LIVE:
            return []
        return [
            self._deps.texts.draft("agent_lost", conversation.lang, channel=Channel(conversation.channel))
        ]
