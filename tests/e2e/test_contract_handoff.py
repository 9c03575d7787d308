"""From the bot to a person: when, with what, and who speaks afterwards."""

import asyncio
from typing import Any

import pytest

from handoff.offline import readable
from tests.chat_client import ChatClient
from tests.e2e.conftest import Desk, Visit
from tests.e2e.shop_words import (
    CUSTOMERS,
    LANGUAGES,
    NONSENSE,
    hand_over,
    identity,
    said,
    says,
    title,
    wait_for_state,
)

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(240)]
PERSON = {
    "pl": ("chce rozmawiac z czlowiekiem", "proszę połączyć z konsultantem"),
    "cs": ("chci mluvit s clovekem", "spojte mě prosím s operátorem"),
    "en": ("i want to talk to a person", "can i speak to an agent please"),
}
WHERE = {"pl": "gdzie jest moja paczka", "cs": "kde je můj balík", "en": "where is my parcel"}
HELLO = {"pl": "dzień dobry", "cs": "dobrý den", "en": "hello"}
THANKS = {"pl": "dziękuję", "cs": "děkuji", "en": "thank you"}


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_two_senseless_sentences_lead_to_a_person(visit: Visit, desk: Desk, lang: str) -> None:
    anna = await desk("anna")
    client = await visit(lang)
    first, second = NONSENSE[lang]
    again = await client.ask(first)
    assert says(said(again), lang, "rephrase")
    await client.say(second)
    await wait_for_state(client, "waiting")
    conversation = await anna.serve_next()
    assert conversation["id"] == client.conversation_id
    packet = conversation["packet"]
    assert (packet["reason"], packet["misses"], packet["lang"]) == ("misunderstood", 2, lang)
    assert [heard["text"] for heard in packet["last_heard"]] == [first, second]
    assert all(0 <= heard["confidence"] <= 1 for heard in packet["last_heard"])
    assert packet["channel"] == "chat"
    assert packet["waiting_since"]
    mine = [(m["seq"], m["sender"], m["text"]) for m in conversation["messages"] if m["seq"]]
    await client.until(lambda: client.transcript()[-1][0] == mine[-1][0])
    assert client.transcript() == mine, "the whole transcript"


async def test_refused_answers_in_a_form_count(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    client = await visit("pl")
    await client.ask(WHERE["pl"])
    again = await client.ask("nie wiem")
    assert says(said(again), "pl", "ask_order_number_again")
    await client.say("nie mam pojęcia")
    await wait_for_state(client, "waiting")
    packet = (await anna.serve(str(client.conversation_id)))["packet"]
    assert (packet["reason"], packet["misses"], packet["intent"]) == ("misunderstood", 2, "order_status")


async def test_an_understood_turn_sets_the_count_back(visit: Visit) -> None:
    client = await visit("pl")
    for _ in range(3):
        assert says(said(await client.ask(NONSENSE["pl"][0])), "pl", "rephrase")
        assert (await client.ask("dzień dobry"))[-1]["sender"] == "bot"
    assert client.state == "bot"


async def at_the_start(client: ChatClient, lang: str) -> None:
    return


async def after_a_greeting(client: ChatClient, lang: str) -> None:
    await client.ask(HELLO[lang])


async def in_the_form(client: ChatClient, lang: str) -> None:
    await client.ask(WHERE[lang])


async def at_the_proof(client: ChatClient, lang: str) -> None:
    await client.ask(f"{WHERE[lang]} {CUSTOMERS[lang][3]}")


async def after_a_miss(client: ChatClient, lang: str) -> None:
    await client.ask(NONSENSE[lang][0])


async def after_a_refused_answer(client: ChatClient, lang: str) -> None:
    await client.ask(WHERE[lang])
    await client.ask(NONSENSE[lang][0])


async def after_the_order_was_told(client: ChatClient, lang: str) -> None:
    await at_the_proof(client, lang)
    await client.ask(CUSTOMERS[lang][1])


async def after_an_unknown_order(client: ChatClient, lang: str) -> None:
    await client.ask("99999")
    await client.ask(CUSTOMERS[lang][1])


MOMENTS = (
    at_the_start,
    after_a_greeting,
    in_the_form,
    at_the_proof,
    after_a_miss,
    after_a_refused_answer,
    after_the_order_was_told,
    after_an_unknown_order,
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
async def test_a_person_may_be_asked_for_at_every_turn(
    visit: Visit, desk: Desk, lang: str, moment: Any
) -> None:
    anna = await desk("anna")
    for asking in (*PERSON[lang], None):
        client = await visit(lang)
        await moment(client, lang)
        if asking is None:
            await client.click("/ask_human", title(lang, "ask_human"))
        else:
            await client.say(asking)
        await wait_for_state(client, "waiting")
        assert client.transcript()[-1][1] == "system"
        packet = (await anna.serve(str(client.conversation_id)))["packet"]
        assert packet["reason"] == "asked", asking
        await anna.done("POST", f"/conversations/{client.conversation_id}/close", {"outcome": "resolved"})


async def test_the_packet_keeps_the_task_that_was_talked_about(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    client = await visit("en", identity=identity("en"))
    await client.ask("where is my order 30555")
    conversation_id = await hand_over(client)
    packet = (await anna.serve(conversation_id))["packet"]
    assert packet["intent"] == "order_status"
    assert packet["slots"] == {"order_number": "30555"}
    assert packet["misses"] == 0
    assert packet["skills"] == ["orders"]
    assert packet["summary"]


async def test_the_bot_is_silent_once_a_person_was_asked_for(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    client = await visit("pl")
    await client.ask("cześć")
    pending = [
        await client.say("chcę rozmawiać z człowiekiem"),
        await client.say("gdzie jest moja paczka"),
        await client.say("10023"),
    ]
    await wait_for_state(client, "waiting")
    for text in ("halo?", "gdzie jest moja paczka", "10023", "czy to bot"):
        await client.say(text)
    await client.until(lambda: not client.unacked)
    conversation_id = str(client.conversation_id)
    await anna.serve(conversation_id)
    for text in ("gdzie jest moja paczka 10023", "dziękuję"):
        await client.say(text)
        await client.until(lambda: not client.unacked)
        await anna.say(conversation_id, f"Odpowiadam na: {text}")
    await client.until(lambda: client.transcript()[-1][1] == "agent")
    transcript = await anna.transcript(conversation_id)
    asked = client.acks[pending[0]] or 0
    assert {sender for seq, sender, _ in transcript if seq > asked} == {"visitor", "system", "agent"}
    assert [text for _, sender, text in transcript if sender == "visitor"] == list(client.said.values())


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_with_nobody_there_a_message_is_taken(visit: Visit, desk: Desk, lang: str) -> None:
    ewa = await desk("ewa", "offline")
    client = await visit(lang)
    conversation_id = await hand_over(client)
    offer = client.by_seq[max(client.by_seq)]
    assert says(offer["text"], lang, "handoff_offline")
    assert [choice["payload"] for choice in offer["choices"]] == ["/leave_message", "/call_back"]
    assert [choice["title"] for choice in offer["choices"]] == [
        title(lang, "leave_message"),
        title(lang, "call_back"),
    ]
    shown = [frame for frame in client.frames if frame["type"] == "state"]
    assert "wait_seconds" not in shown[-1], "nobody can say how long"
    await client.click("/leave_message", title(lang, "leave_message"))
    await client.until(lambda: says(client.transcript()[-1][2], lang, "message_ask"))
    await client.say("Pisz na adres jan@shop.example. 日本 😀")
    await client.until(lambda: says(client.transcript()[-1][2], lang, "message_taken"))
    assert client.state == "waiting"
    [case] = (await ewa.done("GET", "/queue"))["items"]
    assert (case["id"], case["kind"], case["reason"]) == (conversation_id, "message", "asked")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_with_nobody_there_a_call_back_is_taken(visit: Visit, desk: Desk, lang: str) -> None:
    ewa = await desk("ewa", "offline")
    client = await visit(lang)
    conversation_id = await hand_over(client)
    await client.click("/call_back", title(lang, "call_back"))
    await client.until(lambda: says(client.transcript()[-1][2], lang, "callback_ask"))
    await client.say("za chwilę / za chvíli / in a moment")
    await client.until(lambda: says(client.transcript()[-1][2], lang, "callback_ask_again"))
    await client.say(f"{CUSTOMERS[lang][2]}!")
    phone = readable(CUSTOMERS[lang][2])
    await client.until(lambda: says(client.transcript()[-1][2], lang, "callback_taken", phone=phone))
    [case] = (await ewa.done("GET", "/queue"))["items"]
    assert (case["id"], case["kind"]) == (conversation_id, "callback")
    assert case["callback_phone"] == CUSTOMERS[lang][2]


async def test_with_somebody_there_the_place_in_the_queue_is_shown(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    first, second = await visit("en"), await visit("en")
    for client in (first, second):
        await hand_over(client)
        assert says(client.transcript()[-1][2], "en", "handoff_waiting")

    def place(client: ChatClient) -> Any:
        shown = [frame for frame in client.frames if frame["type"] == "state"]
        return shown[-1].get("position") if shown else None

    await second.until(lambda: place(second) == 2, 30)
    assert place(first) == 1
    assert isinstance([f for f in first.frames if f["type"] == "state"][-1]["wait_seconds"], int | float)
    await anna.serve_next()
    await wait_for_state(first, "agent")
    await second.until(lambda: place(second) == 1, 30)


async def test_the_language_may_change_in_the_middle(visit: Visit) -> None:
    client = await visit("pl", identity=identity("en"))
    await client.ask("dzień dobry, gdzie jest moja paczka")
    switched = await client.ask("Sorry, can we please speak English?")
    assert says(said(switched), "en", "language_changed")
    told = said(await client.ask("30555"))
    assert "30555" in told
    assert "cancelled" in told
    assert "cancelled" in said(await client.ask("and where is my order 30555 now"))


async def test_turns_that_come_at_once_are_answered_one_by_one(visit: Visit) -> None:
    client = await visit("en")
    sent = [await client.say(text) for text in ("hello", "where is my parcel", "thank you", "99999")]
    replies = await asyncio.gather(*(client.reply_to(client_id, 60) for client_id in sent))
    firsts = [reply[0]["seq"] for reply in replies]
    assert firsts == sorted(firsts)
