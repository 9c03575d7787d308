"""The desk's REST calls: signing in, presence, the queue, and what agents do with conversations."""

from collections.abc import Callable, Sequence

from aiohttp import web

from bot.errors import ForbiddenError
from bot.model.agent import Presence
from bot.rest.route import Access, Route, read_body, reply
from handoff import show
from handoff.bodies import (
    AgentsView,
    CloseBody,
    LoginBody,
    MessageBody,
    PresenceBody,
    QueueView,
    ReleaseBody,
    path_id,
)
from handoff.deps import Desk
from handoff.guard import COOKIE, agent_of, principal_of, set_cookie
from handoff.history_rest import HistoryRest
from handoff.origin import own_origin
from handoff.passwords import Passwords
from handoff.reads import DeskReads
from handoff.service import DeskService
from handoff.sign_in import SignIn
from handoff.views import ConversationView, MessageView, MeView, SignedInView

_ONE = "/api/v1/conversations/{id}"
_OWNER_CONFLICTS = ((404, "not_found"), (409, "not_yours"), (409, "conversation_closed"))


def routes(
    deps: Desk, *, client_ip: Callable[[web.Request], str], passwords: Passwords | None = None
) -> list[Route]:
    """Return every call of the desk; each handler is to be put behind `Guard.enforce`."""
    sign_in = SignIn(
        deps.store,
        deps.live,
        deps.clock,
        passwords or Passwords(),
        failures_per_minute=deps.rules.failed_logins_per_minute,
    )
    return [*DeskRest(deps, sign_in, client_ip).routes(), *HistoryRest(deps).routes()]


class DeskRest:
    """Handlers of the desk's calls."""

    def __init__(self, deps: Desk, sign_in: SignIn, client_ip: Callable[[web.Request], str]) -> None:
        self._deps = deps
        self._sign_in = sign_in
        self._client_ip = client_ip
        self._reads = DeskReads(deps)
        self._service = DeskService(deps)

    def routes(self) -> list[Route]:
        """Return the calls."""
        return [*self._own_routes(), *self._queue_routes(), *self._conversation_routes()]

    def _own_routes(self) -> Sequence[Route]:
        return (
            Route(
                "POST",
                "/api/v1/login",
                self._login,
                "Sign in: a session cookie, and its token for use as a Bearer",
                access=Access.PUBLIC,
                body=LoginBody,
                response=SignedInView,
                errors=((401, "bad_credentials"), (403, "forbidden_origin"), (429, "throttled")),
            ),
            Route("POST", "/api/v1/logout", self._logout, "End this session", status=204),
            Route("GET", "/api/v1/me", self._me, "Who is signed in", response=MeView),
            Route(
                "PUT",
                "/api/v1/me/presence",
                self._presence,
                "Say whether you take conversations",
                body=PresenceBody,
                response=MeView,
            ),
        )

    def _queue_routes(self) -> Sequence[Route]:
        return (
            Route(
                "GET",
                "/api/v1/agents",
                self._agents,
                "The agents, their presence and load",
                access=Access.STAFF,
                response=AgentsView,
            ),
            Route(
                "GET",
                "/api/v1/queue",
                self._queue,
                "Who waits, in the order of serving",
                access=Access.STAFF,
                response=QueueView,
            ),
            Route(
                "POST",
                "/api/v1/queue/next",
                self._next,
                "Serve next: take who waits first by priority, then by time; 204 where nobody waits",
                response=ConversationView,
                nothing="Nobody waits",
                errors=((409, "not_online"), (409, "at_capacity")),
            ),
        )

    def _conversation_routes(self) -> Sequence[Route]:
        return (
            Route(
                "POST",
                f"{_ONE}/messages",
                self._say,
                "Reply to the customer, or write an internal note; the same client_id has one effect",
                body=MessageBody,
                response=MessageView,
                status=201,
                errors=(*_OWNER_CONFLICTS, (409, "client_id_used")),
            ),
            Route(
                "POST",
                f"{_ONE}/claim",
                self._claim,
                "Take a waiting conversation; one claimer wins",
                response=ConversationView,
                errors=(
                    (404, "not_found"),
                    (409, "taken"),
                    (409, "conversation_closed"),
                    (409, "at_capacity"),
                ),
            ),
            Route(
                "POST",
                f"{_ONE}/release",
                self._release,
                "Give a conversation to the bot, the queue or another agent",
                body=ReleaseBody,
                response=ConversationView,
                errors=(
                    *_OWNER_CONFLICTS,
                    (409, "agent_unavailable"),
                    (409, "already_theirs"),
                    (409, "at_capacity"),
                ),
            ),
            Route(
                "POST",
                f"{_ONE}/close",
                self._close,
                "End a conversation with an outcome",
                body=CloseBody,
                response=ConversationView,
                errors=(*_OWNER_CONFLICTS, (409, "not_online")),
            ),
        )

    async def _login(self, request: web.Request) -> web.StreamResponse:
        if not own_origin(request, self._deps.rules.own_origins):
            raise ForbiddenError("sign in on the gateway's own pages", code="forbidden_origin")
        body = await read_body(request, LoginBody)
        signed_in = await self._sign_in.login(body.email, body.password, self._client_ip(request))
        me = self._reads.me(signed_in.agent, signed_in.csrf)
        response = reply(SignedInView(token=signed_in.token, csrf=signed_in.csrf, me=me))
        response.headers["Cache-Control"] = "no-store"
        set_cookie(request, response, signed_in.token)
        return response

    async def _logout(self, request: web.Request) -> web.StreamResponse:
        session = principal_of(request).session
        assert session is not None
        await self._sign_in.logout(session.token_hash)
        self._deps.hub.wake(f"agent:{session.agent.id}", "session")
        response = reply(None)
        response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
        return response

    async def _me(self, request: web.Request) -> web.StreamResponse:
        session = principal_of(request).session
        assert session is not None
        response = reply(self._reads.me(session.agent, session.csrf))
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _presence(self, request: web.Request) -> web.StreamResponse:
        agent = agent_of(request)
        presence = Presence((await read_body(request, PresenceBody)).state)
        connected = await self._deps.live.connected("agent", [agent.id])
        has_page = principal_of(request).by_cookie or bool(connected)
        present = await self._service.set_presence(agent, presence, has_page=has_page)
        return reply(self._reads.me(present))

    async def _agents(self, _request: web.Request) -> web.StreamResponse:
        return reply(await self._reads.agents())

    async def _queue(self, _request: web.Request) -> web.StreamResponse:
        return reply(await self._reads.queue())

    async def _next(self, request: web.Request) -> web.StreamResponse:
        taken = await self._service.serve_next(agent_of(request))
        return reply(await self._reads.changed(taken) if taken is not None else None)

    async def _say(self, request: web.Request) -> web.StreamResponse:
        agent, conversation_id = agent_of(request), path_id(request)
        body = await read_body(request, MessageBody)
        say = self._service.note if body.internal else self._service.reply
        message = await say(agent, conversation_id, body.client_id, body.text)
        return reply(show.message_view(message), status=201)

    async def _claim(self, request: web.Request) -> web.StreamResponse:
        conversation_id = path_id(request)
        await self._service.claim(agent_of(request), conversation_id)
        return reply(await self._reads.changed(conversation_id))

    async def _release(self, request: web.Request) -> web.StreamResponse:
        conversation_id = path_id(request)
        body = await read_body(request, ReleaseBody)
        await self._service.release(agent_of(request), conversation_id, body.to)
        return reply(await self._reads.changed(conversation_id))

    async def _close(self, request: web.Request) -> web.StreamResponse:
        conversation_id = path_id(request)
        body = await read_body(request, CloseBody)
        await self._service.close(agent_of(request), conversation_id, body.outcome)
        return reply(await self._reads.changed(conversation_id))
