"""What an agent's hands do, and what their eyes read, for the tests of the desk page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

OpenDesk = Callable[..., Awaitable[Page]]
"""The fixture `open_desk`: `(email, *, locale, width, height, dark, path)`."""
COMPOSER = "[data-composer]"


async def key(page: Page, name: str) -> None:
    """A shortcut: leaves the field first, as an agent does."""
    await page.keyboard.press("Escape")
    await page.keyboard.press(name)


async def sign_in(page: Page, email: str, password: str = "demo") -> None:
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", password)
    await page.keyboard.press("Enter")


async def serve_next(page: Page) -> None:
    await key(page, "n")
    await expect(page.locator(COMPOSER)).to_be_focused()


async def write(page: Page, text: str) -> None:
    await page.fill(COMPOSER, text)
    await page.keyboard.press("Enter")


async def texts(page: Page) -> list[str]:
    """Every bubble in the open conversation, from top to bottom."""
    return await page.locator("main [data-ordinal] .bubble-text").all_inner_texts()


async def toast(page: Page, text: str) -> None:
    await expect(page.locator(".toast", has_text=text)).to_be_visible()
