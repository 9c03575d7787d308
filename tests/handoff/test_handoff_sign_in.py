"""Signing in and who may call what, over real HTTP."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from sqlalchemy import select

from bot.clock import ManualClock
from bot.errors import CentralaError, ConflictError, InvalidInputError, NotFoundError
from bot.rest.route import Access, Route
from bot.store import agents
from bot.store.schema import agent_sessions
from bot.store.schema import agents as agents_table
from handoff.accounts import add_agent, set_password
from handoff.deps import Desk
from handoff.guard import COOKIE, Guard
from handoff.passwords import Passwords
from handoff.sign_in import SignIn, hash_token
from tests.handoff.desk_caller import Caller

Browser = TestClient[Any, Any]
ANNA = {"email": "anna@demo.example", "password": "demo"}


async def sign_in(browser: Browser, body: dict[str, str], **headers: str) -> tuple[int, dict[str, Any]]:
    async with browser.post("/api/v1/login", json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_cookie_token_csrf_and_me(browser: Browser) -> None:
    async with browser.post("/api/v1/login", json=ANNA) as answer:
        body, cookie = await answer.json(), answer.cookies[COOKIE]
        assert answer.headers["Cache-Control"] == "no-store"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert body["me"]["email"] == "anna@demo.example"
    assert body["me"]["role"] == "agent"
    me = await (await browser.get("/api/v1/me")).json()
    assert (me["csrf"], me["capacity"], me["open"]) == (body["csrf"], 4, True)
    away = {"state": "away"}
    refused = await browser.put("/api/v1/me/presence", json=away)
    assert (refused.status, (await refused.json())["code"]) == (403, "csrf")
    wrong = await browser.put("/api/v1/me/presence", json=away, headers={"X-CSRF-Token": "x"})
    assert wrong.status == 403
    done = await browser.put("/api/v1/me/presence", json=away, headers={"X-CSRF-Token": body["csrf"]})
    assert (await done.json())["presence"] == "away"
    gone = await browser.post("/api/v1/logout", headers={"X-CSRF-Token": body["csrf"]})
    assert gone.status == 204
    after = await browser.get("/api/v1/me", headers={"Authorization": f"Bearer {body['token']}"})
    assert (after.status, (await after.json())["code"]) == (401, "unauthenticated")


async def test_the_cookie_is_secure_behind_https(browser: Browser) -> None:
    async with browser.post("/api/v1/login", json=ANNA, headers={"X-Forwarded-Proto": "https"}) as answer:
        assert answer.cookies[COOKIE]["secure"]


async def test_only_hashes_of_tokens_are_stored(browser: Browser, lite_desk: Desk) -> None:
    _, body = await sign_in(browser, ANNA)
    rows = await lite_desk.store.read(lambda c: c.execute(select(agent_sessions)).all())
    assert [row.token_hash for row in rows] == [hash_token(body["token"])]
    people = await lite_desk.store.read(lambda c: c.execute(select(agents_table)).all())
    assert all(row.password_hash.startswith("$argon2id$") for row in people)


@pytest.mark.parametrize(
    "body",
    [
        {"email": "anna@demo.example", "password": "wrong"},
        {"email": "nobody@demo.example", "password": "demo"},
        {"email": "x' OR 1=1 --", "password": "demo"},
    ],
)
async def test_wrong_and_unknown_sound_alike(browser: Browser, body: dict[str, str]) -> None:
    status, answer = await sign_in(browser, body)
    assert (status, answer["code"]) == (401, "bad_credentials")
    assert answer["detail"] == "the e-mail or the password is wrong"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 30_000,
        b'{"email":"a@b"}',
        b'{"email":1,"password":"x"}',
        b'{"email":"a\\u0000@b","password":"x"}',
        b'{"email":"a\\ud800@b","password":"x"}',
        b'{"email":"a@b","password":"x","role":"supervisor"}',
        b'{"email":"a@b","password":"' + b"x" * 600 + b'"}',
    ],
)
async def test_bad_sign_ins_are_invalid(browser: Browser, raw: bytes) -> None:
    async with browser.post("/api/v1/login", data=raw) as answer:
        body = await answer.json(content_type=None)
    assert (answer.status, body["code"]) == (400, "invalid_input")


async def test_a_foreign_page_signs_nobody_in(browser: Browser) -> None:
    status, body = await sign_in(browser, ANNA, Origin="https://evil.example")
    assert (status, body["code"]) == (403, "forbidden_origin")
    status, _ = await sign_in(browser, ANNA, Origin="null")
    assert status == 403
    status, _ = await sign_in(browser, ANNA, Origin=f"http://{browser.host}:{browser.port}")
    assert status == 200


async def test_failures_are_throttled_longer_and_longer_until_a_success(
    browser: Browser, clock: ManualClock
) -> None:
    wrong = {**ANNA, "password": "wrong"}
    waits = []
    for _ in range(40):
        async with browser.post("/api/v1/login", json=wrong) as answer:
            if answer.status == 429:
                assert (await answer.json(content_type=None))["code"] == "throttled"
                waits.append(int(answer.headers["Retry-After"]))
                clock.advance(waits[-1] + 1)
            else:
                assert answer.status == 401
    assert waits[0] == 12
    assert max(waits) >= 60
    clock.advance(3600)
    assert (await sign_in(browser, ANNA))[0] == 200
    for _ in range(5):
        assert (await sign_in(browser, wrong))[0] == 401
    status, body = await sign_in(browser, ANNA)
    assert (status, body["code"]) == (429, "throttled")


async def test_one_address_cannot_try_many_people(browser: Browser) -> None:
    tried = [(await sign_in(browser, {"email": f"a{n}@demo.example", "password": "x"}))[0] for n in range(7)]
    assert tried == [401] * 5 + [429] * 2


async def test_many_good_sign_ins_are_not_throttled(server: TestServer) -> None:
    for _ in range(12):
        async with Caller(server) as caller:
            await caller.sign_in("ewa@demo.example")


async def test_a_session_slides_for_twelve_hours(anna: Caller, clock: ManualClock) -> None:
    for _ in range(5):
        clock.advance(11 * 3600)
        assert (await anna.get("/me"))[0] == 200
    clock.advance(12 * 3600)
    assert (await anna.get("/me"))[0] == 401


async def test_a_new_password_ends_every_session(
    anna: Caller, lite_desk: Desk, quick_passwords: Passwords, server: TestServer
) -> None:
    await set_password(lite_desk.store, quick_passwords, " ANNA@demo.example", "correct horse")
    assert (await anna.get("/me"))[0] == 401
    async with Caller(server) as caller:
        await caller.sign_in("anna@demo.example", "correct horse")


async def test_who_left_is_out_at_once(anna: Caller, lite_desk: Desk, browser: Browser) -> None:
    await lite_desk.store.write(lambda c: agents.deactivate(c, anna.id))
    assert (await anna.get("/me"))[0] == 401
    assert (await sign_in(browser, ANNA))[1]["code"] == "bad_credentials"


async def test_old_parameters_are_rehashed_at_sign_in(lite_desk: Desk, quick_passwords: Passwords) -> None:
    store, clock = lite_desk.store, lite_desk.clock
    await add_agent(store, clock, quick_passwords, "old@shop.example", "Old", "agent", "long enough")
    newer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    signs = SignIn(store, lite_desk.live, clock, newer)
    await signs.login("old@shop.example", "long enough", "::1")
    found = await store.read(lambda c: agents.by_email(c, "old@shop.example"))
    assert found is not None
    assert "m=16,t=2" in found[1]
    await signs.login("old@shop.example", "long enough", "::1")


async def test_accounts_are_checked(lite_desk: Desk, quick_passwords: Passwords) -> None:
    store, clock = lite_desk.store, lite_desk.clock

    async def add(email: str, name: str, role: str, password: str) -> None:
        await add_agent(store, clock, quick_passwords, email, name, role, password)

    await add(" Ola@Shop.example ", "Ola  K", "supervisor", "long enough")
    with pytest.raises(ConflictError):
        await add("ola@shop.example", "Ola", "agent", "long enough")
    for email, name, role, password in (
        ("ola", "Ola", "agent", "long enough"),
        ("o@shop.example", " ", "agent", "long enough"),
        ("o@shop.example", "O\x07", "agent", "long enough"),
        ("o@shop.example", "O", "boss", "long enough"),
        ("o@shop.example", "O", "agent", "short"),
        ("o@shop.example", "O", "agent", "x" * 513),
    ):
        with pytest.raises(InvalidInputError):
            await add(email, name, role, password)
    with pytest.raises(NotFoundError):
        await set_password(store, quick_passwords, "who@shop.example", "long enough")


async def test_every_access_is_denied_unless_it_is_named(
    server: TestServer, lite_desk: Desk, anna: Caller, ewa: Caller, shop: Caller
) -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    guard = Guard(lite_desk.store, lite_desk.clock, service_token="the-shop")
    application = web.Application()
    allowed = {
        Access.PUBLIC: {"nobody", "anna", "ewa", "shop"},
        Access.AGENT: {"anna", "ewa"},
        Access.SUPERVISOR: {"ewa"},
        Access.SERVICE: {"shop"},
        Access.STAFF: {"anna", "ewa", "shop"},
    }
    callers = {"nobody": {}, "anna": anna.headers, "ewa": ewa.headers, "shop": shop.headers}
    for access in Access:
        guarded = guard.enforce(Route("GET", f"/{access.value}", handler, "x", access=access))

        async def answer(request: web.Request, guarded: Any = guarded) -> web.StreamResponse:
            try:
                done: web.StreamResponse = await guarded(request)
            except CentralaError as error:
                return web.Response(text=error.code, status=499)
            return done

        application.router.add_get(f"/{access.value}", answer)
    async with TestClient(TestServer(application)) as client:
        for access, who in allowed.items():
            for name, headers in callers.items():
                answered = await client.get(f"/{access.value}", headers=headers)
                expected = 204 if name in who else 499
                assert answered.status == expected, (access, name, await answered.text())


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "Bearer ", "Bearer x", "Bearer \udcff", "demo"])
async def test_forged_tokens(anna: Caller, header: str) -> None:
    anna.headers = {"Authorization": header}
    status, body = await anna.get("/me")
    assert (status, body["code"]) == (401, "unauthenticated")
