"""The call to a person, by the other ways in: Twilio, Asterisk's chan_websocket and the browser.

By AudioSocket it stands in test_calls_to_person.py and test_calls_asterisk.py. These run in the long form.
"""

import io
import os
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import async_playwright, expect

from tests import speech
from tests.asterisk_pbx import TOKEN, AsteriskPbx
from tests.e2e.browser import CHROMIUM, Windows
from tests.e2e.call_lines import Line, PageLine, SipLine, TwilioLine
from tests.e2e.call_scene import (
    ORDERS,
    PHONES,
    AgentVoice,
    Ears,
    House,
    eventually,
    phone_gateway,
    strength,
    tone,
    utterance,
)
from tests.e2e.shop_words import CUSTOMERS, LANGUAGES
from tests.gateway_process import GatewayProcess
from tests.sip_phone import SipStack
from tests.widget.widget_page import FLAGS
from voice.audio import wav

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        os.environ.get("CENTRALA_SOAK") != "full",
        reason="long: the other ways in, in every language; set CENTRALA_SOAK=full",
    ),
]
AUTH_TOKEN = "twilio-of-the-tests"
SETTINGS = {
    "voice.wrap_up_seconds": 2,
    "voice.twilio.auth_token": AUTH_TOKEN,
    "voice.asterisk.token": TOKEN,
}
WHERE = {"pl": "gdzie jest moja paczka", "cs": "kde je můj balík", "en": "where is my order"}
NUMBERS = {"pl": "800", "cs": "801", "en": "802"}
"""The house's own, at the tests' PBX."""
CALLER, AGENT = 440.0, 620.0
"""Hertz of what each lets the other hear."""
PAUSE = 1.5
"""Seconds between what the page's microphone hears."""


@pytest.fixture(scope="module")
def gateway_of_all(
    tmp_path_factory: pytest.TempPathFactory, trained: None
) -> Iterator[tuple[GatewayProcess, int]]:
    with phone_gateway(tmp_path_factory.mktemp("transports"), SETTINGS) as found:
        yield found


@pytest.fixture
async def house(
    gateway_of_all: tuple[GatewayProcess, int],
    session: aiohttp.ClientSession,
    signed_in: dict[str, dict[str, str]],
) -> House:
    made = House(*gateway_of_all, session, signed_in)
    await made.in_the_morning()
    return made


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_over_twilio(house: House, ears: Ears, lang: str) -> None:
    line = TwilioLine(house, lang, AUTH_TOKEN)
    with pytest.raises(aiohttp.ClientResponseError, match="403"):
        await line.webhook("/voice/twilio/incoming", status="ringing", signed=False)
    async with line:
        await the_call(house, ears, line)
        after = await line.webhook(line.next_path, status="in-progress")
        assert [step.tag for step in after] == ["Hangup"], "nobody is to talk to the caller after us"
    ended = await line.ended()
    assert ended["outcome"] == "resolved"
    assert line.result is not None
    assert line.result.violations == []
    assert line.result.closed_by == "agent", "it is the house that hung up"


@pytest.mark.asterisk
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_over_chan_websocket(
    house: House, ears: Ears, pbx: AsteriskPbx, phones: SipStack, lang: str
) -> None:
    pbx.point_at(house.port, house.gateway.port, by="websocket")
    caller = await phones.caller(PHONES[lang])
    async with SipLine(house, lang, await caller.call(NUMBERS[lang])) as line:
        await the_call(house, ears, line)
    await eventually(lambda: _channels(pbx), lambda count: count == 0)


async def _channels(pbx: AsteriskPbx) -> int:
    return pbx.channels()


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
async def test_over_the_browser(house: House, ears: Ears, tmp_path: Path, lang: str) -> None:
    spoken = await utterance(WHERE[lang], lang)
    # In bursts, since the browser's noise suppression takes a steady tone for noise.
    burst = tone(CALLER, 0.4, 9000.0) + speech.silence(0.2)
    sounds = spoken + speech.silence(PAUSE) + burst * 3 + speech.silence(PAUSE)
    wav.write(tmp_path / "microphone.wav", sounds)
    async with browser_with(tmp_path / "microphone.wav", house.gateway.url) as windows:
        shop = await windows.customer(lang, CUSTOMERS[lang][0], permissions=["microphone"])
        async with PageLine(house, shop, lang, len(sounds) / 16_000) as line:
            await the_call(house, ears, line)
        await expect(shop.part(".call-status")).to_be_visible()
        assert windows.troubles == []


@asynccontextmanager
async def browser_with(microphone: Path, url: str) -> AsyncIterator[Windows]:
    """A Chromium whose microphone hears a file over and over."""
    flags = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield Windows(browser, url)
        await browser.close()


async def the_call(house: House, ears: Ears, line: Line) -> None:
    """The order's state is told and heard; a person comes, hears and is heard; all of it is kept."""
    lang = line.lang
    anna = await house.agent("anna")
    greeting = await line.told("greet")
    await ears.hear(line, greeting)
    await line.key(f"{ORDERS[lang]}#")
    state = await line.told_state()
    await ears.hear(line, state)
    await line.key("0#")
    waiting = await line.told("handoff_waiting")
    assert (await line.until_state("waiting"))["packet"]["reason"] == "asked"
    taken = await anna.serve_next()
    assert taken["id"] == (await line.conversation())["id"]
    assert taken["packet"]["slots"]["order_number"] == ORDERS[lang]
    assert (taken["packet"]["channel"], taken["packet"]["lang"]) == ("phone", lang)
    async with AgentVoice(house, anna, taken["id"]) as voice:
        await line.told("agent_joined")
        await ears.hear(line, waiting)  # the house's last sentence was finished first
        await they_talk(line, voice)
        status, body = await anna.call("POST", f"/conversations/{taken['id']}/close", {"outcome": "resolved"})
        assert status < 300, body
        await line.gone_by_itself()
    await stands_in_the_history(house, taken["id"], PHONES[lang])


async def they_talk(line: Line, voice: AgentVoice) -> None:
    """Each hears the other, and both stand in the transcript; said again where it was not understood."""
    spoken: list[dict[str, Any]] = []
    for seed in range(1, 9):
        theirs = await utterance(WHERE[line.lang], line.lang, seed)
        hers = await utterance(WHERE[line.lang], line.lang, seed + 20)
        await line.say(theirs + speech.silence(PAUSE) + tone(CALLER, 1.0))
        await voice.say(hers + speech.silence(PAUSE) + tone(AGENT, 1.0))
        spoken = [m for m in (await line.conversation())["messages"] if (m["heard"] or {}).get("source")]
        senders = {m["sender"] for m in spoken if m["heard"]["source"] == "spoken"}
        heard = strength(voice.heard, CALLER), strength(line.heard, AGENT)
        if {"visitor", "agent"} <= senders and min(heard) > 0.8:
            return
    raise AssertionError(f"agent and caller heard {heard} of each other; written down: {spoken}")


async def stands_in_the_history(house: House, conversation_id: str, phone: str) -> None:
    """Transcript, recording and outcome, in the conversation and in the contact's timeline."""
    found = await eventually(
        lambda: house.read(f"/conversations/{conversation_id}"),
        lambda c: c["state"] == "closed" and c["recordings"] and c["recordings"][0]["seconds"],
    )
    assert (found["outcome"], found["contact"]["phone"]) == ("resolved", phone)
    assert {m["sender"] for m in found["messages"]} == {"bot", "visitor", "system", "agent"}
    [recording] = found["recordings"]
    where = f"/conversations/{conversation_id}/recordings/{recording['n']}"
    headers = {"Authorization": "Bearer demo"}
    async with house.session.get(f"{house.gateway.url}/api/v1{where}", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        with wave.open(io.BytesIO(await answer.read())) as audio:
            assert (audio.getnchannels(), audio.getframerate()) == (2, 8000)
            assert audio.getnframes() / 8000 == pytest.approx(recording["seconds"], abs=0.05)
            assert recording["seconds"] > 10
    for channel in (await house.read(f"{where}/peaks?buckets=50"))["channels"]:
        assert max(high for _, high in channel) > 10, "somebody is heard on each channel"
    timeline = (await house.read(f"/contacts/{found['contact']['id']}/timeline"))["items"]
    assert {row["id"]: row["channel"] for row in timeline}[conversation_id] == "phone"
