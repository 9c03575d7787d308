"""Calls as tests see them: a caller on the phone, an agent's voice, and what the house says and stores."""

import asyncio
import contextlib
import json
import os
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import aiohttp
import numpy as np
import numpy.typing as npt
import pytest

from tests import speech
from tests.agent_client import AgentClient
from tests.e2e.shop_words import catalogue
from tests.gateway_process import GatewayProcess, free_port
from tests.phone_caller import FRAME, PhoneCaller
from voice.tts.prompts import Prompts
from voice.tts.pyttsx3 import Pyttsx3Synthesiser

PHONES = {"pl": "+48600100200", "cs": "+420601200300", "en": "+447700900123"}
"""The demo customers', by language."""
STRANGER = {"pl": "+48512345678", "cs": "+420777111222", "en": "+447700900456"}
ORDERS = {"pl": "10023", "cs": "20417", "en": "30555"}
STATES = {
    "pl": re.compile("InPost.* jutro"),
    "cs": re.compile(r"doručen.* 3 dn"),
    "en": re.compile("cancelled"),
}
"""What of each language's order is to be told."""
PATIENCE = 60.0


def languages(short: str) -> tuple[str, ...]:
    """All three in the long form (CENTRALA_SOAK=full), one in CI's: calls take as long as calls do."""
    return ("pl", "cs", "en") if os.environ.get("CENTRALA_SOAK") == "full" else (short,)


VOICE: dict[str, Any] = {
    "voice.enabled": "true",
    "voice.drain_seconds": 20,
    "dialogue.deadline_seconds": 15,
    "limits.burst": 0,
    "limits.proofs_per_hour": 0,
    "handoff.capacity": 1000,
}


class House:
    """A gateway that takes calls, asked over REST."""

    def __init__(
        self,
        gateway: GatewayProcess,
        port: int,
        session: aiohttp.ClientSession,
        signed_in: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.gateway = gateway
        self.signed_in = {} if signed_in is None else signed_in
        self.port = port
        self.session = session

    async def api(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call with the service token."""
        headers = {"Authorization": "Bearer demo"}
        url = f"{self.gateway.url}/api/v1{path}"
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            return answer.status, json.loads(await answer.text() or "null")

    async def read(self, path: str) -> Any:
        """Read something that is there."""
        status, body = await self.api("GET", path)
        assert status == 200, (path, status, body)
        return body

    async def announce(self, call_id: str | None = None, **body: Any) -> str:
        """Announce a call as a PBX does; the call's id."""
        call_id = call_id or str(uuid.uuid4())
        status, answer = await self.api("PUT", f"/calls/{call_id}", body)
        assert status == 200, answer
        return call_id

    async def ring(self, lang: str, caller: str | None = None, **more: Any) -> "Caller":
        """Announce a call; it rings with `async with`."""
        return Caller(self, lang, await self.announce(lang=lang, caller=caller, **more))

    async def status(self, call_id: str) -> dict[str, Any]:
        """How a call stands."""
        found: dict[str, Any] = await self.read(f"/calls/{call_id}")
        return found

    async def agent(self, name: str, presence: str = "online") -> AgentClient:
        """Sign an agent in; once, since that costs argon2's time."""
        agent = AgentClient(self.session, self.gateway.url)
        if name in self.signed_in:
            agent._headers = self.signed_in[name]
        else:
            await agent.sign_in(f"{name}@demo.example")
            self.signed_in[name] = agent._headers
        status, body = await agent.call("PUT", "/me/presence", {"state": presence})
        assert status == 200, body
        return agent

    async def in_the_morning(self) -> None:
        """Nobody is at the desk, and nothing is left of the calls before."""
        for name in ("anna", "piotr", "ewa"):
            agent = await self.agent(name, "offline")
        for state in ("agent", "waiting"):
            for row in (await self.read(f"/conversations?state={state}"))["items"]:
                status, body = await agent.call(
                    "POST", f"/conversations/{row['id']}/close", {"outcome": "of_a_test_before"}
                )
                assert status in (200, 204, 409), body  # 409: wrapped up at this moment


class Caller(PhoneCaller):
    """A caller of whom the house's own record is read, too."""

    def __init__(self, house: House, lang: str, call_id: str) -> None:
        super().__init__(house.port, call_id)
        self.house = house
        self.lang = lang
        self.seen = 0
        """How many of the conversation's messages the test has looked at."""

    async def conversation(self) -> dict[str, Any]:
        """Read the conversation, once there is one."""
        status = await eventually(lambda: self.house.status(self.call_id), lambda s: s["conversation_id"])
        found: dict[str, Any] = await self.house.read(f"/conversations/{status['conversation_id']}")
        return found

    async def told(self, *keys: str, seconds: float = PATIENCE) -> str:
        """Wait until the house says one of the catalogue's texts, after what it was seen to say before."""
        wanted = [phone_text(self.lang, key) for key in keys]
        return await self.said(lambda text: any(one.search(text) for one in wanted), seconds, keys)

    async def told_state(self, seconds: float = PATIENCE) -> str:
        """Wait until the state of the language's demo order is told."""
        return await self.said(lambda text: STATES[self.lang].search(text) is not None, seconds, "state")

    async def said(self, wanted: Callable[[str], bool], seconds: float, what: Any) -> str:
        """Wait until the house says what is `wanted`."""
        deadline = time.monotonic() + seconds
        while True:
            messages = (await self.conversation())["messages"]
            for number, message in enumerate(messages[self.seen :], self.seen + 1):
                if message["sender"] in ("bot", "system") and wanted(message["text"]):
                    self.seen = number
                    text: str = message["text"]
                    return text
            if time.monotonic() > deadline:
                lines = [(m["sender"], m["text"]) for m in messages]
                raise AssertionError(f"{what} was not said; all that was: {lines}")
            await asyncio.sleep(0.05)

    async def greeted(self) -> None:
        """Wait until the greeting is said, and heard to its end."""
        await self.told("greet", "renewal_question")
        await self.rest()

    async def rest(self, seconds: float = 1.2) -> None:
        """Wait until the house has been quiet for a while."""
        await self.quiet(seconds)

    async def speak(self, text: str, *, seed: int = 1) -> float:
        """Say something in the call's language; when the last of it was sent."""
        return await self.say(await utterance(text, self.lang, seed))

    async def until_state(self, state: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait until the conversation is somebody else's."""
        found: dict[str, Any] = await eventually(self.conversation, lambda c: c["state"] == state, seconds)
        return found

    async def ended(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait until the call has ended and all of it is stored."""
        found: dict[str, Any] = await eventually(
            lambda: self.house.status(self.call_id), lambda call: call["state"] == "ended", seconds
        )
        return found

    async def gone_by_itself(self, seconds: float = PATIENCE) -> None:
        """Wait until the house has hung up."""
        async with asyncio.timeout(seconds):
            await self.gone.wait()


class AgentVoice:
    """An agent's page on a call: her microphone and headphones."""

    def __init__(self, house: House, agent: AgentClient, conversation_id: str) -> None:
        self._url = f"{house.gateway.url}/desk/calls/{conversation_id}/audio"
        self._headers = agent._headers
        self._session = house.session
        self.frames: list[dict[str, Any]] = []
        self.heard = bytearray()
        self.gone = asyncio.Event()
        self._to_say: asyncio.Queue[bytes] = asyncio.Queue()

    async def __aenter__(self) -> "AgentVoice":
        self.socket = await self._session.ws_connect(self._url, headers=self._headers)
        await self.socket.send_json({"type": "hello", "lang": "en"})
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._speak())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self, code: int = aiohttp.WSCloseCode.GOING_AWAY) -> None:
        """Close the page, or load it again, as a browser does."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close(code=code)

    async def say(self, pcm: bytes) -> None:
        """Speak, in real time; returns when it is said."""
        for at in range(0, len(pcm), FRAME):
            await self._to_say.put(pcm[at : at + FRAME].ljust(FRAME, b"\0"))
        while not self._to_say.empty() and not self.gone.is_set():
            await asyncio.sleep(0.01)

    async def tell(self, **frame: Any) -> None:
        """Send a frame, such as `hangup`."""
        await self.socket.send_json(frame)

    async def _speak(self) -> None:
        next_at = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while not self.socket.closed:
                pcm = bytes(FRAME) if self._to_say.empty() else self._to_say.get_nowait()
                await self.socket.send_bytes(pcm)
                next_at += 0.02
                await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    async def _listen(self) -> None:
        try:
            async for message in self.socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.heard += message.data
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self.frames.append(json.loads(message.data))
        finally:
            self.gone.set()


def phone_text(lang: str, key: str) -> re.Pattern[str]:
    """What a text of the catalogue looks like when it is said."""
    words = catalogue(lang)["keys"][key]["phone"]
    variants = [words] if isinstance(words, str) else words
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".+?", re.escape(one)) for one in variants))


async def utterance(text: str, lang: str, seed: int = 1) -> bytes:
    """Speech as it comes through a telephone."""
    return await asyncio.to_thread(speech.call, text, lang, seed=seed)


def tone(hertz: float, seconds: float, level: float = 6000.0) -> bytes:
    """A plain tone, 8 kHz s16le mono."""
    at = np.arange(round(seconds * 8000)) / 8000
    samples: bytes = (level * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()
    return samples


def strength(pcm: bytes | bytearray, hertz: float) -> float:
    """The share of a frequency (± 20 Hz) in the loudest second, 0 to 1; 0 where all is quiet."""
    samples = np.frombuffer(bytes(pcm[: len(pcm) & ~1]), dtype="<i2").astype(float)
    best = 0.0
    for start in range(0, max(1, len(samples) - 4000), 2000):
        part = samples[start : start + 4000]
        if len(part) < 2000 or np.abs(part).max() < 500:
            continue
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        frequencies = np.fft.rfftfreq(len(part), 1 / 8000)
        best = max(best, float(power[np.abs(frequencies - hertz) < 20].sum() / power.sum()))
    return best


class Listener(Protocol):
    """Who hears the house."""

    lang: str

    @property
    def heard(self) -> bytes | bytearray:
        """8 kHz s16le mono."""


class Ears:
    """Knows what the house's voice sounds like, and finds it in what a caller heard."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    async def hear(self, caller: Listener, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the caller has heard every sentence of a text, each to its end."""
        clips = [pcm async for pcm in self._prompts.stream(text, caller.lang, keep=False)]
        assert clips
        deadline = time.monotonic() + seconds
        # In a thread: a telephone's audio that nobody fetches meanwhile is lost.
        while min(alike := await asyncio.to_thread(_likenesses, clips, bytes(caller.heard))) < 0.85:
            assert time.monotonic() < deadline, f"{text!r} was not heard, sentence by sentence: {alike}"
            await asyncio.sleep(0.5)


def _likenesses(clips: list[bytes], heard: bytes) -> list[float]:
    return [likeness(pcm, heard) for pcm in clips]


def likeness(pcm: bytes, heard: bytes) -> float:
    """How like `pcm` the most alike part of `heard` is: of their spectra over time; the same words above 0.9.

    Sample by sample they differ, since espeak-ng flutters.
    """
    wanted, all_heard = _spectra(pcm), _spectra(heard)
    if len(wanted) > len(all_heard):
        return 0.0
    wanted = wanted - wanted.mean()
    best = 0.0
    for start in range(len(all_heard) - len(wanted) + 1):
        part = all_heard[start : start + len(wanted)]
        part = part - part.mean()
        norm = np.sqrt((wanted**2).sum() * (part**2).sum())
        best = max(best, float((wanted * part).sum() / norm) if norm else 0.0)
    return best


def _spectra(pcm: bytes) -> npt.NDArray[np.float64]:
    """Loudness in 16 bands, every 20 ms."""
    samples = (
        np.frombuffer(pcm[: len(pcm) // FRAME * FRAME], dtype="<i2").astype(float).reshape(-1, FRAME // 2)
    )
    power = np.abs(np.fft.rfft(samples * np.hanning(FRAME // 2), axis=1))[:, 1:81] ** 2
    loudness: npt.NDArray[np.float64] = np.log10(power.reshape(len(power), 16, 5).sum(axis=2) + 1e6)
    return loudness


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    """The same voice as the gateway's, for comparison."""
    synthesiser = Pyttsx3Synthesiser(children=1, deadline=PATIENCE)
    await synthesiser.start()
    prompts = Prompts(synthesiser, cache_dir=tmp_path / "prompts")
    await prompts.start()
    yield Ears(prompts)
    await prompts.stop()
    await synthesiser.stop()


async def eventually(
    read: Callable[[], Awaitable[Any]], holds: Callable[[Any], Any], seconds: float = PATIENCE
) -> Any:
    """Read until what was read holds; generous, since machines differ."""
    deadline = time.monotonic() + seconds
    while True:
        found = await read()
        if holds(found):
            return found
        assert time.monotonic() < deadline, f"still not so: {found}"
        await asyncio.sleep(0.05)


@contextlib.contextmanager
def phone_gateway(folder: Path, settings: Mapping[str, Any]) -> Iterator[tuple[GatewayProcess, int]]:
    """Run a gateway with the phone channel on; gives it and its AudioSocket's port."""
    port = free_port()
    process = GatewayProcess(folder, settings={**VOICE, "voice.audiosocket.port": port, **settings})
    process.start()
    try:
        asyncio.run(process.ready(180))
        yield process, port
        assert process.stop(120) == 0, process.log.read_text()[-3000:]
    finally:
        if process.process is not None and process.process.poll() is None:
            process.kill()


@pytest.fixture(scope="module")
def call_gateway(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, trained: None
) -> Iterator[tuple[GatewayProcess, int]]:
    """A module's own gateway, with the phone channel on; the module's `SETTINGS` are the gateway's."""
    with phone_gateway(tmp_path_factory.mktemp("calls"), getattr(request.module, "SETTINGS", {})) as found:
        yield found


@pytest.fixture(scope="module")
def signed_in() -> dict[str, dict[str, str]]:
    """The module's agents' sessions, by name."""
    return {}


@pytest.fixture
async def house(
    call_gateway: tuple[GatewayProcess, int],
    session: aiohttp.ClientSession,
    signed_in: dict[str, dict[str, str]],
) -> House:
    """The module's gateway with nobody at the desk and nobody waiting."""
    made = House(*call_gateway, session, signed_in)
    await made.in_the_morning()
    return made
