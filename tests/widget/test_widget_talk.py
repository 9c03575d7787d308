"""What a customer does with it on a good day."""

import pytest
from fake_gateway import FakeGateway
from playwright.async_api import expect
from widget_page import Opener, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_question_is_answered(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    assert gateway.hellos == [], "the connection opens with the panel, not with the page"
    await shop.open()
    await shop.say("where is parcel 10023")
    await shop.reads("arrives tomorrow")
    assert [sender for sender, _ in await shop.log()] == ["visitor", "bot", "bot"]
    await expect(shop.part(".row.visitor .mark")).to_have_text("Sent")
    assert gateway.hellos[0]["lang"] == "en"
    assert gateway.hellos[0]["after_seq"] == 0


async def test_buttons_stand_only_under_the_latest_message(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await expect(shop.part(".choice")).to_have_text(
        ["Where is my order?", "Browse topics", "Talk to a person"]
    )
    await shop.choose("Where is my order?")
    await shop.reads("What is your order number?")
    await expect(shop.part(".choice")).to_have_text(["Stop"])
    await shop.say("10023")
    await shop.reads("arrives tomorrow")
    await expect(shop.part(".choice")).to_have_count(0)
    assert gateway.visitor.received[0]["payload"] == "/order_status"
    assert (await shop.log())[0] == ("visitor", "Where is my order?")


async def test_an_answer_names_the_article_that_it_comes_from(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await gateway.says("Free over 50.", link={"title": "Costs", "url": "https://shop.example/a/costs"})
    await gateway.says("Not ours.", link={"title": "Evil", "url": "javascript:alert(1)"})
    await shop.reads("Not ours.")
    await expect(shop.part(".source")).to_have_text(["Costs"])
    await expect(shop.part(".source")).to_have_attribute("href", "https://shop.example/a/costs")
    await expect(shop.part(".source")).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_a_person_takes_over_and_the_end_is_rated(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.menu("Talk to a person")
    await expect(shop.part(".queue")).to_contain_text("Your place in the queue: 2")
    await expect(shop.part(".queue")).to_contain_text("About 2 min to wait")
    await gateway.waits(1, 20)
    await expect(shop.part(".queue")).to_contain_text("Your place in the queue: 1")
    await expect(shop.part(".queue")).to_contain_text("Less than a minute")

    await gateway.agent_joins("Anna")
    await expect(shop.part("h2")).to_have_text("Anna")
    await expect(shop.part(".queue")).to_be_empty()
    await gateway.agent_types()
    await expect(shop.part(".dots")).to_have_attribute("aria-label", "Anna is typing")
    await gateway.agent_says("Hello, Anna here")
    await expect(shop.part(".dots")).to_be_hidden()
    await shop.say("hi Anna")
    await until(lambda: any(f.get("text") == "hi Anna" for f in gateway.visitor.received))

    await gateway.close()
    await expect(shop.part(".survey")).to_be_visible()
    await expect(shop.part(".composer")).to_be_hidden()
    await shop.part(".tile").nth(5).click()
    await shop.part("#comment").fill("quick")
    await shop.part(".survey .solid").click()
    await expect(shop.part(".thanks")).to_contain_text("Thank you")
    await until(lambda: gateway.visitor.conversation.rating is not None)
    rating = gateway.visitor.conversation.rating
    assert rating is not None
    assert (rating["score"], rating["comment"]) == (6, "quick")


async def test_a_new_conversation_begins_after_the_end(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("first")
    await shop.reads("You said: first")
    old = gateway.visitor.conversation.id
    await gateway.close()
    await shop.part(".ended .solid").click()
    assert await shop.focused() == "input"
    await shop.say("second")
    await shop.reads("You said: second")
    assert gateway.visitor.conversation.id != old
    assert "first" not in await shop.texts()
    await shop.page.reload()
    await shop.reads("You said: second")
    assert (await shop.log())[0] == ("visitor", "second")


async def test_writing_into_a_conversation_that_closes_opens_the_next(
    gateway: FakeGateway, visit: Opener
) -> None:
    """The customer had pressed Enter before the closing arrived; another tab looks on."""
    shop = await (await visit()).open()
    other = await (await visit(beside=shop)).open()
    await shop.say("first")
    await other.reads("You said: first")
    gateway.visitor.conversation.state = "closed"
    await shop.say("second")
    for tab in (shop, other):
        await tab.reads("You said: second")
        await expect(tab.part(".divider")).to_be_visible()
        texts = await tab.texts()
        assert texts.index("second") > texts.index("You said: first")


async def test_the_customer_can_end_it(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.menu("End conversation")
    await expect(shop.part(".sure")).to_contain_text("End this conversation?")
    await shop.part(".sure .danger").click()
    await expect(shop.part(".ended")).to_be_visible()
    assert gateway.visitor.conversation.state == "closed"


async def test_unread_messages_are_counted_while_it_is_closed(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    title = await shop.page.title()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await until(lambda: gateway.visitor.read == len(gateway.visitor.conversation.messages))
    await shop.page.keyboard.press("Escape")
    await gateway.says("one")
    await gateway.says("two")
    await expect(shop.part(".badge")).to_have_text("2")
    await expect(shop.part(".launcher")).to_have_attribute("aria-label", "Open chat, 2 unread messages")
    assert await shop.page.title() == title
    await shop.page.reload()
    await expect(shop.part(".badge")).to_have_text("2")
    await shop.open()
    await expect(shop.part(".badge")).to_be_empty()
    await until(lambda: gateway.visitor.read == len(gateway.visitor.conversation.messages))


async def test_typing_is_told_but_not_at_every_key(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.input.press_sequentially("a long sentence, key by key", delay=10)
    await until(lambda: any(f["type"] == "typing" for f in gateway.visitor.received))
    assert sum(f["type"] == "typing" for f in gateway.visitor.received) <= 2


async def test_enter_sends_and_shift_enter_does_not(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.input.press_sequentially("one")
    await shop.input.press("Shift+Enter")
    await shop.input.press_sequentially("two")
    # An input method's Enter (Chromium marks it as composing) chooses a word and sends nothing.
    await shop.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert await shop.texts() == []
    await shop.input.press("Enter")
    await shop.reads("You said: one\ntwo")
    assert gateway.visitor.conversation.messages[0]["text"] == "one\ntwo"


async def test_a_text_that_is_too_long_stays_in_the_box(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.input.fill("x" * 3_700)
    await expect(shop.part(".counter")).to_have_text("300 characters left")
    await shop.input.fill("ż" * 4_001)
    await expect(shop.part(".counter")).to_have_text("1 characters too many")
    await shop.input.press("Enter")
    assert await shop.texts() == []
    await shop.input.fill('"' * 4_000)
    await shop.input.press("Enter")
    await shop.reads("You said:")
    assert len(gateway.visitor.conversation.messages[0]["text"]) == 4_000


@pytest.mark.parametrize(
    ("lang", "hint", "region"),
    [
        ("pl", "Napisz wiadomość…", "Czat"),
        ("cs", "Napište zprávu…", "Chat"),
        ("en", "Write a message…", "Chat"),
    ],
)
async def test_languages(gateway: FakeGateway, visit: Opener, lang: str, hint: str, region: str) -> None:
    shop = await (await visit(f"/host?lang={lang}")).open()
    await expect(shop.input).to_have_attribute("placeholder", hint)
    await expect(shop.part(".root")).to_have_attribute("aria-label", region)
    await expect(shop.part(".root")).to_have_attribute("lang", lang)
    await until(lambda: gateway.hellos)
    assert gateway.hellos[-1]["lang"] == lang


async def test_the_language_changes_in_the_middle(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.page.evaluate("Centrala.setLanguage('cs')")
    await expect(shop.part("#title")).to_have_text("Chat – Demo Shop")
    await until(lambda: gateway.visitor.langs == ["en", "cs"])
    await shop.part(".head-button[aria-controls=menu]").click()
    await shop.part(".segment").get_by_text("Polski").click()
    await expect(shop.input).to_have_attribute("placeholder", "Napisz wiadomość…")
    await until(lambda: gateway.visitor.langs == ["en", "cs", "pl"])
    await shop.page.reload()
    await expect(shop.input).to_have_attribute("placeholder", "Napisz wiadomość…")
    await shop.reads("You said: hello")


async def test_the_pages_interface(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit()
    await shop.page.evaluate(
        """() => { window.seen = [];
            for (const name of ['open', 'close', 'message', 'state', 'unread', 'identity_invalid'])
                Centrala.on(name, detail => seen.push(name)); Centrala.toggle(); }"""
    )
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.page.evaluate("Centrala.identify('not.a.token')")
    await until(lambda: shop.page.evaluate("seen.includes('identity_invalid')"))
    token = await shop.page.evaluate(
        """() => fetch('/api/v1/demo/identity', {method: 'POST', body: '{"contact":"demo-jan"}'})
            .then(answer => answer.json()).then(({token}) => token)"""
    )
    await shop.page.evaluate("token => Centrala.identify(() => Promise.resolve(token))", token)
    await until(lambda: gateway.visitor.conversation.subject == "demo-jan")
    await shop.page.evaluate("Centrala.logout()")
    await until(lambda: len(gateway.visitors) == 2)
    assert gateway.hellos[-1]["visitor_token"] is None
    assert gateway.hellos[-1]["identity"] is None
    assert await shop.texts() == []
    await shop.page.evaluate("Centrala.close()")
    seen = await shop.page.evaluate("seen")
    assert {"open", "message", "close"} <= set(seen)


async def test_calls_before_loading_are_kept(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit("/?lang=en")
    await shop.page.add_init_script("window.Centrala = [['open']]; Centrala.push(['setLanguage', 'cs']);")
    await shop.page.reload()
    await expect(shop.input).to_be_visible()
    await expect(shop.input).to_have_attribute("placeholder", "Napište zprávu…")


async def test_the_demo_shop(gateway: FakeGateway, visit: Opener) -> None:
    shop = await visit("/", locale="cs-CZ")
    await expect(shop.page.locator("h1")).to_have_text("Věci, se kterými se dobře bydlí")
    await shop.page.get_by_role("button", name="English", exact=True).click()
    await expect(shop.page.locator("h1")).to_have_text("Things that are good to live with")
    await shop.page.get_by_role("button", name="Jan Kowalski").click()
    await shop.page.get_by_role("button", name="Where is my parcel?").click()
    await shop.say("10023")
    await shop.reads("arrives tomorrow")
    assert gateway.visitor.conversation.subject == "demo-jan"
    assert gateway.hellos[-1]["lang"] == "en"
    await shop.page.keyboard.press("Escape")
    await shop.page.get_by_role("button", name="Petra").click()
    await shop.open()
    await until(lambda: gateway.hellos[-1]["identity"] and len(gateway.visitors) == 2)
    assert await shop.texts() == []


async def test_on_somebody_elses_page(gateway: FakeGateway, visit: Opener) -> None:
    """The shop and the gateway are two origins; what is kept belongs to the pair."""
    shop = await visit()
    await shop.page.goto(gateway.url.replace("127.0.0.1", "localhost") + "/host")
    await shop.open()
    await expect(shop.part("#title")).to_have_text("Chat with Demo Shop")
    await shop.say("hello")
    await shop.reads("You said: hello")
    kept = await shop.page.evaluate("Object.keys(localStorage)")
    assert f"centrala:{gateway.url}:token" in kept
