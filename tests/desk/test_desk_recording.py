"""A call's recording: both voices to see, to hear, and to go to by a click on what was said."""

from __future__ import annotations

import asyncio
import re

import pytest
from desk_hands import OpenDesk
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
CALL = "c3"
"""The conversation of twenty recorded seconds; what it says begins at 0, 2, 6, 11 or so and 16 s."""
MISSED = "c2"


async def at(page: Page) -> float:
    return float(await page.evaluate("document.querySelector('audio').currentTime"))


async def reaches(page: Page, seconds: float) -> None:
    async with asyncio.timeout(40):
        while await at(page) < seconds:
            await asyncio.sleep(0.05)


async def paused(page: Page) -> bool:
    return bool(await page.evaluate("document.querySelector('audio').paused"))


async def open_call(open_desk: OpenDesk, **options: object) -> tuple[Page, Locator]:
    page = await open_desk(path=f"/desk#/c/{CALL}", **options)
    wave = page.get_by_role("slider")
    await expect(wave).to_have_attribute("aria-valuemax", "20")
    await expect(wave.locator(".wave-all path").first).to_have_attribute("d", re.compile("Z$"))
    return page, wave


async def test_both_voices_are_drawn_and_played(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, wave = await open_call(open_desk)
    outlines = await wave.locator(".wave-all path").evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    assert len(outlines) == 2
    assert all(len(one) > 2_000 for one in outlines)
    colours = await wave.locator(".wave-all svg").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fill)"
    )
    assert colours[0] != colours[1]
    await page.get_by_role("button", name="Play", exact=True).click()
    await reaches(page, 0.5)
    await page.get_by_role("button", name="Pause").click()
    assert await paused(page)
    assert any(one.startswith("bytes=") for one in phone_backend.ranges)


async def test_a_click_and_keys_seek(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, wave = await open_call(open_desk)
    box = await wave.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    assert abs(await at(page) - 10) < 0.5
    await wave.focus()
    for name, seconds in (
        ("ArrowRight", 15),
        ("ArrowLeft", 10),
        ("Home", 0),
        ("PageUp", 20),
        ("ArrowDown", 15),
    ):
        await page.keyboard.press(name)
        await expect(wave).to_have_attribute("aria-valuenow", str(seconds))
    await expect(wave).to_have_attribute("aria-valuetext", "0:15 of 0:20")
    await page.keyboard.press("Space")
    await reaches(page, 15.3)


async def test_it_plays_faster(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, _ = await open_call(open_desk)
    await page.get_by_role("button", name="1.5×").click()
    assert await page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    await page.get_by_role("button", name="2×").click()
    await page.get_by_role("button", name="Play", exact=True).click()
    await reaches(page, 0.5)
    assert await page.evaluate("document.querySelector('audio').playbackRate") == 2


async def test_a_click_on_words_goes_there_and_they_are_marked(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, wave = await open_call(open_desk)
    # Slowly, so that a machine that stalls is not at the recording's end before it is looked at.
    await page.evaluate("document.querySelector('audio').playbackRate = 0.25")
    await page.locator(".bubble", has_text="dziękuję").locator(".bubble-text").click()
    await expect(page.locator("[data-playing]")).to_have_text("dziękuję")
    # Stored at 18 s, when it had been said.
    assert 15.5 < await at(page) < 18.5
    await page.get_by_role("button", name="Pause").click()
    await wave.focus()
    await page.keyboard.press("Home")
    await expect(page.locator("[data-playing]")).to_have_text("Dzień dobry, tu automat sklepu.")
    await page.locator(".bubble", has_text="Łączę.").hover()
    await page.get_by_role("button", name="Play from 0:06").click()
    await reaches(page, 6.1)
    await expect(page.locator("[data-playing]")).to_have_text("Łączę.")


async def test_it_is_heard_in_the_history_too(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await phone_backend.ring(phone_backend.state.conversations["c1"])
    await page.locator(".waiting-row").locator(".row-open").click()
    await page.locator(".history-row", has_text="Resolved").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Play", exact=True).click()
    await reaches(page, 0.3)
    await page.keyboard.press("Escape")
    await expect(page.locator("audio")).to_have_count(0)


async def test_a_recording_that_is_gone_is_said(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    phone_backend.lost_recordings = True
    page = await open_desk(path=f"/desk#/c/{CALL}")
    problem = page.locator(".player-problem")
    await expect(problem).to_contain_text("could not be loaded")
    phone_backend.lost_recordings = False
    await problem.get_by_role("button", name="Try again").click()
    await expect(problem).to_have_count(0)
    await page.get_by_role("button", name="Play", exact=True).click()
    await reaches(page, 0.3)


async def test_a_missed_call_is_to_be_called_back(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk(path="/desk#/search")
    row = page.locator(".result", has=page.get_by_text("Missed call"))
    await expect(row).to_contain_text("Call back")
    await row.locator(".row-open").click()
    await expect(page.locator(".not-mine .call-back a")).to_have_attribute("href", "tel:+48601777888")
    await page.evaluate(f"location.hash = '#/c/{CALL}'")
    entry = page.locator(".history-row.missed")
    await expect(entry).to_contain_text("Missed call")
    await entry.click()
    await expect(page.get_by_role("dialog").locator(".call-back a")).to_have_text("+48601777888")
