"""Two windows: a customer's on the demo shop's page, an agent's on the desk. Script errors fail."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.widget.widget_page import FLAGS, WidgetPage

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
SHOTS = Path(__file__).resolve().parents[2] / "test-results"
PATIENCE = 30_000
"""Milliseconds that anything may take to be seen on a busy machine."""
COMPOSER = "[data-composer]"
AT_REST = """() => {
    const roots = [document, document.querySelector('#centrala-chat')?.shadowRoot].filter(Boolean);
    return roots.flatMap(root => root.getAnimations())
        .every(one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity);
}"""
expect.set_options(timeout=PATIENCE)


class Windows:
    """Opens windows of one browser, each with a profile of its own unless it is a second tab."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.troubles: list[str] = []
        self._browser = browser

    async def open(self, path: str, *, beside: Page | None = None, **options: Any) -> Page:
        """Open a page of the gateway."""
        context: BrowserContext
        if beside is None:
            options.setdefault("viewport", {"width": 1280, "height": 860})
            context = await self._browser.new_context(**options)
            context.set_default_timeout(PATIENCE)
        else:
            context = beside.context
        page = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._console)
        await page.goto(self.url + path)
        return page

    async def customer(self, lang: str, contact: str = "", **options: Any) -> WidgetPage:
        """Open the demo shop as one of its customers, and the chat on it."""
        page = await self.open(f"/?lang={lang}", **options)
        if contact:
            await page.locator(f"[data-contact={contact}]").click()
        return await WidgetPage(page).open()

    async def agent(self, name: str, locale: str = "en-GB") -> Page:
        """Sign an agent in at the desk, and put her online."""
        page = await self.open("/desk", locale=locale, viewport={"width": 1440, "height": 860})
        await page.fill("[name=email]", f"{name}@demo.example")
        await page.fill("[name=password]", "demo")
        await page.keyboard.press("Enter")
        await page.locator(".presence-option.online").click()
        await expect(page.locator(".presence-option.online input")).to_be_checked()
        return page

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself says that the desk's first look at /me was refused: nobody was signed in.
        if message.type == "error" and "status of 401" not in message.text:
            self.troubles.append(message.text)


@asynccontextmanager
async def windows_of(url: str) -> AsyncIterator[Windows]:
    """A Chromium for a gateway; skips where there is none, except in CI."""
    if not Path(CHROMIUM).exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "Chromium is missing: apt-get install chromium, or set CHROMIUM=path"
        )
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        windows = Windows(chromium, url)
        yield windows
        await chromium.close()
    assert not windows.troubles, windows.troubles


async def photograph(page: Page, name: str) -> None:
    """Keep a picture of a window."""
    SHOTS.mkdir(exist_ok=True)
    await page.wait_for_function(AT_REST)
    await page.screenshot(path=SHOTS / f"{name}.png")


async def accessible(page: Page, view: str) -> None:
    """Axe finds nothing serious, once what moves has come to rest."""
    for _ in range(3):  # what begins to move while axe measures, such as a reply that is sent, is half seen
        await page.wait_for_function(AT_REST)
        results = await Axe().run(page)
        found = [
            f"{view}: {one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes']][:3]}"
            for one in results.response["violations"]
            if one["impact"] in ("serious", "critical", "moderate")
        ]
        if not found:
            return
        await page.wait_for_timeout(1000)
    raise AssertionError(found)


async def press(page: Page, key: str) -> None:
    """A shortcut of the desk; it leaves the field first, as an agent does."""
    await page.keyboard.press("Escape")
    await page.keyboard.press(key)


async def write(page: Page, text: str) -> None:
    """Write into the desk's composer and send."""
    await page.fill(COMPOSER, text)
    await page.keyboard.press("Enter")
