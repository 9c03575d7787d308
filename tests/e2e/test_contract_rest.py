"""The promises of the REST interface; every answer is also held to the OpenAPI document."""

import asyncio
import uuid
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.e2e.conftest import Desk, Visit
from tests.e2e.rest_contract import CheckedAgent, RestContract
from tests.e2e.shop_words import CUSTOMERS, hand_over, identity, says, wait_for_state
from tests.gateway_process import GatewayProcess

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]
NOWHERE = "01a00000-0000-7000-8000-000000000000"
ONE = "/conversations/{id}"


def reply(text: str = "Dzień dobry", **more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "text": text} | more


async def waiting(visit: Visit, count: int = 1, lang: str = "pl") -> list[Any]:
    clients = [await visit(lang) for _ in range(count)]
    for client in clients:
        await hand_over(client)
    return clients


async def test_the_document_is_valid(rest_contract: RestContract) -> None:
    problems = [error.message for error in OpenAPIV31SpecValidator(rest_contract.document).iter_errors()]
    assert problems == []
    assert rest_contract.document["openapi"].startswith("3.1")
    for path in ("/login", "/me/presence", "/queue/next", ONE, f"{ONE}/messages", f"{ONE}/claim"):
        assert f"/api/v1{path}" in rest_contract.document["paths"]


async def test_signing_in(shop: GatewayProcess, session: aiohttp.ClientSession, desk: Desk) -> None:
    anna = await desk("anna")
    anna.without()
    for credentials in (("anna@demo.example", "wrong"), ("nobody@demo.example", "demo")):
        body = {"email": credentials[0], "password": credentials[1]}
        await anna.refused(401, "bad_credentials", "POST", "/login", body)
    await anna.refused(401, "unauthenticated", "GET", "/conversations")
    await anna.refused(401, "unauthenticated", "POST", "/queue/next")
    anna.use("a" * 43)
    await anna.refused(401, "unauthenticated", "GET", "/me")
    anna.without()
    signed_in = await anna.done("POST", "/login", {"email": " ANNA@demo.example ", "password": "demo"})
    assert signed_in["me"]["name"] == "Anna"
    anna.use(signed_in["token"])
    assert (await anna.done("GET", "/me"))["email"] == "anna@demo.example"
    await anna.done("POST", "/logout")
    await anna.refused(401, "unauthenticated", "GET", "/me")


async def test_a_cookie_needs_the_csrf_token_and_a_bearer_does_not(shop: GatewayProcess, desk: Desk) -> None:
    anna = await desk("anna")  # a Bearer: its PUT of the presence was taken without
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(shop.url, cookie_jar=jar) as browser:
        body = {"email": "anna@demo.example", "password": "demo"}
        async with browser.post("/api/v1/login", json=body) as answer:
            csrf = (await answer.json())["csrf"]
            cookie = answer.headers["Set-Cookie"].lower()
            assert "httponly" in cookie
            assert "samesite" in cookie
        for headers, status in (({}, 403), ({"X-CSRF-Token": "guess"}, 403), ({"X-CSRF-Token": csrf}, 200)):
            async with browser.put("/api/v1/me/presence", json={"state": "away"}, headers=headers) as answer:
                assert answer.status == status
                if status == 403:
                    assert (await answer.json())["code"] == "csrf"
        async with browser.get("/api/v1/me") as answer:
            assert (await answer.json())["presence"] == "away"
        async with browser.post(
            "/api/v1/login", json=body, headers={"Origin": "https://evil.example"}
        ) as answer:
            assert (answer.status, (await answer.json())["code"]) == (403, "forbidden_origin")
    assert (await anna.done("GET", "/me"))["presence"] == "away"


async def test_the_service_token_reads_everything_and_serves_nobody(desk: Desk, visit: Visit) -> None:
    shop_system = await desk("anna", "offline")
    shop_system.use("demo")
    [client] = await waiting(visit)
    assert (await shop_system.read(client.conversation_id))["state"] == "waiting"
    await shop_system.refused(403, "forbidden", "POST", "/queue/next")
    await shop_system.refused(403, "forbidden", "GET", "/me")
    assert (await shop_system.done("GET", "/contacts/demo-jan"))["name"] == "Jan Kowalski"


async def test_serving_next(desk: Desk, visit: Visit) -> None:
    anna = await desk("anna", "offline")
    await anna.refused(409, "not_online", "POST", "/queue/next")
    await anna.done("PUT", "/me/presence", {"state": "away"})
    await anna.refused(409, "not_online", "POST", "/queue/next")
    await anna.done("PUT", "/me/presence", {"state": "online"})
    assert await anna.call("POST", "/queue/next") == (204, None)
    clients = await waiting(visit, 5)
    for client in clients[:4]:
        served = await anna.serve_next()
        assert served["id"] == client.conversation_id, "who waits longest comes first"
        assert (served["state"], served["agent"]["name"]) == ("agent", "Anna")
        await wait_for_state(client, "agent")
    await anna.refused(409, "at_capacity", "POST", "/queue/next")
    await anna.refused(409, "at_capacity", "POST", f"/conversations/{clients[4].conversation_id}/claim")
    await anna.done("POST", f"/conversations/{clients[0].conversation_id}/close", {"outcome": "resolved"})
    assert (await anna.serve_next())["id"] == clients[4].conversation_id


async def test_the_more_important_are_served_first(desk: Desk, visit: Visit) -> None:
    anna = await desk("anna")
    await waiting(visit, 2)
    vip = await visit("en", identity=identity("en"))
    await hand_over(vip)
    assert (await anna.serve_next())["id"] == vip.conversation_id


async def test_a_claim_has_one_winner(desk: Desk, visit: Visit) -> None:
    agents = [await desk("anna"), await desk("piotr"), await desk("ewa")]
    [client] = await waiting(visit)
    path = f"/conversations/{client.conversation_id}/claim"
    answers = await asyncio.gather(*(agent.call("POST", path) for agent in agents))
    assert sorted(status for status, _ in answers) == [200, 409, 409]
    assert {body["code"] for status, body in answers if status == 409} == {"taken"}
    await wait_for_state(client, "agent")
    names = ("Anna", "Piotr", "Ewa")
    said = [text for _, _, text in client.transcript()]
    assert sum(says(text, "pl", "agent_joined", name=name) for name in names for text in said) == 1


async def test_the_conversation_is_shown_whole(desk: Desk, visit: Visit) -> None:
    anna = await desk("anna")
    client = await visit("pl", identity=identity("pl"))
    await client.ask("gdzie jest moja paczka 10023")
    conversation_id = await hand_over(client)
    served = await anna.serve_next()
    assert set(served) >= {
        "id", "channel", "lang", "state", "agent", "messages", "packet", "contact", "outcome", "tags",
        "recordings",
    }  # fmt: skip
    assert served == await anna.read(conversation_id)
    assert set(served["messages"][0]) >= {"seq", "sender", "name", "text", "at", "internal"}
    seqs = [message["seq"] for message in served["messages"]]
    assert seqs == list(range(1, len(seqs) + 1))
    assert served["contact"]["external_id"] == "demo-jan"
    assert served["contact"]["email"] == CUSTOMERS["pl"][1]
    assert served["packet"]["slots"] == {"order_number": "10023"}


async def test_replies_and_notes(desk: Desk, visit: Visit) -> None:
    anna, piotr, ewa = await desk("anna"), await desk("piotr"), await desk("ewa")
    [client] = await waiting(visit)
    path = ONE.format(id=client.conversation_id)
    await anna.refused(409, "not_yours", "POST", f"{path}/messages", reply())
    await anna.serve(client.conversation_id)
    said = reply("Już sprawdzam.")
    first = await anna.done("POST", f"{path}/messages", said)
    assert await anna.done("POST", f"{path}/messages", said) == first
    note = await anna.done("POST", f"{path}/messages", reply("Klient dzwonił wczoraj", internal=True))
    assert (note["seq"], note["internal"]) == (None, True)
    last = await anna.done("POST", f"{path}/messages", reply("Jutro."))
    assert last["seq"] == first["seq"] + 1, "a note takes no number"
    await client.until(lambda: client.transcript()[-1][2] == "Jutro.")
    assert [text for _, sender, text in client.transcript() if sender == "agent"] == [
        "Już sprawdzam.",
        "Jutro.",
    ]
    shown = (await ewa.read(client.conversation_id))["messages"]
    assert [m["text"] for m in shown][-3:] == ["Już sprawdzam.", "Klient dzwonił wczoraj", "Jutro."]
    await piotr.refused(409, "not_yours", "POST", f"{path}/messages", reply())
    for text in ("", "  ", "a" * 8001, "a\x00b"):
        await anna.refused(400, "invalid_input", "POST", f"{path}/messages", reply(text))
    await anna.refused(400, "invalid_input", "POST", f"{path}/messages", reply() | {"sender": "bot"})
    await anna.refused(404, "not_found", "POST", f"/conversations/{NOWHERE}/messages", reply())


async def test_agents_see_their_own_and_who_waits_and_supervisors_all(desk: Desk, visit: Visit) -> None:
    anna, piotr, ewa = await desk("anna"), await desk("piotr"), await desk("ewa")
    bot_only = await visit()
    await bot_only.ask("cześć")
    hers, waits = await waiting(visit, 2)
    await anna.serve(hers.conversation_id)
    everything = {bot_only.conversation_id, hers.conversation_id, waits.conversation_id}

    async def seen(agent: CheckedAgent) -> set[str]:
        rows = {row["id"] for row in await agent.everything("/conversations", limit=20)}
        return rows & everything

    assert await seen(anna) == {hers.conversation_id, waits.conversation_id}
    assert await seen(piotr) == {waits.conversation_id}
    assert await seen(ewa) == everything
    for hidden in (bot_only, hers):
        await piotr.refused(404, "not_found", "GET", f"/conversations/{hidden.conversation_id}")
        await piotr.refused(
            404,
            "not_found",
            "POST",
            f"/conversations/{hidden.conversation_id}/messages",
            reply(internal=True),
        )
    found = await ewa.everything(f"/conversations?state=agent&contact={(await contact_of(ewa, hers))}")
    assert [row["id"] for row in found] == [hers.conversation_id]


async def contact_of(agent: CheckedAgent, client: Any) -> str:
    found: str = (await agent.read(client.conversation_id))["contact"]["id"]
    return found


async def test_release_to_bot_queue_and_agent(desk: Desk, visit: Visit) -> None:
    anna, piotr = await desk("anna"), await desk("piotr")
    [client] = await waiting(visit)
    path = ONE.format(id=client.conversation_id)
    await anna.refused(409, "not_yours", "POST", f"{path}/release", {"to": "queue"})
    await anna.serve(client.conversation_id)
    agents = {agent["name"]: agent["id"] for agent in (await anna.done("GET", "/agents"))["items"]}
    await anna.refused(409, "agent_unavailable", "POST", f"{path}/release", {"to": agents["Ewa"]})
    await anna.refused(409, "agent_unavailable", "POST", f"{path}/release", {"to": "nobody"})
    await anna.refused(409, "already_theirs", "POST", f"{path}/release", {"to": agents["Anna"]})
    handed = await anna.done("POST", f"{path}/release", {"to": agents["Piotr"]})
    assert handed["agent"]["name"] == "Piotr"
    await client.until(lambda: says(client.transcript()[-1][2], "pl", "agent_joined", name="Piotr"))
    await anna.refused(409, "not_yours", "POST", f"{path}/messages", reply())
    assert (await piotr.done("POST", f"{path}/release", {"to": "queue"}))["state"] == "waiting"
    await wait_for_state(client, "waiting")
    await anna.serve(client.conversation_id)
    assert (await anna.done("POST", f"{path}/release", {"to": "bot"}))["state"] == "bot"
    await wait_for_state(client, "bot")
    assert (await client.ask("cześć"))[-1]["sender"] == "bot", "the bot talks again"


async def test_closing_with_an_outcome(desk: Desk, visit: Visit) -> None:
    anna, piotr = await desk("anna"), await desk("piotr")
    client = await visit("pl", identity=identity("pl"))
    conversation_id = await hand_over(client)
    path = ONE.format(id=conversation_id)
    await anna.serve(conversation_id)
    await piotr.refused(409, "not_yours", "POST", f"{path}/close", {"outcome": "resolved"})
    for outcome in ("", "Two Words", "a" * 65):
        await anna.refused(400, "invalid_input", "POST", f"{path}/close", {"outcome": outcome})
    closed = await anna.done("POST", f"{path}/close", {"outcome": "follow_up"})
    assert (closed["state"], closed["outcome"]) == ("closed", "follow_up")
    await anna.refused(409, "conversation_closed", "POST", f"{path}/close", {"outcome": "resolved"})
    await anna.refused(409, "conversation_closed", "POST", f"{path}/claim")
    await anna.refused(409, "conversation_closed", "POST", f"{path}/release", {"to": "bot"})
    await anna.refused(409, "conversation_closed", "POST", f"{path}/messages", reply())
    await wait_for_state(client, "closed")
    timeline = await anna.everything("/contacts/demo-jan/timeline", limit=3)
    assert timeline[0]["id"] == conversation_id
    assert timeline[0]["outcome"] == "follow_up"
    assert [row["last_at"] for row in timeline] == sorted((row["last_at"] for row in timeline), reverse=True)


async def test_a_contact_by_our_id_and_the_shops(desk: Desk, visit: Visit) -> None:
    ewa = await desk("ewa")
    client = await visit("cs", identity=identity("cs"))
    await client.ask("ahoj")
    ours = await contact_of(ewa, client)
    card = await ewa.done("GET", f"/contacts/{ours}")
    assert card == await ewa.done("GET", "/contacts/demo-petra")
    assert (card["name"], card["phone"], card["lang"]) == ("Petra Nováková", "+420601200300", "cs")
    assert (await ewa.done("GET", f"/contacts/{ours}/timeline"))["items"][0]["id"] == client.conversation_id
    await ewa.refused(404, "not_found", "GET", f"/contacts/{NOWHERE}")
    await ewa.refused(404, "not_found", "GET", f"/contacts/{NOWHERE}/timeline")


async def test_what_is_not_valid_is_a_problem_document(desk: Desk, session: aiohttp.ClientSession) -> None:
    anna = await desk("anna")
    await anna.refused(400, "invalid_input", "PUT", "/me/presence", {"state": "asleep"})
    await anna.refused(400, "invalid_input", "PUT", "/me/presence", [])
    await anna.refused(400, "invalid_input", "GET", "/conversations?limit=0")
    await anna.refused(400, "invalid_input", "GET", "/conversations?state=gone")
    await anna.refused(400, "invalid_cursor", "GET", "/conversations?cursor=abc")
    await anna.refused(404, "not_found", "GET", f"/conversations/{NOWHERE}")
    await anna.refused(404, "not_found", "GET", "/conversations/no-uuid")
    await anna.refused(404, "not_found", "POST", f"/conversations/{NOWHERE}/claim")
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/queue/next", 405)):
        async with session.request(method, anna.url + path) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json")
            assert (await answer.json(content_type=None))["status"] == status
    too_much = {"state": "a" * 70_000}
    await anna.refused(413, "too_large", "PUT", "/me/presence", too_much)
