"""The promises of /chat/ws: greeting, numbering, acknowledging, going on, and ending."""

import uuid

import aiohttp
import pytest

from tests.chat_client import ChatClient
from tests.e2e.conftest import Desk, Visit
from tests.e2e.shop_words import BOT, LANGUAGES, hand_over, says, title, wait_for_state
from tests.gateway_process import GatewayProcess

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]
HELLO = {"pl": "dzień dobry", "cs": "dobrý den", "en": "hello there"}


def kinds(client: ChatClient, start: int = 0) -> list[str]:
    return [frame["type"] for frame in client.frames[start:] if frame["type"] != "typing"]


async def test_nothing_is_said_or_stored_at_hello(visit: Visit, desk: Desk) -> None:
    ewa = await desk("ewa")
    client = await visit()
    await client.send({"type": "read", "seq": 0})  # its silence is awaited by the message after it
    assert kinds(client) == ["welcome"]
    welcome = client.frames[0]
    assert (welcome["state"], welcome["seq"]) == ("bot", 0)
    assert uuid.UUID(welcome["conversation_id"])
    await ewa.refused(404, "not_found", "GET", f"/conversations/{client.conversation_id}")

    await client.ask("cześć")
    assert kinds(client)[:3] == ["welcome", "ack", "message"]
    stored = await ewa.read(str(client.conversation_id))
    assert stored["id"] == welcome["conversation_id"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_first_reply_says_that_this_is_a_bot(visit: Visit, lang: str) -> None:
    client = await visit(lang)
    first = await client.ask(HELLO[lang])
    assert BOT.search(first[0]["text"])
    assert first[0]["sender"] == "bot"
    assert first[0]["name"]
    second = await client.ask(HELLO[lang])
    assert not says(second[0]["text"], lang, "disclosure", shop="Demo Shop")
    assert not second[0]["text"].startswith(first[0]["text"][:25])


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_who_asks_for_a_person_at_once_is_told_too(visit: Visit, desk: Desk, lang: str) -> None:
    client = await visit(lang)
    await hand_over(client)
    first = min(client.by_seq)
    assert client.by_seq[first]["sender"] == "system"
    assert BOT.search(client.by_seq[first]["text"])


async def test_numbers_run_from_one_without_gaps_and_replies_name_what_they_answer(visit: Visit) -> None:
    client = await visit()
    asked = [
        await client.say("gdzie jest moja paczka"),
        await client.say("cześć"),
        await client.say("dzięki"),
    ]
    for client_id in asked:
        reply = await client.reply_to(client_id)
        assert [bool(message.get("last")) for message in reply] == [False] * (len(reply) - 1) + [True]
        assert all(message["seq"] > (client.acks[client_id] or 0) for message in reply)
    assert [client.acks[client_id] for client_id in asked] == sorted(client.acks.values())  # type: ignore[type-var]
    transcript = client.transcript()
    assert [seq for seq, _, _ in transcript] == list(range(1, len(transcript) + 1))
    assert any(len(client.replies(client_id)) > 1 for client_id in asked), "no turn had two replies"
    assert all(message["at"].endswith("Z") or "+" in message["at"] for message in client.by_seq.values())


async def test_the_same_client_id_is_one_message(visit: Visit, desk: Desk) -> None:
    ewa = await desk("ewa")
    client = await visit()
    client_id = await client.say("cześć")
    await client.reply_to(client_id)
    other = await visit(token=client.token)
    for again, connection in enumerate((client, client, other), start=1):
        heard = len(connection.frames)
        await connection.send({"type": "message", "client_id": client_id, "text": f"inny tekst {again}"})
        await connection.until(lambda c=connection, n=heard: "ack" in kinds(c, n))
        assert connection.frames[-1] == {"type": "ack", "client_id": client_id, "seq": 1}
    await client.ask("dzięki")
    stored = await ewa.transcript(str(client.conversation_id))
    assert [text for _, sender, text in stored if sender == "visitor"] == ["cześć", "dzięki"]


async def test_two_visitors_may_use_one_client_id(visit: Visit) -> None:
    client_id = str(uuid.uuid4())
    for text in ("cześć", "dzień dobry"):
        client = await visit()
        await client.send({"type": "message", "client_id": client_id, "text": text})
        await client.until(lambda c=client: client_id in c.acks)
        assert client.acks[client_id] == 1


async def test_a_later_connection_goes_on_where_the_first_one_stopped(
    visit: Visit, session: aiohttp.ClientSession, shop: GatewayProcess
) -> None:
    client = await visit()
    await client.ask("cześć")
    await client.ask("gdzie jest moja paczka")
    highest = max(seq for seq, _, _ in client.transcript())
    await client.close()

    later = await visit(token=client.token)
    await later.until(lambda: len(later.by_seq) == highest)
    assert later.frames[0]["type"] == "welcome"
    assert later.frames[0]["seq"] == highest
    assert later.conversation_id == client.conversation_id
    assert later.transcript() == client.transcript()
    own = [frame for frame in later.frames if frame.get("sender") == "visitor"]
    assert {frame["client_id"] for frame in own} == set(client.acks)

    for after in range(highest + 1):
        part = ChatClient(session, shop.url)
        part.token, part.by_seq = client.token, {after: {}} if after else {}
        await part.connect()
        await part.until(lambda p=part: "state" in kinds(p))
        got = [frame["seq"] for frame in part.frames if frame["type"] == "message"]
        assert got == list(range(after + 1, highest + 1))
        assert kinds(part) == ["welcome", *["message"] * len(got), "state"]
        await part.close()


async def test_a_second_tab_sees_everything_live(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    first = await visit()
    await first.ask("cześć")
    second = await visit(token=first.token)
    here = await first.say("gdzie jest moja paczka")
    await second.until(lambda: any(m.get("client_id") == here for m in second.by_seq.values()))
    await second.reply_to(here)
    there = await second.say("10023")
    await first.reply_to(there)
    conversation_id = await hand_over(second)
    await anna.serve(conversation_id)
    await anna.say(conversation_id, "Słucham?")
    for tab in (first, second):
        await wait_for_state(tab, "agent")
        await tab.until(lambda t=tab: t.transcript()[-1][2] == "Słucham?")
        assert next(frame for frame in reversed(tab.frames) if frame["type"] == "state")["name"] == "Anna"
    assert first.transcript() == second.transcript()


async def test_closing_asks_for_the_score_and_the_first_one_counts(visit: Visit, desk: Desk) -> None:
    anna = await desk("anna")
    client = await visit()
    conversation_id = await hand_over(client)
    await anna.serve(conversation_id)
    await anna.done("POST", f"/conversations/{conversation_id}/close", {"outcome": "resolved"})
    await client.until(lambda: client.surveys)
    shown = [
        (frame["type"], frame.get("state"), frame.get("kind"))
        for frame in client.frames
        if frame["type"] in ("state", "survey")
    ]
    assert shown[-2:] == [("state", "closed", None), ("survey", None, "ces")]

    for score in (6, 2):
        client_id = str(uuid.uuid4())
        await client.send({"type": "rating", "client_id": client_id, "score": score, "comment": "dobrze"})
        await client.until(lambda c=client_id: c in client.acks)
        assert client.acks[client_id] is None
    assert (await (await desk("ewa")).read(conversation_id))["rating"] == 6

    later = await visit(token=client.token)
    await later.until(lambda: later.state == "closed" and "state" in kinds(later))
    assert later.surveys == 0, "it was answered"


async def test_an_unanswered_survey_is_asked_again_on_return(visit: Visit, desk: Desk) -> None:
    client = await visit()
    await client.ask("cześć")
    await client.send({"type": "end"})
    await wait_for_state(client, "closed")
    await client.until(lambda: client.surveys == 1)
    later = await visit(token=client.token)
    await later.until(lambda: later.surveys == 1)
    assert kinds(later)[-2:] == ["state", "survey"]
    assert (await (await desk("ewa")).read(str(client.conversation_id)))["state"] == "closed"


async def test_a_rating_without_a_conversation_is_an_error(visit: Visit) -> None:
    client = await visit()
    await client.send({"type": "rating", "client_id": "r1", "score": 5})
    await client.until(lambda: client.errors)
    assert (client.errors[0]["code"], client.errors[0]["client_id"]) == ("invalid_frame", "r1")


async def test_a_message_after_closing_opens_a_new_conversation(visit: Visit, desk: Desk) -> None:
    client = await visit()
    await client.ask("cześć")
    old, tab = client.conversation_id, await visit(token=client.token)
    await client.send({"type": "end"})
    await wait_for_state(tab, "closed")
    await wait_for_state(client, "closed")
    heard = len(client.frames)
    reply = await client.ask("dzień dobry")
    assert [kind for kind in kinds(client, heard) if kind != "survey"][:2] == ["welcome", "ack"]
    assert client.conversation_id not in (None, old)
    assert list(client.acks.values()) == [1]
    assert BOT.search(reply[0]["text"]), "a new conversation says again that this is a bot"
    await tab.until(lambda: tab.conversation_id == client.conversation_id)
    await tab.until(lambda: len(tab.by_seq) == 2)
    assert tab.transcript() == client.transcript()
    timeline = await (await desk("ewa")).read(str(old))
    assert timeline["state"] == "closed"


async def test_the_end_of_nothing_changes_nothing(visit: Visit) -> None:
    client = await visit()
    await client.send({"type": "end"})
    reply = await client.ask("cześć")
    assert reply[-1]["last"]
    assert kinds(client) == ["welcome", "ack", "message"]


async def test_a_button_is_kept_as_its_title(visit: Visit, desk: Desk) -> None:
    client = await visit("en")
    reply = await client.ask("hello")
    offered = {choice["payload"]: choice["title"] for choice in reply[-1]["choices"]}
    assert offered["/order_status"] == title("en", "order_status")
    answer = await client.reply_to(await client.click("/order_status", offered["/order_status"]))
    assert says(answer[-1]["text"], "en", "ask_order_number")
    stored = await (await desk("ewa")).transcript(str(client.conversation_id))
    assert stored == client.transcript()
