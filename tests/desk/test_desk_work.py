"""A conversation from the queue to its outcome, by keyboard, and everything that may stand in the way."""

from __future__ import annotations

import pytest
from desk_hands import COMPOSER, OpenDesk, key, serve_next, texts, toast, write
from fake_desk_backend import FakeDeskBackend
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_conversation_by_keyboard_alone(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    emma = backend.state.conversations["c3"]
    assert emma.agent_id == "a-anna"
    await expect(page.get_by_role("heading", name="Emma Clarke")).to_be_visible()
    await write(page, "Hello Emma, I am calling you now.")
    await key(page, "i")
    await write(page, "Called, refund is on its way.")
    await expect(page.locator(".message.internal")).to_have_count(1)
    await key(page, "e")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("3")
    await page.keyboard.press("Enter")
    await toast(page, "The conversation is closed.")
    assert (emma.state, emma.outcome) == ("closed", "follow_up")
    said = [(one["text"], one["internal"], one["seq"] is None) for one in emma.messages[-2:]]
    assert said == [
        ("Hello Emma, I am calling you now.", False, False),
        ("Called, refund is on its way.", True, True),
    ]


async def test_the_packet_says_why_and_the_contact_who(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await page.locator(".waiting-row", has_text="Jan Kowalski").locator(".row-open").click()
    details = page.get_by_role("complementary")
    for text in (
        "The bot did not understand",
        "10023",
        "41%",
        "Order status",
        "Identity verified",
        "+48600100200",
    ):
        await expect(details.get_by_text(text).first).to_be_visible()
    await expect(page.locator(COMPOSER)).to_have_count(0)


async def test_an_earlier_conversation_opens_read_only(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await page.locator(".waiting-row", has_text="Jan Kowalski").locator(".row-open").click()
    await page.locator(".history-row").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Tak, adres zmieniony.")).to_be_visible()
    assert await dialog.locator("textarea").count() == 0
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(".history-row")).to_be_focused()


async def test_who_loses_the_race_is_told(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    row = page.locator(".waiting-row", has_text="Petra")
    await row.wait_for()
    petra = backend.state.conversations["c2"]
    petra.state, petra.agent_id = "agent", "a-piotr"
    await row.get_by_role("button", name="Take the conversation with Petra Nováková").click()
    await toast(page, "Somebody else was faster")


async def test_away_the_toast_goes_online_and_serves(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    backend.state.agents["a-anna"].presence = "away"
    page = await open_desk()
    await page.keyboard.press("n")
    await toast(page, "You are away: go online to take conversations.")
    await page.get_by_role("button", name="Go online").click()
    await expect(page.locator(COMPOSER)).to_be_focused()
    assert backend.state.agents["a-anna"].presence == "online"
    await expect(page.locator(".toast")).to_have_count(0)


async def test_at_capacity_and_an_empty_queue_are_said(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    backend.state.capacity = 2
    page = await open_desk()
    await serve_next(page)
    await serve_next(page)
    await key(page, "n")
    await toast(page, "You have as many conversations as you may")
    backend.state.capacity = 9
    await serve_next(page)
    await key(page, "n")
    await toast(page, "Nobody is waiting right now.")


async def test_handing_over_to_a_colleague_with_a_note(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    emma = backend.state.conversations["c3"]
    await key(page, "h")
    await page.get_by_role("radio", name="Piotr Zieliński").check()
    await page.get_by_label("Note for whoever takes it").fill("She waits since Monday.")
    await page.get_by_role("button", name="Hand over").last.click()
    await toast(page, "Handed over to Piotr Zieliński.")
    assert emma.agent_id == "a-piotr"
    assert emma.messages[-1]["text"] == "She waits since Monday."
    assert emma.messages[-1]["internal"] is True


async def test_a_colleague_who_is_full_or_gone_is_said(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    piotr = backend.state.agents["a-piotr"]
    for presence, capacity, said in (("away", 4, "no longer online"), ("online", 0, "as many conversations")):
        await key(page, "h")
        await page.get_by_role("radio", name="Piotr Zieliński").check()
        piotr.presence, backend.state.capacity = presence, capacity
        await page.keyboard.press("Enter")
        await toast(page, f"This colleague {'is ' if presence == 'away' else 'has '}{said}")
        piotr.presence = "online"


async def test_a_note_without_taking_and_a_supervisor_hands_out(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk("ewa@demo.example")
    await page.locator(".waiting-row", has_text="Petra").locator(".row-open").click()
    await expect(page.get_by_role("button", name="Internal note")).to_be_visible()
    await key(page, "i")
    await write(page, "Piotr knows her.")
    await expect(page.locator(".message.internal")).to_have_count(1)
    petra = backend.state.conversations["c2"]
    assert petra.messages[-1]["internal"] is True
    await key(page, "h")
    await page.get_by_role("radio", name="Piotr Zieliński").check()
    await page.keyboard.press("Enter")
    await toast(page, "Handed over to Piotr Zieliński.")
    assert (petra.state, petra.agent_id) == ("agent", "a-piotr")


async def test_releasing_to_bot_and_queue(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    for name, state in (("Back to the bot", "bot"), ("Back to the queue", "waiting")):
        await serve_next(page)
        own = backend.state.mine("a-anna")[0]
        await key(page, "h")
        await page.get_by_role("radio", name=name).check()
        await page.keyboard.press("Enter")
        await expect(page.locator(COMPOSER)).to_have_count(0)
        assert own.state == state


async def test_the_list_moves_with_j_and_k_and_c_takes(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await page.locator(".waiting-row").first.wait_for()
    for name in "jjk":
        await page.keyboard.press(name)
    await page.keyboard.press("j")
    await page.keyboard.press("c")
    await expect(page.locator(COMPOSER)).to_be_focused()
    assert backend.state.mine("a-anna")[0].contact.name == "Jan Kowalski"


async def test_drafts_stay_with_their_conversation_and_over_a_reload(open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.fill(COMPOSER, "for Emma")
    await serve_next(page)
    await page.fill(COMPOSER, "dla Jana")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator(COMPOSER)).to_have_value("for Emma")
    await expect(page.locator(COMPOSER)).to_be_focused()
    await page.reload()
    await expect(page.locator(COMPOSER)).to_have_value("for Emma")


async def test_note_and_name_of_the_contact_are_stored(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.get_by_label("Note about the customer").fill("Prefers calls after five.")
    await page.get_by_role("button", name="Save").click()
    await toast(page, "Saved")
    await page.get_by_role("button", name="Edit name").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("Emma Clarke-Jones")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Emma Clarke-Jones")).to_be_visible()
    contact = backend.state.conversations["c3"].contact
    assert (contact.name, contact.note) == ("Emma Clarke-Jones", "Prefers calls after five.")


async def test_ctrl_enter_can_be_what_sends(backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await open_desk()
    await serve_next(page)
    await page.locator(".send-hint").click()
    await page.fill(COMPOSER, "one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(COMPOSER)).to_have_value("")
    await expect(page.locator("main [data-ordinal]").last).to_contain_text("two")
    assert (await texts(page))[-1] == "one\ntwo"


async def test_search_delivery_and_what_a_supervisor_sees(
    backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    jan = backend.state.conversations["c1"]
    jan.state, jan.agent_id = "agent", "a-piotr"
    anna, ewa = await open_desk(), await open_desk("ewa@demo.example")
    for page, count in ((anna, 1), (ewa, 2)):
        await page.keyboard.press("/")
        await page.keyboard.type("kowalski")
        await expect(page.locator(".result")).to_have_count(count)
    await ewa.locator(".result", has_text="Piotr Zieliński").first.locator(".row-open").click()
    await expect(ewa.get_by_text("Piotr Zieliński has this conversation.")).to_be_visible()
    await anna.get_by_role("link", name="Delivery to CRM").click()
    await expect(anna.get_by_text("503 from the receiver")).to_be_visible()
    await anna.get_by_role("button", name="Try again").first.click()
    await toast(anna, "Trying again now.")
    await expect(anna.get_by_text("503 from the receiver")).to_have_count(0)
