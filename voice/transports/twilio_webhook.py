"""Twilio's webhooks: an incoming call is answered with TwiML, and what comes after our leg as well.

POST /voice/twilio/incoming        a call came (`?call=<uuid>` where it was announced or made by us)
POST /voice/twilio/next?call=…     our leg is over, a dialled phone did not answer, ...
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.errors import ForbiddenError, InvalidInputError
from bot.model.ids import is_uuid, new_id
from voice.transports.stream_tokens import StreamTokens
from voice.transports.twilio import CALL, CALLED, CALLER, LANG
from voice.transports.twiml import CONTENT_TYPE, HangUp, Next, Reject, Resume, is_signed, render

STREAM_PATH = "/voice/twilio"
INCOMING_PATH = "/voice/twilio/incoming"
NEXT_PATH = "/voice/twilio/next"
_SPELT = ("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253")
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a keypad, as Twilio writes them."""
_WORDS = ("", "anonymous", "restricted", "blocked", "unknown", "unavailable", "private")
_WITHHELD = frozenset({*_WORDS, *_SPELT})
_MOST_PARAMETER = 450


@dataclass(frozen=True, slots=True)
class Ringing:
    """A webhook's request, after its signature was found right."""

    call_id: str
    """Ours: from the URL where the call was announced, else new."""
    call_sid: str
    caller: str | None
    """None where it is withheld."""
    called: str | None
    status: str
    """`ringing`, `in-progress`, `completed`, ..."""
    dialled: str | None
    """How a `Dial` ended: `completed`, `busy`, `no-answer`, `failed`, `canceled`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The call is connected to us."""

    lang: str | None = None
    """Which language to greet in, where the number called says it."""


Admit = Callable[[Ringing], Awaitable[Taken | Next]]
"""Takes an incoming call, or says what else is done with it (`Reject`, `Dial`, ...)."""
Continue = Callable[[Ringing], Awaitable[Taken | Next]]
"""Says what is next after our leg; `Taken` connects the caller to us again."""


class TwilioWebhook:
    """The two handlers. Wrong signatures are 403 (`ForbiddenError`), missing parameters 400."""

    def __init__(
        self, auth_token: str, public_url: str, tokens: StreamTokens, admit: Admit, go_on: Continue
    ) -> None:
        """`public_url` is the gateway's as Twilio calls it: `https://voice.shop.example`, no path."""
        self._auth_token, self._tokens = auth_token, tokens
        self._public = public_url.rstrip("/")
        self._admit, self._go_on = admit, go_on

    async def incoming(self, request: web.Request) -> web.Response:
        """Answer a new call."""
        call = await self._read(request)
        return self._answer(call, await self._admit(call))

    async def next(self, request: web.Request) -> web.Response:
        """Answer what is next."""
        call = await self._read(request)
        if call.status in ("completed", "canceled", "failed"):  # the caller is gone: nobody hears it
            return self._answer(call, HangUp())
        return self._answer(call, await self._go_on(call))

    async def _read(self, request: web.Request) -> Ringing:
        form = await request.post()
        params = [(name, value) for name, value in form.items() if isinstance(value, str)]
        url = self._public + request.raw_path
        if len(params) != len(form) or not is_signed(
            self._auth_token, url, params, request.headers.get("X-Twilio-Signature")
        ):
            raise ForbiddenError("the request is not signed by Twilio for this URL; is the public URL right?")
        given = dict(params)
        if not given.get("CallSid"):
            raise InvalidInputError("CallSid: must be there")
        announced = request.query.get(CALL, "")
        return Ringing(
            call_id=announced if is_uuid(announced) else new_id(),
            call_sid=given["CallSid"],
            caller=_told(given.get("From", "")),
            called=_told(given.get("To", "")),
            status=given.get("CallStatus", ""),
            dialled=given.get("DialCallStatus"),
        )

    def _answer(self, call: Ringing, step: Taken | Next) -> web.Response:
        if isinstance(step, Taken):
            told = {CALL: call.call_id, CALLER: call.caller, CALLED: call.called, LANG: step.lang}
            parameters = {name: value[:_MOST_PARAMETER] for name, value in told.items() if value}
            step = Resume(
                stream=_websocket(self._public) + STREAM_PATH,
                parameters=self._tokens.issue(call.call_sid, parameters),
                then=self.next_url(call.call_id),
            )
        return web.Response(
            text=render(step), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"}
        )

    def next_url(self, call_id: str) -> str:
        """Return the webhook that goes on with a call; also what a `Dial`'s `then` should be."""
        return f"{self._public}{NEXT_PATH}?{urlencode({CALL: call_id})}"


def _told(number: str) -> str | None:
    return None if number.strip().lower() in _WITHHELD else number.strip()


def _websocket(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme="ws" if parts.scheme == "http" else "wss"))


def busy() -> Next:
    """Say what is done with a call when there is no room for it."""
    return Reject()
