"""One post: signed exactly as sent, bounded, and its failures named without anything private."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web
from crm_stub import CrmStub
from standardwebhooks import Webhook

from bot.errors import ConfigurationError
from handoff.sinks.policy import RetryPolicy, SinkHealth
from handoff.sinks.webhook import Answer, WebhookSink, signing_key, sink_session


@pytest.fixture
async def crm() -> AsyncIterator[CrmStub]:
    stub = CrmStub()
    await stub.start()
    yield stub
    await stub.stop()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with sink_session() as made:
        yield made


@pytest.mark.parametrize("size", [1, 1_000_000])
@pytest.mark.parametrize("secret", ["whsec_bWFkZSB1cA==", "whsec_bWFkZSB1cA", "a plain one, żółty"])
async def test_what_arrives_is_what_was_signed(
    crm: CrmStub, session: ClientSession, secret: str, size: int
) -> None:
    crm.secret = secret
    if not secret.startswith("whsec_"):
        crm.secret = base64.b64encode(secret.encode()).decode()  # as a receiver's library wants it
    body = b'{"text": "' + b"\\u017c" * size + b'"}'
    answer = await WebhookSink("crm", crm.url, secret, session).post("id-1", body, datetime.now(UTC))
    assert answer == Answer(None)
    assert crm.taken == [("id-1", {"text": "ż" * size})]
    assert crm.bad_signatures == 0


async def test_another_secret_is_noticed(crm: CrmStub, session: ClientSession) -> None:
    answer = await WebhookSink("crm", crm.url, "other", session).post("id-1", b"{}", datetime.now(UTC))
    assert answer == Answer("401", sink_failed=True)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (204, {}, Answer(None)),
        (302, {"Location": "/elsewhere"}, Answer("redirect refused (302)", sink_failed=True)),
        (422, {}, Answer("422", sink_failed=False)),
        (429, {"Retry-After": "7"}, Answer("429", 7.0, sink_failed=True)),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, Answer("503", 0.0, sink_failed=True)),
        (503, {"Retry-After": "9" * 400}, Answer("503", 0.0, sink_failed=True)),
    ],
)
async def test_answers(
    crm: CrmStub, session: ClientSession, status: int, headers: dict[str, str], expected: Answer
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    crm.answer = answer
    sink = WebhookSink("crm", crm.url, crm.secret, session)
    assert await sink.post("id-1", b"{}", datetime.now(UTC)) == expected
    assert crm.posts == 1


async def test_an_endless_answer_is_not_read(crm: CrmStub, session: ClientSession) -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 65536)
            written += 1
        return response

    logging.getLogger("aiohttp.server").disabled = True
    crm.answer = endless
    sink = WebhookSink("crm", crm.url, crm.secret, session)
    async with asyncio.timeout(30):
        assert await sink.post("id-1", b"{}", datetime.now(UTC)) == Answer(None)
    assert written < 1000


async def test_failures_are_named_without_the_address(crm: CrmStub, session: ClientSession) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await crm.ended.wait()
        return web.Response()

    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def error(url: str, answer: object = None, timeout: float = 30) -> str | None:
        crm.answer = answer
        sink = WebhookSink("crm", url, crm.secret, session, timeout=timeout)
        return (await sink.post("id-1", b"{}", datetime.now(UTC))).error

    assert await error(crm.url, hang, 0.3) == "timeout"
    assert await error(crm.url, cut) == "connection lost"
    assert await error("http://127.0.0.1:1/secret-path") == "connection refused"
    assert await error("http://user:secret@nobody.invalid/", 5) in ("name not found", "timeout")
    assert await error("not an address") == "invalid address"
    assert await error(crm.url.replace("http:", "https:")) in ("TLS error", "connection lost")


def test_secrets() -> None:
    assert signing_key("crm", "whsec_bWFkZSB1cA==") == b"made up"
    assert signing_key("crm", "plain") == b"plain"
    for bad in ("", "whsec_", "whsec_!!!"):
        with pytest.raises(ConfigurationError) as caught:
            signing_key("crm", bad)
        assert "!!!" not in str(caught.value)
    data = "{}"
    now = datetime.now(UTC)
    ours = Webhook(signing_key("crm", "plain")).sign("id", now, data)
    assert ours == Webhook(base64.b64encode(b"plain").decode()).sign("id", now, data)


def test_pauses_grow_are_jittered_and_bounded() -> None:
    policy = RetryPolicy()
    assert [policy.pause(n, 0, lambda: 0.0) for n in (1, 2, 3, 9, 10, 5000)] == [0.5, 1, 2, 128, 150, 150]
    assert [policy.pause(n, 0, lambda: 1.0) for n in (1, 2, 9, 10, 5000)] == [1, 2, 256, 300, 300]
    assert policy.pause(1, 30, lambda: 0.5) == 30
    assert policy.pause(1, 1e9, lambda: 0.5) == 900


def test_a_sink_goes_down_after_five_failures_and_up_after_one_success() -> None:
    health = SinkHealth(RetryPolicy(), lambda: 1.0)
    for _ in range(4):
        health.failed("503", 0, 100.0)
    assert not health.down
    assert health.wait(100.0) == 0
    health.failed("timeout", 0, 100.0)
    assert health.down
    assert health.wait(100.0) == 1
    for _ in range(20):
        health.failed("timeout", 0, 100.0)
    assert health.wait(100.0) == 60
    health.try_now()
    assert health.wait(100.0) == 0
    health.taken()
    assert not health.down
    health.failed("429", 10, 100.0)
    assert health.wait(100.0) == 10
