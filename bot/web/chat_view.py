"""What one customer's socket shows: everything after its cursor, read from SQL after every wake-up.

Nothing is queued for a slow customer: a wake-up only says that there is something to read. An idle
socket costs no task beside its own.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from bot.clock import Clock
from bot.errors import CentralaError
from bot.model.conversation import Conversation, State
from bot.model.message import Message
from bot.store import conversations, feed
from bot.store.engine import Store
from bot.web.frames import encode, message_frame

SURVEY_HOURS = 24
_running: set[asyncio.Task[None]] = set()


class Sender(Protocol):
    """The socket, as far as a view needs it."""

    async def send_str(self, data: str) -> None:
        """Send one frame; raises `ConnectionError` where the customer is gone."""
        ...


class ChatView:
    """The transcript and the state of one conversation, as one socket has shown them so far."""

    __slots__ = ("_again", "_awaited", "_clock", "_cursor", "_moved", "_muted", "_own", "_pump", "_shown",
                 "_socket", "_store", "conversation_id", "lock", "token")  # fmt: skip

    def __init__(
        self,
        store: Store,
        clock: Clock,
        socket: Sender,
        *,
        moved: Callable[[], None],
        awaited: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._socket = socket
        self._moved = moved
        """Called when the view goes on with another conversation."""
        self._awaited = awaited
        """Called when a person is asked for, or there: they care whether the customer still is."""
        self.conversation_id = ""
        self.token = ""
        """The visitor's token, which every `welcome` repeats."""
        self.lock = asyncio.Lock()
        """Held while frames are sent that belong together."""
        self._cursor = 0
        self._own: set[int] = set()
        self._shown: tuple[Any, ...] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._again = False
        self._muted = False

    @property
    def talked(self) -> bool:
        """Whether there is a stored conversation to read."""
        return self._shown is not None or self._cursor > 0 or bool(self._own)

    @property
    def state(self) -> State | None:
        """The state that the customer was shown last."""
        return self._shown[0] if self._shown else None

    async def open(self, conversation_id: str, present: Conversation | None, after_seq: int) -> None:
        """Begin with a conversation, stored (`present`) or not; the lock is held by the caller."""
        self.conversation_id = conversation_id
        self._cursor = min(after_seq, present.last_seq) if present else 0
        self._own, self._shown = set(), None
        self._moved()
        welcome = {
            "type": "welcome",
            "conversation_id": conversation_id,
            "visitor_token": self.token,
            "state": (present.state if present else State.BOT).value,
            "seq": present.last_seq if present else 0,
        }
        await self._socket.send_str(encode(welcome))

    def sent(self, seq: int | None) -> None:
        """Note a message that its own sender need not be shown: the `ack` tells its place."""
        assert seq is not None
        if seq == self._cursor + 1:
            self._cursor = seq
        else:
            self._own.add(seq)

    def tell_others(self, tell: Callable[[], None], *, me_too: bool) -> None:
        """Wake everybody who looks at the conversation; this view only where it has something to read."""
        self._muted = not me_too
        tell()
        self._muted = False

    def show(self, messages: Sequence[Message]) -> None:
        """Show messages that this gateway has just committed, without reading them back from SQL.

        Only where they are exactly what comes next and nothing is being read; else the wake-up that
        follows reads them. Never blocks.
        """
        first, last = messages[0].seq, messages[-1].seq
        reading = self._pump is not None or self.lock.locked()  # `hello` reads without a pump
        if reading or self._own or first != self._cursor + 1 or last is None:
            return
        self._cursor = last
        self._pump = self._spawn(self._run_pump(tuple(messages)))

    def wake(self, kind: str, data: Mapping[str, Any] | None) -> None:
        """Somebody changed something: read on, or show who is typing. Never blocks."""
        if kind == "typing":
            if data and data.get("sender") in ("bot", "agent"):
                self._spawn(self._type(str(data["sender"])))
        elif kind == "opened" and data and data.get("conversation_id") != self.conversation_id:
            self._spawn(self._switch(str(data["conversation_id"])))
        elif data and data.get("seq", self._cursor + 1) <= self._cursor:
            return  # no more than was shown already
        elif self._pump is not None:
            self._again = True
        elif not self._muted:
            self._pump = self._spawn(self._run_pump())

    async def close(self) -> None:
        """Stop reading."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    async def read_on(self, *, fresh: bool = False) -> None:
        """Send what is new, in order, then how things stand (`fresh`: even if unchanged).

        The lock is held by the caller.
        """
        while True:
            read = partial(feed.read_feed, conversation_id=self.conversation_id, after_seq=self._cursor)
            found = await self._store.read(read)
            if found is None:
                return
            for message in found.messages:
                assert message.seq is not None
                self._cursor = message.seq
                if message.seq in self._own:
                    self._own.discard(message.seq)
                    continue
                await self._socket.send_str(message_frame(message))
            if not found.more:
                break
        await self._show_state(found, fresh)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work, name="chat-view")
        _running.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(_running.discard)
        return task

    async def _type(self, sender: str) -> None:
        async with self._quietly():
            await self._socket.send_str(encode({"type": "typing", "sender": sender}))

    async def _switch(self, conversation_id: str) -> None:
        """Another tab of the visitor opened a new conversation: go on with it here too."""
        async with self._quietly():
            new = await self._store.read(lambda c: conversations.get(c, conversation_id))
            if new is not None and self.conversation_id != new.id:
                await self.open(new.id, new, 0)
                await self.read_on()

    async def _run_pump(self, known: Sequence[Message] = ()) -> None:
        try:
            self._again = not known
            async with self._quietly():
                for message in known:
                    if message.conversation_id == self.conversation_id:  # another one was opened meanwhile
                        await self._socket.send_str(message_frame(message))
            while self._again:
                self._again = False
                async with self._quietly():
                    await self.read_on()
        finally:
            self._pump = None

    def _quietly(self) -> "_Quietly":
        return _Quietly(self.lock)

    async def _show_state(self, found: feed.Feed, fresh: bool) -> None:
        conversation, place = found.conversation, found.place
        waits = (place.position, place.wait_seconds is not None) if place else None
        now_shown = (conversation.state, found.agent_name, waits)
        if not fresh and now_shown == (self._shown or (State.BOT, None, None)):
            return
        self._shown = now_shown
        if conversation.state in (State.WAITING, State.AGENT):
            self._awaited()
        frame: dict[str, Any] = {"type": "state", "state": conversation.state.value}
        if place is not None:
            frame["position"] = place.position
            if place.wait_seconds is not None:
                frame["wait_seconds"] = place.wait_seconds
        if found.agent_name is not None:
            frame["name"] = found.agent_name
        await self._socket.send_str(encode(frame))
        if conversation.closed_at is not None and conversation.rating is None:
            open_until = conversation.closed_at + timedelta(hours=SURVEY_HOURS)
            if self._clock.now() < open_until:
                await self._socket.send_str(encode({"type": "survey", "kind": "ces"}))


class _Quietly:
    """The lock, for work that nobody waits for: a customer who is gone, or a store that is down, ends it;
    the safety re-read or the next `hello` catches up."""

    __slots__ = ("_lock",)

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock = lock

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._lock.release()
        return kind is not None and issubclass(kind, (ConnectionError, CentralaError))
