"""A browser, the scripted backend and a page on it; a page that logs an error fails its test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from desk_hands import OpenDesk, sign_in
from desk_scene import morning, telephone
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 30_000
"""Milliseconds that anything may take to be seen on a busy machine."""
expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(loop_scope="module")
async def backend() -> AsyncIterator[FakeDeskBackend]:
    fake = FakeDeskBackend(morning())
    await fake.start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def phone_backend(backend: FakeDeskBackend) -> FakeDeskBackend:
    """The same backend on a day of telephone calls."""
    backend.state = telephone()
    return backend


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium, or set CHROMIUM=path")
        pytest.skip("Chromium is missing: apt-get install chromium, or set CHROMIUM=path")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_desk(backend: FakeDeskBackend, browser: Browser) -> AsyncIterator[OpenDesk]:
    """Opens a page of its own; signed in unless `email` is None."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

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
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(backend.url + path)
        if email is not None:
            await sign_in(page, email)
            await page.wait_for_selector(".serve-next, .page")
        return page

    yield open_one
    for context in contexts:
        await context.close()
    # A cut socket is what some tests are about.
    assert [one for one in troubles if "WebSocket" not in one] == []
