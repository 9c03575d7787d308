"""Every call of this gateway: taken from the transports, counted, and let end when the gateway drains."""

import asyncio
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.calls.deps import CallDeps
from bot.calls.legs import Legs
from bot.calls.opening import FromPage, Opened, open_call
from bot.calls.session import CallSession
from bot.model.call import Announcement, Call
from bot.model.conversation import Conversation, State
from bot.model.ids import is_uuid
from bot.store import calls, conversations, ownership
from voice.transports.transport import Transport

log = structlog.get_logger(__name__)


class Switchboard:
    """The calls of one gateway."""

    def __init__(self, deps: CallDeps, *, max_calls: int, accept_unknown: bool) -> None:
        self._deps = deps
        self._max = max_calls
        self._accept_unknown = accept_unknown
        self.legs = Legs()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._conversations: set[str] = set()
        self._coming_back: dict[str, Opened] = {}
        """Callers whom the PBX brings back from an agent's phone."""
        self._wrapping: set[asyncio.Task[None]] = set()
        self.draining = False

    def __len__(self) -> int:
        return len(self._running)

    @property
    def full(self) -> bool:
        """Whether no further call is taken."""
        return self.draining or len(self._running) >= self._max

    def has(self, conversation_id: str) -> bool:
        """Whether the call of a conversation is on this gateway now."""
        return conversation_id in self._conversations

    async def take(self, transport: Transport, page: FromPage | None = None) -> None:
        """Serve a call until it is over; one that may not be taken is hung up at once."""
        try:
            opened = await self._open(transport, page)
        except Exception:
            log.exception("call_not_opened", call_id=transport.start.call_id)
            opened = None
        if opened is None:
            await transport.hang_up()
            return
        session = CallSession(self._deps, self.legs, transport, opened)
        task = asyncio.create_task(session.run(), name="call")
        self._running[opened.call.id] = task
        self._conversations.add(opened.conversation.id)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            # The transport's server ends: so does the call, in order.
            await transport.hang_up()
            raise
        finally:
            self._running.pop(opened.call.id, None)
            if session.comes_back:
                self._coming_back[opened.call.id] = replace(opened, cursor=session.cursor)
            self._conversations.discard(opened.conversation.id)
            self._wrap_up(opened.conversation.id)

    async def drain(self, seconds: float) -> None:
        """Take no new calls and let those that run end; after `seconds` they are hung up."""
        self.draining = True
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for wrapping in list(self._wrapping):
            wrapping.cancel()
        await asyncio.gather(*self._wrapping, return_exceptions=True)

    async def left_behind(self) -> None:
        """End in SQL what a former life of this gateway could not: its callers are gone."""
        deps, at = self._deps, self._deps.clock.now()

        def work(connection: Connection) -> list[Conversation]:
            ended = []
            for call in calls.left_behind(connection, deps.gateway):
                calls.end(connection, call.id, "lost", at, deps.sinks)
                assert call.conversation_id is not None
                done = ownership.close(
                    connection,
                    call.conversation_id,
                    "lost",
                    [],
                    at,
                    deps.sinks,
                    states=[State.BOT, State.WAITING],
                )
                if done is not None:
                    ended.append(done.conversation)
            return ended

        for conversation in await deps.store.write(work):
            deps.hub.wake(conversation.id)
            deps.hub.wake("queue")
        for conversation_id in await deps.store.read(lambda c: calls.with_agents_still(c, deps.gateway)):
            self._wrap_up(conversation_id)

    async def _open(self, transport: Transport, page: FromPage | None) -> Opened | None:
        if self.full:
            return None
        deps, start = self._deps, transport.start
        back = self._coming_back.pop(start.call_id, None)
        if back is not None:
            return back
        at, today = deps.clock.now(), deps.today()

        def work(connection: Connection) -> Opened | None:
            call = calls.get(connection, start.call_id)
            if call is None:
                call = self._unknown(connection, transport, page)
            if call is None:
                return None
            return open_call(
                connection,
                call,
                at,
                rules=deps.rules,
                texts=deps.texts,
                transport=transport.info.name,
                gateway=deps.gateway,
                today=today,
                renewal_state=deps.renewal_state,
                page=page,
            )

        opened = await deps.store.write(work)
        if opened is None:
            log.warning("call_refused", call_id=start.call_id, transport=transport.info.name)
        return opened

    def _unknown(self, connection: Connection, transport: Transport, page: FromPage | None) -> Call | None:
        """Take a call that nobody announced, where that is allowed: AudioSocket proves nothing."""
        start = transport.start
        announced_by_itself = page is not None or transport.info.name != "audiosocket"
        if not (announced_by_itself or self._accept_unknown) or not is_uuid(start.call_id):
            return None
        announcement = Announcement(start.call_id, caller=start.caller, called=start.called, lang=start.lang)
        return calls.announce(connection, announcement, self._deps.clock.now())

    def _wrap_up(self, conversation_id: str) -> None:
        task = asyncio.create_task(self._close_later(conversation_id), name="call-wrap-up")
        self._wrapping.add(task)
        task.add_done_callback(self._wrapped)

    def _wrapped(self, task: asyncio.Task[None]) -> None:
        self._wrapping.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("wrap_up_failed", exc_info=error)

    async def _close_later(self, conversation_id: str) -> None:
        """Close what the agent has not closed herself some time after the call."""
        deps = self._deps
        found = await deps.store.read(lambda c: conversations.get(c, conversation_id))
        if found is None or found.state is not State.AGENT:
            return
        await asyncio.sleep(deps.patience.wrap_up)
        at = deps.clock.now()
        done = await deps.store.write(
            lambda c: ownership.close(
                c, conversation_id, "resolved", [], at, deps.sinks, states=[State.AGENT]
            )
        )
        if done is not None:
            for topic in (conversation_id, "queue", f"agent:{found.agent_id}"):
                deps.hub.wake(topic)
