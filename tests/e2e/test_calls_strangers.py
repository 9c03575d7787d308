"""Callers whom nobody knows, who say nothing or nonsense, and who do not wait for the end of a prompt."""

import asyncio
import random

import pytest

from tests.e2e.call_scene import (
    ORDERS,
    PHONES,
    STRANGER,
    Caller,
    House,
    languages,
    phone_text,
    utterance,
)
from tests.e2e.shop_words import LANGUAGES

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]
SETTINGS = {"voice.no_speech_seconds": 3}
DIGITS = {lang: PHONES[lang][-4:] for lang in LANGUAGES}
AGENT = {"pl": "konsultant", "cs": "operátor", "en": "agent"}


@pytest.mark.parametrize("lang", languages("cs"))
async def test_a_stranger_proves_it_with_four_digits(house: House, lang: str) -> None:
    withheld = lang == "cs"
    async with await house.ring(lang, None if withheld else STRANGER[lang]) as caller:
        await caller.told("greet")
        caller.press(f"{ORDERS[lang]}#")
        await caller.told("ask_verifier")
        caller.press(DIGITS[lang])
        await caller.told_state()
    assert (await caller.ended())["outcome"] == "contained"


async def test_a_wrong_number_and_somebody_elses_sound_alike(house: House) -> None:
    async def answers(order: str) -> list[str]:
        async with await house.ring("en", STRANGER["en"]) as caller:
            await caller.told("greet")
            caller.press(f"{order}#")
            asked = await caller.told("ask_verifier")
            caller.press("0000")
            refused = await caller.told("order_unknown")
        return [asked.replace(order, "…"), refused]

    assert await answers("30555") == await answers("99999")


async def test_three_failures_lead_to_a_person(house: House) -> None:
    async with await house.ring("en", STRANGER["en"]) as caller:
        await caller.told("greet")
        for _ in range(3):
            caller.press("30555#")
            await caller.told("ask_verifier")
            caller.press("1111")
            if (await caller.conversation())["state"] == "waiting":
                break
            await caller.told("order_unknown", "handoff_offline", "handoff_waiting")
        conversation = await caller.until_state("waiting")
        assert conversation["packet"]["reason"] == "policy"


@pytest.mark.parametrize("lang", languages("cs"))
async def test_who_says_nothing_is_asked_again_and_then_put_through(house: House, lang: str) -> None:
    async with await house.ring(lang, PHONES[lang]) as caller:
        await caller.told("greet")
        await caller.told("no_speech", "no_speech_open")
        conversation = await caller.until_state("waiting")
        assert conversation["packet"]["reason"] == "misunderstood"


async def test_a_peer_that_sends_no_audio_for_silence(house: House) -> None:
    """As phones with voice activity detection do: a turn ends all the same, and silence is noticed."""
    async with await house.ring("en", PHONES["en"]) as caller:
        await caller.told("greet")
        await caller.rest()
        caller.mute()
        await caller.told("no_speech", "no_speech_open")
        await caller.speak("where is my order")
        caller.mute()
        await caller.told("ask_order_number", "order_cancelled", "rephrase", "offer_person")


async def test_noise_is_no_call_for_a_state(house: House) -> None:
    dice = random.Random(3)
    async with await house.ring("pl", PHONES["pl"]) as caller:
        await caller.told("greet")
        await caller.rest()
        for _ in range(2):
            noise = b"".join(
                dice.randrange(-9000, 9000).to_bytes(2, "little", signed=True) for _ in range(16000)
            )
            await caller.say(noise)
            await asyncio.sleep(1)
        conversation = await caller.until_state("waiting", 90)
        assert conversation["packet"]["reason"] in ("misunderstood", "asked")


@pytest.mark.parametrize("lang", languages("cs"))
async def test_a_caller_interrupts_and_asks_for_a_person(house: House, lang: str) -> None:
    """Over the greeting, and again where the starter model did not catch the word."""
    first = await utterance(AGENT[lang], lang)  # made before the greeting, which would be over meanwhile
    async with await house.ring(lang, PHONES[lang]) as caller:
        greeting = await caller.told("greet")
        await caller.say(first)
        for seed in range(2, 8):
            await asyncio.sleep(3)
            if (await caller.conversation())["state"] == "waiting":
                break
            await caller.speak(AGENT[lang], seed=seed)
        conversation = await caller.until_state("waiting", 20)
        assert conversation["packet"]["reason"] in ("asked", "misunderstood")
    turns = (await caller.ended())["turns"]
    assert turns[0]["said"] == greeting
    assert turns[1]["barge_in"], "the greeting was still being said"


async def test_a_key_stops_the_prompt_at_once(house: House) -> None:
    async with await house.ring("en", PHONES["en"]) as caller:
        await caller.told("greet")
        await speaking(caller)
        begun = len(caller.frames)
        caller.press("3")
        async with asyncio.timeout(60):
            while len(caller.frames) < begun + 75:
                await asyncio.sleep(0.02)
        after = caller.frames[begun:]
        silent = next(n for n in range(len(after)) if not any(any(pcm) for _, pcm in after[n : n + 10]))
        assert silent <= 25, "half a second, and a fiftieth of that without a busy machine"
        caller.press("0555#")
        await caller.told_state()
    assert (await caller.ended())["turns"][1]["barge_in"]


async def speaking(caller: Caller) -> None:
    """Wait until the house is in the middle of a sentence."""
    async with asyncio.timeout(60):
        while not any(max(pcm) > 5 for _, pcm in caller.frames[-20:]):
            await asyncio.sleep(0.02)


async def test_repeat_and_a_person_by_keys(house: House) -> None:
    async with await house.ring("en", PHONES["en"]) as caller:
        await caller.told("greet")
        caller.press("30555#")
        told = await caller.told_state()
        await caller.rest()
        caller.press("*#")
        assert await caller.told_state() == told
        await caller.rest()
        caller.press("0#")
        conversation = await caller.until_state("waiting")
        assert conversation["packet"]["reason"] == "asked"
        await caller.rest()
    call = await caller.ended()
    assert [turn["heard"] for turn in call["turns"]] == [None, "30555", "*", "0"]
    assert phone_text("en", "handoff_offline").search(call["turns"][-1]["said"])
    for turn in call["turns"][1:]:
        assert turn["endpoint_ms"] is None, "no speech"
        assert 0 <= turn["reply_ms"] < 20_000


@pytest.mark.parametrize("lang", languages("cs"))
async def test_a_spoken_turn_is_told_with_its_times(house: House, lang: str) -> None:
    words = {"pl": "gdzie jest moja paczka", "cs": "kde je moje objednávka", "en": "where is my order"}
    async with await house.ring(lang, STRANGER[lang]) as caller:
        await caller.told("greet")
        await caller.rest()
        await caller.speak(words[lang])
        await caller.said(lambda _: True, 60, "anything")
        await caller.rest()
    turns = (await caller.ended())["turns"]
    assert turns[0] | {"said": ""} == {
        "heard": None,
        "confidence": None,
        "said": "",
        "endpoint_ms": None,
        "reply_ms": None,
        "barge_in": False,
    }
    spoken = turns[1]
    assert spoken["heard"]
    assert 0 < spoken["confidence"] <= 1
    assert 200 < spoken["endpoint_ms"] < 20_000
    assert spoken["endpoint_ms"] < spoken["reply_ms"] < 30_000
