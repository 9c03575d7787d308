"""The REST calls of the scripted desk backend: the queue, conversations, contacts, the outbox."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web
from fake_desk_state import DeskState, FakeAgent, FakeConversation, row_of, whole


class ProblemError(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class DeskCalls:
    """Handlers over the state; whoever connects pages says how they are told (`tell`)."""

    def __init__(self, state: DeskState) -> None:
        self.state = state
        self.sessions: dict[str, tuple[FakeAgent, str]] = {}
        self.posts = 0
        self.fail_posts = 0
        """So many messages are answered with 503 before anything is stored."""
        self.lose_answers = 0
        """So many messages are stored and the connection is cut before the answer."""

    async def tell(self) -> None:
        raise NotImplementedError

    def routes(self) -> list[web.RouteDef]:
        one = "/api/v1/conversations/{id}"
        return [
            web.get("/api/v1/agents", self._agents),
            web.post("/api/v1/queue/next", self._next),
            web.get("/api/v1/conversations", self._search),
            web.get(one, self._conversation),
            web.post(f"{one}/messages", self._message),
            web.post(f"{one}/{{verb:claim|release|close}}", self._own),
            web.get("/api/v1/contacts/{id}/timeline", self._timeline),
            web.put("/api/v1/contacts/{id}", self._contact),
            web.get("/api/v1/outbox", self._outbox),
            web.post("/api/v1/outbox/{id}/retry", self._retry),
        ]

    def _agent(self, request: web.Request) -> FakeAgent:
        session = self.sessions.get(request.cookies.get("session", ""))
        if not session:
            raise ProblemError(401, "unauthenticated")
        return session[0]

    def _one(self, request: web.Request) -> FakeConversation:
        one = self.state.conversations.get(request.match_info["id"])
        if one is None:
            raise ProblemError(404, "not_found")
        return one

    async def _agents(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"items": self.state.agent_items()})

    def _may_take(self, agent: FakeAgent, one: FakeConversation | None = None) -> None:
        if agent.presence != "online":
            raise ProblemError(409, "not_online")
        share = self.state.share(one) if one else 1
        if self.state.weight(agent.id) + share > self.state.capacity:
            raise ProblemError(409, "at_capacity")

    async def _next(self, request: web.Request) -> web.StreamResponse:
        agent = self._agent(request)
        self._may_take(agent)
        busy = self.state.mine(agent.id)
        waiting = [one for one in self.state.queue() if not (busy and one.channel == "phone")]
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
        own = one.state == "agent" and one.agent_id == agent.id
        noting = body.get("internal", False) and (own or one.state == "waiting" or agent.role == "supervisor")
        if not own and not noting:
            raise ProblemError(409, "not_yours")
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
            self._may_take(agent, one)
            if one.state != "waiting":
                raise ProblemError(409, "taken")
            return await self._give(one, agent)
        body = await request.json()
        waiting = one.state == "waiting" and (verb == "close" or agent.role == "supervisor")
        own = one.state == "agent" and agent.id == one.agent_id
        if not (own or waiting or (one.state == "agent" and agent.role == "supervisor")):
            raise ProblemError(409, "conversation_closed" if one.state == "closed" else "not_yours")
        if verb == "close":
            one.state, one.outcome = "closed", body["outcome"]
        elif body["to"] in {"bot", "queue"}:
            one.state, one.agent_id = ("bot" if body["to"] == "bot" else "waiting"), None
        else:
            if self.state.agents[body["to"]].presence != "online":
                raise ProblemError(409, "agent_unavailable")
            if self.state.weight(body["to"]) + self.state.share(one) > self.state.capacity:
                raise ProblemError(409, "at_capacity")
            one.state, one.agent_id = "agent", body["to"]
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
