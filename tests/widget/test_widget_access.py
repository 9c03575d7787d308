"""For everybody: keyboard, screen reader, small screens, any brand's colours (WCAG 2.2 AA)."""

import json
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from fake_gateway import FakeGateway
from playwright.async_api import expect
from widget_page import Opener, WidgetPage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


REST = """() => document.querySelector('#centrala-chat').shadowRoot.getAnimations()
    .every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)"""


async def clean(shop: WidgetPage, state: str) -> None:
    """Axe has nothing to say, once what moves has come to rest."""
    for _ in range(3):  # what begins to move while axe measures is half seen
        await until(lambda: shop.page.evaluate(REST))
        found: dict[str, Any] = (await Axe().run(shop.page, options=RULES)).response
        told = [(v["id"], v["impact"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]]
        if not told:
            return
    raise AssertionError(f"{state}: {json.dumps(told, indent=1)}")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 480)])
async def test_axe(gateway: FakeGateway, visit: Opener, size: tuple[int, int]) -> None:
    shop = await visit("/?lang=en", viewport={"width": size[0], "height": size[1]})
    await clean(shop, "closed")
    await shop.open()
    await clean(shop, "open")
    await shop.say("hello")
    await shop.reads("You said: hello")
    await clean(shop, "answered")
    await shop.part(".head-button[aria-controls=menu]").click()
    await clean(shop, "menu")
    await shop.part(".menu").get_by_text("Talk to a person").click()
    await expect(shop.part(".queue")).to_contain_text("queue")
    await clean(shop, "waiting")
    await gateway.agent_joins("Anna")
    await gateway.agent_says("Look at https://shop.example/returns")
    await gateway.agent_types()
    await expect(shop.part(".dots")).to_be_visible()
    await clean(shop, "agent")
    gateway.refuse_next = ["invalid_frame"]
    await shop.say("refused")
    await expect(shop.part(".row.failed")).to_be_visible()
    gateway.denying = True
    gateway.cut()
    await shop.say("offline")
    await expect(shop.part(".strip.offline")).to_contain_text("No connection")
    await clean(shop, "offline")
    gateway.denying = False
    await expect(shop.part(".strip.offline")).to_be_empty()
    await gateway.close()
    await shop.part(".tile").nth(2).click()
    await clean(shop, "survey")


async def test_by_keyboard_alone(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    keys = shop.page.keyboard
    await keys.press("Tab")  # the page's own field
    await keys.press("Tab")
    assert await shop.focused() == "launcher"
    await keys.press("Enter")
    await until(lambda: focus_is(shop, "input"))
    await keys.type("hello")
    await keys.press("Enter")
    await shop.reads("You said: hello")

    await keys.press("Shift+Tab")
    assert await shop.focused() == "choice"
    await keys.press("Shift+Tab")
    await keys.press("Enter")  # the first button: where is my order
    await shop.reads("What is your order number?")
    assert await shop.focused() == "input"

    await shop.part(".head-button[aria-controls=menu]").focus()
    await keys.press("Enter")
    assert await shop.focused() == "item"
    await keys.press("Escape")
    assert "head-button" in await shop.focused(), "the menu gives the focus back"
    await keys.press("Enter")
    await keys.press("Enter")  # talk to a person
    await expect(shop.part(".queue")).to_contain_text("queue")

    await gateway.agent_joins()
    await shop.input.focus()
    await gateway.close()
    await expect(shop.part(".survey")).to_be_visible()
    assert await shop.focused() == "solid", "the field is gone, the next step has the focus"
    await shop.part(".tile input").first.focus()
    for _ in range(4):
        await keys.press("ArrowRight")
    await keys.press("Tab")
    await keys.type("by keyboard")
    await keys.press("Tab")
    await keys.press("Enter")
    await until(lambda: gateway.visitor.conversation.rating)
    assert (gateway.visitor.conversation.rating or {})["score"] == 5
    assert await shop.focused() == "thanks"

    await keys.press("Escape")
    await expect(shop.part(".panel")).to_be_hidden()
    assert await shop.focused() == "launcher", "Esc gives the focus back"


async def focus_is(shop: WidgetPage, name: str) -> bool:
    return await shop.focused() == name


async def test_on_a_small_screen_the_focus_stays_in_the_panel(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit("/?lang=en", viewport={"width": 320, "height": 480})).open()
    await expect(shop.part(".panel")).to_have_attribute("aria-modal", "true")
    seen = set()
    for _ in range(12):
        await shop.page.keyboard.press("Tab")
        seen.add(await shop.focused())
    assert "" not in seen
    assert "launcher" not in seen
    await until(lambda: shop.page.evaluate(REST))
    box = await shop.part(".panel").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 320, 480)
    wide = await shop.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, "nothing is to be scrolled sideways"


async def test_roles_and_names(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await expect(shop.page.get_by_role("dialog", name="Chat with Demo Shop")).to_be_visible()
    await expect(shop.page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await expect(shop.page.get_by_role("textbox", name="Your message")).to_be_focused()
    await expect(shop.part(".launcher")).to_have_attribute("aria-expanded", "true")
    small = await shop.page.evaluate(
        """() => [...document.querySelector('#centrala-chat').shadowRoot.querySelectorAll('button, .tile')]
            .filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect())
            .filter(r => r.width < 24 || r.height < 24).length"""
    )
    assert small == 0, "targets are at least 24 px"


async def test_old_messages_are_not_read_aloud(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.page.add_init_script(
        """new MutationObserver((_, watch) => {
            const host = document.querySelector('#centrala-chat');
            if (!host) return;
            watch.disconnect();
            const log = host.shadowRoot.querySelector('.log');
            window.aloud = [];
            const heard = node => log.getAttribute('aria-live') === 'polite' && aloud.push(node.textContent);
            new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(heard)))
                .observe(log, {childList: true});
        }).observe(document, {childList: true, subtree: true});"""
    )
    await shop.page.reload()
    await shop.reads("You said: hello")
    assert await shop.page.evaluate("window.aloud") == []
    await expect(shop.part(".log")).to_have_attribute("aria-live", "polite")
    await gateway.says("and this is new")
    await shop.reads("and this is new")
    assert len(await shop.page.evaluate("window.aloud")) == 1


async def test_reduced_motion(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit(reduced_motion="reduce")).open()
    await shop.say("hello")
    moving = await shop.page.evaluate(
        "document.querySelector('#centrala-chat').shadowRoot.getAnimations().length"
    )
    assert moving == 0


@pytest.mark.parametrize(
    "primary", ["#ffe600", "#0b5cad", "#777777", "#00e5ff", "#ffffff", "#000000", "#e2574c"]
)
async def test_any_brand_can_be_read(gateway: FakeGateway, visit: Opener, primary: str) -> None:
    gateway.config = {
        "colours": {"primary": primary, "on_primary": "#ffffff"},
        "shop": "Demo Shop",
        "position": "left",
    }
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await clean(shop, primary)
    box = await shop.part(".panel").bounding_box()
    assert box is not None
    assert box["x"] < 100
