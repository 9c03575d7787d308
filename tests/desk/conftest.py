"""A browser, the scripted backend and a page on it; a page that logs an error fails its test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from desk_scene import morning
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
OpenDesk = Callable[..., Awaitable[Page]]


@pytest.fixture
async def backend() -> AsyncIterator[FakeDeskBackend]:
    fake = FakeDeskBackend(morning())
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium; set CHROMIUM=path")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        await chromium.close()


@pytest.fixture
async def open_desk(backend: FakeDeskBackend, browser: Browser) -> AsyncIterator[OpenDesk]:
    """Opens a page of its own; signed in unless `email` is None."""
    troubles: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # A refused call is told by the browser itself; that is the backend's script, not a fault.
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(message.text)

    async def open_one(
        email: str | None = "anna@demo.example",
        *,
        locale: str = "en-GB",
        width: int = 1440,
        height: int = 860,
        dark: bool = False,
        path: str = "/desk",
    ) -> Page:
        context = await browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(backend.url + path)
        if email is not None:
            await sign_in(page, email)
            await page.wait_for_selector(".serve-next, .page")
        return page

    yield open_one
    # A cut socket is what some tests are about.
    assert [one for one in troubles if "WebSocket" not in one] == []


async def sign_in(page: Page, email: str, password: str = "demo") -> None:
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", password)
    await page.keyboard.press("Enter")
