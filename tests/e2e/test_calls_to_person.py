"""A caller is told where the order is, asks for a person, and talks to her; all of it is kept."""

import asyncio
import io
import json
import wave
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.chat_client import ChatClient
from tests.e2e.call_scene import (
    ORDERS,
    PHONES,
    AgentVoice,
    Caller,
    Ears,
    House,
    eventually,
    strength,
    tone,
    utterance,
)
from tests.e2e.shop_words import LANGUAGES, identity
from tests.gateway_process import free_port
from tests.sinks.crm_stub import CrmStub

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(400)]
CRM_PORT = free_port()
SETTINGS = {
    "voice.wrap_up_seconds": 2,
    "history.sinks": json.dumps([{"url": f"http://127.0.0.1:{CRM_PORT}/hook", "secret": CrmStub.secret}]),
}
WHERE = {"pl": "gdzie jest moja paczka", "cs": "kde je můj balík", "en": "where is my order"}


@pytest.fixture(autouse=True)
async def crm() -> AsyncIterator[CrmStub]:
    stub = CrmStub(port=CRM_PORT)
    await stub.start()
    yield stub
    await stub.stop()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_from_the_order_to_a_person(house: House, ears: Ears, crm: CrmStub, lang: str) -> None:
    chat = ChatClient(house.session, house.gateway.url, lang)
    chat.identity = identity(lang)
    await chat.connect()
    await chat.ask(WHERE[lang])
    anna = await house.agent("anna")
    async with await house.ring(lang, PHONES[lang]) as caller:
        greeting = await caller.told("greet")
        await ears.hear(caller, greeting)
        caller.press(f"{ORDERS[lang]}#")
        state = await caller.told_state()
        await ears.hear(caller, state)
        caller.press("0#")
        waiting = await caller.told("handoff_waiting")
        assert (await caller.until_state("waiting"))["packet"]["reason"] == "asked"
        taken = await anna.serve_next()
        assert taken["packet"]["slots"]["order_number"] == ORDERS[lang]
        assert (taken["packet"]["channel"], taken["packet"]["lang"]) == ("phone", lang)
        async with AgentVoice(house, anna, taken["id"]) as voice:
            await caller.told("agent_joined")
            await both_hear(caller, voice)
            await ears.hear(caller, waiting)  # the house's last sentence was finished first
            await talk(caller, voice, lang)
            status, body = await anna.call(
                "POST", f"/conversations/{taken['id']}/close", {"outcome": "resolved"}
            )
            assert status < 300, body
            await caller.gone_by_itself()
            async with asyncio.timeout(30):
                await voice.gone.wait()
            assert voice.frames[-1]["type"] == "ended"
    ended = await caller.ended()
    assert ended["outcome"] == "resolved"
    await stands_in_the_history(house, taken["id"], chat, crm)
    await chat.close()


async def both_hear(caller: Caller, voice: AgentVoice) -> None:
    """Tones go both ways."""
    for _ in range(20):
        await asyncio.gather(caller.say(tone(440, 1.0)), voice.say(tone(620, 1.0)))
        if strength(voice.heard[-24000:], 440) > 0.8 and strength(caller.heard[-24000:], 620) > 0.8:
            return
    raise AssertionError(
        f"agent heard {strength(voice.heard, 440):.2f}, caller heard {strength(caller.heard, 620):.2f}"
    )


async def talk(caller: Caller, voice: AgentVoice, lang: str) -> None:
    """Both speak until both stand in the transcript; a person, too, says again what was not understood."""
    for seed in range(1, 8):
        await asyncio.gather(
            caller.speak(WHERE[lang], seed=seed), voice.say(await utterance(WHERE[lang], lang, seed + 20))
        )
        await asyncio.sleep(2)
        spoken = [m for m in (await caller.conversation())["messages"] if (m["heard"] or {}).get("source")]
        if {"visitor", "agent"} <= {m["sender"] for m in spoken if m["heard"]["source"] == "spoken"}:
            assert {m["name"] for m in spoken if m["sender"] == "agent"} == {"Anna"}
            return
    raise AssertionError(f"not written down: {spoken}")


async def stands_in_the_history(house: House, conversation_id: str, chat: ChatClient, crm: CrmStub) -> None:
    """Transcript, recording, outcome: in the conversation, in the contact's timeline and at the CRM."""
    conversation = await house.read(f"/conversations/{conversation_id}")
    assert (conversation["state"], conversation["outcome"]) == ("closed", "resolved")
    [recording] = conversation["recordings"]
    assert recording["seconds"] > 10
    url = f"{house.gateway.url}/api/v1/conversations/{conversation_id}/recordings/{recording['n']}"
    headers = {"Authorization": "Bearer demo"}
    async with house.session.get(url, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "audio/wav")
        with wave.open(io.BytesIO(await answer.read())) as audio:
            assert (audio.getnchannels(), audio.getframerate()) == (2, 8000)
            assert audio.getnframes() / 8000 == pytest.approx(recording["seconds"], abs=0.05)
    peaks = await house.read(f"/conversations/{conversation_id}/recordings/{recording['n']}/peaks?buckets=50")
    assert peaks["seconds"] == pytest.approx(recording["seconds"], abs=0.05)
    for channel in peaks["channels"]:
        assert len(channel) == 50
        assert max(high for _, high in channel) > 10, "somebody is heard on each channel"
    timeline = (await house.read(f"/contacts/{conversation['contact']['id']}/timeline"))["items"]
    rows = {row["id"]: row["channel"] for row in timeline}
    assert rows[conversation_id] == "phone"
    assert chat.conversation_id is not None
    assert rows[chat.conversation_id] == "chat"

    async def pushed() -> list[dict[str, Any]]:
        bodies = [body for _, body in crm.taken if body["type"] == "conversation.ended"]
        return [body["data"] for body in bodies if body["data"]["conversation"]["id"] == conversation_id]

    found = await eventually(pushed, bool, 90)
    assert found[0]["outcome"] == "resolved"
    assert [one["seconds"] for one in found[0]["recordings"]] == [recording["seconds"]]
    assert {m["sender"] for m in found[0]["messages"]} == {"bot", "visitor", "system", "agent"}
