"""The promises of /chat/ws about what is not valid: the named error, and nothing changed."""

import asyncio
import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
import pytest

from tests.chat_client import ChatClient
from tests.e2e.conftest import Desk, Visit
from tests.e2e.shop_words import IDENTITY_SECRET, identity
from tests.gateway_process import GatewayProcess

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]
TABLES = ("visitors", "contacts", "conversations", "messages", "cases", "outbox")
FLOOD = 60
"""Messages: twice the burst, so that many are refused though a machine that stalls sends them slowly."""
OTHER_SECRET = "another-secret-of-32-bytes-or-more-than-that"


def rows(gateway: GatewayProcess) -> dict[str, list[Any]]:
    """Everything that customers' words could have changed."""
    with sqlite3.connect(f"file:{gateway.data_dir / 'centrala.db'}?mode=ro", uri=True) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


@pytest.fixture
def nothing_changes(shop: GatewayProcess, desk: Desk) -> Iterator[None]:
    """The test must leave the store as it found it."""
    before = rows(shop)
    for _ in range(60):  # what the bot still has to say to whoever was there before
        time.sleep(0.5)
        if before == (before := rows(shop)):
            break
    yield
    assert rows(shop) == before


async def raw(session: aiohttp.ClientSession, shop: GatewayProcess, **options: Any) -> Any:
    return await session.ws_connect(shop.url.replace("http", "ws", 1) + "/chat/ws", **options)


async def hello(socket: Any, **fields: Any) -> dict[str, Any]:
    await socket.send_json({"type": "hello", "lang": "pl", "visitor_token": None, "after_seq": 0} | fields)
    answer: dict[str, Any] = await socket.receive_json(timeout=30)
    return answer


def message(text: Any = "cześć", **more: Any) -> dict[str, Any]:
    return {"type": "message", "client_id": "c-1", "text": text} | more


BAD_FRAMES: dict[str, Any] = {
    "empty": "",
    "not JSON": "gdzie jest paczka",
    "half": '{"type":"message","client_id":"c-1","text":"a',
    "list": "[]",
    "number": "1e400",
    "null": "null",
    "text": '"hello"',
    "NaN": '{"type":"read","seq":NaN}',
    "deep": "[" * 5000,
    "deep object": '{"a":' * 2000 + "1" + "}" * 2000,
    "no type": {"client_id": "c-1", "text": "a"},
    "unknown type": {"type": "shutdown"},
    "type no text": {"type": 7},
    "type a list": {"type": ["message"]},
    "no client_id": {"type": "message", "text": "a"},
    "empty client_id": message(client_id=""),
    "long client_id": message(client_id="x" * 65),
    "client_id a number": message(client_id=5),
    "NUL in client_id": message(client_id="a\x00b"),
    "no text": {"type": "message", "client_id": "c-1"},
    "text null": message(text=None),
    "text a number": message(text=5),
    "text a list": message(text=["a"]),
    "blank": message(text=" \n\t\u00a0"),
    "NUL in text": message(text="a\x00b"),
    "lone surrogate": '{"type":"message","client_id":"c-1","text":"\\ud800"}',
    "too many characters": message(text="a" * 4001),
    "unknown field": message(lang="en"),
    "payload of no button": {"type": "choice", "client_id": "c-1", "payload": "/outcome_order_found"},
    "payload with entities": {"type": "choice", "client_id": "c-1", "payload": '/ask_human{"x":1}'},
    "payload as text": {"type": "choice", "client_id": "c-1", "payload": "order_status"},
    "payload empty": {"type": "choice", "client_id": "c-1", "payload": ""},
    "read of minus one": {"type": "read", "seq": -1},
    "read of 2**40": {"type": "read", "seq": 2**40},
    "read of a fraction": {"type": "read", "seq": 1.5},
    "read of a truth": {"type": "read", "seq": True},
    "score 0": {"type": "rating", "client_id": "c-1", "score": 0},
    "score 8": {"type": "rating", "client_id": "c-1", "score": 8},
    "score a text": {"type": "rating", "client_id": "c-1", "score": "6"},
    "comment too long": {"type": "rating", "client_id": "c-1", "score": 6, "comment": "a" * 2001},
    "typing with a text": {"type": "typing", "text": "a"},
    "binary": b'{"type":"typing"}',
    "hello again": {"type": "hello", "lang": "pl"},
}


async def test_a_frame_that_is_not_valid(
    session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    for name, frame in BAD_FRAMES.items():
        async with await raw(session, shop) as socket:
            assert (await hello(socket))["type"] == "welcome"
            if isinstance(frame, bytes):
                await socket.send_bytes(frame)
            else:
                await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))
            answer = await socket.receive_json(timeout=30)
            assert (answer["type"], answer["code"]) == ("error", "invalid_frame"), name
            assert answer["message"], name
            known = isinstance(frame, dict) and frame.get("client_id") == "c-1"
            assert answer.get("client_id") == ("c-1" if known else answer.get("client_id")), name
            await socket.send_json(message(client_id=""))  # the connection goes on
            assert (await socket.receive_json(timeout=30))["code"] == "invalid_frame", name


async def test_hello_comes_first(
    session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    async with await raw(session, shop) as socket:
        for frame in (message(), {"type": "typing"}, {"type": "end"}, {"type": "read", "seq": 1}):
            await socket.send_json(frame)
            answer = await socket.receive_json(timeout=30)
            assert (answer["type"], answer["code"]) == ("error", "hello_required")
        assert (await hello(socket))["type"] == "welcome"


async def test_a_language_that_the_shop_does_not_speak(
    session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    async with await raw(session, shop) as socket:
        for lang in ("de", "", "../pl", "plx", "🇵🇱", "x" * 35):
            assert (await hello(socket, lang=lang)).get("code") == "unsupported_language", lang
        assert (await hello(socket, lang="cs-CZ"))["type"] == "welcome"


def forged_tokens(real: str) -> dict[str, str]:
    head, body, signature = real.split(".")
    claims = {"aud": "visitor", "sub": str(uuid.uuid4()), "cnv": str(uuid.uuid4())}
    fresh = datetime.now(UTC) + timedelta(days=1)
    return {
        "empty": "",
        "no token": "abc",
        "dots": "..",
        "cut": real[:-2],
        "no signature": f"{head}.{body}.",
        "another's signature": jwt.encode(claims | {"exp": fresh}, OTHER_SECRET, "HS256"),
        "signed by nobody": jwt.encode(claims | {"exp": fresh}, None, "none"),
        "an identity": identity("pl"),
        "signed with the identity's secret": jwt.encode(claims | {"exp": fresh}, IDENTITY_SECRET, "HS256"),
        "other claims": f"{head}.{jwt.encode(claims, OTHER_SECRET, 'HS256').split('.')[1]}.{signature}",
        "letters of no alphabet": "ąćę.ąćę.ąćę",
        "long": "a" * 2048,
    }


async def test_a_forged_visitor_token(
    visit: Visit, session: aiohttp.ClientSession, shop: GatewayProcess, desk: Desk
) -> None:
    client = await visit()
    await client.ask("cześć")
    before = rows(shop)
    for name, token in forged_tokens(str(client.token)).items():
        async with await raw(session, shop) as socket:
            assert (await hello(socket, visitor_token=token)).get("code") == "token_invalid", name
            await socket.send_json(message())
            assert (await socket.receive_json(timeout=30))["code"] == "hello_required", name
    assert rows(shop) == before


def forged_identities() -> dict[str, str]:
    past = datetime.now(UTC) - timedelta(minutes=2)
    return {
        "empty": "",
        "no token": "jan",
        "another's signature": identity("pl", secret=OTHER_SECRET),
        "signed by nobody": jwt.encode({"sub": "demo-jan", "exp": past + timedelta(minutes=5)}, None, "none"),
        "expired": identity("pl", minutes=-2),
        "an hour ahead": identity("pl", minutes=60),
        "six minutes ahead": identity("pl", minutes=6),
        "no end": jwt.encode({"sub": "demo-jan"}, IDENTITY_SECRET, "HS256"),
        "endless": jwt.encode({"sub": "demo-jan", "exp": 10**18}, IDENTITY_SECRET, "HS256"),
        "nobody": identity("pl", sub=None),
        "nobody at all": identity("pl", sub=""),
        "another algorithm": jwt.encode(
            {"sub": "demo-jan", "exp": past + timedelta(minutes=5)}, IDENTITY_SECRET, "HS384"
        ),
    }


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_a_forged_identity(
    session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    for name, token in forged_identities().items():
        async with await raw(session, shop) as socket:
            answer = await hello(socket, identity=token)
            assert (answer["type"], answer.get("code")) == ("error", "identity_invalid"), name


async def test_a_frame_over_16_kib(
    visit: Visit, session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    for size, code in ((16_384, "invalid_frame"), (16_385, "too_large"), (400_000, "too_large")):
        async with await raw(session, shop) as socket:
            await hello(socket)
            frame = json.dumps(message(text=""))
            await socket.send_str(frame.replace('""', '"' + "a" * (size - len(frame)) + '"'))
            answer = await socket.receive_json(timeout=30)
            assert (answer["type"], answer["code"]) == ("error", code), size
            if code == "too_large":
                closing = await socket.receive(timeout=30)
                assert closing.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
                assert socket.close_code == 1009


async def test_a_flood_loses_nothing_that_is_sent_again(visit: Visit) -> None:
    client = await visit()
    sent = [await client.say(f"cześć {number}") for number in range(FLOOD)]
    await client.until(lambda: len(client.acks) + len(client.errors) >= len(sent), 60)
    assert len(client.acks) >= 25, "a burst of 30 is allowed"
    assert {error["code"] for error in client.errors} == {"rate_limited"}
    assert {error["client_id"] for error in client.errors} == set(client.unacked)
    while client.unacked:
        heard = len(client.acks) + len(client.errors)
        client_id, frame = next(iter(client.unacked.items()))
        await client.send(frame)
        await client.until(lambda n=heard: len(client.acks) + len(client.errors) > n)
        if client_id in client.unacked:
            await asyncio.sleep(0.2)  # five a second are allowed; this is the wait that the error asks for
    transcript = client.transcript()
    texts = [text for _, sender, text in transcript if sender == "visitor"]
    assert sorted(texts) == sorted(f"cześć {number}" for number in range(FLOOD))


async def test_who_does_not_slow_down_is_closed(
    session: aiohttp.ClientSession, shop: GatewayProcess, nothing_changes: None
) -> None:
    async with await raw(session, shop) as socket:
        await hello(socket)
        refused, end = 0, time.monotonic() + 120
        flood = asyncio.create_task(pour(socket))
        while time.monotonic() < end:
            got = await socket.receive(timeout=60)
            if got.type is not aiohttp.WSMsgType.TEXT:
                break
            assert json.loads(got.data)["code"] == "rate_limited"
            refused += 1
        assert (refused, socket.close_code) == (100, 1008)
        await flood


async def pour(socket: Any) -> None:
    try:
        for _ in range(5000):
            await socket.send_str('{"type":"typing"}')
    except (aiohttp.ClientError, ConnectionError):
        return


async def test_only_pages_that_may_carry_the_widget(
    session: aiohttp.ClientSession, shop: GatewayProcess
) -> None:
    own = shop.url
    for origin in (
        "https://evil.example",
        "null",
        "file://",
        own + ".evil.example",
        "http://127.0.0.1:1",
        "",
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await raw(session, shop, origin=origin)
        assert refused.value.status == 403, origin
    for allowed in (None, own):
        async with await raw(session, shop, origin=allowed) as socket:
            assert (await hello(socket))["type"] == "welcome"


async def test_two_visitors_do_not_share_a_limit(visit: Visit, session: aiohttp.ClientSession) -> None:
    greedy, modest = await visit(), await visit()
    for _ in range(60):
        await greedy.send({"type": "typing"})
    await greedy.until(lambda: greedy.errors)
    assert (await modest.ask("cześć"))[-1]["last"]


async def test_a_second_tab_shares_the_limit(visit: Visit) -> None:
    first = await visit()
    second: ChatClient = await visit(token=first.token)
    for _ in range(100):
        await first.send({"type": "typing"})
    await first.until(lambda: len(first.errors) >= 30)
    for _ in range(60):
        await second.send({"type": "typing"})
    await second.until(lambda: second.errors)
    assert second.errors[0]["code"] == "rate_limited"
