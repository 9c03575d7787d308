"""Calls at the desk: they ring, are answered, muted, held, handed over, lost and taken up again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from desk_hands import COMPOSER, OpenDesk, key, toast
from fake_desk_backend import FakeDeskBackend
from fake_desk_phone import FakeLeg
from fake_desk_state import FakeConversation
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
CARD = "[data-ring]"
PIOTR = "piotr@demo.example"


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def becomes(page: Page, expression: str) -> None:
    """Wait for a truth on the page; its policy forbids Playwright's own way."""
    async with asyncio.timeout(30):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)


def tomasz(backend: FakeDeskBackend) -> FakeConversation:
    return backend.state.conversations["c1"]


async def rung(backend: FakeDeskBackend, open_desk: OpenDesk, **options: object) -> Page:
    """A desk at which Tomasz's call rings."""
    page = await open_desk(**options)
    await backend.ring(tomasz(backend))
    await expect(page.locator(CARD)).to_be_visible()
    return page


async def answered(backend: FakeDeskBackend, open_desk: OpenDesk, **options: object) -> tuple[Page, FakeLeg]:
    page = await rung(backend, open_desk, **options)
    await key(page, "a")
    return page, await on_the_line(backend, page)


async def on_the_line(backend: FakeDeskBackend, page: Page, nth: int = 0) -> FakeLeg:
    await until(lambda: len(backend.legs) > nth)
    await expect(page.locator(".call-bar")).to_have_attribute("data-phase", "talking")
    return backend.legs[nth]


async def test_a_call_rings_with_what_it_is_about(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await rung(phone_backend, open_desk)
    card = page.locator(CARD)
    for text in ("Incoming call", "Tomasz Wiśniewski", "+48601777888", "Asked for a person", "Order status"):
        await expect(card.get_by_text(text).first).to_be_visible()
    await expect(card.locator(".waited")).to_be_visible()
    await expect(card.locator(".language")).to_have_attribute("title", "Polish")
    await expect(page).to_have_title("☎ Tomasz Wiśniewski · Incoming call")
    await expect(page.locator("[data-announcer]")).to_have_text("Incoming call: Tomasz Wiśniewski")


async def test_it_is_heard_until_the_sound_is_switched_off(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await open_desk()
    await page.evaluate(
        """() => {
            window.tones = 0;
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) {
                window.tones += 1;
                return start.apply(this, when);
            };
        }"""
    )
    await phone_backend.ring(tomasz(phone_backend))
    await becomes(page, "window.tones >= 2")
    await page.get_by_role("button", name="Mute sound").click()
    before = await page.evaluate("window.tones")
    await page.wait_for_timeout(3_500)
    assert await page.evaluate("window.tones") == before


async def test_the_words_are_there_before_the_sound(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, leg = await answered(phone_backend, open_desk)
    assert tomasz(phone_backend).agent_id == "a-anna"
    await expect(page.locator(CARD)).to_have_count(0)
    await expect(page.get_by_role("heading", name="Tomasz Wiśniewski")).to_be_visible()
    await expect(page.get_by_role("complementary").get_by_text("10023").first).to_be_visible()
    await expect(page.locator("main").get_by_text("poproszę człowieka bo kurier")).to_be_visible()
    await until(leg.loud)
    await becomes(page, "Number(document.querySelector('.mic-level').dataset.level) > 0")
    await expect(page.locator(".call-recorded")).to_be_visible()
    await expect(page.locator(COMPOSER)).not_to_be_focused()
    assert await page.locator(".call-time").inner_text() != ""


async def test_without_a_line_the_conversation_is_there_all_the_same(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    phone_backend.refuse_audio = "busy"
    page = await rung(phone_backend, open_desk)
    await page.get_by_role("button", name="Answer the call from Tomasz Wiśniewski").first.click()
    problem = page.locator(".call-problem")
    await expect(problem).to_contain_text("hand the call over")
    await expect(page.locator("main").get_by_text("poproszę człowieka bo kurier")).to_be_visible()
    phone_backend.refuse_audio = ""
    await problem.get_by_role("button", name="Try again").click()
    await on_the_line(phone_backend, page)
    await expect(problem).to_have_count(0)


async def test_muted_and_held(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, leg = await answered(phone_backend, open_desk)
    await until(leg.loud)
    await key(page, "m")
    await until(lambda: leg.line.muted and not leg.loud())
    await expect(page.get_by_text("The caller does not hear you")).to_be_visible()
    await page.get_by_role("button", name="Unmute").click()
    await until(leg.loud)
    await key(page, "p")
    await until(lambda: leg.holds == [True])
    await expect(page.get_by_text("On hold: the caller hears music")).to_be_visible()
    await page.get_by_role("button", name="Resume").click()
    await until(lambda: leg.holds == [True, False])


async def test_what_is_said_appears_with_how_it_was_heard(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, _ = await answered(phone_backend, open_desk)
    one = tomasz(phone_backend)
    one.say("visitor", "kurier nie dzwonił", heard={"source": "spoken", "confidence": 0.83})
    one.say("agent", "Już sprawdzam.", name="Anna Nowak", heard={"source": "spoken", "confidence": 0.97})
    await phone_backend.tell()
    await expect(page.locator("main").get_by_text("Już sprawdzam.")).to_be_visible()
    keyed = page.locator("[data-ordinal]", has_text="10023").filter(has=page.locator(".how-heard"))
    await expect(keyed).to_contain_text("Pressed on the keypad")
    unsure = page.locator("[data-ordinal]", has_text="bo kurier").locator(".unsure")
    await expect(unsure).to_have_attribute("title", "Heard with 41% confidence: may be wrong")
    await expect(page.locator(".how-heard")).to_have_count(2)


async def test_the_first_who_answers_has_it(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    anna = await open_desk()
    piotr = await rung(phone_backend, open_desk, email=PIOTR)
    await expect(anna.locator(CARD)).to_be_visible()
    await key(piotr, "a")
    await on_the_line(phone_backend, piotr)
    await expect(anna.locator(CARD)).to_have_count(0)
    await expect(anna).to_have_title("Centrala")
    assert tomasz(phone_backend).agent_id == "a-piotr"


async def test_who_answers_too_late_is_told_and_has_no_line(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await rung(phone_backend, open_desk)
    one = tomasz(phone_backend)
    one.state, one.agent_id = "agent", "a-piotr"  # the news of it is still on its way
    await key(page, "a")
    await toast(page, "Somebody else was faster")
    await expect(page.locator(".call-bar")).to_have_count(0)
    assert phone_backend.legs == []


async def test_full_hands_away_and_not_now_do_not_ring(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await rung(phone_backend, open_desk)
    await page.get_by_role("button", name="Not now").click()
    await expect(page.locator(CARD)).to_have_count(0)
    await expect(page.locator(".waiting-row", has_text="Tomasz")).to_be_visible()
    phone_backend.state.agents["a-piotr"].presence = "away"
    piotr = await open_desk(email=PIOTR)
    await expect(piotr.locator(".waiting-row", has_text="Tomasz")).to_be_visible()
    await expect(piotr.locator(CARD)).to_have_count(0)
    await piotr.locator(".presence-option.online").click()
    await expect(piotr.locator(CARD)).to_be_visible()
    chat = phone_backend.state.add(tomasz(phone_backend).contact, state="agent", agent_id="a-piotr")
    chat.say("visitor", "hello")
    await phone_backend.tell()
    await expect(piotr.locator(CARD)).to_have_count(0)


async def test_a_caller_who_is_gone_does_not_ring(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await rung(phone_backend, open_desk)
    one = tomasz(phone_backend)
    one.call = {**(one.call or {}), "state": "ended"}
    one.state = "agent"
    await phone_backend.tell()
    await expect(page.locator(CARD)).to_have_count(0)
    await phone_backend.ring(one)  # left behind by an agent who is away
    await expect(page.locator(".waiting-row", has_text="Tomasz")).to_be_visible()
    await expect(page.locator(CARD)).to_have_count(0)
    await key(page, "n")
    await expect(page.locator(".call-bar")).to_contain_text("The call is over")
    assert phone_backend.legs == []


async def test_serve_next_may_bring_a_call(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await rung(phone_backend, open_desk)
    await key(page, "n")
    leg = await on_the_line(phone_backend, page)
    await until(leg.loud)


async def test_hung_up_and_wrapped_up(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, leg = await answered(phone_backend, open_desk)
    one = tomasz(phone_backend)
    one.recordings = [{**one.recordings[0], "seconds": 31.0}]
    await page.get_by_role("button", name="Hang up").click()
    await until(lambda: leg.over == "caller")
    await expect(page.get_by_text("You ended the call")).to_be_visible()
    await expect(page.locator(".player")).to_be_visible()
    await expect(page.get_by_role("button", name="Reply", exact=True)).to_have_count(0)
    assert one.agent_id == "a-anna"
    await key(page, "e")
    await page.get_by_role("button", name="Close conversation").click()
    await toast(page, "The conversation is closed.")
    assert (one.state, one.outcome) == ("closed", "resolved")
    await expect(page.locator(".call-bar")).to_have_count(0)


async def test_the_caller_hangs_up(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, _ = await answered(phone_backend, open_desk)
    await phone_backend.caller_hangs_up(tomasz(phone_backend))
    await expect(page.get_by_text("The caller has hung up")).to_be_visible()
    stopped = await page.locator(".call-time").inner_text()
    await page.wait_for_timeout(1_200)
    assert await page.locator(".call-time").inner_text() == stopped


async def test_handing_over_hangs_nobody_up(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, leg = await answered(phone_backend, open_desk)
    piotr = await open_desk(email=PIOTR)
    await key(page, "h")
    await page.get_by_role("dialog").get_by_text("Piotr Zieliński").click()
    await page.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    await until(lambda: bool(leg.over))
    assert leg.over == "lost"
    await expect(page.locator(".call-bar")).to_have_count(0)
    card = piotr.locator(CARD)
    await expect(card).to_contain_text("Handed over to you")
    await expect(card).to_contain_text("Tomasz Wiśniewski")
    await key(piotr, "a")
    second = await on_the_line(phone_backend, piotr, 1)
    assert second.agent.id == "a-piotr"


async def test_a_lost_line_comes_back_by_itself(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, leg = await answered(phone_backend, open_desk)
    await key(page, "m")
    await until(lambda: leg.line.muted)
    leg.line._socket.abort()
    second = await on_the_line(phone_backend, page, 1)
    assert leg.over == "lost"
    await until(lambda: second.line.muted)
    await expect(page.get_by_text("The caller does not hear you")).to_be_visible()


async def test_a_reload_takes_the_call_up_again(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page, leg = await answered(phone_backend, open_desk)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.reload()
    await until(lambda: leg.over == "lost")
    await page.locator(".call-bar").wait_for()
    await page.mouse.click(5, 5)  # a browser that plays nothing before a click asks for one
    second = await on_the_line(phone_backend, page, 1)
    await until(second.loud)


async def test_a_caller_who_went_back_to_the_queue(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, leg = await answered(phone_backend, open_desk)
    one = tomasz(phone_backend)
    phone_backend.refuse_audio = "not_yours"
    one.state, one.agent_id = "waiting", None
    leg.line._socket.abort()
    await phone_backend.tell()
    await expect(page.locator(CARD)).to_be_visible()
    assert len(phone_backend.legs) == 1


async def test_who_has_a_telephone_of_her_own_talks_there(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    phone_backend.refuse_audio = "by_phone"
    page = await rung(phone_backend, open_desk)
    await key(page, "a")
    await expect(page.get_by_text("On your telephone")).to_be_visible()
    await expect(page.get_by_role("button", name="Hang up")).to_have_count(0)
    await phone_backend.caller_hangs_up(tomasz(phone_backend))
    await expect(page.locator(".call-bar")).to_have_attribute("data-phase", "over")


async def test_while_something_else_is_on_the_screen(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, leg = await answered(phone_backend, open_desk)
    await key(page, "/")
    strip = page.locator(".call-strip")
    await expect(strip).to_contain_text("Tomasz Wiśniewski")
    await strip.get_by_role("button", name="Mute").click()
    await until(lambda: leg.line.muted)
    await strip.get_by_role("button", name="Tomasz").click()
    await expect(page.locator(".call-bar")).to_be_visible()
    await expect(strip).to_have_count(0)


async def test_another_tab_does_not_take_the_line(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, leg = await answered(phone_backend, open_desk)
    beside = await page.context.new_page()
    await beside.goto(page.url.split("#")[0])
    await beside.wait_for_selector(".row")
    await beside.wait_for_timeout(3_000)
    await expect(beside.locator(CARD)).to_have_count(0)
    await beside.locator(".row", has_text="Tomasz").locator(".row-open").click()
    await beside.get_by_role("button", name="Connect").click()
    await toast(beside, "You are on a call in another tab")
    assert not leg.over
    assert len(phone_backend.legs) == 1


async def test_a_microphone_that_is_denied(phone_backend: FakeDeskBackend, open_desk: OpenDesk) -> None:
    page = await rung(phone_backend, open_desk)
    await page.evaluate(
        """() => {
            const listen = MediaDevices.prototype.getUserMedia;
            MediaDevices.prototype.getUserMedia = function (...asked) {
                if (window.allowed) return listen.apply(this, asked);
                return Promise.reject(new DOMException('no', 'NotAllowedError'));
            };
        }"""
    )
    await key(page, "a")
    problem = page.locator(".call-problem")
    await expect(problem).to_contain_text("The desk may not use your microphone")
    await page.evaluate("window.allowed = true")
    await problem.get_by_role("button", name="Try again").click()
    await on_the_line(phone_backend, page)


async def test_a_headset_that_is_pulled_out_ends_nothing(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page = await rung(phone_backend, open_desk)
    await page.evaluate(
        """() => {
            const listen = MediaDevices.prototype.getUserMedia;
            MediaDevices.prototype.getUserMedia = async function (...asked) {
                if (window.pulled) throw new DOMException('none', 'NotFoundError');
                return (window.stream = await listen.apply(this, asked));
            };
        }"""
    )
    await key(page, "a")
    leg = await on_the_line(phone_backend, page)
    await page.evaluate(
        """() => {
            window.pulled = true;
            for (const track of window.stream.getTracks()) {
                track.stop();
                track.dispatchEvent(new Event('ended'));
            }
        }"""
    )
    await expect(page.get_by_text("Your microphone was unplugged")).to_be_visible()
    await until(lambda: not leg.loud())
    await page.evaluate("window.pulled = false")
    await page.locator(".call-problem").get_by_role("button", name="Try again").click()
    await until(leg.loud)
    await expect(page.locator(".call-problem")).to_have_count(0)
    assert not leg.over


async def test_the_headset_is_chosen_and_remembered(
    phone_backend: FakeDeskBackend, open_desk: OpenDesk
) -> None:
    page, leg = await answered(phone_backend, open_desk)
    await page.locator(".call-bar").get_by_role("button", name="Headset").click()
    dialog = page.get_by_role("dialog", name="Headset")
    chosen = dialog.get_by_label("Microphone")
    await chosen.select_option(label="Fake Audio Input 2")
    await becomes(page, "localStorage.getItem('desk:set:microphone')?.length > 2")
    await until(leg.loud)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_text("You ended the call")).to_be_visible()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("button", name="Choose").click()
    await expect(dialog.get_by_label("Microphone").locator("option:checked")).to_have_text(
        "Fake Audio Input 2"
    )
    await dialog.get_by_role("button", name="Try the microphone").click()
    await becomes(page, "Number(document.querySelector('dialog .mic-level')?.dataset.level) > 0")
