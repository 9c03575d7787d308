"""The desk's REST and WebSocket as docs/desk-protocol.md says, scripted, over real HTTP.

It serves the built page with the gateway's security headers, so that a page that breaks them fails here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import WSCloseCode, WSMsgType, web
from fake_desk_calls import ProblemError
from fake_desk_phone import DeskPhone
from fake_desk_state import DeskState, FakeAgent, FakeConversation, JsonObject, me_of, queue_item, row_of

from bot.web.security import HEADERS

STATIC = Path(__file__).parents[2] / "handoff" / "static" / "desk"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DeskClient:
    """One connected page: whose it is and what it watches, with the last ordinal it was sent."""

    def __init__(self, socket: web.WebSocketResponse, agent: FakeAgent) -> None:
        self.socket, self.agent = socket, agent
        self.watching: dict[str, int] = {}


class FakeDeskBackend(DeskPhone):
    def __init__(self, state: DeskState) -> None:
        super().__init__(state)
        self.clients: set[DeskClient] = set()
        self.typing: list[str] = []
        self.refuse_sockets = False
        self.greet_late = False
        """A page that connects is greeted with what its agent was a moment before she clicked."""
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/desk", self._index),
                web.static("/desk/assets", STATIC / "assets"),
                web.get("/desk/ws", self._socket),
                web.post("/api/v1/login", self._login),
                web.post("/api/v1/logout", self._logout),
                web.get("/api/v1/me", self._me),
                web.put("/api/v1/me/presence", self._presence),
                *self.routes(),
                *self.phone_routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        await self.drop_sockets()
        if self._runner:
            await self._runner.cleanup()
        self.throw_away()

    # What a test makes happen.

    async def customer_says(self, conversation: FakeConversation, text: str) -> None:
        conversation.say("visitor", text)
        await self.tell()

    async def customer_types(self, conversation: FakeConversation) -> None:
        for client in self.clients:
            if conversation.id in client.watching:
                await client.socket.send_json({"type": "typing", "id": conversation.id, "sender": "visitor"})

    async def drop_sockets(self) -> None:
        for client in list(self.clients):
            await client.socket.close(code=WSCloseCode.GOING_AWAY)

    async def end_sessions(self) -> None:
        self.sessions.clear()
        for client in list(self.clients):
            await client.socket.send_json({"type": "session_ended"})
            await client.socket.close(code=4401)

    async def tell(self) -> None:
        """Tells every page what changed, as the gateway does after a wake-up."""
        for client in list(self.clients):
            for frame in self._frames(client):
                await client.socket.send_json(frame)

    def _frames(self, client: DeskClient) -> list[JsonObject]:
        mine = [row_of(self.state, one) for one in self.state.mine(client.agent.id)]
        queue = [queue_item(one) for one in self.state.queue()]
        frames: list[JsonObject] = [{"type": "queue", "items": queue, "open": self.state.open}]
        frames += [{"type": "mine", "items": mine}, {"type": "agents", "items": self.state.agent_items()}]
        for one_id, after in client.watching.items():
            one = self.state.conversations[one_id]
            fresh = [message for message in one.messages if message["ordinal"] > after]
            client.watching[one_id] = one.messages[-1]["ordinal"] if one.messages else after
            agent = self.state.agent_ref(one)
            frames.append(
                {
                    **{"type": "conversation", "id": one.id, "state": one.state, "agent": agent},
                    **{"visitor_online": one.visitor_online, "messages": fresh},
                }
            )
        return frames

    # HTTP.

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.path.startswith("/api/") and request.path != "/api/v1/login":
                self._check_csrf(request)
            response = await handler(request)
        except ProblemError as problem:
            body = {"type": "about:blank", "title": problem.code, "status": problem.status}
            body |= {"code": problem.code, "detail": ""}
            response = web.json_response(body, status=problem.status, content_type="application/problem+json")
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    def _check_csrf(self, request: web.Request) -> None:
        self._agent(request)
        _, csrf = self.sessions[request.cookies["session"]]
        if request.method != "GET" and request.headers.get("X-CSRF-Token") != csrf:
            raise ProblemError(403, "csrf")

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _login(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        agent = next((one for one in self.state.agents.values() if one.email == body["email"]), None)
        if agent is None or body["password"] != "demo":
            raise ProblemError(401, "bad_credentials")
        token, csrf = secrets.token_hex(8), secrets.token_hex(8)
        self.sessions[token] = (agent, csrf)
        response = web.json_response({"token": token, "csrf": csrf, "me": me_of(self.state, agent)})
        response.set_cookie("session", token, httponly=True, samesite="Strict")
        return response

    async def _logout(self, request: web.Request) -> web.StreamResponse:
        self.sessions.pop(request.cookies.get("session", ""), None)
        return web.Response(status=204)

    async def _me(self, request: web.Request) -> web.StreamResponse:
        agent = self._agent(request)
        csrf = self.sessions[request.cookies["session"]][1]
        return web.json_response(me_of(self.state, agent) | {"csrf": csrf})

    async def _presence(self, request: web.Request) -> web.StreamResponse:
        agent = self._agent(request)
        if self.greet_late:
            for client in list(self.clients):
                await client.socket.send_json({"type": "hello", "me": me_of(self.state, agent)})
        agent.presence = (await request.json())["state"]
        await self.tell()
        return web.Response(status=204)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_sockets:
            raise ProblemError(503, "unavailable")
        agent = self._agent(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client = DeskClient(socket, agent)
        await socket.send_json({"type": "hello", "me": me_of(self.state, agent)})
        for frame in self._frames(client):
            await socket.send_json(frame)
        self.clients.add(client)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(client, json.loads(message.data))
        finally:
            self.clients.discard(client)
        return socket

    async def _receive(self, client: DeskClient, frame: JsonObject) -> None:
        if frame["type"] == "watch":
            client.watching[frame["id"]] = frame["after"]
            for told in self._frames(client):
                if told["type"] == "conversation" and told["id"] == frame["id"]:
                    await client.socket.send_json(told)
        elif frame["type"] == "unwatch":
            client.watching.pop(frame["id"], None)
        elif frame["type"] == "typing":
            self.typing.append(frame["id"])
        elif frame["type"] == "ping":
            await client.socket.send_json({"type": "pong"})
