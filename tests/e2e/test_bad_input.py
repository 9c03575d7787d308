"""Five hundred strings that break naive code, at every place that takes one."""

import asyncio
import json
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.chat_client import ChatClient
from tests.e2e.bad_strings import COUNT, bad_strings, storable
from tests.e2e.conftest import PATIENT, UNLIMITED, troubles
from tests.e2e.rest_contract import CheckedAgent, RestContract
from tests.e2e.shop_words import hand_over, says
from tests.gateway_process import GatewayProcess

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]
AT_ONCE = 8
TABLES = ("visitors", "contacts", "conversations", "messages", "cases", "outbox", "agents", "agent_sessions")
PAYLOADS = {"/order_status", "/ask_human", "/affirm", "/deny", "/cancel", "/leave_message", "/call_back"}
MAX_ADDRESS = 7000
"""Characters of an address that a server still reads."""
TELLING = 12
"""Characters from which on a string in the log can only come from the customer."""
HELLO = {
    "Asystent": ("pl", "dzień dobry"),
    "Asistent": ("cs", "dobrý den"),
    "Assistant": ("en", "hello there"),
}
"""Some strings are English enough for the bot to go on in English; its name tells."""
VALID = '{"type":"message","client_id":"x","text":"y"}'
"""Is a frame indeed."""
OPENINGS = ((), ("gdzie jest moja paczka",), ("10023",))
"""What is said before the bad string: nothing, or what makes the bot ask for a number or a proof."""


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory: pytest.TempPathFactory, trained: None) -> Iterator[GatewayProcess]:
    """A gateway without limits; at the end its log must tell of no fault, and nothing that was said."""
    process = GatewayProcess(tmp_path_factory.mktemp("sturdy"), settings=UNLIMITED | PATIENT)
    process.start()
    asyncio.run(process.ready(120))
    yield process
    assert process.stop() == 0
    assert troubles(process) == []
    log = process.log.read_text()
    for text in bad_strings():
        for written in {text, json.dumps(text)[1:-1], repr(text)[1:-1]}:
            assert len(written) < TELLING or written not in log, (
                f"the log holds a customer's words: {written!r}"
            )


@pytest.fixture
async def agent(sturdy: GatewayProcess, session: aiohttp.ClientSession) -> CheckedAgent:
    async with session.get(f"{sturdy.url}/api/openapi.json") as answer:
        document = await answer.json(content_type=None)
    anna = CheckedAgent(session, sturdy.url, RestContract(document))
    anna.use(await anna.log_in("anna@demo.example"))
    await anna.done("PUT", "/me/presence", {"state": "online"})
    return anna


@pytest.fixture
async def socket(
    sturdy: GatewayProcess, session: aiohttp.ClientSession
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with session.ws_connect(sturdy.url.replace("http", "ws", 1) + "/chat/ws") as made:
        yield made


def rows(gateway: GatewayProcess) -> dict[str, list[Any]]:
    with sqlite3.connect(f"file:{gateway.data_dir / 'centrala.db'}?mode=ro", uri=True) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


async def each(work: Callable[[int, str], Awaitable[None]]) -> None:
    """Do it with every string, a few at a time; fails with every string that broke something."""
    places = iter(list(enumerate(bad_strings())))
    broke: list[str] = []

    async def worker() -> None:
        for place, text in places:
            try:
                await work(place, text)
            except AssertionError as error:
                broke.append(f"{place}: {text[:60]!r}: {str(error)[:300]}")

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    assert not broke, "\n".join(broke)


def too_large(text: str) -> bool:
    """Tell whether the frame is over 16 KiB, written in ASCII as these tests' client does."""
    return len(json.dumps(text)) > 16_200


def test_there_are_five_hundred() -> None:
    assert len(set(bad_strings())) == COUNT == 500


async def test_as_a_message(sturdy: GatewayProcess, session: aiohttp.ClientSession) -> None:
    taken = handed_over = 0

    async def talk(client: ChatClient, place: int, text: str) -> bool:
        for opening in OPENINGS[place % len(OPENINGS)]:
            await client.ask(opening, 60)
        client_id = await client.say(text)
        await client.until(lambda: client_id in client.acks or client.errors, 60)
        fits = storable(text, 4000) and not too_large(text)
        if fits:
            reply = await client.reply_to(client_id, 60)
            assert all("{" not in message["text"] and "None" not in message["text"] for message in reply)
        else:
            wanted = "too_large" if too_large(text) else "invalid_frame"
            assert [error["code"] for error in client.errors] == [wanted]
            client.unacked.clear()
            client.said.pop(client_id)
            if wanted == "too_large":
                await client.reconnect()
        name = client.by_seq[max(client.by_seq)]["name"] if fits else "Asystent"
        if name not in HELLO:
            # The second thing in a row that was not understood, or a cry for a person: somebody comes.
            nonlocal handed_over
            handed_over += 1
            return fits
        lang, hello = HELLO[name]
        normal = await client.ask(hello, 60)
        assert says(normal[0]["text"], lang, "greet"), normal
        assert client.state == "bot"
        assert client.broken == []
        heard = [said for _, sender, said in client.transcript() if sender == "visitor"]
        assert heard == list(client.said.values())
        return fits

    async def work(place: int, text: str) -> None:
        nonlocal taken
        client = ChatClient(session, sturdy.url)
        try:
            await client.connect()
            fitted = await talk(client, place, text)
            taken += fitted
        finally:
            await client.close()

    await each(work)
    assert taken > COUNT * 0.8
    assert handed_over < COUNT * 0.05


async def test_as_a_button_a_frame_and_a_field(
    sturdy: GatewayProcess, socket: aiohttp.ClientWebSocketResponse, agent: CheckedAgent
) -> None:
    """Each gives the named error, and nothing changes."""
    before = rows(sturdy)

    async def refused(frame: str, *codes: str) -> None:
        await socket.send_str(frame)
        answer = await socket.receive_json(timeout=60)
        assert (answer["type"], answer["code"] in codes) == ("error", True), (frame[:200], answer)
        assert len(answer["message"]) < 200

    def hello(**fields: Any) -> str:
        return json.dumps({"type": "hello", "lang": "pl"} | fields)

    for text in bad_strings():
        if too_large(text):
            continue  # the socket would close: test_contract_errors
        await refused(hello(lang=text), "invalid_frame", "unsupported_language")
        await refused(hello(visitor_token=text), "invalid_frame", "token_invalid")
        await refused(hello(identity=text), "invalid_frame", "identity_invalid")
        await refused(hello(after_seq=text), "invalid_frame")
        await refused(json.dumps({"type": "typing", text: 1}), "invalid_frame")
    await socket.send_str(hello())
    assert (await socket.receive_json(timeout=60))["type"] == "welcome"
    for text in bad_strings():
        if too_large(text):
            continue
        for frame in (
            {"type": "choice", "client_id": "x", "payload": text},
            {"type": text},
            {"type": "read", "seq": text},
            {"type": "rating", "client_id": "x", "score": text},
            {"type": "rating", "client_id": text, "score": 9},
            {"type": "message", "client_id": text, "text": ""},
        ):
            if frame["type"] != "choice" or text not in PAYLOADS:
                await refused(json.dumps(frame), "invalid_frame")
        if storable(text, 10**6) and text != VALID:
            await refused(text, "invalid_frame")
    assert rows(sturdy) == before


async def test_bytes_that_are_no_text_close_the_socket(
    sturdy: GatewayProcess, socket: aiohttp.ClientWebSocketResponse
) -> None:
    before = rows(sturdy)
    broken = b'{"type":"typing","a":"\xed\xa0\x80\xff"}'
    assert socket._writer is not None
    await socket._writer.send_frame(broken, aiohttp.WSMsgType.TEXT)
    closing = await socket.receive(timeout=60)
    assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert socket.close_code == 1007
    assert rows(sturdy) == before


async def test_bytes_that_are_no_http(sturdy: GatewayProcess) -> None:
    """A scanner's probes are answered or cut, and are no error in the log (looked at in the end)."""
    before = rows(sturdy)
    probes = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\xff\r\n\r\n",
    )
    for probe in probes:
        reader, writer = await asyncio.open_connection("127.0.0.1", sturdy.port)
        writer.write(probe)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 60)
        assert answer == b"" or answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400")), answer[:200]
        writer.close()
    assert rows(sturdy) == before


async def test_in_rest_calls_that_change_nothing(sturdy: GatewayProcess, agent: CheckedAgent) -> None:
    client = ChatClient(agent._session, sturdy.url)
    await client.connect()
    conversation = f"/conversations/{await hand_over(client)}"
    await agent.done("POST", f"{conversation}/claim")
    before = rows(sturdy)

    async def work(_: int, text: str) -> None:
        for method, path, body in (
            ("PUT", "/me/presence", {"state": text}),
            ("PUT", "/me/presence", text),
            ("PUT", "/me/presence", {"state": "online", text: 1}),
            ("POST", f"{conversation}/close", {"outcome": f"{text}!"}),
            ("POST", f"{conversation}/messages", {"client_id": "", "text": text}),
            ("POST", f"{conversation}/messages", {"client_id": "x", "text": "a", "internal": text}),
        ):
            if body == {"state": text} and text in ("online", "away"):
                continue
            await agent.refused(400, "invalid_input", method, path, body)
        status, problem = await agent.call("POST", f"{conversation}/release", {"to": text})
        assert (status, problem["code"]) in ((400, "invalid_input"), (409, "agent_unavailable"))
        if not storable(text, 2000):
            return
        where = quote(text, safe="")
        if len(where) > MAX_ADDRESS:
            return
        status, found = await agent.call("GET", f"/conversations?q={where}")
        assert status in (200, 400), found
        status, problem = await agent.call("GET", f"/conversations?cursor={where}")
        assert (status, problem["code"]) in ((400, "invalid_cursor"), (400, "invalid_input"))
        if text not in (".", ".."):  # a URL's own words for other folders
            await agent.refused(404, "not_found", "GET", f"/contacts/{where}/timeline")

    await each(work)
    assert rows(sturdy) == before
    await client.close()


async def test_as_an_agents_words_and_on_a_contact_card(sturdy: GatewayProcess, agent: CheckedAgent) -> None:
    client = ChatClient(agent._session, sturdy.url)
    await client.connect()
    conversation = f"/conversations/{await hand_over(client)}"
    served = await agent.done("POST", f"{conversation}/claim")
    card = f"/contacts/{served['contact']['id']}"
    said: list[str] = []
    noted: list[str] = []
    for place, text in enumerate(bad_strings()):
        internal = place % 2 == 1
        body = {"client_id": str(uuid.uuid4()), "text": text, "internal": internal}
        status, answer = await agent.call("POST", f"{conversation}/messages", body)
        if storable(text, 8000):
            assert (status, answer["text"]) == (201, text)
            (noted if internal else said).append(text)
        else:
            assert (status, answer["code"]) == (400, "invalid_input")
        if place % 5 == 0:
            status, answer = await agent.call("PUT", card, {"name": text[:200], "note": text})
            kept = "\x00" not in text and storable(f"a{text}", 8001)
            assert status == (200 if kept else 400), answer
            assert not kept or answer["note"] == text
    await client.until(
        lambda: len([m for m in client.by_seq.values() if m["sender"] == "agent"]) == len(said)
    )
    assert [text for _, sender, text in client.transcript() if sender == "agent"] == said
    stored = (await agent.done("GET", conversation))["messages"]
    assert [message["text"] for message in stored if message["internal"]] == noted
    await client.close()
