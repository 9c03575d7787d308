"""A call of ours: shall we renew? Each answer has its one end, by key and by voice, and it is kept."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.e2e.call_scene import PHONES, Caller, House, languages
from tests.phone_caller import PhoneCaller

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(300)]
SETTINGS = {"voice.no_speech_seconds": 3}
NO = {"pl": "nie", "cs": "ne", "en": "no"}


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


@pytest.mark.parametrize("lang", languages("pl"))
async def test_a_spoken_answer_ends_as_it_was_heard(house: House, lang: str) -> None:
    """As it was heard; how well a starter model hears is measured elsewhere."""
    number = await policy_for(house, lang, "+48511222444")
    async with await renewal(house, lang, number) as caller:
        await told_the_question(caller)
        for seed in range(1, 5):
            await caller.speak(NO[lang], seed=seed)
            await caller.rest()
            if caller.gone.is_set() or (await caller.conversation())["state"] != "bot":
                break
    call = await caller.ended()
    answer = (await answer_of(house, number))[0]
    heard = [turn["heard"] for turn in call["turns"][1:]]
    assert heard, "something was heard"
    if answer == "no":
        assert call["outcome"] == "renewal_no"
    else:
        assert call["outcome"] in ("missed", "renewal_unanswered", "renewal_later")
    if heard[-1] == NO[lang]:
        assert answer == "no"


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
