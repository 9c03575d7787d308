"""One open page of the desk. It is told by wake-ups that something is new, and reads SQL by its cursors.

Nothing is queued for a slow page: a frame is written when the one before has left, and a page that
takes none for `SEND_SECONDS` is closed. What it missed it reads when it is back.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import WSMsgType, web
from sqlalchemy import Connection

from bot.errors import CentralaError
from bot.live.signal import Signal
from bot.live.subscription import Subscription
from bot.model.conversation import State
from bot.model.ids import new_id
from bot.store import desk, sessions
from bot.store.sessions import Session
from handoff import show
from handoff.bodies import AgentsView, QueueView
from handoff.deps import Desk
from handoff.desk_frames import Ping, Typing, Unwatch, Watch, encode, error_frame, parse
from handoff.reads import DeskReads
from handoff.snapshot import Snapshot

log = structlog.get_logger(__name__)
SILENCE_SECONDS = 60.0
"""A page pings every 20 s; one silent for this long is gone."""
SEND_SECONDS = 10.0
CLOSE_SECONDS = 2.0
TICK_SECONDS = 5.0
"""How often a page is shown what no wake-up told, and its session is checked."""
TOUCH_SECONDS = 3 * TICK_SECONDS
PAUSE_SECONDS = 0.05
"""Between two rounds of reading, so that a burst of changes is read once."""
MAX_WATCHED = 8
MAX_FRAMES_PER_TICK = 200
TYPING_SECONDS = 1.0
SESSION_ENDED = 4401
TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008


@dataclass(frozen=True, slots=True)
class Shared:
    """What all pages of a gateway read together."""

    queue: Snapshot[QueueView]
    agents: Snapshot[AgentsView]


@dataclass(slots=True)
class _Watching:
    cursor: int
    shown: tuple[Any, ...] | None = None
    owner_id: str | None = None


@dataclass(slots=True)
class _Dirty:
    """What may have changed since it was shown."""

    queue: bool = False
    mine: bool = False
    agents: bool = False
    conversations: set[str] = field(default_factory=set)


class _End(Exception):  # noqa: N818 - a way out, not an error
    """The connection is to be closed with this code."""

    def __init__(self, code: int, reason: bytes) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Read:
    """How a watched conversation goes on, if the agent may still see it."""

    going_on: desk.Watched
    visible: bool


class DeskConnection:
    """The protocol of /desk/ws for one page."""

    def __init__(
        self,
        deps: Desk,
        shared: Shared,
        socket: web.WebSocketResponse,
        session: Session,
        transport: asyncio.Transport | None,
    ) -> None:
        self.id = new_id()
        self._deps = deps
        self._shared = shared
        self._reads = DeskReads(deps)
        self._socket = socket
        self._session = session
        self._transport = transport
        self._agent = session.agent
        self._watching: dict[str, _Watching] = {}
        self._shown: dict[str, str] = {}
        self._sending = asyncio.Lock()
        self._frames = 0
        self._typed_at = 0.0

    @property
    def agent_id(self) -> str:
        """Whose page it is."""
        return self._agent.id

    async def run(self) -> None:
        """Serve the page until it or its session is gone."""
        with self._deps.hub.subscribe("queue", "agents", f"agent:{self.agent_id}") as subscription:
            await self.touch()
            await self._send(encode("hello", me=self._reads.me(self._agent)))
            telling = asyncio.create_task(self._tell(subscription), name="desk-tell")
            hearing = asyncio.create_task(self._hear(subscription), name="desk-hear")
            try:
                await asyncio.wait([telling, hearing], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (telling, hearing):
                    task.cancel()
                ends = await asyncio.gather(telling, hearing, return_exceptions=True)
        await self._end([end for end in ends if isinstance(end, Exception)])

    async def touch(self) -> None:
        """Note in live state that the page is open."""
        await self._deps.live.touch("agent", self.agent_id, self.id, TOUCH_SECONDS)

    async def close(self, code: int, reason: bytes = b"") -> None:
        """Close; a page that does not even take that loses its connection."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close(code=code, message=reason)
        except (TimeoutError, ConnectionError):
            if self._transport is not None:
                self._transport.abort()

    async def _end(self, errors: list[Exception]) -> None:
        for error in errors:
            if isinstance(error, _End):
                await self.close(error.code, error.reason)
                return
        for error in errors:
            if not isinstance(error, (ConnectionError, CentralaError)):
                log.error("desk_socket_failed", agent_id=self.agent_id, exc_info=error)
        await self.close(TRY_AGAIN_LATER if errors else 1000)

    async def _send(self, frame: str) -> None:
        async with self._sending:
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._socket.send_str(frame)
            except TimeoutError:
                raise _End(TRY_AGAIN_LATER, b"slow") from None

    # --- from the page -------------------------------------------------------------------------

    async def _hear(self, subscription: Subscription) -> None:
        while True:
            try:
                message = await self._socket.receive(timeout=SILENCE_SECONDS)
            except TimeoutError:
                return
            if message.type is WSMsgType.BINARY:
                await self._send(error_frame("invalid_frame", "frames are JSON text"))
                continue
            if message.type is not WSMsgType.TEXT:
                return
            self._frames += 1
            if self._frames > MAX_FRAMES_PER_TICK:
                raise _End(POLICY_VIOLATION, b"rate_limited")
            try:
                await self._take(message.data, subscription)
            except CentralaError as error:
                await self._send(error_frame(error.code, str(error)))

    async def _take(self, text: str, subscription: Subscription) -> None:
        match parse(text):
            case Ping():
                await self._send(encode("pong"))
            case Watch(id, after):
                await self._watch(id, after, subscription)
            case Unwatch(id):
                self._forget(id, subscription)
            case Typing(id):
                self._typing(id)

    async def _watch(self, id: str, after: int, subscription: Subscription) -> None:
        if id not in self._watching and len(self._watching) >= MAX_WATCHED:
            await self._send(error_frame("too_many_watched", f"at most {MAX_WATCHED} conversations at once"))
            return
        self._watching[id] = _Watching(after)
        subscription.add(id)
        subscription.put(Signal(id, "changed"))

    def _forget(self, id: str, subscription: Subscription) -> None:
        if self._watching.pop(id, None) is not None:
            subscription.remove(id)

    def _typing(self, id: str) -> None:
        watched, now = self._watching.get(id), self._deps.clock.monotonic()
        if watched is None or watched.owner_id != self.agent_id or now - self._typed_at < TYPING_SECONDS:
            return
        self._typed_at = now
        self._deps.hub.wake(id, "typing", {"sender": "agent"})

    # --- to the page ---------------------------------------------------------------------------

    async def _tell(self, subscription: Subscription) -> None:
        loop = asyncio.get_running_loop()
        tick_at = loop.time()
        while True:
            signals = await subscription.next(max(0.0, tick_at - loop.time()))
            dirty = self._sort(signals)
            for signal in signals:
                if signal.kind == "typing" and signal.data and signal.data.get("sender") == "visitor":
                    await self._send(encode("typing", id=signal.topic, sender="visitor"))
            session_changed = any(signal.kind == "session" for signal in signals)
            if loop.time() >= tick_at:
                tick_at = loop.time() + TICK_SECONDS
                self._frames = 0
                await self.touch()
                dirty = _Dirty(True, True, True, set(self._watching))
                session_changed = True
            if session_changed:
                await self._check_session()
            await self._show(dirty, subscription)
            await asyncio.sleep(PAUSE_SECONDS)

    def _sort(self, signals: list[Signal]) -> _Dirty:
        dirty = _Dirty()
        for signal in signals:
            if signal.kind in ("typing", "read"):
                continue
            if signal.topic == "queue":
                dirty.queue = True
            elif signal.topic == "agents":
                dirty.agents = True
            elif signal.topic in self._watching:
                dirty.conversations.add(signal.topic)
                dirty.mine |= signal.kind == "presence"
            else:
                dirty.mine = True
        return dirty

    async def _check_session(self) -> None:
        now, token_hash = self._deps.clock.now(), self._session.token_hash
        present = await self._deps.store.read(lambda c: sessions.get(c, token_hash, now))
        if present is None:
            await self._send(encode("session_ended"))
            raise _End(SESSION_ENDED, b"session_ended")
        self._agent = present.agent

    async def _show(self, dirty: _Dirty, subscription: Subscription) -> None:
        if dirty.queue:
            view = await self._shared.queue.get()
            await self._send_changed("queue", encode("queue", items=view.items, open=view.open))
        if dirty.mine:
            rows = await self._reads.mine(self.agent_id)
            await self._send_changed("mine", encode("mine", items=rows))
        if dirty.agents:
            agents = await self._shared.agents.get()
            await self._send_changed("agents", encode("agents", items=agents.items))
        for id in dirty.conversations:
            await self._show_conversation(id, subscription)

    async def _send_changed(self, name: str, frame: str) -> None:
        if self._shown.get(name) != frame:
            await self._send(frame)
            self._shown[name] = frame

    async def _show_conversation(self, id: str, subscription: Subscription) -> None:
        """Send what is new of a watched conversation, page by page."""
        while (watched := self._watching.get(id)) is not None:
            read = await self._read(id, watched.cursor)
            if self._watching.get(id) is not watched:
                return  # watched anew meanwhile, from another place; that has woken us again
            if read is None or not (read.visible or watched.shown):
                self._forget(id, subscription)
                await self._send(error_frame("not_found", "there is no such conversation"))
                return
            await self._show_going_on(watched, read)
            if not read.visible:
                self._forget(id, subscription)
            if not read.going_on.more:
                return

    async def _show_going_on(self, watched: _Watching, read: _Read) -> None:
        """Send one page. Of a conversation that is the agent's no longer the last frame says whose it is."""
        conversation = read.going_on.conversation
        online = bool(await self._reads.online([conversation.visitor_id]))
        standing = (conversation.state, conversation.agent_id, online)
        messages = read.going_on.messages if read.visible else ()
        watched.owner_id = conversation.agent_id if conversation.state is State.AGENT else None
        if not messages and standing == watched.shown:
            return
        watched.shown = standing
        if messages:
            watched.cursor = messages[-1].ordinal
        frame = encode(
            "conversation",
            id=conversation.id,
            state=conversation.state.value,
            agent=show.agent_ref(conversation.agent_id, read.going_on.agent_name),
            visitor_online=online,
            messages=[show.message_view(message) for message in messages],
        )
        await self._send(frame)

    async def _read(self, id: str, after: int) -> _Read | None:
        def work(connection: Connection) -> _Read | None:
            found = desk.go_on(connection, id, after)
            if found is None:
                return None
            return _Read(found, desk.may_see(connection, self._agent, found.conversation))

        return await self._deps.store.read(work)
