"""SIP phones of the tests (baresip): callers on a trunk, and agents' phones that register.

async with SipStack(pbx.sip) as stack:
    caller = await stack.caller("+48600100200")
    call = await caller.call("800")
    await call.say(pcm)             # 8 kHz s16le mono; returns when it was said
    await call.wait_heard(16000)    # bytes since the call was answered
    await call.press("10023#")
    await call.hang_up()
"""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType

from baresip.call import Call, CallState
from baresip.config import Account, Config
from baresip.errors import AudioNotActive, AudioRestarted, BaresipError
from baresip.events import Event, StackEvent
from baresip.runtime import Runtime
from baresip.ua import UserAgent

WAIT = 30.0
_TICK = 0.02


class SipStack:
    """The one SIP stack that a process may have at a time, bound to loopback."""

    def __init__(self, server: str) -> None:
        """`server` is the PBX's `host:port`."""
        self._server = server
        self._runtime = Runtime()
        self._phones: list[SipPhone] = []

    async def __aenter__(self) -> "SipStack":
        # pytest shows it with a test that failed: what was said on the wire.
        logging.getLogger("baresip.native").setLevel(logging.DEBUG)
        config = Config(
            net_interface="127.0.0.1", max_concurrent_calls=None, native_log_level="info", sip_trace=True
        )
        await self._runtime.start(config)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for phone in self._phones:
            await phone.close()
        await self._runtime.close()

    async def caller(self, number: str, trunk: str = "test", codec: str = "pcma") -> "SipPhone":
        """A caller from outside with this number (`anonymous` for none), by a trunk of the tests' PBX."""
        account = Account(number, self._server, "", reg_interval=0, audio_codecs=(codec,))
        return await self._phone(account, {"X-Trunk": trunk})

    async def agent(self, user: str, password: str) -> "SipPhone":
        """A phone of the house, registered."""
        phone = await self._phone(Account(user, self._server, password), {})
        await phone.register()
        return phone

    async def _phone(self, account: Account, headers: dict[str, str]) -> "SipPhone":
        agent = await UserAgent.create(self._runtime, account)
        phone = SipPhone(self._runtime, agent, self._server, headers)
        self._phones.append(phone)
        return phone


class SipPhone:
    """One identity; calls, and is called."""

    def __init__(self, runtime: Runtime, agent: UserAgent, server: str, headers: dict[str, str]) -> None:
        self._runtime = runtime
        self._agent, self._server, self._headers = agent, server, headers
        self._incoming: asyncio.Queue[SipCall] = asyncio.Queue()
        self._calls: list[SipCall] = []
        self._registered = False
        agent.on_incoming(self._came)

    async def register(self) -> None:
        await self._agent.register()
        self._registered = True

    async def call(self, number: str) -> "SipCall":
        """Call and wait for the answer; raises baresip's `CallFailed` where there is none."""
        call = await self.dial(number)
        await call.answered()
        return call

    async def dial(self, number: str) -> "SipCall":
        """Call, and do not wait for the answer.

        What is told of a call before `dial` returns is told to nobody, and on a busy machine that is that it
        was answered: so it is told again.
        """
        early: list[StackEvent] = []
        self._runtime.subscribe(early.append)
        try:
            dialled = await self._agent.dial(f"sip:{number}@{self._server}", headers=self._headers)
        finally:
            self._runtime.unsubscribe(early.append)
        for event in early:
            dialled._on_stack_event(event)  # heeds those of its own only
        return self._kept(SipCall(dialled))

    async def ringing(self) -> "SipCall":
        """Wait for the next call to this phone, not answered yet."""
        async with asyncio.timeout(WAIT):
            return await self._incoming.get()

    async def take(self) -> "SipCall":
        """Wait for the next call to this phone and answer it."""
        call = await self.ringing()
        await call.answer()
        return call

    async def close(self) -> None:
        for call in self._calls:
            await call.hang_up()
        if self._registered:
            with suppress(BaresipError):
                await self._agent.unregister()

    def _came(self, call: Call) -> None:
        self._incoming.put_nowait(self._kept(SipCall(call)))

    def _kept(self, call: "SipCall") -> "SipCall":
        self._calls.append(call)
        return call


class SipCall:
    """One call, seen from a phone."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._heard = bytearray()
        self._more = asyncio.Event()
        self._closed = asyncio.Event()
        self._listening = asyncio.create_task(self._listen(), name="sip-call-listens")
        call.on(self._event)
        if call.state is CallState.CLOSED:
            self._closed.set()

    @property
    def peer(self) -> str:
        """The other side's URI."""
        return self._call.peer or ""

    async def answer(self) -> None:
        await self._call.answer()
        await self.answered()

    async def reject(self) -> None:
        """Answer 486, busy here."""
        await self._call.reject()

    async def answered(self) -> None:
        await self._call.wait_established(WAIT)

    async def say(self, pcm: bytes) -> None:
        """Say 8 kHz s16le mono audio in real time; returns when the last of it was sent."""
        await self._media()
        audio = self._call.audio
        while pcm:
            pcm = pcm[audio.write(pcm) :]
            await asyncio.sleep(_TICK)
        while audio.info().tx_buffered:
            await asyncio.sleep(_TICK)

    def heard(self) -> bytes:
        """Everything heard since the call was answered, 8 kHz s16le mono."""
        return bytes(self._heard)

    async def wait_heard(self, size: int, timeout: float = WAIT) -> bytes:
        """Wait until so many bytes have been heard in all, and return everything."""
        async with asyncio.timeout(timeout):
            while len(self._heard) < size:
                self._more.clear()
                await self._more.wait()
        return self.heard()

    async def press(self, digits: str) -> None:
        await self._call.send_dtmf(digits)

    async def hang_up(self) -> None:
        """Hang up and wait until it is over; more than once is once."""
        if not self._closed.is_set():
            with suppress(BaresipError):
                await self._call.hangup()
            with suppress(TimeoutError):
                await self.ended(5.0)
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def ended(self, timeout: float = WAIT) -> None:
        """Wait until the other side, or somebody between, has hung up."""
        async with asyncio.timeout(timeout):
            await self._closed.wait()

    @property
    def is_over(self) -> bool:
        return self._closed.is_set()

    def _event(self, event: StackEvent) -> None:
        if event.event is Event.CALL_CLOSED:
            self._closed.set()

    async def _media(self) -> None:
        async with asyncio.timeout(WAIT):
            while not self._ready():
                await asyncio.sleep(_TICK)

    def _ready(self) -> bool:
        if self._call.state is not CallState.ESTABLISHED:
            return False
        try:
            info = self._call.audio.info()
        except AudioNotActive:
            return False
        return bool(info.tx_ready and info.rx_ready)

    async def _listen(self) -> None:
        await self._media_forever()
        while not self._closed.is_set():
            with suppress(AudioNotActive, AudioRestarted):
                while got := self._call.audio.read(16_000):
                    self._heard += got
                    self._more.set()
            await asyncio.sleep(_TICK)

    async def _media_forever(self) -> None:
        while not self._ready() and not self._closed.is_set():
            await asyncio.sleep(_TICK)
