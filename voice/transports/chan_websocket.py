"""Asterisk dials in to us over a WebSocket: `Dial(WebSocket/…)`, its channel driver chan_websocket.

Binary frames are audio in the format of the channel; JSON text frames are control. Asterisk keeps what was
sent ahead and plays it in real time: `MARK_MEDIA` comes back as `MEDIA_MARK_PROCESSED` when it was played,
and `FLUSH_MEDIA` empties the queue without giving marks back. When the leg ends the dialplan goes on.
Source: Asterisk's page "WebSocket Channel Driver", and what was seen from Asterisk 22.10.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, hdrs, web
from structlog import get_logger

from bot.clock import Clock, SystemClock
from bot.errors import InvalidInputError
from bot.model.ids import is_uuid, new_id
from voice.audio.g711 import alaw_decode, alaw_encode, ulaw_decode, ulaw_encode
from voice.audio.pcm import RATE
from voice.audio.resample import Resampler
from voice.transports.audiosocket_server import OnCall
from voice.transports.limits import TransportLimits
from voice.transports.socket_leg import CallSocket, SocketLeg
from voice.transports.transport import CallStart, Digit, TransportInfo

log = get_logger(__name__)

CALL, CALLER, CALLED, LANG, TOKEN = "call", "caller", "called", "lang", "token"
"""Parameters of the address, which the dialplan sets with `v(…)`."""
PROTOCOL = "media"
_DIGITS = frozenset("0123456789*#ABCD")


class BadMediaError(InvalidInputError):
    """What came is no message of chan_websocket."""

    code = "invalid_frame"


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """What an Asterisk channel speaks."""

    rate: int
    """Samples a second."""
    law: tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]] | None = None
    """Encoder and decoder of a byte a sample; none for s16le."""

    @property
    def bytes_a_second(self) -> int:
        """What a second of audio takes on the wire."""
        return self.rate * (2 if self.law is None else 1)


_FORMATS = {
    "slin": MediaFormat(8_000),
    "slin12": MediaFormat(12_000),
    "slin16": MediaFormat(16_000),
    "slin24": MediaFormat(24_000),
    "slin32": MediaFormat(32_000),
    "slin44": MediaFormat(44_100),
    "slin48": MediaFormat(48_000),
    "ulaw": MediaFormat(8_000, (ulaw_encode, ulaw_decode)),
    "alaw": MediaFormat(8_000, (alaw_encode, alaw_decode)),
}
"""By Asterisk's names."""


class ChanWebsocketTransport(SocketLeg):
    """One call's leg over chan_websocket."""

    info = TransportInfo(name="chan_websocket", digits=True, buffers=True)

    def __init__(
        self,
        socket: CallSocket,
        start: CallStart,
        media: MediaFormat,
        limits: TransportLimits,
        clock: Clock,
    ) -> None:
        self._media = media
        self._decoder, self._encoder = Resampler(media.rate, RATE), Resampler(RATE, media.rate)
        super().__init__(socket, start, limits, clock)

    def _audio(self, pcm: bytes) -> bytes:
        pcm = self._encoder.feed(pcm)
        return pcm if self._media.law is None else self._media.law[0](pcm)

    def _mark(self, number: str) -> str:
        return _command("MARK_MEDIA", correlation_id=number)

    def _clear(self) -> str:
        return _command("FLUSH_MEDIA")

    def _farewell(self) -> str:
        return _command("HANGUP")

    def _seconds(self, message: WSMessage) -> float:
        return len(message.data) / self._media.bytes_a_second if message.type is WSMsgType.BINARY else 0.0

    def _take(self, message: WSMessage) -> None:
        if message.type is WSMsgType.BINARY:
            data = message.data if self._media.law is None else self._media.law[1](message.data)
            self._heard(self._decoder.feed(data))
            return
        said = _event(message)
        match said.get("event"):
            case "DTMF_END":
                digit = str(said.get("digit", "")).upper()
                if digit not in _DIGITS:
                    raise BadMediaError("digit: this is no key")
                self._inbox.put(Digit(digit))
            case "MEDIA_MARK_PROCESSED":
                self._came_back(str(said.get("correlation_id")))
            case "MEDIA_START":
                raise BadMediaError("a call has one start")
            case str():
                pass  # XOFF means 18 s sent ahead, which a paced sender never does; a newer one may say more
            case _:
                raise BadMediaError("event: must be text")


def chan_websocket_handler(
    on_call: OnCall,
    token_is_good: Callable[[str], bool],
    *,
    takes_calls: Callable[[], bool] = lambda: True,
    limits: TransportLimits | None = None,
    clock: Clock | None = None,
) -> Callable[[web.Request], Any]:
    """Make the handler of `GET /voice/asterisk`.

    The service token comes as the password of Basic (websocket_client.conf), as Bearer or as the parameter
    `token`; without a good one the answer is 401, and 503 while no calls are taken: the dialplan goes on.
    `on_call` has a call from start to end; the leg is hung up when it returns or fails.
    """
    bounds, now = limits or TransportLimits(), clock or SystemClock()

    async def handle(request: web.Request) -> web.StreamResponse:
        if not token_is_good(_token(request)):
            raise web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: 'Basic realm="centrala"'})
        if not takes_calls():
            raise web.HTTPServiceUnavailable
        socket = CallSocket(protocols=(PROTOCOL,))
        await socket.prepare(request)
        try:
            async with asyncio.timeout(bounds.first_seconds):
                media = _media(await socket.receive())
            leg = ChanWebsocketTransport(socket, _start(request.query), media, bounds, now)
        except (InvalidInputError, TimeoutError) as error:
            log.warning("call refused", transport="chan_websocket", why=str(error) or "nothing came")
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
            return socket
        try:
            await on_call(leg)
        except Exception:
            log.exception("call failed", transport="chan_websocket", call_id=leg.start.call_id)
        finally:
            await leg.hang_up()
        return socket

    return handle


def _token(request: web.Request) -> str:
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    if header.startswith("Basic "):
        try:
            plain = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
        except ValueError:
            return ""
        return plain.partition(":")[2]
    return request.query.get(TOKEN, "")


def _start(query: Mapping[str, str]) -> CallStart:
    call_id = query.get(CALL, "").lower()
    return CallStart(
        call_id=call_id if is_uuid(call_id) else new_id(),
        caller=query.get(CALLER) or None,
        called=query.get(CALLED) or None,
        lang=query.get(LANG) or None,
    )


def _media(message: WSMessage) -> MediaFormat:
    said = _event(message)
    if said.get("event") != "MEDIA_START":
        raise BadMediaError("the first message is no MEDIA_START")
    media = _FORMATS.get(str(said.get("format")))
    if media is None:
        raise BadMediaError("the channel's format must be slin, slin16, ulaw or alaw: dial with c(slin)")
    return media


def _event(message: WSMessage) -> dict[str, Any]:
    if message.type is not WSMsgType.TEXT:
        raise BadMediaError("control must be text")
    try:
        said = json.loads(message.data)
    except (ValueError, RecursionError):
        raise BadMediaError(
            "control must be JSON: dial with f(json), or set it in chan_websocket.conf"
        ) from None
    if not isinstance(said, dict):
        raise BadMediaError("control must be a JSON object")
    return said


def _command(name: str, **arguments: str) -> str:
    return json.dumps({"command": name, **arguments})
