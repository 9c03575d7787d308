"""The widget as a customer meets it: what they press and what they read."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

from playwright.async_api import Locator, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READ_LOG = """() => [
    ...document.querySelector('#centrala-chat')?.shadowRoot.querySelectorAll('.log > .row') ?? []
].map(row => [[...row.classList].find(c => ['visitor', 'bot', 'agent', 'system'].includes(c)),
                 row.querySelector('.bubble').textContent])"""
ACTIVE = """() => { const active = document.querySelector('#centrala-chat').shadowRoot.activeElement;
    return active && (active.id || active.className || active.tagName); }"""


async def until(holds: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait until `holds()`, which may be a coroutine function, is true."""
    deadline = time.monotonic() + seconds
    while True:
        held = holds()
        if asyncio.iscoroutine(held):
            held = await held
        if held:
            return
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.03)


@dataclass(frozen=True)
class WidgetPage:
    """One tab."""

    page: Page

    def part(self, selector: str) -> Locator:
        """A part of the widget, by CSS; Playwright looks through open shadow roots by itself."""
        return self.page.locator(f"#centrala-chat {selector}")

    @property
    def input(self) -> Locator:
        return self.part("#input")

    async def open(self) -> Self:
        await self.part(".launcher").click()
        await self.input.wait_for()
        return self

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def log(self) -> list[tuple[str, str]]:
        """(sender, text) of every message on the page, in order."""
        return [(sender, text) for sender, text in await self.page.evaluate(READ_LOG)]

    async def texts(self) -> list[str]:
        return [text for _, text in await self.log()]

    async def reads(self, text: str, seconds: float = 30.0) -> None:
        """Wait until a message contains `text`."""

        async def there() -> bool:
            return any(text in said for said in await self.texts())

        await until(there, seconds)

    async def choose(self, title: str) -> None:
        await self.part(".choices").get_by_text(title, exact=True).click()

    async def menu(self, item: str) -> None:
        await self.part(".head-button[aria-controls=menu]").click()
        await self.part(".menu").get_by_text(item, exact=True).click()

    async def focused(self) -> str:
        """The id or class of what has the focus inside the widget; empty where nothing has."""
        return str(await self.page.evaluate(ACTIVE) or "")


Opener = Callable[..., Awaitable[WidgetPage]]
"""Opens a path of the gateway, in a browser of its own or in a tab `beside` another page."""
