"""Who asks, and whether they may: put before every REST call, and denying by default."""

import hmac
from dataclasses import dataclass

from aiohttp import web

from bot.clock import Clock
from bot.errors import CentralaError, ForbiddenError
from bot.model.agent import Agent, Role
from bot.rest.route import Access, Handler, Route
from bot.store import sessions
from bot.store.engine import Store
from bot.store.sessions import Session
from handoff.sign_in import LIFETIME, hash_token

COOKIE = "centrala_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SLIDE_AFTER = LIFETIME / 60
"""A session's end is moved at most this often, so that reading does not cost a write each time."""


class UnauthenticatedError(CentralaError):
    """Nobody is signed in, or the token is not (or no longer) known."""

    code = "unauthenticated"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever makes a call."""

    session: Session | None
    """An agent's session; none for the shop's systems, which came with the service token."""
    by_cookie: bool

    @property
    def agent(self) -> Agent | None:
        """The agent, or none for the shop's systems."""
        return self.session.agent if self.session else None

    @property
    def sees_all(self) -> bool:
        """Whether every conversation may be read."""
        return self.agent is None or self.agent.supervises


_KEY = web.RequestKey("principal", Principal)


class Guard:
    """Checks requests against sessions and the service token."""

    def __init__(self, store: Store, clock: Clock, *, service_token: str | None) -> None:
        self._store = store
        self._clock = clock
        self._service_token = service_token.encode() if service_token else None

    async def authenticate(self, request: web.Request) -> Principal:
        """Tell who asks; raises `UnauthenticatedError`."""
        header = request.headers.get("Authorization")
        if header is not None:
            kind, _, token = header.partition(" ")
            if kind.lower() != "bearer":
                raise UnauthenticatedError("only Bearer tokens are taken in Authorization")
            return await self._bearer(token.strip())
        token = request.cookies.get(COOKIE, "")
        return Principal(await self._session(token), by_cookie=True)

    def enforce(self, route: Route) -> Handler:
        """Return the route's handler behind the checks that its `access` asks for."""
        if route.access is Access.PUBLIC:
            return route.handler

        async def guarded(request: web.Request) -> web.StreamResponse:
            principal = await self.authenticate(request)
            check_access(principal, route.access)
            check_csrf(principal, request)
            request[_KEY] = principal
            return await route.handler(request)

        return guarded

    async def _bearer(self, token: str) -> Principal:
        if self._service_token is not None and hmac.compare_digest(
            token.encode(errors="replace"), self._service_token
        ):
            return Principal(None, by_cookie=False)
        return Principal(await self._session(token), by_cookie=False)

    async def _session(self, token: str) -> Session:
        if not token:
            raise UnauthenticatedError("sign in first")
        now, hashed = self._clock.now(), hash_token(token)
        session = await self._store.read(lambda c: sessions.get(c, hashed, now))
        if session is None:
            raise UnauthenticatedError("the session has ended; sign in again")
        if session.expires_at - now < LIFETIME - SLIDE_AFTER:
            await self._store.write(lambda c: sessions.extend(c, hashed, now + LIFETIME))
        return session


def check_access(principal: Principal, access: Access) -> None:
    """Raise `ForbiddenError` where this principal may not; an access that is not known allows nobody."""
    agent = principal.agent
    if agent is None:
        allowed = access in (Access.SERVICE, Access.STAFF)
    elif access is Access.SUPERVISOR:
        allowed = agent.role is Role.SUPERVISOR
    else:
        allowed = access in (Access.AGENT, Access.STAFF)
    if not allowed:
        raise ForbiddenError("this call is not for you")


def check_csrf(principal: Principal, request: web.Request) -> None:
    """Raise `ForbiddenError` (`csrf`) where a browser's cookie alone asks for a change."""
    if not principal.by_cookie or request.method in SAFE_METHODS or principal.session is None:
        return
    sent = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(errors="replace"), principal.session.csrf.encode()):
        raise ForbiddenError(f"send the session's token in {CSRF_HEADER}", code="csrf")


def principal_of(request: web.Request) -> Principal:
    """Return who makes this call; only behind `enforce` and not on public routes."""
    return request[_KEY]


def agent_of(request: web.Request) -> Agent:
    """Return the agent who makes this call; only behind `Access.AGENT` or `SUPERVISOR`."""
    agent = principal_of(request).agent
    assert agent is not None
    return agent


def set_cookie(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Give the browser its session, for as long as it is open; the store decides when it ends."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower()
    response.set_cookie(
        COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.secure or forwarded == "https",
    )
