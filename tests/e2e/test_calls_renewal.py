"""A call of ours: shall we renew? Each answer has its one end, by key and by voice, and it is kept."""

import asyncio
import os
import uuid
from typing import Any

import pytest

from tests.e2e.call_scene import PHONES, Caller, House, eventually, languages, phone_text
from tests.phone_caller import PhoneCaller

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]
SETTINGS = {"voice.no_speech_seconds": 3}
LONG = os.environ.get("CENTRALA_SOAK") == "full"
CALLS = 4
"""How often somebody is called who was not understood: the starter models are small, and voices differ."""
WORDS = {
    "pl": {
        "plain yes": "tak",
        "roundabout": "no w sumie czemu nie",
        "no": "nie dziękuję",
        "later": "proszę zadzwonić jutro",
        "never_call": "proszę więcej nie dzwonić",
        "senseless": "mój pies jest niebieski",
    },
    "cs": {
        "plain yes": "ano",
        "roundabout": "a proč vlastně ne",
        "no": "ne děkuji",
        "later": "zavolejte zítra",
        "never_call": "už mi nevolejte",
        "senseless": "můj pes je modrý",
    },
    "en": {
        "plain yes": "yes please",
        "roundabout": "well i might try actually",
        "no": "no thank you",
        "later": "call me tomorrow",
        "never_call": "do not call me again",
        "senseless": "the cat likes to eat fish",
    },
}
"""What is said; all of it in words that the starter models know."""


PHONE_OF = {
    (lang, kind): f"+4851122{place}{number}77"
    for place, lang in enumerate(WORDS)
    for number, kind in enumerate(("no", "later", "never_call"))
}
"""Of whoever refuses: who asked never to be called cannot be called for another test."""


def kinds(short: str | None = None) -> list[str]:
    """What is said, all in the long form: of yes or of the refusals."""
    if short is not None:
        return ["plain yes", "roundabout"] if LONG else [short]
    return ["no", "later", "never_call"] if LONG else ["no"]


async def policy_for(house: House, lang: str, phone: str) -> str:
    """A policy with consent, of somebody of its own; its number."""
    number = f"T-{uuid.uuid4().hex[:8]}"
    status, body = await house.api(
        "PUT",
        f"/policies/{number}",
        {
            "contact": f"shop-{number}",
            "name": "Alex Test",
            "phone": phone,
            "lang": lang,
            "product": {lang: "travel insurance"},
            "price": {lang: "100"},
            "ends_on": "2030-01-31",
            "consent": {"at": "2026-01-01T12:00:00Z", "source": "form"},
        },
    )
    assert status == 200, body
    return number


async def renewal(house: House, lang: str, number: str) -> Caller:
    """A call about a policy."""
    return await house.ring(lang, purpose="renewal", policy=number)


async def answer_of(house: House, number: str) -> tuple[Any, Any]:
    """What is stored of the last answer, and when to call."""
    policy = await house.read(f"/policies/{number}")
    return policy["answer"], policy["answer_when"]


async def told_the_question(caller: Caller) -> None:
    """The question is asked; its variables are filled in."""
    question = await caller.told("renewal_question")
    assert "{" not in question
    await caller.rest()


@pytest.mark.parametrize("lang", languages("pl"))
async def test_yes_is_put_through_with_the_policy(house: House, lang: str) -> None:
    anna = await house.agent("anna")
    contact = (
        {"contact": "demo-jan"} if lang == "pl" else {"policy": await policy_for(house, lang, "+48511222333")}
    )
    async with await house.ring(lang, purpose="renewal", **contact) as caller:
        await caller.told("renewal_question")
        caller.press("1")
        await caller.told("renewal_yes")
        taken = await anna.serve_next()
        assert taken["packet"]["reason"] == "renewal_yes"
        slots = taken["packet"]["slots"]
        number = contact.get("policy", "OC-7781")
        assert slots["policy"] == number
        assert slots["name"]
        assert slots["ends"]
        assert (await answer_of(house, number))[0] == "yes"
        status, _ = await anna.call("POST", f"/conversations/{taken['id']}/close", {"outcome": "renewed"})
        assert status < 300
        await caller.gone_by_itself()
    assert (await caller.ended())["outcome"] == "renewed"


@pytest.mark.parametrize("kind", kinds("roundabout"))
@pytest.mark.parametrize("lang", languages("pl"))
async def test_a_spoken_yes_is_put_through(house: House, lang: str, kind: str) -> None:
    """Who says yes in a roundabout way may be asked whether it is one; it becomes nothing else."""
    anna = await house.agent("anna")
    for attempt in range(CALLS):
        number = await policy_for(house, lang, "+48511222666")
        async with await renewal(house, lang, number) as caller:
            await told_the_question(caller)
            conversation = await says(caller, kind, seed=3 * attempt + 1)
            if conversation["state"] == "bot" and asked(conversation, lang, "renewal_confirm"):
                conversation = await says(caller, "plain yes", seed=3 * attempt + 2)
            elif conversation["state"] == "bot" and asked(conversation, lang, "renewal_again"):
                conversation = await says(caller, kind, seed=3 * attempt + 3)
            answer = (await answer_of(house, number))[0]
            assert answer in ("yes", None), lines(conversation)
            if answer is None:
                continue
            taken = await anna.serve_next()
            assert taken["id"] == conversation["id"]
            assert taken["packet"]["reason"] == "renewal_yes"
            assert taken["packet"]["slots"]["policy"] == number
            status, _ = await anna.call("POST", f"/conversations/{taken['id']}/close", {"outcome": "renewed"})
            assert status < 300
            return
    raise AssertionError(f"not understood in {CALLS} calls: {lines(conversation)}")


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("lang", languages("pl"))
async def test_a_spoken_refusal_is_kept(house: House, lang: str, kind: str) -> None:
    """No, later and never: thanked for and kept; whatever is heard of them, it is no yes."""
    for attempt in range(CALLS):
        number = await policy_for(house, lang, PHONE_OF[lang, kind])
        async with await renewal(house, lang, number) as caller:
            await told_the_question(caller)
            for turn in range(2):
                conversation = await says(caller, kind, seed=2 * attempt + turn + 1)
                if conversation["state"] != "bot" or not asked(conversation, lang, "renewal_again"):
                    break
            answer, when = await answer_of(house, number)
            assert answer != "yes", lines(conversation)
            if answer is None:
                continue
            await caller.gone_by_itself()
        if (await caller.conversation())["tags"] != [kind]:
            continue
        assert (await caller.ended())["outcome"] == f"renewal_{kind}"
        assert answer == ("no" if kind == "never_call" else kind)
        assert (when is not None) == (kind == "later"), when
        status, body = await house.api(
            "PUT", f"/calls/{uuid.uuid4()}", {"purpose": "renewal", "policy": number, "lang": lang}
        )
        assert (status, body.get("code")) == ((403, "never_call") if kind == "never_call" else (200, None))
        return
    raise AssertionError(f"not understood in {CALLS} calls: {lines(conversation)}")


@pytest.mark.skipif(not LONG, reason="long; set CENTRALA_SOAK=full")
@pytest.mark.parametrize("lang", languages("pl"))
async def test_two_senseless_answers_lead_to_a_person(house: House, lang: str) -> None:
    number = await policy_for(house, lang, "+48511222888")
    async with await renewal(house, lang, number) as caller:
        await told_the_question(caller)
        for seed in (1, 2):
            conversation = await says(caller, "senseless", seed)
            if conversation["state"] != "bot":
                break
        conversation = await caller.until_state("waiting")
        assert conversation["packet"]["reason"] == "misunderstood", lines(conversation)
        assert conversation["packet"]["slots"]["policy"] == number
    assert (await answer_of(house, number))[0] is None


async def says(caller: Caller, kind: str, seed: int) -> dict[str, Any]:
    """Answer in words; the conversation once the house has answered in turn, and said it."""
    before = len((await caller.conversation())["messages"])
    await caller.speak(WORDS[caller.lang][kind], seed=seed)
    conversation: dict[str, Any] = await eventually(
        caller.conversation,
        lambda c: any(m["sender"] in ("bot", "system") for m in c["messages"][before:]),
    )
    if conversation["state"] == "bot":
        await caller.rest()
    return conversation


def asked(conversation: dict[str, Any], lang: str, key: str) -> bool:
    """Whether the last that the house said is this question."""
    said = [m["text"] for m in conversation["messages"] if m["sender"] == "bot"]
    return phone_text(lang, key).search(said[-1]) is not None


def lines(conversation: dict[str, Any]) -> list[tuple[str, str]]:
    return [(m["sender"], m["text"]) for m in conversation["messages"]]


@pytest.mark.parametrize("lang", languages("pl"))
async def test_no_is_thanked_for_and_tagged(house: House, lang: str) -> None:
    number = await policy_for(house, lang, "+48511222555")
    async with await renewal(house, lang, number) as caller:
        await caller.told("renewal_question")
        caller.press("2")
        await caller.told("renewal_no")
        await caller.gone_by_itself()
        conversation = await caller.conversation()
    call = await caller.ended()
    assert call["outcome"] == "renewal_no"
    assert await answer_of(house, number) == ("no", None)
    conversation = await caller.until_state("closed")
    assert (conversation["outcome"], conversation["tags"]) == ("renewal_no", ["no"])


async def test_nothing_said_twice_leads_to_a_person(house: House) -> None:
    number = await policy_for(house, "en", "+447700900777")
    async with await renewal(house, "en", number) as caller:
        await caller.told("renewal_question")
        await caller.told("no_speech", "renewal_again")
        conversation = await caller.until_state("waiting")
        assert conversation["packet"]["reason"] == "misunderstood"
        assert conversation["packet"]["slots"]["policy"] == number
    assert (await caller.ended())["outcome"] == "missed"
    assert (await answer_of(house, number))[0] is None


async def test_who_hangs_up_has_not_answered(house: House) -> None:
    number = await policy_for(house, "en", "+447700900778")
    async with await renewal(house, "en", number) as caller:
        await caller.told("renewal_question")
    assert (await caller.ended())["outcome"] == "renewal_unanswered"
    assert (await answer_of(house, number))[0] is None


async def test_without_consent_nobody_is_called(house: House) -> None:
    call_id = str(uuid.uuid4())
    status, body = await house.api(
        "PUT", f"/calls/{call_id}", {"purpose": "renewal", "policy": "OC-7782", "called": PHONES["cs"]}
    )
    assert (status, body["code"]) == (403, "no_consent")
    async with PhoneCaller(house.port, call_id) as caller:
        async with asyncio.timeout(30):
            await caller.gone.wait()
        assert not any(caller.heard), "not a word"
    status, body = await house.api("PUT", f"/calls/{uuid.uuid4()}", {"purpose": "renewal", "policy": "none"})
    assert (status, body["code"]) == (404, "policy_unknown")
    refused = await house.status(call_id)
    assert (refused["state"], refused["outcome"]) == ("ended", "no_consent")
