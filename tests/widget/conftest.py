"""A real Chromium, a gateway for it to talk to, and pages with the widget on them."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fake_gateway import FakeGateway
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from widget_page import FLAGS, Opener, WidgetPage

PATIENCE = 30_000
"""Milliseconds that anything may take to be seen on a busy machine."""
expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        chromium = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def gateway() -> AsyncIterator[FakeGateway]:
    fake = FakeGateway()
    await fake.start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, gateway: FakeGateway) -> AsyncIterator[Opener]:
    """Open a page in a browser of its own, or in another tab of `beside`; a script error fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    async def visit(path: str = "/host", beside: WidgetPage | None = None, **options: Any) -> WidgetPage:
        if beside is None:
            options.setdefault("locale", "en-GB")
            context = await browser.new_context(**options)
            contexts.append(context)
        else:
            context = beside.page.context
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(gateway.url + path)
        await page.locator(".launcher").wait_for()
        return WidgetPage(page)

    yield visit
    for context in contexts:
        await context.close()
    if errors:
        pytest.fail(f"a page threw: {errors}")
