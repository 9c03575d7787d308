"""The review over HTTP: for supervisors alone, and what is not right is refused."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.clock import ManualClock
from bot.live.memory import MemoryLiveStore
from bot.rest.openapi import document
from bot.review.folders import Folders
from bot.review.rest import ReviewRest
from bot.review.service import Reviews
from bot.store.engine import Store
from bot.web.security import errors_as_problems
from handoff.accounts import ensure_demo_agents
from handoff.guard import COOKIE, Guard
from handoff.passwords import Passwords
from handoff.sign_in import SignedIn, SignIn
from knowledge_base.local import LocalKnowledgeBase
from tests.review.conftest import Ask

AGENTS = (("anna@demo.example", "Anna", "agent"), ("ewa@demo.example", "Ewa", "supervisor"))
PATHS = ("articles", "paraphrases", "examples", "dismissals")


class Caller:
    """Calls as one agent, or as nobody."""

    def __init__(self, client: TestClient[Any, Any], signed_in: SignedIn | None) -> None:
        self._client = client
        self.signed_in = signed_in
        self._headers = {"Authorization": f"Bearer {signed_in.token}"} if signed_in else {}

    async def get(self, path: str) -> tuple[int, Any]:
        async with self._client.get(f"/api/v1/review{path}", headers=self._headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        sent = self._headers if headers is None else headers
        async with self._client.post(f"/api/v1/review/{path}", json=body, headers=sent) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def server(
    sqlite_store: Store, clock: ManualClock, reviews: Reviews, knowledge: LocalKnowledgeBase
) -> AsyncIterator[TestServer]:
    routes = ReviewRest(reviews, knowledge, ["en", "pl"]).routes()
    document(routes, "1", "http://gateway.example")
    guard = Guard(sqlite_store, clock, service_token="the-shop")
    application = web.Application(middlewares=[errors_as_problems(lambda *_: None, {})])
    for route in routes:
        application.router.add_route(route.method, route.path, guard.enforce(route))
    started = TestServer(application)
    await started.start_server()
    yield started
    await started.close()


@pytest.fixture
async def callers(
    server: TestServer, sqlite_store: Store, clock: ManualClock
) -> AsyncIterator[dict[str, Caller]]:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    await ensure_demo_agents(sqlite_store, clock, AGENTS, "demo", passwords)
    sign_in = SignIn(sqlite_store, MemoryLiveStore(clock), clock, passwords, failures_per_minute=0)
    async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
        yield {
            "nobody": Caller(client, None),
            "anna": Caller(client, await sign_in.login("anna@demo.example", "demo", "-")),
            "ewa": Caller(client, await sign_in.login("ewa@demo.example", "demo", "-")),
        }


async def first(ewa: Caller) -> tuple[dict[str, Any], list[str]]:
    status, body = await ewa.get("?lang=en")
    assert status == 200
    return body, [one["id"] for one in body["groups"][0]["questions"]]


async def test_only_supervisors_review(callers: dict[str, Caller], ask: Ask) -> None:
    await ask("can I bring my dog")
    body = {"lang": "en", "questions": ["0" * 12]}
    assert (await callers["nobody"].get(""))[0] == 401
    assert (await callers["anna"].get(""))[0] == 403
    service = {"Authorization": "Bearer the-shop"}
    for path in PATHS:
        assert (await callers["nobody"].post(path, body))[0] == 401
        assert (await callers["anna"].post(path, body))[0] == 403
        assert (await callers["ewa"].post(path, body, service))[0] == 403


async def test_a_cookie_alone_changes_nothing(callers: dict[str, Caller], ask: Ask) -> None:
    await ask("can I bring my dog")
    _, ids = await first(callers["ewa"])
    ewa = callers["ewa"].signed_in
    assert ewa is not None
    cookie = {"Cookie": f"{COOKIE}={ewa.token}"}
    body = {"lang": "en", "questions": ids}
    status, problem = await callers["ewa"].post("dismissals", body, cookie)
    assert (status, problem["code"]) == (403, "csrf")
    status, done = await callers["ewa"].post("dismissals", body, cookie | {"X-CSRF-Token": ewa.csrf})
    assert (status, done) == (200, {"dismissed": 1})


async def test_what_is_shown(callers: dict[str, Caller], ask: Ask) -> None:
    conversation = await ask("can I bring my dog 10023", outcome="not_helped")
    await ask("may I bring my dog")
    await ask("macie raty?", lang="pl")
    status, body = await callers["ewa"].get("")
    assert (status, body["lang"], body["total"]) == (200, "en", 1)
    assert body["languages"] == [{"lang": "en", "waiting": 2}, {"lang": "pl", "waiting": 1}]
    assert {one["id"] for one in body["articles"]} == {"returns", "payment-methods", "delivery-cost"}
    assert {one["path"] for one in body["topics"]} == {"returns", "payment", "delivery"}
    assert body["intents"][0] == "order_status"
    (group,) = body["groups"]
    assert (group["askers"], group["times"]) == (2, 2)
    assert group["first_at"] == "2026-01-05T10:00:00.000Z"
    assert group["questions"][0] == {
        "id": group["id"],
        "text": "can I bring my dog …",
        "times": 1,
        "not_helped": 1,
        "missed": False,
        "conversation": conversation,
    }


async def test_what_is_accepted_is_written(callers: dict[str, Caller], ask: Ask, folders: Folders) -> None:
    ewa = callers["ewa"]
    await ask("can I bring my dog")
    _, ids = await first(ewa)
    new = {"lang": "en", "questions": ids, "title": "Dogs", "topic": "shop", "text": "Yes.", "publish": True}
    assert await ewa.post("articles", new) == (201, {"article": "dogs", "added": 1})
    assert "draft" not in (folders.articles / "en" / "dogs.md").read_text()
    status, problem = await ewa.post("articles", new)
    assert (status, problem["code"]) == (409, "already_reviewed")
    await ask("is the carriage expensive")
    _, ids = await first(ewa)
    body = {"lang": "en", "questions": ids}
    status, problem = await ewa.post("paraphrases", body | {"article": "nowhere"})
    assert (status, problem["code"]) == (404, "not_found")
    done = await ewa.post("paraphrases", body | {"article": "delivery-cost"})
    assert done == (200, {"article": "delivery-cost", "added": 1})
    await ask("whereabouts of my thingy unbeknownst")
    _, ids = await first(ewa)
    done = await ewa.post("examples", {"lang": "en", "questions": ids, "intent": "order_status"})
    assert done == (200, {"article": None, "added": 1})
    assert (await first_or_none(ewa)) == 0


async def first_or_none(ewa: Caller) -> int:
    _, body = await ewa.get("?lang=en")
    total: int = body["total"]
    return total


async def test_what_is_not_right_is_refused(callers: dict[str, Caller], ask: Ask) -> None:
    ewa = callers["ewa"]
    await ask("can I bring my dog")
    _, ids = await first(ewa)
    good = {"lang": "en", "questions": ids, "title": "Dogs", "text": "Yes.", "article": "returns"}
    article = {name: good[name] for name in ("lang", "questions", "title", "text")}
    for path, body in (
        ("articles", article | {"lang": "de"}),
        ("articles", article | {"lang": "../en"}),
        ("articles", article | {"title": ""}),
        ("articles", article | {"title": "x" * 121}),
        ("articles", article | {"topic": "../../etc"}),
        ("articles", article | {"text": "x" * 8001}),
        ("articles", article | {"text": "a\x00b"}),
        ("articles", article | {"text": " ", "publish": True}),
        ("articles", article | {"publish": "yes"}),
        ("articles", article | {"questions": []}),
        ("articles", article | {"questions": ["' OR 1"]}),
        ("articles", article | {"questions": ids * 501}),
        ("articles", article | {"path": "/etc/passwd"}),
        ("paraphrases", {"lang": "en", "questions": ids}),
        ("examples", {"lang": "en", "questions": ids, "intent": "outcome_answered"}),
        ("examples", {"lang": "en", "questions": ids, "intent": "../deny"}),
        ("dismissals", {"questions": ids}),
        ("dismissals", ["en"]),
    ):
        status, problem = await ewa.post(path, body)
        assert (status, problem["code"]) == (400, "invalid_input"), (path, body)
    assert (await ewa.get("?lang=xx"))[0] == 400
    assert await first_or_none(ewa) == 1
