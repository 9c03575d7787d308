"""The knowledge base in the chat: articles with links, topics as buttons, the two nearest, did it help."""

from typing import Any

import aiohttp
import pytest

from tests.chat_client import ChatClient
from tests.e2e.conftest import Visit
from tests.e2e.shop_words import LANGUAGES, said, says, title, wait_for_state

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]
DELIVERY = {"pl": "ile kosztuje dostawa", "cs": "kolik stojí doprava", "en": "how much is delivery"}
UNCLEAR = {
    "pl": (
        "a co z pieniędzmi za zwrot",
        "jak to jest z kurierem i punktem",
        "jak z prezentami i kartami",
        "jak to działa z ratami i płatnością",
        "co z punktami i kodami",
    ),
    "cs": (
        "jak je to s kurýrem a výdejnou",
        "jak je to s poštou o svátcích",
        "co mám dělat s tou krabicí",
        "jak funguje výměna a vrácení peněz",
        "jak to chodí s opravou a penězi",
    ),
    "en": (
        "what about the courier and the pickup point",
        "how do the points and codes work together",
        "what happens with a broken thing I bought",
        "what about the money and the refund thing",
    ),
}
"""Questions between two articles; which ones are depends on what the articles say today."""
YES = {"pl": "tak", "cs": "ano", "en": "yes"}
NO = {"pl": "nie", "cs": "ne", "en": "no"}


def offered(reply: list[dict[str, Any]]) -> dict[str, str]:
    """Payload and title of the buttons under a turn's last message."""
    return {choice["payload"]: choice["title"] for choice in reply[-1]["choices"]}


async def click(client: ChatClient, reply: list[dict[str, Any]], payload: str) -> list[dict[str, Any]]:
    """Click a button that was offered."""
    return await client.reply_to(await client.click(payload, offered(reply)[payload]))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_an_answer_names_its_article_and_the_article_can_be_read(
    visit: Visit, session: aiohttp.ClientSession, lang: str
) -> None:
    client = await visit(lang)
    reply = await client.ask(DELIVERY[lang])
    link = reply[-1]["link"]
    assert link["url"].endswith(f"/articles/{lang}/delivery-cost")
    async with session.get(link["url"]) as page:
        assert page.status == 200
        text = await page.text()
    assert f'<html lang="{lang}">' in text
    assert link["title"] in text
    assert set(offered(reply)) == {"/answer_helped", "/answer_not_helped"}
    thanks = await client.ask(YES[lang])
    assert says(said(thanks), lang, "helped")
    async with session.get(link["url"] + "-x") as page:
        assert page.status == 404


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_who_was_not_helped_is_offered_a_person(visit: Visit, lang: str) -> None:
    client = await visit(lang)
    reply = await click(client, await client.ask(DELIVERY[lang]), "/answer_not_helped")
    assert says(said(reply), lang, "not_helped")
    assert set(offered(reply)) == {"/ask_human", "/topics"}
    await client.say(YES[lang])
    await wait_for_state(client, "waiting")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_through_the_topics_to_an_article_and_back(visit: Visit, lang: str) -> None:
    client = await visit(lang)
    top = await click(client, await client.ask({"pl": "cześć", "cs": "ahoj", "en": "hello"}[lang]), "/topics")
    assert says(said(top), lang, "topics")
    topics = [payload for payload in offered(top) if payload.startswith("/topics:")]
    assert len(topics) == 8
    delivery = await click(client, top, "/topics:delivery")
    assert says(said(delivery), lang, "topic", title=offered(top)["/topics:delivery"])
    assert offered(await click(client, delivery, "/topics")) == offered(top)
    article = await click(client, delivery, "/article:delivery-cost")
    assert article[-1]["link"]["title"] == offered(delivery)["/article:delivery-cost"]
    assert set(offered(article)) == {"/answer_helped", "/answer_not_helped"}
    assert says(said(await client.ask(NO[lang])), lang, "not_helped")


async def test_every_article_has_its_button(visit: Visit) -> None:
    client = await visit("en")
    waiting, seen = ["/topics"], set()
    while waiting:
        payload = waiting.pop()
        seen.add(payload)
        buttons = offered(await client.reply_to(await client.click(payload)))
        waiting += [p for p in buttons if p.startswith("/topics") and p not in {*seen, *waiting}]
        seen |= {p for p in buttons if p.startswith("/article:")}
    assert len([payload for payload in seen if payload.startswith("/article:")]) >= 40


async def unclear(visit: Visit, lang: str) -> tuple[ChatClient, str, list[dict[str, Any]]]:
    """Ask until two articles are offered; return who asked, what, and the reply."""
    for question in UNCLEAR[lang]:
        client = await visit(lang)
        reply = await client.ask(question)
        if says(said(reply), lang, "suggest"):
            return client, question, reply
    raise AssertionError(f"{lang}: every question has an answer of its own now; find vaguer ones")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_two_nearest_are_offered_and_one_is_picked(visit: Visit, lang: str) -> None:
    client, question, reply = await unclear(visit, lang)
    *near, other, person = offered(reply)
    assert [payload.partition(":")[0] for payload in near] == ["/article", "/article"]
    assert (other, person) == ("/something_else", "/ask_human")
    picked = await click(client, reply, near[1])
    assert picked[-1]["link"]["title"] == offered(reply)[near[1]]
    again = await client.ask(question)
    assert says(said(again), lang, "suggest"), "the pick set the count back"
    none = await click(client, again, "/something_else")
    assert says(said(none), lang, "something_else")
    await client.say(question)
    await wait_for_state(client, "waiting")


@pytest.mark.parametrize(
    "payload", ["/article:gone", "/article:../../config", "/topics:gone", "/topics:delivery?99"]
)
async def test_a_button_of_what_is_gone_is_answered(visit: Visit, payload: str) -> None:
    client = await visit("en")
    reply = await client.reply_to(await client.click(payload, title("en", "topics")))
    assert says(said(reply), "en", "no_article")
    assert "/topics:delivery" in offered(reply)


@pytest.mark.parametrize(
    "payload", ["/article:", "/outcome_shown", "/article:a\n", "/restart", "/topics:" + "x" * 185]
)
async def test_a_forged_button_is_an_error(visit: Visit, payload: str) -> None:
    client = await visit("en")
    await client.send({"type": "choice", "client_id": "c1", "payload": payload})
    await client.until(lambda: client.errors)
    assert (client.errors[0]["code"], client.errors[0]["client_id"]) == ("invalid_frame", "c1")
