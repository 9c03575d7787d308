"""Who sits at the desk: signing in and out, and a session that ends in the middle of a sentence."""

from __future__ import annotations

import pytest
from desk_hands import COMPOSER, OpenDesk, serve_next, sign_in, texts
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_wrong_password_is_named_and_the_right_one_opens(open_desk: OpenDesk) -> None:
    page = await open_desk(email=None)
    await sign_in(page, "anna@demo.example", "wrong")
    await expect(page.get_by_role("alert")).to_have_text("E-mail or password is wrong.")
    await sign_in(page, "anna@demo.example")
    await expect(page.get_by_role("heading", name="Waiting 3")).to_be_visible()


async def test_a_reload_stays_signed_in(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await page.reload()
    await expect(page.locator(".waiting-row")).to_have_count(3)


async def test_session_end_keeps_what_was_typed_and_sends_after_signing_in(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.fill(COMPOSER, "half a sent")
    await backend.end_sessions()
    await expect(page.get_by_text("Your session has ended")).to_be_visible()
    assert await page.locator("main [data-ordinal]").count() == 0
    assert await page.input_value("[name=email]") == "anna@demo.example"
    await page.fill("[name=password]", "demo")
    await page.keyboard.press("Enter")
    await expect(page.locator(COMPOSER)).to_have_value("half a sent")
    await page.fill(COMPOSER, "whole sentence")
    await page.keyboard.press("Enter")
    await expect(page.locator("main [data-ordinal]").last).to_have_text("whole sentence")


async def test_a_message_sent_as_the_session_ended_goes_out_after_signing_in(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    backend.sessions.clear()
    await page.fill(COMPOSER, "into the void")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Your session has ended")).to_be_visible()
    await page.fill("[name=password]", "demo")
    await page.keyboard.press("Enter")
    await expect(page.locator("main [data-ordinal]").last).to_have_text("into the void")
    assert (await texts(page)).count("into the void") == 1


async def test_the_next_agent_sees_nothing_of_the_one_before(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.fill(COMPOSER, "secret draft")
    await backend.end_sessions()
    await page.wait_for_selector("[name=password]")
    await sign_in(page, "piotr@demo.example")
    await expect(page.get_by_text("This conversation is not here")).to_be_visible()
    assert await page.locator(COMPOSER).count() == 0
    assert "secret draft" not in await page.content()


async def test_signing_out_ends_the_session_on_the_server_and_forgets_drafts(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.fill(COMPOSER, "secret draft")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_selector("[name=email]")
    assert backend.sessions == {}
    kept = await page.evaluate("JSON.stringify({...sessionStorage})")
    assert "secret draft" not in kept
