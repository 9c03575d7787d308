"""Callers by the other ways in: Twilio, a telephone behind Asterisk's chan_websocket, a page's microphone."""

import asyncio
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, SupportsIndex
from xml.etree import ElementTree as ET

from playwright.async_api import expect
from streamdouble.protocol import StreamIdentity
from streamdouble.scenario import Dtmf, Hangup, Say, Scenario, Step, Wait
from streamdouble.session import Session, SessionConfig, SessionResult

from tests.e2e.call_scene import PHONES, Caller, House, eventually
from tests.sip_phone import SipCall
from tests.widget.widget_page import WidgetPage
from voice.audio.g711 import ulaw_decode, ulaw_encode
from voice.transports.twiml import signature


class Line(Caller):
    """A caller whose call the house named; `say`, `press` and what was heard are the transport's own."""

    def __init__(self, house: House, lang: str) -> None:
        super().__init__(house, lang, "")
        self.conversation_id = ""

    async def key(self, digits: str) -> None:
        """Press keys."""
        raise NotImplementedError

    async def conversation(self) -> dict[str, Any]:
        """Read the conversation: the one call that is with the bot, once there is one."""
        if not self.conversation_id:
            rows = await eventually(
                lambda: self.house.read("/conversations?state=bot"),
                lambda page: [row for row in page["items"] if row["channel"] == "phone"],
            )
            [found] = [row for row in rows["items"] if row["channel"] == "phone"]
            self.conversation_id = found["id"]
        conversation: dict[str, Any] = await self.house.read(f"/conversations/{self.conversation_id}")
        return conversation


class _Script(list[Step]):
    """A scenario's steps, made up while the call goes on; silence where there is nothing to do."""

    def __init__(self) -> None:
        super().__init__()
        self.coming: deque[Step] = deque()
        self.done = 0

    def __iter__(self) -> Iterator[Step]:
        while True:
            step = self.coming.popleft() if self.coming else Wait(0.02)
            yield step
            self.done += not isinstance(step, Wait)
            if isinstance(step, Hangup):
                return

    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        return [] if isinstance(at, slice) else super().__getitem__(at)


class TwilioLine(Line):
    """Twilio: the signed webhook, then the media stream that its TwiML names, by streamdouble."""

    def __init__(self, house: House, lang: str, auth_token: str) -> None:
        super().__init__(house, lang)
        self._auth_token = auth_token
        self._identity = StreamIdentity()
        self._script = _Script()
        self._asked = 0
        self.result: SessionResult | None = None

    async def __aenter__(self) -> "TwilioLine":
        twiml = await self.webhook("/voice/twilio/incoming", status="ringing")
        stream = twiml.find("Connect/Stream")
        redirect = twiml.find("Redirect")
        assert stream is not None, ET.tostring(twiml)
        assert redirect is not None
        self.next_path = str(redirect.text).removeprefix(self.house.gateway.url)
        parameters = {one.attrib["name"]: one.attrib["value"] for one in stream.iter("Parameter")}
        self.call_id = parameters["call"]
        self._session = Session(
            stream.attrib["url"],
            scenario=Scenario("call", self._script),
            config=SessionConfig(custom_parameters=parameters, max_call_s=380),
            identity=self._identity,
        )
        self._running = asyncio.create_task(self._run())
        return self

    async def webhook(self, path: str, *, status: str, signed: bool = True) -> ET.Element:
        """Post what Twilio posts; gives the TwiML. Raises aiohttp's `ClientResponseError`."""
        url = self.house.gateway.url + path
        form = {
            "CallSid": self._identity.call_sid,
            "From": PHONES[self.lang],
            "To": "+48221000000",
            "CallStatus": status,
        }
        right = signature(self._auth_token, url, list(form.items()))
        headers = {"X-Twilio-Signature": right if signed else "wrong"}
        async with self.house.session.post(url, data=form, headers=headers) as answer:
            answer.raise_for_status()
            return ET.fromstring(await answer.text())

    async def _run(self) -> None:
        try:
            self.result = await self._session.run()
        finally:
            self.gone.set()

    @property  # type: ignore[override]
    def heard(self) -> bytes:
        """8 kHz s16le, out of what has come as mu-law."""
        return ulaw_decode(bytes(self._session._audio_received))

    @heard.setter
    def heard(self, _: bytearray) -> None:
        """Nothing: the session keeps it."""

    async def _do(self, step: Step) -> None:
        self._script.coming.append(step)
        self._asked += 1
        mine = self._asked
        while self._script.done < mine and not self.gone.is_set():
            await asyncio.sleep(0.01)

    async def say(self, pcm: bytes) -> float:
        coded = ulaw_encode(pcm)
        frames = [coded[at : at + 160].ljust(160, b"\xff") for at in range(0, len(coded), 160)]
        await self._do(Say(path=Path(__file__), frames=frames))
        return asyncio.get_running_loop().time()

    async def key(self, digits: str) -> None:
        await self._do(Dtmf(digits))

    async def hang_up(self) -> None:
        if not self.gone.is_set():
            self._script.coming.append(Hangup())
        await self._running


class SipLine(Line):
    """A telephone behind Asterisk."""

    def __init__(self, house: House, lang: str, call: SipCall) -> None:
        self._call = call
        super().__init__(house, lang)

    async def __aenter__(self) -> "SipLine":
        self._watching = asyncio.create_task(self._watch())
        return self

    async def _watch(self) -> None:
        await self._call.ended(400)
        self.gone.set()

    @property  # type: ignore[override]
    def heard(self) -> bytes:
        """8 kHz s16le."""
        return self._call.heard()

    @heard.setter
    def heard(self, _: bytearray) -> None:
        """Nothing: the telephone keeps it."""

    async def say(self, pcm: bytes) -> float:
        await self._call.say(pcm)
        return asyncio.get_running_loop().time()

    async def key(self, digits: str) -> None:
        await self._call.press(digits)

    async def hang_up(self) -> None:
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        await self._call.hang_up()


class PageLine(Line):
    """The widget's call button; the microphone plays its file over and over, muted until it speaks."""

    def __init__(self, house: House, shop: WidgetPage, lang: str, loop_seconds: float) -> None:
        super().__init__(house, lang)
        self._shop = shop
        self._loop_seconds = loop_seconds
        shop.page.on("websocket", self._opened)

    def _opened(self, socket: Any) -> None:
        if socket.url.endswith("/voice/web"):
            socket.on("framereceived", lambda data: self._came(data))
            socket.on("close", lambda _: self.gone.set())

    def _came(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            self.heard += data

    async def __aenter__(self) -> "PageLine":
        await self._shop.part(".head-button[title]").click()
        await self._set_muted(True)
        return self

    async def _set_muted(self, muted: bool) -> None:
        button = self._shop.part(".call-button").nth(0)
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", str(muted).lower())

    async def say(self, pcm: bytes) -> float:
        """Let the microphone be heard for one round of its file, which is what is said."""
        await self._set_muted(False)
        await asyncio.sleep(self._loop_seconds)
        await self._set_muted(True)
        return asyncio.get_running_loop().time()

    async def key(self, digits: str) -> None:
        keypad = self._shop.part(".call-keys")
        if not await keypad.is_visible():
            await self._shop.part(".call-button").nth(1).click()
        for digit in digits:
            await self._shop.part(".call-key").get_by_text(digit, exact=True).click()

    async def hang_up(self) -> None:
        if not self.gone.is_set():
            await self._shop.part(".call-button.danger").click()
            async with asyncio.timeout(30):
                await self.gone.wait()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self.hang_up()
