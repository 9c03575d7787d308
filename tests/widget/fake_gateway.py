"""A scripted gateway that speaks the whole of `/chat/ws`, so that the widget is tested without the rest.

It keeps conversations in memory and answers by simple rules; everything about numbering, acks, resuming,
second tabs, closing and refusing is as the real gateway does it.
"""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from aiohttp import WSCloseCode, WSMsgType, web

STATIC = Path(__file__).parents[2] / "bot" / "static"
SECRET = "demo-identity-secret-of-32-bytes-or-more"
LANGUAGES = ("pl", "cs", "en")
FRAME_LIMIT = 16 * 1024
BURST, PER_SECOND = 30.0, 5.0
CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'"
BUTTONS = {"/order_status": "Where is my order?", "/ask_human": "Talk to a person", "/cancel": "Stop"}
HELP = [{"title": BUTTONS[key], "payload": key} for key in ("/order_status", "/ask_human")]

Frame = dict[str, Any]


class Refused(Exception):
    """A frame that is answered with `error` and changes nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Conversation:
    """One conversation's stored messages and state."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    messages: list[Frame] = field(default_factory=list)
    state: str = "bot"
    agent: str | None = None
    survey: bool = False
    rating: Frame | None = None
    subject: str | None = None


@dataclass
class Visitor:
    """One browser: its token, its present conversation, its open tabs."""

    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    conversation: Conversation = field(default_factory=Conversation)
    tabs: set[web.WebSocketResponse] = field(default_factory=set)
    seen: dict[str, Frame] = field(default_factory=dict)
    """`client_id` -> the ack that it got, over all conversations."""
    allowance: float = BURST
    refilled: float = field(default_factory=time.monotonic)
    langs: list[str] = field(default_factory=list)
    received: list[Frame] = field(default_factory=list)
    """Every frame that was accepted."""
    read: int = 0


class FakeGateway:
    """Start with `start()`; `cut` and `denying` are the weather; `agent_*` and `close` the desk."""

    def __init__(self, config: Frame | None = None) -> None:
        self.visitors: dict[str, Visitor] = {}
        self.denying = False
        self.deaf = False
        """Takes frames and says nothing: a dead connection that looks alive."""
        self.lose_acks = 0
        """So many acks are lost on the way, after their message was stored."""
        self.answering = True
        self.reply_delay = 0.0
        self.refuse_next: list[str] = []
        """Error codes for the next messages, in order."""
        self.config = config or {"languages": list(LANGUAGES), "shop": "Demo Shop"}
        self.languages: tuple[str, ...] = LANGUAGES
        """Those that a hello may name."""
        self.hellos: list[Frame] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._sockets: set[web.WebSocketResponse] = set()
        self._turns: set[asyncio.Task[None]] = set()

    # --- the weather

    async def start(self, port: int = 0) -> None:
        """Listen on `port`, or on a free one; the same port again after `stop` is a restart."""
        app = web.Application()
        app.router.add_get("/chat/ws", self._chat)
        app.router.add_get("/api/v1/widget/config", self._config)
        app.router.add_post("/api/v1/demo/identity", self._identity)
        app.router.add_get("/", self._page)
        app.router.add_get("/widget.js", self._page)
        app.router.add_get("/host", self._host)
        app.router.add_static("/demo/", STATIC / "demo")
        self.add_routes(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def add_routes(self, app: web.Application) -> None:
        """Add what a gateway that is more than this one answers."""

    async def stop(self) -> None:
        """Drop every connection and stop listening; what was stored stays."""
        for turn in list(self._turns):
            turn.cancel()
        await asyncio.gather(*self._turns, return_exceptions=True)
        self.cut()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The gateway's origin."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every socket as a network does: no closing handshake."""
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    # --- the desk

    @property
    def visitor(self) -> Visitor:
        """The newest visitor that has said something, else the newest."""
        spoken = [v for v in self.visitors.values() if v.conversation.messages]
        return (spoken or list(self.visitors.values()))[-1]

    async def agent_joins(self, name: str = "Anna") -> None:
        """Claim the conversation."""
        talk = self.visitor.conversation
        talk.state, talk.agent = "agent", name
        await self._say(self.visitor, "system", f"{name} from our team has joined the chat.")
        await self._tell_state(self.visitor)

    async def agent_says(self, text: str) -> None:
        """Reply as the agent."""
        await self._say(self.visitor, "agent", text, name=self.visitor.conversation.agent or "Anna")

    async def agent_types(self) -> None:
        """Show the customer that the agent writes."""
        await self._send(self.visitor, {"type": "typing", "sender": "agent"})

    async def says(self, text: str, choices: list[Frame] | None = None, link: Frame | None = None) -> None:
        """Speak as the bot, unasked."""
        await self._say(self.visitor, "bot", text, choices=choices, link=link)

    async def waits(self, position: int, seconds: int | None) -> None:
        """Tell the place in the queue."""
        self.visitor.conversation.state = "waiting"
        frame = {"type": "state", "state": "waiting", "position": position, "wait_seconds": seconds}
        await self._send(self.visitor, frame)

    async def close(self) -> None:
        """End the conversation and ask how it was."""
        visitor = self.visitor
        talk = visitor.conversation
        await self._say(visitor, "system", "This conversation is now closed.")
        talk.state, talk.survey = "closed", True
        await self._tell_state(visitor)
        await self._send(visitor, {"type": "survey", "kind": "ces"})

    # --- pages

    async def _config(self, _: web.Request) -> web.Response:
        return web.json_response(self.config, headers={"Access-Control-Allow-Origin": "*"})

    async def _identity(self, request: web.Request) -> web.Response:
        contact = (await request.json())["contact"]
        claims = {"sub": contact, "exp": datetime.now(UTC) + timedelta(minutes=5)}
        return web.json_response({"token": jwt.encode(claims, SECRET, "HS256")})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        path = STATIC / ("demo/index.html" if request.path == "/" else "widget.js")
        return web.FileResponse(path, headers={"Content-Security-Policy": CSP, "Cache-Control": "no-store"})

    async def _host(self, request: web.Request) -> web.Response:
        """Somebody's page with the one line on it."""
        lang = request.query.get("lang", "en")
        page = (
            f"<!doctype html><html lang={lang}><meta charset=utf-8>"
            "<meta name=viewport content='width=device-width'><title>A shop</title>"
            f"<main><h1>A shop</h1><input aria-label=search></main>"
            f"<script src='{self.url}/widget.js' async></script></html>"
        )
        return web.Response(text=page, content_type="text/html")

    # --- the protocol

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        if self.denying:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        self._sockets.add(socket)
        visitor: Visitor | None = None
        try:
            async for packet in socket:
                if packet.type is not WSMsgType.TEXT or self.deaf:
                    continue
                frame: Frame = {}
                try:
                    if len(packet.data.encode()) > FRAME_LIMIT:
                        raise Refused("too_large")
                    frame = self._parse(packet.data)
                    if visitor is None:
                        visitor = await self._hello(socket, frame)
                    else:
                        self._limit(visitor)
                        await self._take(visitor, socket, frame)
                except Refused as refused:
                    error = {"type": "error", "code": refused.code, "message": refused.code}
                    await socket.send_json(
                        error | ({"client_id": frame["client_id"]} if "client_id" in frame else {})
                    )
                    if refused.code == "too_large":
                        await socket.close(code=WSCloseCode.MESSAGE_TOO_BIG)
        except ConnectionError:
            pass
        finally:
            self._sockets.discard(socket)
            if visitor:
                visitor.tabs.discard(socket)
        return socket

    @staticmethod
    def _parse(data: str) -> Frame:
        try:
            frame = json.loads(data)
        except ValueError:
            raise Refused("invalid_frame") from None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise Refused("invalid_frame")
        return frame

    @staticmethod
    def _limit(visitor: Visitor) -> None:
        now = time.monotonic()
        visitor.allowance = min(BURST, visitor.allowance + (now - visitor.refilled) * PER_SECOND)
        visitor.refilled = now
        if visitor.allowance < 1:
            raise Refused("rate_limited")
        visitor.allowance -= 1

    async def _hello(self, socket: web.WebSocketResponse, frame: Frame) -> Visitor:
        self.hellos.append(frame)
        if frame["type"] != "hello":
            raise Refused("hello_required")
        if set(frame) != {"type", "lang", "visitor_token", "after_seq", "identity"}:
            raise Refused("invalid_frame")
        if frame["lang"] not in self.languages:
            raise Refused("unsupported_language")
        token = frame["visitor_token"]
        if token is not None and token not in self.visitors:
            raise Refused("token_invalid")
        subject = self._verified(frame["identity"])
        visitor = self.visitors[token] if token else Visitor()
        self.visitors.setdefault(visitor.token, visitor)
        talk = visitor.conversation
        talk.subject = subject or talk.subject
        visitor.langs.append(frame["lang"])
        await socket.send_json(self._welcome(visitor))
        cursor = frame["after_seq"]
        while cursor < len(talk.messages):  # new ones may come while we send
            await socket.send_json(talk.messages[cursor])
            cursor += 1
        visitor.tabs.add(socket)
        await socket.send_json(self._state(talk))
        if talk.survey:
            await socket.send_json({"type": "survey", "kind": "ces"})
        return visitor

    @staticmethod
    def _verified(identity: str | None) -> str | None:
        if identity is None:
            return None
        try:
            return str(jwt.decode(identity, SECRET, ["HS256"])["sub"])
        except jwt.InvalidTokenError:
            raise Refused("identity_invalid") from None

    async def _take(self, visitor: Visitor, socket: web.WebSocketResponse, frame: Frame) -> None:
        kind, client_id = frame["type"], frame.get("client_id")
        if kind in ("message", "choice", "rating") and not client_id:
            raise Refused("invalid_frame")
        if kind == "message" and not (isinstance(frame.get("text"), str) and frame["text"].strip()):
            raise Refused("invalid_frame")
        if kind in ("message", "choice") and self.refuse_next:
            raise Refused(self.refuse_next.pop(0))
        visitor.received.append(frame)
        if kind == "read":
            visitor.read = max(visitor.read, frame["seq"])
        elif kind == "end":
            await self.close()
        elif client_id in visitor.seen:
            await socket.send_json(visitor.seen[client_id])
        elif kind == "rating":
            await self._rate(visitor, socket, frame)
        elif kind in ("message", "choice"):
            await self._spoken(visitor, socket, frame)

    async def _rate(self, visitor: Visitor, socket: web.WebSocketResponse, frame: Frame) -> None:
        talk = visitor.conversation
        talk.rating = talk.rating or frame
        talk.survey = False
        visitor.seen[frame["client_id"]] = {"type": "ack", "client_id": frame["client_id"], "seq": None}
        await socket.send_json(visitor.seen[frame["client_id"]])

    async def _spoken(self, visitor: Visitor, socket: web.WebSocketResponse, frame: Frame) -> None:
        if visitor.conversation.state == "closed":
            visitor.conversation = Conversation(subject=visitor.conversation.subject)
            await self._send(visitor, self._welcome(visitor))
        text = str(frame.get("text") or BUTTONS.get(frame["payload"], frame["payload"]))
        message = self._store(visitor.conversation, "visitor", text, client_id=frame["client_id"])
        ack = {"type": "ack", "client_id": frame["client_id"], "seq": message["seq"]}
        visitor.seen[frame["client_id"]] = ack
        await self._send(visitor, message, but=socket)
        if self.lose_acks > 0:
            self.lose_acks -= 1
            self.cut()
        else:
            await socket.send_json(ack)
        turn = asyncio.create_task(self._answer(visitor, str(frame.get("payload", text)), frame["client_id"]))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    # --- what the bot says

    async def _answer(self, visitor: Visitor, said: str, client_id: str) -> None:
        talk = visitor.conversation
        if talk.state != "bot" or not self.answering:
            return
        if self.reply_delay:
            await self._send(visitor, {"type": "typing", "sender": "bot"})
            await asyncio.sleep(self.reply_delay)
        if not any(message["sender"] == "bot" for message in talk.messages):
            await self._say(
                visitor, "bot", "I'm the automated assistant of Demo Shop, so you're chatting with a bot."
            )
        if said == "/ask_human":
            await self._say(visitor, "system", "Thank you, one of our team will be with you shortly.")
            await self.waits(2, 90)
            return
        choices: list[Frame] = []
        if "10023" in said:
            text = "Order 10023 was shipped with InPost and arrives tomorrow. Track it: https://inpost.example/6200."
        elif said == "/order_status":
            text, choices = "What is your order number?", [{"title": "Stop", "payload": "/cancel"}]
        elif said == "/cancel":
            text, choices = "All right. What else can I do?", HELP
        else:
            text, choices = f"You said: {said}", HELP
        await self._say(visitor, "bot", text, choices=choices, reply_to=client_id, last=True)

    # --- storing and telling

    def _store(self, talk: Conversation, sender: str, text: str, **more: Any) -> Frame:
        message = {
            "type": "message",
            "seq": len(talk.messages) + 1,
            "sender": sender,
            "name": "Assistant" if sender == "bot" else "",
            "text": text,
            "choices": [],
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        message.update({key: value for key, value in more.items() if value is not None})
        talk.messages.append(message)
        return message

    async def _say(self, visitor: Visitor, sender: str, text: str, **more: Any) -> None:
        await self._send(visitor, self._store(visitor.conversation, sender, text, **more))

    async def _tell_state(self, visitor: Visitor) -> None:
        await self._send(visitor, self._state(visitor.conversation))

    async def _send(self, visitor: Visitor, frame: Frame, but: web.WebSocketResponse | None = None) -> None:
        for socket in [tab for tab in visitor.tabs if tab is not but]:
            try:
                await socket.send_json(frame)
            except ConnectionError:
                visitor.tabs.discard(socket)

    def _welcome(self, visitor: Visitor) -> Frame:
        talk = visitor.conversation
        return {
            "type": "welcome",
            "conversation_id": talk.id,
            "visitor_token": visitor.token,
            "state": talk.state,
            "seq": len(talk.messages),
        }

    @staticmethod
    def _state(talk: Conversation) -> Frame:
        waiting = {"position": 2, "wait_seconds": 90} if talk.state == "waiting" else {}
        return {"type": "state", "state": talk.state, "name": talk.agent, **waiting}
