"""What it does on a bad line: nothing is missing, doubled or out of order."""

import asyncio
import json
import random

import pytest
from fake_gateway import FakeGateway
from playwright.async_api import expect
from widget_page import Opener, WidgetPage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TRIES = """() => {
    window.tries = [];
    window.WebSocket = class extends WebSocket {
        constructor(...where) { tries.push(performance.now()); super(...where); }
    };
    addEventListener('online', () => { window.online = performance.now(); });
}"""
"""Notes when the page tries to connect, and when it is told that it is online."""


async def same_as_stored(gateway: FakeGateway, *tabs: WidgetPage) -> None:
    """Every tab shows the stored transcript, whole and in order."""
    stored = [(message["sender"], message["text"]) for message in gateway.visitor.conversation.messages]
    for tab in tabs:

        async def equal(tab: WidgetPage = tab) -> bool:
            return await tab.log() == stored

        await until(equal)


async def outbox(shop: WidgetPage) -> int:
    keys = await shop.page.evaluate("Object.keys(localStorage).filter(key => key.includes(':out:')).length")
    return int(keys)


async def test_a_cut_line_is_taken_up_again(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("before")
    await shop.reads("You said: before")
    gateway.cut()
    await gateway.says("said while nobody listened")
    await shop.reads("said while nobody listened")
    assert gateway.hellos[-1]["after_seq"] == 3
    await same_as_stored(gateway, shop)


@pytest.mark.timeout(180)
async def test_random_cuts_lose_and_double_nothing(gateway: FakeGateway, visit: Opener) -> None:
    chance = random.Random(7)
    shop = await (await visit()).open()
    other = await (await visit(beside=shop)).open()
    await shop.say("start")
    await shop.reads("You said: start")

    async def weather() -> None:
        for _ in range(25):
            await asyncio.sleep(chance.uniform(0.05, 0.9))
            gateway.lose_acks += chance.random() < 0.4
            gateway.cut()

    async def desk() -> None:
        for n in range(40):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            await gateway.says(f"from us {n}")

    async def customer() -> None:
        for n in range(40):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            await (shop if n % 3 else other).say(f"from the customer {n}")

    await asyncio.gather(weather(), desk(), customer())
    gateway.lose_acks = 0
    await until(lambda: outbox_empty(shop), 60)
    await same_as_stored(gateway, shop, other)
    said = [m["text"] for m in gateway.visitor.conversation.messages if m["sender"] == "visitor"]
    assert sorted(said[1:]) == sorted(f"from the customer {n}" for n in range(40))
    mine = [text for text in said if text.startswith("from the customer") and int(text.split()[-1]) % 3]
    assert mine == sorted(mine, key=lambda text: int(text.split()[-1])), "one tab's messages keep their order"


async def outbox_empty(shop: WidgetPage) -> bool:
    return await outbox(shop) == 0


async def test_a_lost_ack_has_no_second_effect(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    gateway.lose_acks = 1
    await shop.say("only once")
    await shop.reads("You said: only once")
    await until(lambda: outbox_empty(shop))
    await same_as_stored(gateway, shop)
    assert [text for _, text in await shop.log()].count("only once") == 1


async def test_what_is_written_offline_survives_a_reload(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("online")
    await shop.reads("You said: online")
    gateway.denying = True
    gateway.cut()
    for n in range(3):
        await shop.say(f"offline {n}")
    await expect(shop.part(".row.waiting")).to_have_count(3)
    await expect(shop.part(".strip.offline")).to_contain_text("No connection")
    await shop.page.reload()
    await expect(shop.part(".row.waiting")).to_have_count(3)
    gateway.denying = False
    await shop.reads("You said: offline 2")
    await same_as_stored(gateway, shop)
    await expect(shop.part(".strip.offline")).to_be_empty()
    said = [m["text"] for m in gateway.visitor.conversation.messages if m["sender"] == "visitor"]
    assert said == ["online", "offline 0", "offline 1", "offline 2"]
    assert await outbox(shop) == 0


async def test_a_gateway_that_restarts(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("before")
    await shop.reads("You said: before")
    await gateway.stop()
    await shop.say("meanwhile")
    await asyncio.sleep(0.5)
    await gateway.start()
    await shop.reads("You said: meanwhile")
    await same_as_stored(gateway, shop)


async def test_the_browser_says_when_it_is_online_again(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    await shop.page.add_init_script(f"({TRIES})()")  # told before the widget is
    await shop.page.reload()
    await shop.open()
    await shop.say("before")
    await shop.reads("You said: before")
    await shop.page.context.set_offline(True)
    await shop.say("in the tunnel")
    await expect(shop.part(".row.waiting")).to_have_count(1)
    await asyncio.sleep(4)  # by now the pause between two tries has grown
    await shop.page.context.set_offline(False)
    await shop.reads("You said: in the tunnel")
    waited = await shop.page.evaluate("Math.min(...tries.filter(at => at >= online)) - online")
    assert waited < 300, "it is tried at once, and not when the pause is over"


async def test_the_outbox_is_bounded(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("x")
    await shop.reads("You said: x")
    gateway.denying = True
    gateway.cut()
    for n in range(50):
        await shop.say(f"n {n}")
    await shop.say("one too many")
    assert await shop.input.input_value() == "one too many"
    await expect(shop.part(".notice")).to_contain_text("Too many messages")
    assert await outbox(shop) == 50
    gateway.denying = False
    await shop.reads("You said: n 49", 40)
    await same_as_stored(gateway, shop)


async def test_too_fast_is_sent_again(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    gateway.refuse_next = ["rate_limited", "rate_limited"]
    await shop.say("first")
    await shop.say("second")
    await shop.reads("You said: second")
    await same_as_stored(gateway, shop)
    said = [m["text"] for m in gateway.visitor.conversation.messages if m["sender"] == "visitor"]
    assert said == ["hello", "first", "second"], "what was refused is not overtaken"


@pytest.mark.parametrize("code", ["invalid_frame", "too_large"])
async def test_what_is_refused_for_good_can_be_tried_again(
    gateway: FakeGateway, visit: Opener, code: str
) -> None:
    shop = await (await visit()).open()
    gateway.refuse_next = [code]
    await shop.say("refused")
    await shop.say("taken")
    await shop.reads("You said: taken")
    await expect(shop.part(".row.failed .bubble")).to_have_text("refused")
    await shop.part(".row.failed").get_by_text("Try again").click()
    await shop.reads("You said: refused")
    await expect(shop.part(".row.failed")).to_have_count(0)
    await same_as_stored(gateway, shop)


async def test_a_second_tab_sees_everything(gateway: FakeGateway, visit: Opener) -> None:
    first = await (await visit()).open()
    await first.say("from the first")
    await first.reads("You said: from the first")
    second = await (await visit(beside=first)).open()
    await second.reads("You said: from the first")
    await second.say("from the second")
    await first.reads("You said: from the second")
    await same_as_stored(gateway, first, second)
    assert len(gateway.visitors) == 1
    await first.page.evaluate("Centrala.logout()")
    await until(lambda: log_empty(second))


async def log_empty(shop: WidgetPage) -> bool:
    return await shop.log() == []


async def test_two_tabs_that_open_at_once_become_one_visitor(gateway: FakeGateway, visit: Opener) -> None:
    first = await visit()
    second = await visit(beside=first)
    await asyncio.gather(first.part(".launcher").click(), second.part(".launcher").click())
    await until(lambda: len(gateway.hellos) >= 2)
    await asyncio.sleep(0.5)
    await first.say("hello")
    await second.reads("You said: hello")
    await same_as_stored(gateway, first, second)


async def test_a_forged_token_is_dropped(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    await shop.page.evaluate(
        "origin => localStorage.setItem(`centrala:${origin}:token`, 'forged')", gateway.url
    )
    await shop.page.reload()
    await until(lambda: len(gateway.visitors) == 1)
    assert [hello["visitor_token"] for hello in gateway.hellos] == ["forged", None]
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")


async def test_a_language_that_the_gateway_refuses(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit("/host?lang=cs")
    gateway.languages = ("pl", "en")
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    assert [hello["lang"] for hello in gateway.hellos][:2] == ["cs", "pl"]
    await expect(shop.part(".root")).to_have_attribute("lang", "pl")


async def test_a_foreign_identity_is_dropped_and_told(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    await shop.page.evaluate(
        "window.told = 0; Centrala.on('identity_invalid', () => told++); Centrala.identify('a.b.c')"
    )
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    assert await shop.page.evaluate("told") == 1
    assert [hello["identity"] for hello in gateway.hellos] == ["a.b.c", None]


async def test_a_dead_connection_that_looks_alive(gateway: FakeGateway, visit: Opener) -> None:
    """No ack for 45 s: the page's clock is turned instead of waiting."""
    shop = await visit()
    await shop.page.clock.install()
    await shop.page.reload()
    await shop.page.clock.run_for(1_000)
    await shop.open()
    await shop.page.clock.run_for(1_000)
    await until(lambda: len(gateway.hellos) == 1)
    await shop.page.clock.run_for(3_000)
    gateway.deaf = True
    await shop.say("is anybody there")
    await shop.page.clock.run_for(30_000)
    assert len(gateway.hellos) == 1
    gateway.deaf = False
    await shop.page.clock.run_for(25_000)
    await until(lambda: len(gateway.hellos) == 2)
    await shop.page.clock.run_for(3_000)
    await shop.reads("You said: is anybody there")


async def test_frames_from_the_future_are_ignored(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    for tab in list(gateway.visitor.tabs):
        for frame in (
            "{",
            "null",
            "[]",
            '"x"',
            '{"type":"fireworks"}',
            '{"type":"message","seq":null,"text":"note"}',
        ):
            await tab.send_str(frame)
        await tab.send_str(json.dumps(gateway.visitor.conversation.messages[0]))  # said twice
    await gateway.says("still here")
    await shop.reads("still here")
    await same_as_stored(gateway, shop)
