"""The addresses by which calls and agents' voices come in over WebSockets and webhooks."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.calls.by_phone import ON_PBX
from bot.calls.legs import AgentLeg
from bot.calls.opening import FromPage
from bot.calls.switchboard import Switchboard
from bot.clock import Clock
from bot.errors import CentralaError, ForbiddenError, NotFoundError
from bot.model.conversation import State
from bot.rest.route import Handler
from bot.store import calls, conversations
from bot.store.engine import Store
from bot.web.identity import Identities, VisitorTokens
from bot.web.security import origin_allowed
from handoff.guard import Guard, UnauthenticatedError
from handoff.origin import own_origin
from voice.pacer import Pacer
from voice.transports import browser, twilio
from voice.transports.chan_websocket import chan_websocket_handler
from voice.transports.socket_leg import CallSocket
from voice.transports.stream_tokens import StreamTokens
from voice.transports.twilio_webhook import Ringing, Taken, TwilioWebhook, busy
from voice.transports.twiml import Enqueue, HangUp, Next

log = structlog.get_logger(__name__)
HELLO_SECONDS = 10.0
TWILIO_QUEUE = "centrala"
"""The name of the queue at Twilio in which callers wait for agents' phones."""


@dataclass(frozen=True)
class DoorDeps:
    """What the doors need."""

    store: Store
    clock: Clock
    switchboard: Switchboard
    pacer: Pacer
    guard: Guard
    tokens: VisitorTokens
    identities: Identities
    languages: tuple[str, ...]
    origins: frozenset[str]
    """Foreign pages that may carry the widget."""
    own_origins: tuple[str, ...]
    public_url: str
    agents: str
    phone_of: Callable[[str], Awaitable[str | None]]
    """An agent's id to the endpoint of her phone; none where she answers at the desk."""


class Doors:
    """Handlers of the addresses under /voice and of agents' voices."""

    def __init__(self, deps: DoorDeps) -> None:
        self._deps = deps

    async def browser(self, request: web.Request) -> web.StreamResponse:
        """`/voice/web`: a customer calls from a page."""
        deps = self._deps
        if not origin_allowed(request, deps.origins):
            raise web.HTTPForbidden(text="this origin may not carry the widget; see widget.allowed_origins")
        socket = CallSocket()
        await socket.prepare(request)
        try:
            hello, leg = await browser.accept(socket, HELLO_SECONDS)
        except CentralaError:
            return socket
        try:
            if deps.switchboard.full:
                raise CentralaError("all lines are busy; please try again in a moment", code="busy")
            lang = hello.lang.replace("_", "-").split("-")[0].lower()
            if lang not in deps.languages:
                known = ", ".join(deps.languages)
                raise CentralaError(f"this shop speaks: {known}", code="unsupported_language")
            if hello.visitor_token is None:
                visitor, token = deps.tokens.make()
            else:
                visitor, token = deps.tokens.read(hello.visitor_token), hello.visitor_token
            identity = deps.identities.read(hello.identity) if hello.identity is not None else None
        except CentralaError as error:
            await leg.refuse(error.code, str(error))
            return socket
        leg.welcome(token)
        await deps.switchboard.take(leg, FromPage(visitor.id, identity))
        return socket

    async def agent(self, request: web.Request) -> web.StreamResponse:
        """`/desk/calls/{id}/audio`: the voice of the agent who has the conversation."""
        deps = self._deps
        if not own_origin(request, deps.own_origins):
            raise ForbiddenError("the desk is opened on the gateway's own pages", code="forbidden_origin")
        session = (await deps.guard.authenticate(request)).session
        if session is None:
            raise UnauthenticatedError("the desk is for agents")
        conversation_id = request.match_info["id"]
        found = await deps.store.read(lambda c: conversations.get(c, conversation_id))
        call = await deps.store.read(lambda c: calls.of_conversation(c, conversation_id))
        if found is None or call is None:
            raise NotFoundError("there is no such call")
        socket = CallSocket()
        await socket.prepare(request)
        try:
            _, transport = await browser.accept(socket, HELLO_SECONDS)
        except CentralaError:
            return socket
        if found.state is not State.AGENT or found.agent_id != session.agent.id:
            await transport.refuse("not_yours", "the call is not yours; claim it first")
        elif call.transport in ON_PBX and await deps.phone_of(session.agent.id) is not None:
            await transport.refuse("by_phone", "this call is on your telephone")
        elif not deps.switchboard.has(conversation_id):
            await transport.refuse("call_ended", "the call is over")
        else:
            await self._carry(conversation_id, AgentLeg(session.agent.id, transport, deps.pacer))
        return socket

    async def _carry(self, conversation_id: str, leg: AgentLeg) -> None:
        leg.transport.welcome(None)
        leg.transport.on_hold = leg.hold
        self._deps.switchboard.legs.attach(conversation_id, leg)
        try:
            await leg.run()
        finally:
            self._deps.switchboard.legs.detach(conversation_id, leg)
            await leg.transport.hang_up()

    def asterisk(self, token: str) -> Handler:
        """`/voice/asterisk`: Asterisk's chan_websocket."""
        handler: Handler = chan_websocket_handler(
            self._deps.switchboard.take,
            lambda given: hmac.compare_digest(given.encode(errors="replace"), token.encode()),
            takes_calls=lambda: not self._deps.switchboard.full,
        )
        return handler

    def twilio(self, auth_token: str) -> "TwilioDoor":
        """`/voice/twilio` and its webhooks."""
        return TwilioDoor(self._deps, auth_token)


class TwilioDoor:
    """Twilio's media streams and webhooks."""

    def __init__(self, deps: DoorDeps, auth_token: str) -> None:
        self._deps = deps
        self._tokens = StreamTokens(auth_token, deps.clock)
        webhook = TwilioWebhook(auth_token, deps.public_url, self._tokens, self._admit, self._go_on)
        self.incoming = webhook.incoming
        self.next = webhook.next

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """A media stream."""
        socket = CallSocket()
        await socket.prepare(request)
        try:
            leg = await twilio.accept(socket, self._tokens)
        except CentralaError as error:
            log.warning("call_refused", transport="twilio", code=error.code)
            return socket
        await self._deps.switchboard.take(leg)
        return socket

    async def _admit(self, _: Ringing) -> Taken | Next:
        return busy() if self._deps.switchboard.full else Taken()

    async def _go_on(self, call: Ringing) -> Taken | Next:
        """What is next after our leg: agents' phones at Twilio where it is set up so, else the end."""
        found = await self._deps.store.read(lambda c: calls.get(c, call.call_id))
        if found is not None and found.outcome == "transferred" and self._deps.agents == "twiml":
            return Enqueue(TWILIO_QUEUE)
        return HangUp()
