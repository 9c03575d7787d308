"""The desk's REST and WebSocket as docs/desk-protocol.md says, scripted, over real HTTP.

It serves the built page with the gateway's security headers, so that a page that breaks them fails here.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import WSCloseCode, WSMsgType, web
from fake_desk_state import (
    DeskState,
    FakeAgent,
    FakeConversation,
    JsonObject,
    me_of,
    mine_item,
    queue_item,
    row_of,
    whole,
)

STATIC = Path(__file__).parents[2] / "handoff" / "static" / "desk"
CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ProblemError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class DeskClient:
    """One connected page: whose it is and what it watches, with the last ordinal it was sent."""

    def __init__(self, socket: web.WebSocketResponse, agent: FakeAgent) -> None:
        self.socket, self.agent = socket, agent
        self.watching: dict[str, int] = {}


class FakeDeskBackend:
    def __init__(self, state: DeskState) -> None:
        self.state = state
        self.sessions: dict[str, tuple[FakeAgent, str]] = {}
        self.clients: set[DeskClient] = set()
        self.typing: list[str] = []
        self.posts = 0
        self.refuse_sockets = False
        self.fail_posts = 0
        """So many messages are answered with 503 before anything is stored."""
        self.lose_answers = 0
        """So many messages are stored and the connection is cut before the answer."""
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
                web.get("/api/v1/agents", self._agents),
                web.post("/api/v1/queue/next", self._next),
                web.get("/api/v1/conversations", self._search),
                web.get("/api/v1/conversations/{id}", self._conversation),
                web.post("/api/v1/conversations/{id}/messages", self._message),
                web.post("/api/v1/conversations/{id}/{verb:claim|release|close}", self._own),
                web.get("/api/v1/contacts/{id}/timeline", self._timeline),
                web.put("/api/v1/contacts/{id}", self._contact),
                web.get("/api/v1/outbox", self._outbox),
                web.post("/api/v1/outbox/{id}/retry", self._retry),
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
        mine = [mine_item(one) for one in self.state.mine(client.agent.id)]
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
            response.headers["Content-Security-Policy"] = CSP
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Cache-Control"] = "no-cache"
        return response

    def _agent(self, request: web.Request) -> FakeAgent:
        session = self.sessions.get(request.cookies.get("session", ""))
        if not session:
            raise ProblemError(401, "unauthenticated")
        return session[0]

    def _check_csrf(self, request: web.Request) -> None:
        self._agent(request)
        _, csrf = self.sessions[request.cookies["session"]]
        if request.method != "GET" and request.headers.get("X-CSRF-Token") != csrf:
            raise ProblemError(403, "csrf_failed")

    def _one(self, request: web.Request) -> FakeConversation:
        one = self.state.conversations.get(request.match_info["id"])
        if one is None:
            raise ProblemError(404, "not_found")
        return one

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
        self._agent(request).presence = (await request.json())["state"]
        await self.tell()
        return web.Response(status=204)

    async def _agents(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"items": self.state.agent_items(), "next": None})

    def _may_take(self, agent: FakeAgent) -> None:
        if agent.presence != "online":
            raise ProblemError(409, "not_online")
        if len(self.state.mine(agent.id)) >= self.state.capacity:
            raise ProblemError(409, "at_capacity")

    async def _next(self, request: web.Request) -> web.StreamResponse:
        agent = self._agent(request)
        self._may_take(agent)
        waiting = self.state.queue()
        if not waiting:
            return web.Response(status=204)
        return await self._give(waiting[0], agent)

    async def _give(self, one: FakeConversation, agent: FakeAgent) -> web.StreamResponse:
        one.state, one.agent_id = "agent", agent.id
        one.say("system", f"{agent.name.split()[0]} joined the conversation.")
        await self.tell()
        return web.json_response(whole(self.state, one))

    async def _search(self, request: web.Request) -> web.StreamResponse:
        agent = self._agent(request)
        text, state = request.query.get("q", "").lower(), request.query.get("state", "")
        found = [
            one
            for one in self.state.conversations.values()
            if self.state.visible_to(agent, one) and (not state or one.state == state)
        ]
        hits = [
            one for one in found if text in json.dumps(whole(self.state, one), ensure_ascii=False).lower()
        ]
        start = int(request.query.get("cursor", "0"))
        rows = [row_of(self.state, one) for one in hits[start : start + 20]]
        return web.json_response({"items": rows, "next": str(start + 20) if len(hits) > start + 20 else None})

    async def _conversation(self, request: web.Request) -> web.StreamResponse:
        one = self._one(request)
        if not self.state.visible_to(self._agent(request), one):
            raise ProblemError(403, "forbidden")
        return web.json_response(whole(self.state, one))

    async def _message(self, request: web.Request) -> web.StreamResponse:
        agent, one, body = self._agent(request), self._one(request), await request.json()
        self.posts += 1
        if self.fail_posts > 0:
            self.fail_posts -= 1
            raise ProblemError(503, "unavailable")
        if body["client_id"] in self.state.stored_ids:
            return web.json_response(self.state.stored_ids[body["client_id"]], status=200)
        if one.state != "agent" or one.agent_id != agent.id:
            raise ProblemError(409, "not_owner")
        message = one.say("agent", body["text"], name=agent.name, internal=body.get("internal", False))
        self.state.stored_ids[body["client_id"]] = message
        if self.lose_answers > 0:
            self.lose_answers -= 1
            if request.transport:
                request.transport.close()
            await asyncio.sleep(0)
        await self.tell()
        return web.json_response(message, status=201)

    async def _own(self, request: web.Request) -> web.StreamResponse:
        agent, one, verb = self._agent(request), self._one(request), request.match_info["verb"]
        if verb == "claim":
            self._may_take(agent)
            if one.state != "waiting":
                raise ProblemError(409, "lost_race")
            return await self._give(one, agent)
        if one.state != "agent" or one.agent_id != agent.id:
            raise ProblemError(409, "not_owner")
        body = await request.json()
        if verb == "close":
            one.state, one.outcome = "closed", body["outcome"]
        elif body["to"] in {"bot", "queue"}:
            one.state, one.agent_id = ("bot" if body["to"] == "bot" else "waiting"), None
        else:
            one.agent_id = body["to"]
        await self.tell()
        return web.json_response(whole(self.state, one))

    async def _timeline(self, request: web.Request) -> web.StreamResponse:
        contact_id = request.match_info["id"]
        rows = [
            row_of(self.state, one)
            for one in self.state.conversations.values()
            if one.contact.id == contact_id
        ]
        return web.json_response({"items": rows[::-1], "next": None})

    async def _contact(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        ours = [
            one for one in self.state.conversations.values() if one.contact.id == request.match_info["id"]
        ]
        if not ours:
            raise ProblemError(404, "not_found")
        contact = ours[0].contact
        contact.name, contact.note = body.get("name", contact.name), body.get("note", contact.note)
        return web.json_response(whole(self.state, ours[0])["contact"])

    async def _outbox(self, request: web.Request) -> web.StreamResponse:
        items = self.state.outbox
        return web.json_response({"items": items, "next": None, "pending": len(items)})

    async def _retry(self, request: web.Request) -> web.StreamResponse:
        tried = request.match_info["id"]
        self.state.outbox = [{**one, "blocked": False} for one in self.state.outbox if one["id"] != tried]
        return web.Response(status=202)

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
