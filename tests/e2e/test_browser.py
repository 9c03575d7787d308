"""A customer's window and an agent's, in a real Chromium, on the whole product."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import (
    COMPOSER,
    PATIENCE,
    SHOTS,
    Windows,
    accessible,
    photograph,
    press,
    windows_of,
    write,
)
from tests.e2e.conftest import Desk
from tests.e2e.shop_words import BOT, CUSTOMERS, NONSENSE, STATE_OF_ORDER
from tests.gateway_process import GatewayProcess
from tests.widget.widget_page import WidgetPage, until

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.timeout(300)]
SECONDS = PATIENCE / 1000
TYPED = {
    "pl": "gdzie jset moja pazcka 10023",
    "cs": "kde je muj balk 20417",
    "en": "wheres my parcle 30555",
}


@pytest.fixture
async def windows(shop: GatewayProcess) -> AsyncIterator[Windows]:
    async with windows_of(shop.url) as made:
        yield made


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
async def test_the_demo_customer_gets_the_state_of_the_order(windows: Windows, lang: str) -> None:
    customer = await windows.customer(lang, CUSTOMERS[lang][0])
    await customer.say(TYPED[lang])

    async def told() -> bool:
        return any(re.search(STATE_OF_ORDER[lang], text, re.S) for text in await customer.texts())

    await until(told, SECONDS)
    log = await customer.log()
    assert log[0] == ("visitor", TYPED[lang])
    assert (log[1][0], bool(BOT.search(log[1][1]))) == ("bot", True)
    await photograph(customer.page, f"order-{lang}")


async def test_a_stranger_on_a_phone_proves_it(windows: Windows) -> None:
    customer = await windows.customer("pl", viewport={"width": 390, "height": 844}, has_touch=True)
    await customer.say("gdzie jest moja paczka")
    await expect(customer.part(".choice").first).to_be_visible()
    await photograph(customer.page, "phone-form")
    await customer.say("10023")
    await customer.reads("10023", SECONDS)
    await customer.say("0200")
    await customer.reads("620011223344556677889900", SECONDS)
    await photograph(customer.page, "phone-order")
    await accessible(customer.page, "widget on a phone")


async def bubbles(desk: Page) -> list[str]:
    """What the agent reads, without notes of what is still being sent."""
    return await desk.locator("main .bubble-text, main .system-line").all_inner_texts()


async def both_see(customer: WidgetPage, desk: Page, text: str) -> None:
    await customer.reads(text, SECONDS)
    await expect(desk.locator("main .bubble-text", has_text=text)).to_have_count(1)


async def test_from_two_misunderstandings_to_the_rating(windows: Windows, desk: Desk) -> None:
    await desk("anna", "offline")  # and the queue is empty
    agent = await windows.agent("anna")
    await accessible(agent, "desk, empty")
    customer = await windows.customer("pl", "demo-jan")
    await customer.say(NONSENSE["pl"][0])
    await expect(customer.part(".row.bot").first).to_be_visible()
    await customer.say(NONSENSE["pl"][1])
    await expect(customer.part(".queue")).to_contain_text("1")
    await expect(agent.locator(".waiting-row", has_text="Jan Kowalski")).to_be_visible()
    await expect(agent).to_have_title(re.compile(r"^\(1\)"))
    await photograph(customer.page, "waiting")
    await photograph(agent, "desk-waiting")

    await press(agent, "n")
    await expect(agent.locator(COMPOSER)).to_be_focused()
    for text in NONSENSE["pl"]:
        await expect(agent.locator("main .bubble-text", has_text=text)).to_have_count(1)
    details = agent.get_by_role("complementary")
    for text in ("The bot did not understand", "Jan Kowalski", "jan.kowalski@shop.example"):
        await expect(details.get_by_text(text).first).to_be_visible()
    await expect(customer.part("h2")).to_have_text("Anna")

    await asyncio.gather(  # while she types: a moment later it is gone again
        agent.locator(COMPOSER).press_sequentially("Dzień dobry", delay=100),
        expect(customer.part(".dots")).to_be_visible(),
    )
    await agent.keyboard.press("Enter")
    await both_see(customer, agent, "Dzień dobry")
    await asyncio.gather(
        customer.input.press_sequentially("chodzi o pzcke do sasiadki", delay=150),
        expect(agent.get_by_text(re.compile(r"Jan Kowalski is typing"))).to_be_visible(),
    )
    await customer.input.press("Enter")
    await both_see(customer, agent, "chodzi o pzcke do sasiadki")
    await press(agent, "i")
    note = "Sąsiadka spod piątki, sprawdzone"
    await write(agent, note)
    await expect(agent.locator(".message.internal .bubble-text")).to_have_text(note)
    await press(agent, "r")
    await write(agent, "Kurier zostawi ją u sąsiadki 😀")
    await both_see(customer, agent, "Kurier zostawi ją u sąsiadki 😀")
    assert note not in await customer.texts(), "a note is not for the customer"
    await photograph(customer.page, "agent")
    await photograph(agent, "desk-conversation")
    await expect(agent.locator(".outgoing")).to_have_count(0)  # pale while it is on its way
    await accessible(customer.page, "widget with an agent")
    await accessible(agent, "desk, conversation")

    before = await customer.log()
    await customer.page.reload()
    await expect(customer.part("h2")).to_have_text("Anna")
    await until(lambda: same(customer, before), SECONDS)
    tab = WidgetPage(await windows.open("/?lang=pl", beside=customer.page))
    if not await tab.input.is_visible():
        await tab.open()
    await until(lambda: same(tab, before), SECONDS)
    await tab.say("pisze z drugiej karty")
    await both_see(customer, agent, "pisze z drugiej karty")
    await tab.page.close()

    await customer.page.close()
    await expect(agent.locator(".gone-text")).to_be_visible()
    await expect(agent.locator(".row[data-here] .presence-dot.gone")).to_have_count(1)
    await photograph(agent, "desk-gone")
    customer = WidgetPage(await windows.open("/?lang=pl", beside=tab.page))
    if not await customer.input.is_visible():
        await customer.open()
    await expect(agent.locator(".gone-text")).to_have_count(0)

    await press(agent, "e")
    await expect(agent.get_by_role("dialog")).to_be_visible()
    await accessible(agent, "desk, closing")
    await agent.keyboard.press("Enter")
    await expect(customer.part(".survey")).to_be_visible()
    await photograph(customer.page, "survey")
    await accessible(customer.page, "widget, survey")
    await customer.part(".tile").nth(5).click()
    await customer.part("#comment").fill("Szybko poszło")
    await customer.part(".survey .solid").click()
    await expect(customer.part(".thanks")).to_be_visible()
    await photograph(customer.page, "rated")
    ewa = await desk("ewa")
    [last, *_] = await ewa.everything("/contacts/demo-jan/timeline", limit=1)
    assert (last["state"], last["outcome"], last["rating"]) == ("closed", "resolved", 6)


async def same(tab: WidgetPage, log: list[tuple[str, str]]) -> bool:
    return await tab.log() == log


async def test_with_nobody_there_a_call_back_lands_on_the_desk(windows: Windows, desk: Desk) -> None:
    await desk("anna", "offline")
    customer = await windows.customer("en", "demo-emma")
    await customer.menu("Talk to a person")
    await expect(customer.part(".choice")).to_have_text(["Leave a message", "Call me back"])
    await expect(customer.part(".queue")).to_contain_text("1")
    assert "minute" not in await customer.part(".queue").inner_text(), "nobody can say how long"
    await photograph(customer.page, "offline-offer")
    await customer.choose("Call me back")
    await customer.say("+44 7700 900123")
    await customer.reads("+44 7700 900123", SECONDS)
    await expect(customer.part(".queue")).to_be_empty()
    agent = await windows.agent("anna")
    row = agent.locator(".waiting-row", has_text="Emma Clarke")
    await expect(row).to_contain_text("+44 7700 900123")
    await photograph(agent, "desk-callback")


async def test_axe_on_every_page(windows: Windows, desk: Desk) -> None:
    await desk("ewa", "offline")
    for lang in ("pl", "cs", "en"):
        page = await windows.open(f"/?lang={lang}")
        await page.locator(".launcher").wait_for()
        await accessible(page, f"demo page, {lang}")
        if lang == "pl":
            await page.screenshot(path=SHOTS / "demo.png", full_page=True)
        customer = await WidgetPage(page).open()
        await accessible(page, f"widget, {lang}")
        await customer.say(TYPED[lang])
        await expect(customer.part(".row.bot").first).to_be_visible()
        await accessible(page, f"widget in conversation, {lang}")
        await page.context.close()
    signing_in = await windows.open("/desk")
    await signing_in.wait_for_selector("[name=email]")
    await accessible(signing_in, "desk, sign-in")
    await photograph(signing_in, "desk-sign-in")
    ewa = await windows.agent("ewa", "pl-PL")
    for view in ("search", "delivery"):
        await ewa.locator(f"a[href='#/{view}']").click()
        await expect(ewa.locator("main.page h1, main.page h2").first).to_be_visible()
        await accessible(ewa, f"desk, {view}")
        await photograph(ewa, f"desk-{view}")
    await press(ewa, "?")
    await expect(ewa.get_by_role("dialog")).to_be_visible()
    await accessible(ewa, "desk, keys")
    for path in ("/api/docs",):
        page = await windows.open(path)
        await accessible(page, path)
