"""A call from Twilio: its Media Streams over a WebSocket that Twilio opens to us, mu-law at 8 kHz.

Every message is JSON text. Twilio keeps what was sent ahead and plays it in real time; `mark` comes back when
it was played, `clear` empties that buffer. When we close the socket the TwiML behind `<Connect>` goes on.
Source: Twilio's page "Media Streams - WebSocket messages".
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType

from bot.clock import Clock, SystemClock
from bot.errors import CentralaError, InvalidInputError
from bot.model.ids import is_uuid, new_id
from voice.audio.g711 import ulaw_decode, ulaw_encode
from voice.transports.limits import TransportLimits
from voice.transports.socket_leg import CallSocket, SocketLeg
from voice.transports.stream_tokens import StreamTokens
from voice.transports.transport import CallStart, Digit, TransportInfo

CALL, CALLER, CALLED, LANG = "call", "caller", "called", "lang"
"""Names of the stream's parameters; `token` is one more."""
_DIGITS = frozenset("0123456789*#ABCD")
_ULAW = "audio/x-mulaw"
_MOST_BEFORE_START = 3


class BadStreamError(InvalidInputError):
    """What came is no message of a Twilio media stream."""

    code = "invalid_frame"


@dataclass(frozen=True, slots=True)
class TwilioStream:
    """What Twilio's `start` message told."""

    stream_sid: str
    call_sid: str
    parameters: Mapping[str, str]
    """The `<Parameter>`s of our own TwiML, the token taken out."""


class TwilioTransport(SocketLeg):
    """One media stream."""

    info = TransportInfo(name="twilio", digits=True, buffers=True)

    def __init__(
        self, socket: CallSocket, stream: TwilioStream, limits: TransportLimits, clock: Clock
    ) -> None:
        self.stream = stream
        given = stream.parameters
        call_id = given.get(CALL, "")
        start = CallStart(
            call_id=call_id if is_uuid(call_id) else new_id(),
            caller=given.get(CALLER) or None,
            called=given.get(CALLED) or None,
            lang=given.get(LANG) or None,
        )
        super().__init__(socket, start, limits, clock)

    def _audio(self, pcm: bytes) -> str:
        payload = base64.b64encode(ulaw_encode(pcm)).decode()
        return self._event("media", media={"payload": payload})

    def _mark(self, number: str) -> str:
        return self._event("mark", mark={"name": number})

    def _clear(self) -> str:
        return self._event("clear")

    def _event(self, event: str, **body: Any) -> str:
        return json.dumps(
            {"event": event, "streamSid": self.stream.stream_sid, **body}, separators=(",", ":")
        )

    def _seconds(self, message: WSMessage) -> float:
        # base64 of a byte a sample, and about 150 bytes around it; a guard against floods need not be exact.
        return max(0, len(message.data) - 150) * 3 / 4 / 8_000

    def _take(self, message: WSMessage) -> None:
        said = _object(message)
        match said.get("event"):
            case "media":
                self._take_media(_part(said, "media"))
            case "dtmf":
                digit = _part(said, "dtmf").get("digit")
                if not isinstance(digit, str) or digit.upper() not in _DIGITS:
                    raise BadStreamError("dtmf.digit: this is no key")
                self._inbox.put(Digit(digit.upper()))
            case "mark":
                self._came_back(str(_part(said, "mark").get("name")))
            case "stop":
                self._give_up("caller")
            case "start":
                raise BadStreamError("a stream has one start")
            case str():
                pass  # a newer Twilio may say more
            case _:
                raise BadStreamError("event: must be text")

    def _take_media(self, media: Mapping[str, Any]) -> None:
        if media.get("track", "inbound") != "inbound":
            return  # our own voice, on a stream that was asked for both
        payload = media.get("payload")
        if not isinstance(payload, str):
            raise BadStreamError("media.payload: must be text")
        try:
            coded = base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError):
            raise BadStreamError("media.payload: must be base64") from None
        self._heard(ulaw_decode(coded))


async def accept(
    socket: CallSocket,
    tokens: StreamTokens,
    *,
    limits: TransportLimits | None = None,
    clock: Clock | None = None,
) -> TwilioTransport:
    """Wait for `start` on a prepared socket, check its token and make the leg.

    Raises `ForbiddenError` or `InvalidInputError`; the socket is closed then, and the TwiML goes on.
    """
    limits = limits or TransportLimits()
    try:
        async with asyncio.timeout(limits.first_seconds):
            stream = await _start(socket)
        parameters = tokens.take(stream.call_sid, stream.parameters)
    except (CentralaError, TimeoutError) as error:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        if isinstance(error, TimeoutError):
            raise BadStreamError("no start came in time", code="hello_required") from None
        raise
    told = TwilioStream(stream.stream_sid, stream.call_sid, parameters)
    return TwilioTransport(socket, told, limits, clock or SystemClock())


async def _start(socket: CallSocket) -> TwilioStream:
    for _ in range(_MOST_BEFORE_START):
        said = _object(await socket.receive())
        if said.get("event") == "connected":
            continue
        if said.get("event") != "start":
            break
        start = _part(said, "start")
        if _part(start, "mediaFormat").get("encoding") != _ULAW:
            raise BadStreamError(f"start.mediaFormat.encoding: must be {_ULAW}")
        names = said.get("streamSid"), start.get("callSid")
        given = start.get("customParameters") or {}
        if not all(isinstance(name, str) and name for name in names) or not isinstance(given, dict):
            raise BadStreamError("start: streamSid and callSid must be there")
        parameters = {str(name): str(value) for name, value in given.items()}
        return TwilioStream(str(names[0]), str(names[1]), parameters)
    raise BadStreamError("the stream does not begin with a start", code="hello_required")


def _object(message: WSMessage) -> dict[str, Any]:
    if message.type is not WSMsgType.TEXT:
        raise BadStreamError("a message must be text")
    try:
        said = json.loads(message.data)
    except (ValueError, RecursionError):
        raise BadStreamError("a message must be JSON") from None
    if not isinstance(said, dict):
        raise BadStreamError("a message must be a JSON object")
    return said


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = said.get(name)
    if not isinstance(part, dict):
        raise BadStreamError(f"{name}: must be an object")
    return part
