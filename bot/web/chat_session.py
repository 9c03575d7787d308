"""What one customer's socket says: each frame is checked, and what it changes is durable before its `ack`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import CentralaError
from bot.model.conversation import State
from bot.store import conversations, feed, inbox, ownership
from bot.store.engine import Store
from bot.store.inbox import WhileWaiting
from bot.store.turns import Owed
from bot.texts import Texts
from bot.web import frames
from bot.web.chat_view import SURVEY_HOURS, ChatView, Sender
from bot.web.frames import BadFrameError, encode, error_frame
from bot.web.identity import Identities, Visitor, VisitorTokens
from bot.web.limits import FrameLimiter


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
    button: Callable[[str, str], str | None]
    """(language, payload) -> what stands on that button; none where there is no such button."""
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

    __slots__ = ("_deps", "_identity", "_lang", "_refused", "_socket", "view", "visitor")

    def __init__(
        self, deps: ChatDeps, socket: Sender, *, moved: Callable[[], None], awaited: Callable[[], None]
    ) -> None:
        self._deps = deps
        self._socket = socket
        self.view = ChatView(deps.store, deps.clock, socket, moved=moved, awaited=awaited)
        self.visitor: Visitor | None = None
        self._lang = deps.languages[0]
        self._identity: dict[str, str | None] | None = None
        self._refused = 0

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

    async def _refuse(self, raw: str) -> None:
        self._refused += 1
        if self._refused > self._deps.refused_before_close > 0:
            raise TooManyRefusedError
        text = "too many frames; wait a second and send it again"
        await self._socket.send_str(error_frame("rate_limited", text, frames.peek_client_id(raw)))

    async def _hello(self, frame: frames.Hello) -> None:
        if self.visitor is not None:
            raise BadFrameError("hello was said already; open a new connection")
        deps, view = self._deps, self.view
        lang = frame.lang.replace("_", "-").split("-")[0].lower()
        if lang not in deps.languages:
            known = ", ".join(deps.languages)
            raise CentralaError(f"this shop speaks: {known}", code="unsupported_language")
        identity = deps.identities.read(frame.identity) if frame.identity is not None else None
        present = None
        if frame.visitor_token is None:
            visitor, view.token = deps.tokens.make()
        else:
            visitor, view.token = deps.tokens.read(frame.visitor_token), frame.visitor_token
            present = await deps.store.read(lambda c: conversations.latest_of_visitor(c, visitor.id))
        async with view.lock:
            self._lang, self._identity, self.visitor = lang, identity, visitor
            conversation_id = present.id if present else visitor.conversation_id
            await view.open(conversation_id, present, frame.after_seq)
            if frame.visitor_token is not None:
                await view.read_on(fresh=True)

    async def _take(self, frame: Any, visitor: Visitor) -> None:
        conversation_id = self.view.conversation_id
        match frame:
            case frames.Text():
                if len(frame.text) > self._deps.message_chars:
                    most = self._deps.message_chars
                    raise BadFrameError(f"text: at most {most} characters", frame.client_id)
                await self._say(visitor, frame.client_id, frame.text, None)
            case frames.Click():
                title = self._deps.button(self._lang, frame.payload)
                if title is None:
                    raise BadFrameError("payload: there is no such button", frame.client_id)
                await self._say(visitor, frame.client_id, title, frame.payload)
            case frames.Typing():
                self._deps.wake(conversation_id, "typing", {"sender": "visitor"})
            case frames.Read():
                self._deps.wake(conversation_id, "read", {"seq": frame.seq})
            case frames.Rating():
                await self._rate(visitor, frame)
            case frames.End():
                await self._end(conversation_id)

    async def _say(self, visitor: Visitor, client_id: str, text: str, payload: str | None) -> None:
        deps, view = self._deps, self.view
        if not deps.may_speak():
            raise CentralaError("the gateway is restarting; send it again", code="rate_limited")
        incoming = inbox.Incoming(
            visitor_id=visitor.id,
            conversation_id=view.conversation_id,
            client_id=client_id,
            text=text,
            lang=self._lang,
            payload=payload,
            identity=self._identity,
        )
        at = deps.clock.now()
        async with view.lock:  # so that the view does not show the message before its ack
            taken = await deps.store.write(lambda c: inbox.take(c, incoming, at, deps.while_waiting))
            if not taken.duplicate:
                if taken.conversation.id != view.conversation_id:
                    await view.open(taken.conversation.id, taken.conversation, 0)
                view.sent(taken.message.seq)
            ack = {"type": "ack", "client_id": client_id, "seq": taken.message.seq}
            await self._socket.send_str(encode(ack))
        if not taken.duplicate:
            self._pass_on(taken, visitor, alone=taken.conversation.owed_since == at)

    def _pass_on(self, taken: inbox.Taken, visitor: Visitor, *, alone: bool) -> None:
        """Tell everybody whom a durable message concerns; `alone`: nothing else was owed before it."""
        deps, conversation = self._deps, taken.conversation
        if conversation.state is State.BOT:
            deps.notify(conversation.id, Owed(conversation, taken.message) if alone else None)
        if taken.opened:
            deps.wake(f"visitor:{visitor.id}", "opened", {"conversation_id": conversation.id})
        self.view.tell_others(
            lambda: deps.wake(conversation.id, "changed", None),
            me_too=conversation.state is State.WAITING,  # the house may have answered at once
        )
        if conversation.state is State.AGENT and conversation.agent_id:
            deps.wake(f"agent:{conversation.agent_id}", "changed", None)
        elif conversation.state is State.WAITING:
            deps.wake("queue", "changed", None)

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

    async def _end(self, conversation_id: str) -> None:
        deps, at = self._deps, self._deps.clock.now()

        def work(connection: Any) -> bool:
            present = conversations.get(connection, conversation_id)
            if present is None or present.state is State.CLOSED:
                return False
            outcome = "contained" if present.state is State.BOT else "ended_by_visitor"
            said = [deps.texts.draft("closed_by_visitor", present.lang, channel=present.channel)]
            done = ownership.close(connection, present.id, outcome, said, at, deps.sinks)
            return done is not None

        if await deps.store.write(work):
            deps.wake(conversation_id, "changed", None)
            deps.wake("queue", "changed", None)
