"""Text is only ever text, in all three languages."""

from __future__ import annotations

import pytest
from desk_hands import OpenDesk, serve_next, texts
from desk_scene import jan, people
from fake_desk_backend import FakeDeskBackend
from fake_desk_state import DeskState
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "</p><iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "javascript:alert(1) data:text/html,<b>x</b> vbscript:x",
    "http://user:pass@evil.example/ https://good.example@evil.example",
    "&lt;b&gt; &amp; {{7*7}} ${7*7} %3Cscript%3E",
    "\u202egnp.exe https://a.example/\u202egnp.exe",
    "🧑‍🚀 zażółć gęślą jaźń příliš žluťoučký \u0000 \ufeff",
    "a" * 3_000,
]
LINKS = [
    ("see https://shop.example/a?b=c&d=(e).", ["https://shop.example/a?b=c&d=(e)"]),
    ("(https://shop.example/track)", ["https://shop.example/track"]),
    ("HTTP://SHOP.example/X, and http://b.example!", ["http://shop.example/X", "http://b.example/"]),
    ("https://user:pw@evil.example ftp://x.example www.plain.example", []),
    ('https://a.example/"onmouseover="x', ["https://a.example/"]),
]


async def test_hostile_text_stays_text_everywhere(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    emma = backend.state.conversations["c3"]
    for text in HOSTILE:
        emma.say("visitor", text)
    emma.contact.name = HOSTILE[0]
    emma.contact.note = HOSTILE[1]
    assert emma.packet is not None
    emma.packet["summary"] = HOSTILE[0]
    emma.packet["slots"] = {HOSTILE[0]: HOSTILE[1]}
    emma.packet["last_heard"] = [{"text": HOSTILE[0], "confidence": 0.5}]
    page = await open_desk()
    await serve_next(page)
    shown = await texts(page)
    assert HOSTILE[0] in shown
    assert HOSTILE[1] in shown
    assert await page.locator("main img, main iframe, main script, aside img, aside script").count() == 0
    assert await page.title() != "owned"
    hrefs = await page.locator("main .bubble a").evaluate_all("all => all.map(a => a.href)")
    assert hrefs == ["https://a.example/"]


async def test_only_web_addresses_become_links(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    emma = backend.state.conversations["c3"]
    for text, _ in LINKS:
        emma.say("visitor", text)
    page = await open_desk()
    await serve_next(page)
    anchors = page.locator("main .bubble a")
    wanted = [link for _, links in LINKS for link in links]
    assert await anchors.evaluate_all("all => all.map(a => a.href)") == wanted
    assert set(await anchors.evaluate_all("all => all.map(a => a.rel)")) == {"noopener noreferrer nofollow"}
    assert (await texts(page))[-len(LINKS) :] == [text for text, _ in LINKS]


@pytest.mark.parametrize(
    ("locale", "button", "waits"),
    [
        ("pl-PL", "Następna osoba", "czeka 4 minuty"),
        ("cs-CZ", "Další v řadě", "čeká 4 minuty"),
        ("en-GB", "Serve next", "waiting 4 minutes"),
        ("de-DE", "Serve next", "waiting 4 minutes"),
    ],
)
async def test_the_browser_chooses_the_language(
    open_desk: OpenDesk, locale: str, button: str, waits: str
) -> None:
    page = await open_desk(locale=locale)
    await expect(page.get_by_role("button", name=button)).to_be_visible()
    await expect(page.locator(".waiting-row", has_text="Jan Kowalski")).to_contain_text(waits)


async def test_a_chosen_language_stays(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("button", name="Čeština").click()
    await expect(page.get_by_role("dialog", name="Nastavení")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Další v řadě")).to_be_visible()
    assert await page.get_attribute("html", "lang") == "cs"


async def test_a_wrong_clock_does_not_change_waiting_times(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    backend.state = DeskState()
    people(backend.state)
    jan(backend.state)
    page = await open_desk(email=None)
    await page.clock.set_system_time("2031-01-01T00:00:00Z")
    await page.fill("[name=email]", "anna@demo.example")
    await page.fill("[name=password]", "demo")
    await page.keyboard.press("Enter")
    await expect(page.locator(".waited").first).to_contain_text("4:")
