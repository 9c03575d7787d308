"""A caller who waits for a person, and what becomes of the call when agents come, go and pass it on."""

import asyncio
from typing import Any

import pytest

from tests.agent_client import AgentClient
from tests.e2e.call_scene import (
    ORDERS,
    PHONES,
    STRANGER,
    AgentVoice,
    Caller,
    House,
    eventually,
    strength,
    tone,
)
from tests.gateway_process import GatewayProcess

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]
SETTINGS = {
    "voice.wrap_up_seconds": 2,
    "voice.agent_answer_seconds": 3,
    "voice.position_seconds": 8,
}


async def asks_for_a_person(caller: Caller) -> str:
    """Press the key for a person over the greeting; the conversation's id."""
    await caller.told("greet")
    caller.press("0#")
    await caller.told("handoff_waiting", "handoff_offline")
    conversation_id: str = (await caller.until_state("waiting"))["id"]
    return conversation_id


async def done(agent: AgentClient, conversation_id: str, what: str, body: Any = None) -> None:
    """Claim, release or close."""
    status, answer = await agent.call("POST", f"/conversations/{conversation_id}/{what}", body)
    assert status < 300, answer


async def hears(caller: Caller, voice: AgentVoice, hertz: float) -> None:
    """Wait until the caller hears this agent's tone."""
    for _ in range(30):
        await voice.say(tone(hertz, 0.7))
        if strength(caller.heard[-16000:], hertz) > 0.8:
            return
    raise AssertionError(f"the agent is not heard: {voice.frames}, {await caller.conversation()}")


async def test_the_place_is_told_and_one_key_is_a_call_back(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await caller.rest(0.4)
        caller.press("1")
        await caller.told("callback_taken")
        await caller.gone_by_itself()
    assert (await caller.ended())["outcome"] == "callback"
    conversation = await anna.read(conversation_id)
    assert conversation["state"] == "waiting", "the agents have it still"
    assert conversation["packet"]["kind"] == "callback"
    [case] = [row for row in (await anna.call("GET", "/queue"))[1]["items"] if row["id"] == conversation_id]
    assert case["callback_phone"] == PHONES["en"]
    await done(anna, conversation_id, "close", {"outcome": "called_back"})


async def test_who_withholds_their_number_is_asked_for_it(house: House) -> None:
    async with await house.ring("cs") as caller:
        conversation_id = await asks_for_a_person(caller)
        await caller.rest(0.4)
        caller.press("1")
        await caller.told("callback_ask")
        caller.press("12#")
        await caller.told("callback_ask_again")
        caller.press("777111333#")
        await caller.told("callback_taken")
        await caller.gone_by_itself()
    ewa = await house.agent("ewa")
    [case] = [row for row in (await ewa.call("GET", "/queue"))[1]["items"] if row["id"] == conversation_id]
    assert (case["kind"], case["callback_phone"]) == ("callback", "+420777111333")
    await done(ewa, conversation_id, "close", {"outcome": "called_back"})


async def test_who_hangs_up_while_waiting_is_a_missed_call(house: House) -> None:
    async with await house.ring("pl", STRANGER["pl"]) as caller:
        await asks_for_a_person(caller)
    call = await caller.ended()
    assert (call["outcome"], call["next"]) == ("missed", "hangup")
    conversation = await caller.conversation()
    assert (conversation["state"], conversation["outcome"]) == ("closed", "missed")
    assert conversation["call"]["caller"] == STRANGER["pl"]
    assert conversation["waiting_since"]
    assert conversation["closed_at"]


async def test_an_agent_who_does_not_answer_loses_the_caller(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        await caller.told("agent_joined")
        await caller.told("agent_noanswer")
        conversation = await caller.until_state("waiting")
        assert conversation["agent"] is None
        assert conversation["packet"]["priority"] >= 2, "at the front of the queue"
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
    assert (await caller.ended())["outcome"] == "agent"


async def test_a_lost_page_may_come_back_and_else_the_caller_waits_again(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
        async with AgentVoice(house, anna, conversation_id) as voice:  # at once: the page was reloaded
            await hears(caller, voice, 880)
            assert (await caller.conversation())["state"] == "agent"
        await caller.told("agent_lost")
        await caller.until_state("waiting")


async def test_an_agent_hangs_up(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
            await voice.tell(type="hangup")
            await caller.gone_by_itself()
    assert (await caller.ended())["outcome"] == "agent"
    closed = await caller.until_state("closed")  # after the time to wrap up
    assert closed["outcome"] == "resolved"


async def test_a_caller_who_hangs_up_ends_the_agents_part_too(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        voice = await AgentVoice(house, anna, conversation_id).__aenter__()
        await hears(caller, voice, 620)
    async with asyncio.timeout(30):
        await voice.gone.wait()
    assert voice.frames[-1]["type"] == "ended"
    await voice.leave()
    assert (await caller.until_state("closed"))["outcome"] == "resolved"


async def test_passed_on_to_another_agent_to_the_queue_and_to_the_bot(house: House) -> None:
    anna, piotr = await house.agent("anna"), await house.agent("piotr")
    me = (await piotr.call("GET", "/me"))[1]
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
            await done(anna, conversation_id, "release", {"to": me["id"]})
            async with AgentVoice(house, piotr, conversation_id) as other:
                await hears(caller, other, 880)
                async with asyncio.timeout(30):
                    await voice.gone.wait()  # her page is told
                await done(piotr, conversation_id, "release", {"to": "queue"})
                await caller.told("back_in_queue")
                await caller.until_state("waiting")
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
            await done(anna, conversation_id, "release", {"to": "bot"})
            await caller.told("back_to_bot")
        caller.press(f"{ORDERS['en']}#")
        await caller.told_state()
    assert (await caller.ended())["outcome"] == "contained"


async def test_on_hold_there_is_music_and_nobody_hears(house: House) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
            await voice.tell(type="hold", on=True)
            await asyncio.gather(voice.say(tone(620, 2.0)), caller.say(tone(440, 2.0)))
            assert strength(caller.heard[-16000:], 620) < 0.3
            assert strength(voice.heard[-16000:], 440) < 0.3
            assert max(caller.heard[-16000:]) > 0, "music"
            await voice.tell(type="hold", on=False)
            await hears(caller, voice, 880)


async def test_a_supervisor_closes_while_the_bot_talks(house: House) -> None:
    ewa = await house.agent("ewa")
    async with await house.ring("pl", PHONES["pl"]) as caller:
        await caller.told("greet")
        await done(ewa, (await caller.conversation())["id"], "close", {"outcome": "spam"})
        await caller.told("closed_by_agent")
        await caller.gone_by_itself()
    assert (await caller.ended())["outcome"] == "spam"


async def test_what_an_agent_types_is_said_whole(
    house: House, call_gateway: tuple[GatewayProcess, int]
) -> None:
    anna = await house.agent("anna")
    async with await house.ring("en", PHONES["en"]) as caller:
        conversation_id = await asks_for_a_person(caller)
        await done(anna, conversation_id, "claim")
        async with AgentVoice(house, anna, conversation_id) as voice:
            await hears(caller, voice, 620)
            before = len(caller.heard)
            for _ in range(2):
                await anna.say(
                    conversation_id, "One moment please. I am looking at your order. It is on its way."
                )

            async def spoken() -> int:
                return sum(1 for _, pcm in caller.frames[before // 320 :] if max(pcm) > 5)

            # Two times three sentences, about seven seconds: the second does not cut the first.
            await eventually(spoken, lambda frames: frames > 5 * 50)
