"""Closing conversations that ended without anybody saying so, so that every one reaches the history."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection

from bot.model.conversation import Conversation
from bot.store import idle, sessions
from handoff.deps import Desk

BATCH = 20
"""Conversations closed in one transaction; short, since SQLite's one writer also takes customers' words."""
ROUNDS = 50
"""Batches a sweep at most; the next sweep goes on."""
PAGE = 200
MAX_WAITERS = 10_000
"""Silent waiters looked at in a sweep."""

Outcome = Callable[[Connection, Conversation], str]


class IdleSweep:
    """One round closes what has been silent for too long."""

    def __init__(self, deps: Desk) -> None:
        self._deps = deps

    async def sweep(self) -> int:
        """Close what is due; return how many conversations that were."""
        now, rules = self._deps.clock.now(), self._deps.rules
        closed = await self._close_all(
            idle.silent_with_bot(now - timedelta(seconds=rules.bot_idle_seconds)),
            lambda connection, conversation: idle.outcome_with_bot(connection, conversation.id),
        )
        closed += await self._close_all(
            idle.silent_with_agent(now - timedelta(seconds=rules.agent_idle_seconds)),
            lambda _connection, _conversation: "idle",
        )
        closed += await self._close_waiters(now - timedelta(seconds=rules.waiting_idle_seconds))
        await self._deps.store.write(lambda connection: sessions.purge(connection, now))
        return closed

    async def _close_all(self, silent: ColumnElement[bool], outcome: Outcome) -> int:
        closed = 0
        for _ in range(ROUNDS):
            done = await self._deps.store.write(
                lambda connection: self._close_batch(connection, silent, outcome, BATCH)
            )
            self._wake(done)
            closed += len(done)
            if len(done) < BATCH:
                break
        return closed

    def _close_batch(
        self, connection: Connection, silent: ColumnElement[bool], outcome: Outcome, limit: int
    ) -> list[Conversation]:
        at, done = self._deps.clock.now(), []
        for conversation in idle.pick(connection, silent, limit):
            said = self._deps.texts.draft("closed_idle", conversation.lang, channel=conversation.channel)
            how = outcome(connection, conversation)
            if idle.close(connection, conversation, how, said, at, self._deps.rules.sinks):
                done.append(conversation)
        return done

    async def _close_waiters(self, before: datetime) -> int:
        closed, seen, last = 0, 0, ""
        while seen < MAX_WAITERS:
            page = await self._waiters(before, last)
            visitors = [waiter.visitor_id for waiter in page if waiter.visitor_id]
            here = await self._deps.live.connected("visitor", visitors)
            for waiter in page:
                if waiter.visitor_id not in here:
                    closed += await self._miss(waiter.conversation_id, before)
            if len(page) < PAGE:
                break
            seen, last = seen + PAGE, page[-1].conversation_id
        return closed

    async def _waiters(self, before: datetime, after_id: str) -> list[idle.Waiter]:
        return await self._deps.store.read(lambda c: idle.waiters(c, before, after_id, PAGE))

    async def _miss(self, conversation_id: str, before: datetime) -> int:
        silent = idle.only(conversation_id, idle.silent_waiting(before))
        done = await self._deps.store.write(
            lambda connection: self._close_batch(connection, silent, lambda _c, _v: "missed", 1)
        )
        self._wake(done)
        return len(done)

    def _wake(self, done: list[Conversation]) -> None:
        for conversation in done:
            self._deps.changed(conversation.id, conversation.agent_id)
