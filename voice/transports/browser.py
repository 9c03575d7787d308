"""A call from a web page: the widget's 'call us', and the agent's leg on the desk.

Binary frames are s16le mono at 8 kHz of any length, in both directions; text frames are JSON:

    page -> us   hello (first) · dtmf · mark (an echo: it was played) · mute · hold · hangup
    us -> page   welcome · state · mark · clear · ended · error
"""

import json
from collections.abc import Callable
from typing import Any, Literal, get_args

from aiohttp import WSCloseCode, WSMessage, WSMsgType

from bot.clock import Clock, SystemClock
from bot.errors import InvalidInputError
from bot.model.ids import new_id
from voice.transports.browser_frames import Dtmf, Hangup, Hello, Hold, Mark, Mute, parse, parse_hello
from voice.transports.limits import TransportLimits
from voice.transports.socket_leg import CallSocket, SocketLeg
from voice.transports.transport import CallStart, Digit, TransportInfo

State = Literal["bot", "waiting", "agent", "closed"]
"""Whom the caller talks to; `state` of `/voice/web`."""
STATES: tuple[State, ...] = get_args(State)


class BrowserTransport(SocketLeg):
    """One page's leg. The page buffers a few frames against jitter, so it clears and marks by itself."""

    info = TransportInfo(name="browser", digits=True, buffers=True)

    def __init__(self, socket: CallSocket, start: CallStart, limits: TransportLimits, clock: Clock) -> None:
        self.muted = False
        """The page says that its microphone is off; silence is heard from it meanwhile."""
        self.on_hold: Callable[[bool], None] = lambda on: None
        """Told when an agent's page puts the caller on hold, or ends that."""
        self._half = b""
        self._reason = "hung_up"
        super().__init__(socket, start, limits, clock)

    def welcome(self, visitor_token: str | None) -> None:
        """Say that the call is taken; before it the page sends no audio."""
        self._say(type="welcome", call_id=self.start.call_id, visitor_token=visitor_token)

    def tell(self, state: State, *, name: str | None = None, position: int | None = None) -> None:
        """Say whom the caller talks to: the agent's `name`, or the `position` in the queue from 1."""
        self._say(type="state", state=state, name=name, position=position)

    def ending(self, reason: str) -> None:
        """Set the word that the page is told at `hang_up`, such as `closed`, `drained` or `transferred`."""
        self._reason = reason

    async def refuse(self, code: str, message: str) -> None:
        """Turn the call down before its welcome (`busy`, `token_invalid`, ...), and close."""
        self._reason = ""
        self._say(type="error", code=code, message=message)
        await self.hang_up()

    def _say(self, **frame: Any) -> None:
        self._put(_encode(frame))

    def _audio(self, pcm: bytes) -> bytes:
        return pcm

    def _mark(self, number: str) -> str:
        return _encode({"type": "mark", "name": number})

    def _clear(self) -> str:
        return _encode({"type": "clear"})

    def _farewell(self) -> str | None:
        return _encode({"type": "ended", "reason": self._reason}) if self._reason else None

    def _take(self, message: WSMessage) -> None:
        if message.type is WSMsgType.BINARY:
            self._take_audio(message.data)
            return
        match parse(message.data):
            case Dtmf(digit=digit):
                self._inbox.put(Digit(digit))
            case Mark(name=number):
                self._came_back(number)
            case Mute(on=on):
                self.muted = on
            case Hold(on=on):
                self.on_hold(on)
            case Hangup():
                self._give_up("caller")

    def _take_audio(self, data: bytes) -> None:
        held = self._half + data
        whole = len(held) // 2 * 2
        self._half = held[whole:]
        self._heard(bytes(whole) if self.muted else held[:whole])

    def _refused(self, error: InvalidInputError) -> None:
        self._say(type="error", code=error.code, message=str(error))


async def accept(
    socket: CallSocket,
    first_frame_timeout: float,
    *,
    limits: TransportLimits | None = None,
    clock: Clock | None = None,
) -> tuple[Hello, BrowserTransport]:
    """Wait for the hello on a prepared socket and make the leg.

    The caller of this checks the hello's tokens, then calls `welcome` or `refuse`. Raises `InvalidInputError`
    (`hello_required`, `invalid_frame`) where no hello came in time; the page has been told and the socket
    is closed.
    """
    try:
        hello = await _hello(socket, first_frame_timeout)
    except InvalidInputError as error:
        if not socket.closed:
            await socket.send_str(_encode({"type": "error", "code": error.code, "message": str(error)}))
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        raise
    start = CallStart(call_id=new_id(), lang=hello.lang)
    return hello, BrowserTransport(socket, start, limits or TransportLimits(), clock or SystemClock())


async def _hello(socket: CallSocket, seconds: float) -> Hello:
    try:
        first = await socket.receive(timeout=seconds)
    except TimeoutError:
        raise InvalidInputError("no hello came", code="hello_required") from None
    if first.type is not WSMsgType.TEXT:
        raise InvalidInputError("the first frame is no hello", code="hello_required")
    return parse_hello(first.data)


def _encode(frame: dict[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
