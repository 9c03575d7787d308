"""A supervisor reviews what found no answer, by mouse and by keys, in every language and width."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from desk_hands import OpenDesk, toast
from desk_scene import EWA, morning
from fake_desk_review import BIKES, ReviewBackend
from playwright.async_api import Page, expect
from test_desk_access import axe, no_overflow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def backend() -> AsyncIterator[ReviewBackend]:
    fake = ReviewBackend(morning())
    await fake.start()
    yield fake
    await fake.stop()


async def look(open_desk: OpenDesk, **more: object) -> Page:
    page = await open_desk(EWA, **more)
    await page.locator("a[href='#/review']").click()
    await expect(page.locator(".review-group").first).to_be_visible()
    return page


async def test_a_draft_by_keys_alone(open_desk: OpenDesk, backend: ReviewBackend) -> None:
    page = await look(open_desk)
    await page.keyboard.press("j")
    await expect(page.locator(".review-group").first).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # the second sentence stays out
    await page.get_by_role("button", name="Draft an article").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Title, as on a button")).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Bike rental")
    await page.keyboard.press("Enter")
    await toast(page, "The draft is saved: bike-rental")
    ((kind, body),) = backend.accepted
    assert kind == "articles"
    assert body == {
        **{"lang": "en", "questions": ["000001000000", "000001000002"], "title": "Bike rental"},
        **{"topic": None, "text": "", "short": "", "publish": False},
    }
    await expect(page.locator(".review-group").first).to_be_focused()
    await expect(page.locator(".wording").first).to_contain_text(BIKES[1])


async def test_publishing_wants_an_answer(open_desk: OpenDesk, backend: ReviewBackend) -> None:
    page = await look(open_desk)
    await page.get_by_role("button", name="Draft an article").nth(1).click()
    await expect(page.locator("dialog textarea")).to_have_value("Yes, on a lead.")
    await page.locator("dialog textarea").fill(" ")
    await page.get_by_role("switch").check()
    await expect(page.get_by_text("Write the answer first")).to_be_visible()
    await page.get_by_role("button", name="Publish").click(force=True)
    assert backend.accepted == []
    await page.locator("dialog textarea").fill("Dogs are welcome.")
    await page.get_by_role("button", name="Publish").click()
    await toast(page, "The article is live")
    assert (backend.accepted[0][1]["publish"], backend.accepted[0][1]["topic"]) == (True, "shop")


async def test_the_other_ways_out(open_desk: OpenDesk, backend: ReviewBackend) -> None:
    page = await look(open_desk)
    dogs = page.locator(".review-group", has_text="dog")
    await expect(dogs).to_contain_text("Our address (41% likely)")
    await dogs.get_by_role("button", name="Add to an article").click()
    await expect(page.locator("dialog select")).to_have_value("shop-address")
    await page.locator("dialog select").select_option("parking")
    await page.get_by_role("button", name="Add", exact=True).click()
    await toast(page, "2 ways to ask were added.")
    bikes = page.locator(".review-group", has_text="bike")
    await bikes.get_by_role("button", name="Training example").click()
    await page.get_by_role("button", name="Add", exact=True).click(force=True)  # nothing is chosen yet
    await page.get_by_label("Nothing that we do").check()
    await page.get_by_role("button", name="Add", exact=True).click()
    await toast(page, "3 examples were added.")
    await expect(page.locator(".review-group")).to_have_count(1)  # the list is read again after the toast
    await page.locator(".review-group").get_by_role("button", name="Dismiss").click()
    await toast(page, "Dismissed")
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    assert [(kind, body.get("article") or body.get("intent")) for kind, body in backend.accepted] == [
        ("paraphrases", "parking"),
        ("examples", "out_of_scope"),
        ("dismissals", None),
    ]


async def test_a_refusal_says_what_to_do(open_desk: OpenDesk, backend: ReviewBackend) -> None:
    page = await look(open_desk)
    for code, words in (("read_only_folder", "administrator"), ("already_reviewed", "A colleague")):
        backend.refuse = code
        await page.locator(".review-group").first.get_by_role("button", name="Dismiss").click()
        await toast(page, words)
    for box in await page.locator(".review-group").first.get_by_role("checkbox").all():
        await box.uncheck()
    await page.locator(".review-group").first.get_by_role("button", name="Dismiss").click()
    await toast(page, "Tick at least one sentence.")
    assert backend.accepted == []


async def test_an_agent_is_not_asked_to_review(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await expect(page.locator("a[href='#/review']")).to_have_count(0)
    await page.evaluate("location.hash = '#/review'")
    await expect(page.get_by_text("Only supervisors review questions")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_serious_in_the_review(open_desk: OpenDesk, dark: bool) -> None:
    page = await look(open_desk, dark=dark)
    await axe(page, "review")
    for action in ("Draft an article", "Add to an article", "Training example"):
        await page.get_by_role("button", name=action).first.click()
        await axe(page, action)
        await page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "locale"), [(1024, "pl-PL"), (390, "cs-CZ"), (320, "en-GB")])
async def test_nothing_of_the_review_is_cut_off(open_desk: OpenDesk, width: int, locale: str) -> None:
    page = await look(open_desk, width=width, height=700, locale=locale)
    await page.locator(".review-actions .button").first.wait_for()
    await no_overflow(page, "review")
