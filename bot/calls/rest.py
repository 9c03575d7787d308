"""REST calls about calls: announcing one, asking how it went, its recordings, and policies to renew."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from bot.calls.waiting import TRANSFERRED
from bot.clock import Clock
from bot.errors import ForbiddenError, InvalidInputError, NotFoundError
from bot.model.call import Announcement, Call, Policy, Purpose, Recording
from bot.model.contact import to_e164
from bot.model.ids import is_uuid
from bot.rest.route import Access, Model, Route, check, read_body, read_query, reply
from bot.store import calls, conversations, desk, policies, recordings
from bot.store.engine import Store
from handoff.guard import principal_of
from voice import recording as files

MAX_BUCKETS = 4000
ANNOUNCE_ERRORS = (
    (403, "no_consent"),
    (403, "never_call"),
    (404, "policy_unknown"),
    (409, "call_started"),
    (409, "call_ended"),
)
_Number = Annotated[str, Field(max_length=64)]


class AnnounceBody(Model):
    """What a PBX knows of a call before its audio."""

    caller: _Number | None = None
    called: _Number | None = None
    lang: str | None = Field(None, max_length=8)
    purpose: Literal["inbound", "renewal"] = "inbound"
    contact: str | None = Field(None, max_length=64)
    """The shop's own id of the customer."""
    policy: str | None = Field(None, max_length=64)
    """With `renewal`: the policy; without it the contact's, or the number's, that ends first."""


class StatusQuery(Model):
    """How much is told."""

    model_config = ConfigDict(extra="forbid", strict=False)
    turns: Literal["0", "1"] = "1"
    """`0` leaves the turns out: a dialplan has no room for them."""


class TurnView(BaseModel):
    """One turn of a call; the first one is the greeting."""

    heard: str | None
    confidence: float | None
    said: str
    endpoint_ms: int | None
    reply_ms: int | None
    barge_in: bool


class CallStatus(BaseModel):
    """How a call stands or ended."""

    id: str
    conversation_id: str | None
    state: Literal["announced", "talking", "ended"]
    outcome: str | None
    next: Literal["hangup", "queue"] | None
    """What the PBX is to do with the caller once our leg is over; null while it is not."""
    turns: list[TurnView]


class PeaksQuery(Model):
    """How fine a waveform is to be."""

    model_config = ConfigDict(extra="forbid", strict=False)
    buckets: int = Field(400, ge=1, le=MAX_BUCKETS)


class PeaksView(BaseModel):
    """A recording's waveform."""

    seconds: float
    channels: list[list[tuple[int, int]]]
    """The caller's, then the house's: lowest and highest of each bucket, -127 to 127."""


class ConsentBody(Model):
    """That a customer agreed to be called about a policy."""

    at: AwareDatetime
    source: str = Field(min_length=1, max_length=200)


class PolicyBody(Model):
    """A policy that may be renewed by phone."""

    contact: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=200)
    phone: _Number | None = None
    lang: str = Field(max_length=8)
    product: dict[str, Annotated[str, Field(max_length=200)]] = Field(min_length=1)
    price: dict[str, Annotated[str, Field(max_length=100)]] = Field(min_length=1)
    ends_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    consent: ConsentBody | None = None


class PolicyView(BaseModel):
    """A policy, and what the customer said last."""

    number: str
    contact: str
    lang: str
    ends_on: str
    consent_at: datetime | None
    answer: Literal["yes", "no", "later"] | None
    answer_when: str | None


class CallsRest:
    """Handlers of the calls."""

    def __init__(self, store: Store, clock: Clock, folder: Path, languages: tuple[str, ...]) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder
        self._languages = languages

    def routes(self) -> list[Route]:
        """Return the calls."""
        one, recording = "/api/v1/calls/{uuid}", "/api/v1/conversations/{id}/recordings/{n}"
        policy, missing = "/api/v1/policies/{number}", ((404, "not_found"),)
        return [
            Route(
                "PUT",
                one,
                self._announce,
                "Announce a call before its audio arrives",
                access=Access.SERVICE,
                body=AnnounceBody,
                response=CallStatus,
                errors=ANNOUNCE_ERRORS,
            ),
            Route(
                "POST",
                one,
                self._announce,
                "The same as PUT, for PBXs that know no PUT",
                access=Access.SERVICE,
                body=AnnounceBody,
                response=CallStatus,
                errors=ANNOUNCE_ERRORS,
            ),
            Route(
                "GET",
                one,
                self._status,
                "How a call stands or ended, turn by turn",
                access=Access.STAFF,
                query=StatusQuery,
                response=CallStatus,
                errors=missing,
            ),
            Route(
                "GET",
                recording,
                self._audio,
                "A call's audio: WAV, the caller left and the house right; ranges are taken",
                access=Access.STAFF,
                errors=missing,
            ),
            Route(
                "GET",
                f"{recording}/peaks",
                self._peaks,
                "The waveform of a call's audio",
                access=Access.STAFF,
                query=PeaksQuery,
                response=PeaksView,
                errors=missing,
            ),
            Route(
                "PUT",
                policy,
                self._put_policy,
                "Store a policy that customers may be called about",
                access=Access.SERVICE,
                body=PolicyBody,
                response=PolicyView,
            ),
            Route(
                "GET",
                policy,
                self._get_policy,
                "A policy, and what its customer said to the renewal",
                access=Access.STAFF,
                response=PolicyView,
                errors=missing,
            ),
        ]

    async def _announce(self, request: web.Request) -> web.StreamResponse:
        call_id = _uuid(request)
        body = await read_body(request, AnnounceBody)
        if body.lang is not None and body.lang not in self._languages:
            raise InvalidInputError(f"lang: one of {', '.join(self._languages)}")
        at = self._clock.now()

        def work(connection: Connection) -> Call:
            announcement = Announcement(
                call_id,
                Purpose(body.purpose),
                caller=body.caller or None,
                called=body.called or None,
                lang=body.lang,
                contact=body.contact,
                policy=_policy(connection, body).number if body.purpose == "renewal" else None,
            )
            return calls.announce(connection, announcement, at)

        try:
            return reply(_status(await self._store.write(work)))
        except ForbiddenError as refused:
            why = refused.code
            # Were its audio to come all the same, it is hung up.
            await self._store.write(lambda c: calls.refuse(c, call_id, why, at))
            raise

    async def _status(self, request: web.Request) -> web.StreamResponse:
        call_id, query = _uuid(request), read_query(request, StatusQuery)
        found = await self._store.read(lambda c: calls.get(c, call_id))
        if found is None or not await self._may_see(request, found.conversation_id):
            raise NotFoundError("there is no such call")
        return reply(_status(found, with_turns=query.turns == "1"))

    async def _audio(self, request: web.Request) -> web.StreamResponse:
        path = self._folder / (await self._recording(request)).path
        if not await asyncio.to_thread(path.is_file):
            raise NotFoundError("the recording is kept by another gateway, or is gone")
        headers = {"Content-Type": "audio/wav", "Cache-Control": "private, no-store"}
        return web.FileResponse(path, headers=headers)

    async def _peaks(self, request: web.Request) -> web.StreamResponse:
        query = read_query(request, PeaksQuery)
        path = self._folder / (await self._recording(request)).path

        def look() -> PeaksView:
            caller, house = files.peaks(path, query.buckets)
            return PeaksView(seconds=files.duration(path), channels=[caller, house])

        try:
            return reply(await asyncio.to_thread(look))
        except (OSError, files.RecordingError):
            raise NotFoundError("the recording is kept by another gateway, or is gone") from None

    async def _recording(self, request: web.Request) -> Recording:
        conversation_id, n = request.match_info["id"], request.match_info["n"]
        if n.isascii() and n.isdigit() and await self._may_see(request, conversation_id):
            found = await self._store.read(lambda c: recordings.of_conversation(c, conversation_id))
            for recording in found:
                if recording.n == int(n):
                    return recording
        raise NotFoundError("there is no such recording")

    async def _may_see(self, request: web.Request, conversation_id: str | None) -> bool:
        agent = principal_of(request).agent
        if agent is None:
            return True
        if conversation_id is None:
            return agent.supervises

        def work(connection: Connection) -> bool:
            conversation = conversations.get(connection, conversation_id)
            return conversation is not None and desk.may_see(connection, agent, conversation)

        return await self._store.read(work)

    async def _put_policy(self, request: web.Request) -> web.StreamResponse:
        number = check(_PolicyNumber, {"number": request.match_info["number"]}).number
        body = await read_body(request, PolicyBody)
        phone = to_e164(body.phone, None)
        if body.phone and phone is None:
            raise InvalidInputError("phone: a number with its country code, such as +48600100200")
        policy = Policy(
            number=number,
            contact_id=body.contact,
            contact_name=body.name,
            contact_phone=phone,
            lang=body.lang,
            product=body.product,
            price=body.price,
            ends_on=body.ends_on,
            consent_at=body.consent.at if body.consent else None,
            answer=None,
            answer_when=None,
        )
        source = body.consent.source if body.consent else None

        def work(connection: Connection) -> Policy | None:
            policies.put(connection, policy, consent_source=source)
            return policies.get(connection, number)

        stored = await self._store.write(work)
        assert stored is not None
        return reply(_policy_view(stored))

    async def _get_policy(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        found = await self._store.read(lambda c: policies.get(c, number))
        if found is None:
            raise NotFoundError("there is no such policy")
        return reply(_policy_view(found))


class _PolicyNumber(Model):
    number: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


def _policy(connection: Connection, body: AnnounceBody) -> Policy:
    """Find the policy that a campaign calls about; refuse where the customer never agreed to it."""
    phones = [to_e164(number, None) for number in (body.called, body.caller)]
    if body.policy:
        found = policies.get(connection, body.policy)
    else:
        found = policies.find(connection, contact=body.contact, phone=None) or next(
            (one for phone in phones if (one := policies.find(connection, contact=None, phone=phone))), None
        )
    if found is None:
        raise NotFoundError("no policy to renew is known by this number or contact", code="policy_unknown")
    if found.consent_at is None:
        raise ForbiddenError("there is no consent on record for calling about this policy", code="no_consent")
    for phone in {found.contact_phone, *phones}:
        if phone and policies.is_never(connection, phone):
            raise ForbiddenError("this customer asked never to be called again", code="never_call")
    return found


def _uuid(request: web.Request) -> str:
    call_id = request.match_info["uuid"].lower()
    if not is_uuid(call_id):
        raise InvalidInputError("the call's id is a UUID")
    return call_id


def _status(call: Call, *, with_turns: bool = True) -> CallStatus:
    turns: list[Any] = list(call.turns) if with_turns else []
    return CallStatus(
        id=call.id,
        conversation_id=call.conversation_id,
        state=call.state.value,
        outcome=call.outcome,
        next=_next(call),
        turns=turns,
    )


def _next(call: Call) -> Literal["hangup", "queue"] | None:
    if call.ended_at is None:
        return None
    return "queue" if call.outcome == TRANSFERRED else "hangup"


def _policy_view(policy: Policy) -> PolicyView:
    answer: Any = policy.answer
    return PolicyView(
        number=policy.number,
        contact=policy.contact_id,
        lang=policy.lang,
        ends_on=policy.ends_on,
        consent_at=policy.consent_at,
        answer=answer,
        answer_when=policy.answer_when,
    )
