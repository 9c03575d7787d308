"""Nothing missed, doubled or out of order: cut sockets, lost answers, a server that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from desk_hands import COMPOSER, OpenDesk, key, serve_next, texts, write
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_a_cut_socket_comes_back_and_misses_nothing(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    emma = backend.state.conversations["c3"]
    for number in range(8):
        await backend.drop_sockets()
        emma.say("visitor", f"customer {number}")
        await write(page, f"agent {number}")
        await backend.customer_says(emma, f"again {number}")
        await asyncio.sleep(0.05 * number)
    await expect(page.locator("[data-ordinal]", has_text="again 7")).to_be_visible()
    await expect(page.locator(".outgoing")).to_have_count(0)
    await expect(page.locator("main [data-ordinal]")).to_have_count(
        sum(1 for one in emma.messages if one["sender"] != "system")
    )
    assert await texts(page) == [one["text"] for one in emma.messages if one["sender"] != "system"]


async def test_a_refused_socket_is_said_and_the_way_back_too(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    backend.refuse_sockets = True
    await backend.drop_sockets()
    await expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
    backend.refuse_sockets = False
    await page.get_by_role("button", name="Reconnect now").click()
    await expect(page.get_by_text("Connection lost")).to_have_count(0)


async def test_being_taken_offline_while_away_is_said(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    anna = backend.state.agents["a-anna"]
    anna.presence = "offline"
    await backend.drop_sockets()
    await expect(page.get_by_text("you are now offline")).to_be_visible()
    await page.get_by_role("button", name="Go online").click()
    await until(lambda: anna.presence == "online")
    await expect(page.locator(".toast")).to_have_count(0)


async def test_who_goes_online_while_the_page_connects_is_shown_online(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    """What the gateway wrote before it heard of the click comes after it, and takes nothing back."""
    anna = backend.state.agents["a-anna"]
    anna.presence = "offline"
    page = await open_desk()
    backend.greet_late = True
    async with page.expect_response("**/me/presence"):
        await page.get_by_role("radio", name="Online").check(force=True)
    assert anna.presence == "online"
    await expect(page.get_by_role("radio", name="Online")).to_be_checked()
    await expect(page.get_by_text("you are now offline")).to_have_count(0)


async def test_another_tab_changes_presence_here_too(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    backend.state.agents["a-anna"].presence = "away"
    await backend.tell()
    await expect(page.get_by_role("radio", name="Away")).to_be_checked()


async def test_an_answer_that_got_lost_has_no_second_effect(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    backend.lose_answers = 1
    await write(page, "only once")
    await expect(page.locator(".outgoing")).to_have_count(0)
    emma = backend.state.conversations["c3"]
    assert [one["text"] for one in emma.messages].count("only once") == 1
    assert (await texts(page)).count("only once") == 1
    assert backend.posts >= 2


async def test_messages_wait_for_the_server_and_keep_their_order(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    backend.fail_posts = 2
    for number in range(3):
        await write(page, f"in order {number}")
    await expect(page.get_by_text("No connection: will be sent again")).to_be_visible()
    await expect(page.locator(".outgoing")).to_have_count(0)
    assert (await texts(page))[-3:] == [f"in order {number}" for number in range(3)]


async def test_a_message_refused_for_good_can_be_taken_back(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await serve_next(page)
    emma = backend.state.conversations["c3"]
    emma.agent_id = "a-piotr"
    await write(page, "too late")
    await expect(page.locator(".out-failed")).to_contain_text("Somebody else was faster")
    emma.agent_id = "a-anna"
    await page.get_by_role("button", name="Take back into the field").click()
    await expect(page.locator(COMPOSER)).to_have_value("too late")
    await expect(page.locator(".outgoing")).to_have_count(0)


async def test_reading_back_is_respected(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    emma = backend.state.conversations["c3"]
    for number in range(60):
        emma.say("visitor", f"long ago {number}", ago=3_000 - number)
    page = await open_desk()
    await serve_next(page)
    scroller = page.locator("[data-transcript]")
    await expect(page.get_by_text("long ago 59", exact=True).last).to_be_in_viewport()
    await scroller.evaluate("node => { node.scrollTop = 0 }")
    await expect(page.get_by_role("button", name="To the latest message")).to_be_visible()
    await backend.customer_says(emma, "news")
    pill = page.get_by_role("button", name="1 new message")
    await expect(pill).to_be_visible()
    assert await scroller.evaluate("node => node.scrollTop") == 0
    await pill.click()
    await expect(page.get_by_text("news", exact=True).last).to_be_in_viewport()
    await expect(pill).to_have_count(0)


async def test_unread_title_and_typing(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await expect(page).to_have_title("(3) Centrala")
    await serve_next(page)
    await serve_next(page)
    emma, jan = backend.state.conversations["c3"], backend.state.conversations["c1"]
    await backend.customer_says(emma, "hello?")
    await backend.customer_says(emma, "are you there?")
    await expect(page.locator(".row", has_text="Emma").locator(".unread")).to_contain_text("2")
    await expect(page).to_have_title("(1) • Centrala")
    await backend.customer_types(jan)
    await expect(page.get_by_text("Jan Kowalski is typing…")).to_be_visible()
    await page.fill(COMPOSER, "Dz")
    await until(lambda: backend.typing == [jan.id])
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator(".unread-line")).to_be_visible()
    await expect(page.locator(".unread")).to_have_count(0)
    await key(page, "?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
