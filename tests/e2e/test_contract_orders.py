"""Where is my order: told to whom it belongs, in three languages, and to nobody else."""

import re
from typing import Any

import pytest

from tests.e2e.conftest import Desk, Visit
from tests.e2e.shop_words import (
    CUSTOMERS,
    LANGUAGES,
    STATE_OF_ORDER,
    identity,
    said,
    says,
    wait_for_state,
)

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]
WHERE = {
    "pl": (
        "gdzie jset moja pazcka",
        "jaki jest stan zamowienia {number}",
        "co z moja przesylka nr {number}??",
    ),
    "cs": ("kde je muj balk", "jaky je stav objednavky {number}", "kde mam zasilku {number}??"),
    "en": ("wheres my parcle", "whats the satus of order {number}", "where is my pacakge #{number}??"),
}
"""With typos, without diacritics; the number is in the sentence or has to be asked for."""
FOREIGN = {"pl": "20417", "cs": "30555", "en": "10023"}


async def to_the_end(client: Any, lang: str, opening: str, *answers: str) -> str:
    """Open like this and answer what is asked; return everything that was said."""
    number = CUSTOMERS[lang][3]
    heard = said(await client.ask(opening.format(number=number)))
    if number not in opening.format(number=number):
        heard += "\n" + said(await client.ask(number))
    for answer in answers:
        heard += "\n" + said(await client.ask(answer))
    return heard


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_who_is_signed_in_is_told_at_once(visit: Visit, lang: str) -> None:
    for opening in WHERE[lang]:
        client = await visit(lang, identity=identity(lang))
        heard = await to_the_end(client, lang, opening)
        assert re.search(STATE_OF_ORDER[lang], heard, re.S), heard


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("claims", [{"email": None, "phone": None}, {"sub": "x"}], ids=["by id", "by e-mail"])
async def test_one_claim_of_the_identity_is_enough(visit: Visit, lang: str, claims: dict[str, Any]) -> None:
    client = await visit(lang, identity=identity(lang, **claims))
    heard = await to_the_end(client, lang, WHERE[lang][1])
    assert re.search(STATE_OF_ORDER[lang], heard, re.S), heard


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_stranger_proves_whose_order_it_is(visit: Visit, lang: str) -> None:
    _, email, phone, number = CUSTOMERS[lang]
    proofs = (email, phone[-4:], email.upper(), f" {email} ")
    for place, proof in enumerate(proofs):
        client = await visit(lang)
        first = await to_the_end(client, lang, WHERE[lang][place % 3])
        assert says(first, lang, "ask_verifier", number=number), first
        assert "@" not in first, "an address was told"
        heard = said(await client.ask(proof))
        assert re.search(STATE_OF_ORDER[lang], heard, re.S), (proof, heard)


async def test_a_stranger_who_proved_it_has_the_order_in_their_history(visit: Visit, desk: Desk) -> None:
    ewa = await desk("ewa")
    client = await visit("en")
    await to_the_end(client, "en", WHERE["en"][1], "emma.clarke@shop.example")
    conversation = await ewa.read(str(client.conversation_id))
    assert conversation["contact"]["external_id"] == "demo-emma"
    assert conversation["contact"]["vip"] is True


async def test_every_demo_order_is_told(visit: Visit) -> None:
    for lang, numbers in {"pl": ("10023", "10024"), "cs": ("20417",), "en": ("30555", "30556")}.items():
        client = await visit(lang, identity=identity(lang))
        for number in numbers:
            assert number in said(await client.ask(number))
    client = await visit("pl", identity=identity("pl"))
    assert says(said(await client.ask("10024")), "pl", "order_being_packed", number="10024")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_unknown_and_foreign_numbers_sound_alike(visit: Visit, lang: str) -> None:
    for number in (FOREIGN[lang], "99999"):
        client = await visit(lang, identity=identity(lang))
        reply = await client.ask(number)
        assert says(said(reply), lang, "order_unknown", number=number), said(reply)
        assert [choice["payload"] for choice in reply[-1]["choices"]] == ["/cancel", "/ask_human"]
    for number in (FOREIGN[lang], "99999"):
        client = await visit(lang)
        asked = await client.ask(number)
        assert says(said(asked), lang, "ask_verifier", number=number), said(asked)
        refused = await client.ask(CUSTOMERS[lang][1])
        assert says(said(refused), lang, "order_unknown", number=number), said(refused)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_three_failures_lead_to_a_person(visit: Visit, desk: Desk, lang: str) -> None:
    anna = await desk("anna")
    client = await visit(lang, identity=identity(lang))
    for number in ("99999", FOREIGN[lang]):
        assert says(said(await client.ask(number)), lang, "order_unknown", number=number)
    await client.say("88888")
    await wait_for_state(client, "waiting")
    packet = (await anna.serve(str(client.conversation_id)))["packet"]
    assert packet["reason"] == "policy"
    assert packet["intent"] == "order_status"
    assert packet["lang"] == lang


async def test_a_stranger_has_three_guesses_too(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    client = await visit("pl")
    for guess in ("0201", "0202"):
        assert says(said(await client.ask("10023")), "pl", "ask_verifier", number="10023")
        assert says(said(await client.ask(guess)), "pl", "order_unknown", number="10023")
    await client.ask("10023")
    await client.say("jan.kowalski@shop.example.com")
    await wait_for_state(client, "waiting")
    assert (await anna.serve(str(client.conversation_id)))["packet"]["reason"] == "policy"


async def test_guesses_do_not_start_again_with_every_conversation(visit: Visit, desk: Desk) -> None:
    """Four digits are ten thousand guesses, and new conversations cost nothing."""
    anna = await desk("anna")
    guesses = iter(range(1000, 1100))
    looked_at = 0
    client = await visit("en")
    locked = False
    while not locked:
        await client.close()
        client = await visit("en")
        for _ in range(2):
            await client.ask("30556")
            [reply] = await client.reply_to(await client.say(str(next(guesses))))
            locked = reply["sender"] == "system"
            if locked:
                break
            looked_at += 1
    assert looked_at == 20
    await wait_for_state(client, "waiting")
    assert (await anna.serve(str(client.conversation_id)))["packet"]["reason"] == "policy"

    owner = await visit("en")
    await owner.ask("30556")
    await owner.say("0123")
    await wait_for_state(owner, "waiting")
    assert "payment" not in said(list(owner.by_seq.values())), "the right digits have to wait, too"
    signed_in = await visit("en", identity=identity("en"))
    assert "30556" in said(await signed_in.ask("30556"))
    assert signed_in.state == "bot"


async def test_what_is_told_follows_the_language_of_the_page(visit: Visit) -> None:
    client = await visit("pl", identity=identity("pl"))
    assert "jutro" in said(await client.ask("10023"))
    client.lang = "en"
    await client.cut()
    await client.reconnect()
    heard = said(await client.ask("10023"))
    assert "10023" in heard
    assert "tomorrow" in heard


async def test_knowing_four_digits_does_not_make_an_identity(visit: Visit, desk: Desk) -> None:
    client = await visit("en")
    await client.ask("whats the satus of order 30555")
    assert "30555" in said(await client.ask("emma.clarke@shop.example"))
    await client.click("/ask_human", "Talk to a person")
    await client.until(lambda: client.state == "waiting")
    agent = await desk("anna", "online")
    assert client.conversation_id is not None
    status, seen = await agent.call("GET", f"/conversations/{client.conversation_id}")
    assert status == 200
    assert seen["contact"]["name"] == "Emma Clarke"
    assert seen["contact"]["verified"] is False
