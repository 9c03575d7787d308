"""One customer's socket: what it says goes into SQL, what it shows is read from SQL by its cursor.

Nothing is queued for a slow customer: a wake-up only says that there is something to read. An idle
socket costs no task beside its own.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from bot.clock import Clock
from bot.errors import CentralaError
from bot.model.conversation import Conversation, State
from bot.store import conversations, feed, inbox, ownership
from bot.store.engine import Store
from bot.store.inbox import WhileWaiting
from bot.store.turns import Owed
from bot.texts import Texts
from bot.web import frames
from bot.web.frames import BadFrameError, encode, error_frame
from bot.web.identity import Identities, Visitor, VisitorTokens
from bot.web.limits import FrameLimiter

SURVEY_HOURS = 24


class Sender(Protocol):
    """The socket, as far as a session needs it."""

    async def send_str(self, data: str) -> None:
        """Send one frame; raises `ConnectionError` where the customer is gone."""
        ...


@dataclass(frozen=True)
class ChatDeps:
    """What every session of a gateway shares."""

    store: Store
    clock: Clock
    texts: Texts
    tokens: VisitorTokens
    identities: Identities
    limiter: FrameLimiter
    languages: tuple[str, ...]
    message_chars: int
    refused_before_close: int
    sinks: tuple[str, ...]
    while_waiting: WhileWaiting
    notify: Callable[[str, Owed | None], None]
    """Tells the runner that the bot owes a turn."""
    wake: Callable[[str, str, dict[str, Any] | None], None]
    """(topic, kind, data) to every socket that listens, on every gateway."""
    may_speak: Callable[[], bool]
    """False while draining: what comes now is not taken, and the client sends it again elsewhere."""


class TooManyRefusedError(CentralaError):
    """A client that does not slow down; its socket is closed."""

    code = "rate_limited"


class ChatSession:
    """The protocol of /chat/ws for one socket."""

    __slots__ = (
        "_again",
        "_cursor",
        "_deps",
        "_identity",
        "_lang",
        "_lock",
        "_muted",
        "_own",
        "_pump",
        "_refused",
        "_shown",
        "_socket",
        "conversation_id",
        "on_conversation",
        "visitor",
    )

    def __init__(self, deps: ChatDeps, socket: Sender, on_conversation: Callable[[], None]) -> None:
        self._deps = deps
        self._socket = socket
        self.on_conversation = on_conversation
        """Called when the session's conversation or visitor is known or has changed."""
        self.visitor: Visitor | None = None
        self.conversation_id: str | None = None
        self._lang = deps.languages[0]
        self._identity: dict[str, str | None] | None = None
        self._cursor = 0
        self._own: set[int] = set()
        self._shown: tuple[Any, ...] | None = None
        self._refused = 0
        self._lock = asyncio.Lock()
        self._pump: asyncio.Task[None] | None = None
        self._again = False
        self._muted = False

    async def receive(self, raw: str) -> None:
        """Take one frame; errors are answered, and change nothing.

        Raises:
            TooManyRefusedError: the socket is to be closed.
        """
        now = self._deps.clock.monotonic()
        who = self.visitor.id if self.visitor else f"new-{id(self)}"
        if not self._deps.limiter.take(who, now):
            await self._refuse(raw)
            return
        client_id = None
        try:
            frame = frames.parse(raw)
            client_id = getattr(frame, "client_id", None)
            if isinstance(frame, frames.Hello):
                await self._hello(frame)
            elif self.visitor is None:
                raise BadFrameError("say hello first", client_id, code="hello_required")
            else:
                await self._take(frame, self.visitor)
        except BadFrameError as error:
            await self._socket.send_str(error_frame(error.code, str(error), error.client_id))
        except CentralaError as error:
            await self._socket.send_str(error_frame(error.code, str(error), client_id))

    def wake(self, kind: str, data: dict[str, Any] | None) -> None:
        """Somebody changed something: read on, or show who is typing. Never blocks."""
        if kind == "typing":
            if data and data.get("sender") in ("bot", "agent"):
                self._spawn({"type": "typing", "sender": data["sender"]})
            return
        if kind == "opened" and data and data.get("conversation_id") != self.conversation_id:
            self._spawn({"switch": data["conversation_id"]})
            return
        if self._muted:
            return
        if self._pump is None:
            self._spawn(None)
        else:
            self._again = True

    @property
    def talked(self) -> bool:
        """Whether there is a stored conversation to read."""
        return self._shown is not None or self._cursor > 0 or bool(self._own)

    @property
    def state(self) -> State | None:
        """The state that the customer was shown last."""
        return self._shown[0] if self._shown else None

    async def close(self) -> None:
        """Stop reading for this socket."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    async def _refuse(self, raw: str) -> None:
        self._refused += 1
        if self._refused > self._deps.refused_before_close > 0:
            raise TooManyRefusedError
        text = "too many frames; wait a second and send it again"
        await self._socket.send_str(error_frame("rate_limited", text, frames.peek_client_id(raw)))

    async def _hello(self, frame: frames.Hello) -> None:
        if self.visitor is not None:
            raise BadFrameError("hello was said already; open a new connection")
        deps = self._deps
        lang = frame.lang.replace("_", "-").split("-")[0].lower()
        if lang not in deps.languages:
            known = ", ".join(deps.languages)
            raise CentralaError(f"this shop speaks: {known}", code="unsupported_language")
        identity = deps.identities.read(frame.identity) if frame.identity is not None else None
        if frame.visitor_token is None:
            visitor, token = deps.tokens.make()
        else:
            visitor, token = deps.tokens.read(frame.visitor_token), frame.visitor_token
        present = None
        if frame.visitor_token is not None:
            present = await deps.store.read(lambda c: conversations.latest_of_visitor(c, visitor.id))
        async with self._lock:
            self._lang, self._identity, self.visitor = lang, identity, visitor
            self.conversation_id = present.id if present else visitor.conversation_id
            self._cursor = min(frame.after_seq, present.last_seq) if present else 0
            self.on_conversation()
            await self._welcome(present, token)
            if frame.visitor_token is not None:
                await self._read_on(fresh=True)

    async def _welcome(self, present: Conversation | None, token: str) -> None:
        await self._socket.send_str(
            encode(
                {
                    "type": "welcome",
                    "conversation_id": self.conversation_id,
                    "visitor_token": token,
                    "state": (present.state if present else State.BOT).value,
                    "seq": present.last_seq if present else 0,
                }
            )
        )

    async def _take(self, frame: Any, visitor: Visitor) -> None:
        match frame:
            case frames.Text():
                if len(frame.text) > self._deps.message_chars:
                    most = self._deps.message_chars
                    raise BadFrameError(f"text: at most {most} characters", frame.client_id)
                await self._say(visitor, frame.client_id, frame.text, None)
            case frames.Click():
                if frame.payload not in self._deps.texts.payloads:
                    raise BadFrameError("payload: there is no such button", frame.client_id)
                title = self._deps.texts.title(self._lang, frame.payload)
                await self._say(visitor, frame.client_id, title, frame.payload)
            case frames.Typing():
                self._deps.wake(self._conversation, "typing", {"sender": "visitor"})
            case frames.Read():
                self._deps.wake(self._conversation, "read", {"seq": frame.seq})
            case frames.Rating():
                await self._rate(visitor, frame)
            case frames.End():
                await self._end()

    @property
    def _conversation(self) -> str:
        assert self.conversation_id is not None
        return self.conversation_id

    async def _say(self, visitor: Visitor, client_id: str, text: str, payload: str | None) -> None:
        deps = self._deps
        if not deps.may_speak():
            raise CentralaError("the gateway is restarting; send it again", code="rate_limited")
        incoming = inbox.Incoming(
            visitor_id=visitor.id,
            conversation_id=self._conversation,
            client_id=client_id,
            text=text,
            lang=self._lang,
            payload=payload,
            identity=self._identity,
        )
        at = deps.clock.now()
        async with self._lock:  # so that the pump does not show the message before its ack
            taken = await deps.store.write(lambda c: inbox.take(c, incoming, at, deps.while_waiting))
            conversation, message = taken.conversation, taken.message
            if not taken.duplicate:
                if conversation.id != self.conversation_id:
                    await self._move_to(conversation, visitor)
                self._sent(message.seq)
            ack = {"type": "ack", "client_id": client_id, "seq": message.seq}
            await self._socket.send_str(encode(ack))
        if taken.duplicate:
            return
        if conversation.state is State.BOT:
            alone = conversation.owed_since == at  # nothing else was owed before this message
            deps.notify(conversation.id, Owed(conversation, message) if alone else None)
        if taken.opened:
            deps.wake(f"visitor:{visitor.id}", "opened", {"conversation_id": conversation.id})
        # Nothing is new for this socket itself, unless the house answered in the same transaction.
        self._muted = conversation.state is not State.WAITING
        deps.wake(conversation.id, "changed", None)
        self._muted = False
        if conversation.state is State.AGENT and conversation.agent_id:
            deps.wake(f"agent:{conversation.agent_id}", "changed", None)
        elif conversation.state is State.WAITING:
            deps.wake("queue", "changed", None)

    def _sent(self, seq: int | None) -> None:
        """Note a message that its own sender need not be shown: the `ack` tells its place."""
        assert seq is not None
        if seq == self._cursor + 1:
            self._cursor = seq
        else:
            self._own.add(seq)

    async def _move_to(self, conversation: Conversation, visitor: Visitor) -> None:
        """Go on with a new conversation; the one before is closed."""
        self.conversation_id = conversation.id
        self._cursor, self._own, self._shown = 0, set(), None
        self.on_conversation()
        fresh = encode(
            {
                "type": "welcome",
                "conversation_id": conversation.id,
                "visitor_token": self._deps.tokens.sign(visitor),
                "state": conversation.state.value,
                "seq": conversation.last_seq,
            }
        )
        await self._socket.send_str(fresh)

    async def _rate(self, visitor: Visitor, frame: frames.Rating) -> None:
        at = self._deps.clock.now()
        oldest = at - timedelta(hours=SURVEY_HOURS)
        sinks = self._deps.sinks
        taken = await self._deps.store.write(
            lambda c: feed.rate(c, visitor.id, frame.score, frame.comment, at, oldest, sinks)
        )
        if not taken:
            raise BadFrameError("there is no conversation to rate", frame.client_id)
        await self._socket.send_str(encode({"type": "ack", "client_id": frame.client_id, "seq": None}))

    async def _end(self) -> None:
        deps, at, conversation_id = self._deps, self._deps.clock.now(), self._conversation

        def work(connection: Any) -> bool:
            present = conversations.get(connection, conversation_id)
            if present is None or present.state is State.CLOSED:
                return False
            outcome = "contained" if present.state is State.BOT else "ended_by_visitor"
            said = [deps.texts.draft("closed_by_visitor", present.lang)]
            done = ownership.close(connection, present.id, outcome, said, at, deps.sinks)
            return done is not None

        if await deps.store.write(work):
            deps.wake(conversation_id, "changed", None)
            deps.wake("queue", "changed", None)

    def _spawn(self, what: dict[str, Any] | None) -> None:
        task = asyncio.create_task(self._run_pump() if what is None else self._side(what))
        if what is None:
            self._pump = task

    async def _side(self, what: dict[str, Any]) -> None:
        try:
            async with self._lock:
                if "switch" not in what:
                    await self._socket.send_str(encode(what))
                    return
                new_id = what["switch"]
                new = await self._deps.store.read(lambda c: conversations.get(c, new_id))
                if new is not None and self.visitor is not None and self.conversation_id != new.id:
                    await self._move_to(new, self.visitor)
                    await self._read_on(fresh=False)
        except (ConnectionError, CentralaError):
            return

    async def _run_pump(self) -> None:
        try:
            self._again = True
            while self._again:
                self._again = False
                async with self._lock:
                    await self._read_on(fresh=False)
        except (ConnectionError, CentralaError):
            return  # gone, or the store is down: the safety re-read or the next hello catches up
        finally:
            self._pump = None

    async def _read_on(self, *, fresh: bool) -> None:
        """Send what is new, in order, then how things stand."""
        while True:
            read = partial(feed.read_feed, conversation_id=self._conversation, after_seq=self._cursor)
            found = await self._deps.store.read(read)
            if found is None:
                return
            for message in found.messages:
                assert message.seq is not None
                self._cursor = message.seq
                if message.seq in self._own:
                    self._own.discard(message.seq)
                    continue
                await self._socket.send_str(frames.message_frame(message))
            if not found.more:
                break
        await self._show_state(found, fresh)

    async def _show_state(self, found: feed.Feed, fresh: bool) -> None:
        conversation = found.conversation
        place = found.place
        now_shown = (conversation.state, found.agent_name, place.position if place else None)
        if not fresh and now_shown == (self._shown or (State.BOT, None, None)):
            return
        self._shown = now_shown
        frame: dict[str, Any] = {"type": "state", "state": conversation.state.value}
        if place is not None:
            frame |= {"position": place.position, "wait_seconds": place.wait_seconds}
        if found.agent_name is not None:
            frame["name"] = found.agent_name
        await self._socket.send_str(encode(frame))
        if conversation.closed_at is not None and conversation.rating is None:
            open_until = conversation.closed_at + timedelta(hours=SURVEY_HOURS)
            if self._deps.clock.now() < open_until:
                await self._socket.send_str(encode({"type": "survey", "kind": "ces"}))
