"""/chat/ws: the handshake, the limits of a frame, and the life of a socket."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterable, Sequence

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.live.hub import Hub
from bot.live.signal import Signal
from bot.live.store import LiveStore
from bot.model.conversation import State
from bot.model.ids import new_id
from bot.model.message import Message
from bot.web.chat_session import ChatDeps, ChatSession, TooManyRefusedError
from bot.web.frames import error_frame
from bot.web.security import origin_allowed

log = structlog.get_logger(__name__)
HEARTBEAT = 25.0
"""Seconds between pings; a customer who does not answer is gone half of that later."""
TOUCH_SECONDS = 10.0
SAFETY_SECONDS = 5.0
"""How often those who wait for or talk to a person read on unwoken: a wake-up may be lost on the way
from another gateway."""
PEOPLE = frozenset({State.WAITING, State.AGENT})
"""Where a person cares whether the customer is still there; who talks to the bot is only noted later."""
BOT_ROUNDS = 6
"""The same for those who talk to the bot, in rounds: its turns run on the socket's own gateway."""


class ChatSocket(web.WebSocketResponse):
    """A WebSocket that says why before it closes for a frame that is too large."""

    async def close(self, *, code: int = WSCloseCode.OK, message: bytes = b"", drain: bool = True) -> bool:
        """Close; see aiohttp."""
        if code == WSCloseCode.MESSAGE_TOO_BIG and not self.closed:
            with contextlib.suppress(ConnectionError):
                await self.send_str(error_frame("too_large", "the frame is larger than this gateway takes"))
        return await super().close(code=code, message=message, drain=drain)


class Connection:
    """One customer's open socket and what it listens to."""

    __slots__ = ("_here", "_hub", "_topics", "_touch", "id", "session", "socket", "touched")

    def __init__(
        self,
        hub: Hub,
        deps: ChatDeps,
        socket: ChatSocket,
        here: "Here",
        touch: Callable[["Connection"], None],
    ) -> None:
        self.id = new_id()
        self.socket = socket
        self.touched = False
        """Whether the live store knows of this connection."""
        self._hub = hub
        self._here = here
        self._topics: tuple[str, ...] = ()
        self._touch = touch
        self.session = ChatSession(deps, socket, moved=self._listen, awaited=self._awaited)

    def _awaited(self) -> None:
        if not self.touched:
            self.touched = True
            self._touch(self)

    def _listen(self) -> None:
        session = self.session
        assert session.visitor is not None
        self.forget()
        self._topics = (session.view.conversation_id, f"visitor:{session.visitor.id}")
        for topic in self._topics:
            self._hub.attach(topic, self)
        self._here.setdefault(self._topics[0], set()).add(self)

    def forget(self) -> None:
        """Listen to nothing any more."""
        for topic in self._topics:
            self._hub.detach(topic, self)
        if self._topics and (others := self._here.get(self._topics[0])) is not None:
            others.discard(self)
            if not others:
                del self._here[self._topics[0]]
        self._topics = ()

    def put(self, signal: Signal) -> None:
        """Take a signal from the hub."""
        self.session.view.wake(signal.kind, signal.data)


Here = dict[str, set[Connection]]
"""This gateway's connections by conversation."""


class ChatSockets:
    """Every customer's socket on this gateway."""

    def __init__(
        self,
        deps: ChatDeps,
        hub: Hub,
        live: LiveStore,
        *,
        origins: Iterable[str],
        max_sockets: int,
        frame_bytes: int,
        count: Callable[[int], None],
    ) -> None:
        self._deps = deps
        self._hub = hub
        self._live = live
        self._origins = frozenset(origins)
        self._max = max_sockets
        self._frame_bytes = frame_bytes
        self._count = count
        self._open: dict[str, Connection] = {}
        self._here: Here = {}
        self._touching: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the tasks that serve all sockets together."""
        self._tasks = [
            asyncio.create_task(self._touch_forever(), name="chat-touch"),
            asyncio.create_task(self._safety_forever(), name="chat-safety"),
        ]

    async def close_all(self) -> None:
        """Tell every customer's widget to connect again (elsewhere), and stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        sockets = [connection.socket for connection in self._open.values()]
        await asyncio.gather(
            *(socket.close(code=WSCloseCode.SERVICE_RESTART) for socket in sockets), return_exceptions=True
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one customer until they are gone."""
        if not origin_allowed(request, self._origins):
            raise web.HTTPForbidden(text="this origin may not carry the widget; see widget.allowed_origins")
        if 0 < self._max <= len(self._open):
            raise web.HTTPServiceUnavailable(text="too many open chats", headers={"Retry-After": "10"})
        # aiohttp counts a frame as too large from max_msg_size on; ours may be exactly as large.
        socket = ChatSocket(heartbeat=HEARTBEAT, max_msg_size=self._frame_bytes + 1, compress=False)
        await socket.prepare(request)
        connection = Connection(self._hub, self._deps, socket, self._here, self._touch_soon)
        self._open[connection.id] = connection
        self._count(len(self._open))
        try:
            await self._serve(connection)
        finally:
            self._open.pop(connection.id, None)
            self._count(len(self._open))
            connection.forget()
            await connection.session.view.close()
            await self._gone(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        session, socket = connection.session, connection.socket
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                text = "frames are JSON text"
                await socket.send_str(error_frame("invalid_frame", text))
                continue
            if message.type is not WSMsgType.TEXT:
                break
            try:
                await session.receive(message.data)
            except TooManyRefusedError:
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"rate_limited")
                return
            except ConnectionError:
                return
            except Exception:
                log.exception("chat_frame_failed", conversation_id=session.view.conversation_id)
                await socket.send_str(error_frame("unavailable", "we could not take this; send it again"))

    async def _touch(self, connection: Connection) -> None:
        visitor = connection.session.visitor
        if visitor is not None:
            connection.touched = True
            await self._live.touch("visitor", visitor.id, connection.id, TOUCH_SECONDS * 3)

    def _touch_soon(self, connection: Connection) -> None:
        task = asyncio.create_task(self._touch(connection), name="chat-touch-one")
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _gone(self, connection: Connection) -> None:
        session = connection.session
        if session.visitor is None or not connection.touched:
            return
        await self._live.gone("visitor", session.visitor.id, connection.id)
        if session.view.conversation_id:
            self._hub.wake(session.view.conversation_id, "presence")

    async def _touch_forever(self) -> None:
        while True:
            await asyncio.sleep(TOUCH_SECONDS)
            for connection in list(self._open.values()):
                if connection.session.view.talked:
                    await self._touch(connection)

    async def _safety_forever(self) -> None:
        for round_ in itertools.count():
            await asyncio.sleep(SAFETY_SECONDS)
            for connection in list(self._open.values()):
                view = connection.session.view
                people = view.state in PEOPLE
                if view.talked and (people or round_ % BOT_ROUNDS == 0):
                    view.wake("changed", None)

    def show(self, conversation_id: str, messages: Sequence[Message]) -> None:
        """Show messages that were just committed to those who are here."""
        for connection in self._here.get(conversation_id, ()):
            connection.session.view.show(messages)

    def queue_moved(self) -> None:
        """Places in the queue have changed: show them to those who wait."""
        for connection in self._open.values():
            if connection.session.view.state is State.WAITING:
                connection.session.view.wake("changed", None)
