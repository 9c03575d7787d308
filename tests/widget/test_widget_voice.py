"""Customers call from the page: a real Chromium whose microphone plays a WAV, over real sockets."""

import os
import re
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, async_playwright, expect
from test_widget_access import clean
from voice_browser import EAR, MELODY, WORKLET, melody
from voice_gateway import Call, VoiceGateway, power, tone
from widget_page import FLAGS, Opener, WidgetPage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

IDENTIFY = """() => Centrala.identify(async () => {
    const body = JSON.stringify({contact: 'demo-jan'});
    return (await (await fetch('/api/v1/demo/identity', {method: 'POST', body})).json()).token;
})"""
WATCH = """() => {
    window.seen = {};
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (typeof data === 'string') {
            seen[JSON.parse(data).type] = performance.now();
            this.addEventListener('message', ({ data }) => {
                const isClear = typeof data === 'string' && JSON.parse(data).type === 'clear';
                if (isClear) seen.clear = performance.now();
            });
        }
        return send.call(this, data);
    };
}"""
"""Notes when `clear` came and when a mark went out."""
HEARD = {"permissions": ["microphone"]}
OTHERS = (700.0, 1_800.0, 3_400.0)
"""Hz; nothing of them is in the melody."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    path = melody(tmp_path_factory.mktemp("voice") / "microphone.wav")
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={path}"]
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=[*FLAGS, *flags]
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def gateway() -> AsyncIterator[VoiceGateway]:
    fake = VoiceGateway()
    await fake.start()
    yield fake
    await fake.stop()


async def ring(
    gateway: VoiceGateway, visit: Opener, path: str = "/host", **options: Any
) -> tuple[WidgetPage, Call]:
    """Open the panel, press 'call us' and wait until the gateway has the call."""
    shop = await visit(path, **{**HEARD, **options})
    await shop.page.evaluate(EAR)
    await shop.open()
    before = len(gateway.calls)
    await press(shop)
    await until(lambda: len(gateway.calls) > before, 30)
    return shop, gateway.calls[-1]


async def press(shop: WidgetPage) -> None:
    await shop.part(".head-button[title]").click()


def status(shop: WidgetPage) -> Any:
    return shop.part(".call-status")


async def loudness(shop: WidgetPage) -> float:
    return float(await shop.page.evaluate("loudness()"))


async def test_nothing_of_it_is_there_before_it_is_asked_for(gateway: VoiceGateway, visit: Opener) -> None:
    shop = await visit(**HEARD)
    await shop.open()
    assert gateway.fetched == []
    await press(shop)
    await until(lambda: gateway.calls)
    assert gateway.fetched == ["/widget-voice.js", "/voice-worklet.js"]


async def test_no_button_where_the_gateway_takes_no_calls(gateway: VoiceGateway, visit: Opener) -> None:
    gateway.config["voice"] = False
    shop = await visit()
    await shop.open()
    await expect(shop.part(".head-button[title]")).to_be_hidden()
    await expect(shop.part(".choice")).to_have_text(
        ["Where is my order?", "Browse topics", "Talk to a person"]
    )


async def test_what_the_microphone_hears_arrives(gateway: VoiceGateway, visit: Opener) -> None:
    _, call = await ring(gateway, visit)
    await call.heard(3)  # the browser's gain control settles
    for _ in range(5):  # a browser that a busy machine keeps waiting drops a piece, which is heard as a click
        heard = await call.heard(4.2)  # two whole melodies
        if all(power(heard, hertz) < -40 for hertz in OTHERS):
            break
    for hertz in MELODY:
        assert -25 < power(heard, hertz) < -5, hertz
    for hertz in OTHERS:
        assert power(heard, hertz) < -40, hertz
    loud = [np.sqrt(np.mean(frame**2)) for frame in np.array_split(_samples(heard), 84)]
    assert max(loud) > 3_000
    assert min(loud) < 300, "the pauses are quiet"


def _samples(pcm: bytes) -> "np.ndarray[Any, np.dtype[np.float64]]":
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64)


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000, 96_000])
async def test_the_page_brings_it_to_8_khz_with_a_low_pass(
    gateway: VoiceGateway, visit: Opener, rate: int
) -> None:
    shop = await visit()
    # In order: 1 kHz; the highest that a telephone carries; what would fold back to 3 kHz and to 1 kHz.
    pitches = [1_000, 3_300, 5_000, 7_000]
    parts = [[1.0, hertz, 0.5] for hertz in pitches]
    url = gateway.url + "/voice-worklet.js"
    heard = np.array(await shop.page.evaluate(WORKLET, [url, rate, parts]), dtype="<i2")
    assert abs(len(heard) - 4 * 8_000) < 400
    second = [heard[at + 800 : at + 7_200].tobytes() for at in range(0, 32_000 - 7_200, 8_000)]
    assert abs(power(second[0], 1_000) + 6) < 0.5
    assert abs(power(second[1], 3_300) + 6) < 1.0
    assert power(second[2], 3_000) < -66
    assert power(second[3], 1_000) < -66
    assert max(np.abs(np.frombuffer(second[2], dtype="<i2"))) < 40


async def test_what_the_gateway_says_is_played_and_marked(gateway: VoiceGateway, visit: Opener) -> None:
    shop, call = await ring(gateway, visit)
    call.say(tone(6.0, 800.0))
    await until(lambda: as_loud(shop, 8_000 / 32_768 / np.sqrt(2)))  # while it begins it is less in a window
    pitch = float(await shop.page.evaluate("pitch()"))
    assert abs(pitch - 800) < 20
    await until(lambda: not call.prompt)
    call.line.mark("said")
    await until(lambda: call.played)
    assert call.played == ["said"]
    await until(lambda: quiet(shop))


async def loud(shop: WidgetPage, level: float) -> bool:
    return await loudness(shop) > level


async def as_loud(shop: WidgetPage, level: float) -> bool:
    return abs(await loudness(shop) - level) < 0.05


async def quiet(shop: WidgetPage) -> bool:
    return await loudness(shop) < 0.005


async def test_clear_stops_what_was_sent_ahead(gateway: VoiceGateway, visit: Opener) -> None:
    shop, call = await ring(gateway, visit)
    await shop.page.evaluate(WATCH)
    await shop.part(".call-button").nth(0).click()  # the first text frame shows us the socket
    sound = tone(2.5, 600.0)
    for at in range(0, len(sound), 320):  # ahead, as no pacer does
        call.line.send(sound[at : at + 320])
    await until(lambda: loud(shop, 0.1))
    call.line.mark("prompt")
    call.line.clear()
    await until(lambda: call.played)
    await until(lambda: quiet(shop))
    await until(lambda: shop.page.evaluate("'mark' in seen"))
    waited = await shop.page.evaluate("seen.mark - seen.clear")
    assert waited < 1_000, "the page gives the mark back at once, and not when all would have been played"


async def test_mute_keys_and_hanging_up(gateway: VoiceGateway, visit: Opener) -> None:
    shop, call = await ring(gateway, visit)
    mute = shop.part(".call-button").nth(0)
    await mute.click()
    await expect(mute).to_have_attribute("aria-pressed", "true")
    await expect(mute).to_have_text("Unmute")
    await until(lambda: call.line.muted)
    await call.heard(0.5)
    assert not any(await call.heard(2.2)), "silence, and no gap"
    await mute.click()
    await until(lambda: not call.line.muted)
    assert power(await call.heard(4.2), MELODY[0]) > -25

    await shop.part(".call-button").nth(1).click()
    await shop.part(".call-key").get_by_text("7", exact=True).click()
    await shop.page.keyboard.type("42#")
    await until(lambda: call.digits == "742#")
    await expect(shop.part(".call-pressed")).to_have_text("742#")
    await shop.page.keyboard.press("Escape")
    await expect(shop.part(".call-keys")).to_be_hidden()
    await expect(shop.part(".panel")).to_be_visible()

    await shop.part(".call-button.danger").click()
    await until(lambda: call.over == "caller")
    await expect(status(shop)).to_have_text("The call has ended.")
    states = await shop.page.evaluate("contexts.map(context => context.state)")
    assert states == ["closed"], "the microphone is let go"
    await shop.part(".call .plain").click()
    await expect(shop.part(".call")).to_have_count(0)


async def test_the_panel_says_who_is_there(gateway: VoiceGateway, visit: Opener) -> None:
    shop, call = await ring(gateway, visit)
    await expect(status(shop)).to_have_text("You are talking to the virtual assistant")
    call.line.tell("waiting", position=2)
    await expect(shop.part(".call-hint")).to_have_text("Your place in the queue: 2")
    call.line.tell("agent", name="Anna")
    await expect(status(shop)).to_have_text("You are talking to Anna")
    await expect(shop.part(".call-hint")).to_be_empty()
    await expect(shop.part(".call-time")).to_have_text(re.compile("^0:(?!0[01])"))
    await shop.part(".head-button").last.click()
    await expect(shop.part(".launcher")).to_have_attribute("aria-label", "Open chat, call in progress")
    await call.heard(0.2)
    await shop.part(".launcher").click()
    await shop.part(".head-button[aria-controls=menu]").click()
    await shop.part(".segment[lang=cs]").click()
    await expect(status(shop)).to_have_text("Na lince: Anna")
    assert gateway.hellos_of_calls[0].lang == "en"
    call.line.ending("closed")
    await call.line.hang_up()
    await expect(status(shop)).to_have_text("Hovor byl ukončen.")


async def test_caller_and_chatter_are_one_visitor(gateway: VoiceGateway, visit: Opener) -> None:
    shop = await visit(**HEARD)
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await shop.page.evaluate(IDENTIFY)
    await press(shop)
    await until(lambda: gateway.calls)
    hello = gateway.calls[0].hello
    assert hello.visitor_token == gateway.visitor.token
    assert (hello.identity or "").count(".") == 2


async def test_a_token_that_is_too_old_is_left_out(gateway: VoiceGateway, visit: Opener) -> None:
    shop = await visit(**HEARD)
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    gateway.refusing = ["token_invalid"]
    await press(shop)
    await until(lambda: gateway.calls)
    first, second = gateway.hellos_of_calls
    assert first.visitor_token is not None
    assert second.visitor_token != first.visitor_token


@pytest.mark.parametrize(
    ("code", "told"),
    [("busy", "All our lines are busy"), ("something_new", "could not be connected")],
)
async def test_a_call_that_is_not_taken(gateway: VoiceGateway, visit: Opener, code: str, told: str) -> None:
    gateway.refusing = [code]
    shop = await visit(**HEARD)
    await shop.open()
    await press(shop)
    await expect(status(shop)).to_contain_text(told)
    await shop.part(".call .solid").click()
    await until(lambda: gateway.calls)
    await expect(status(shop)).to_have_text("You are talking to the virtual assistant")


async def test_a_cut_line_says_so(gateway: VoiceGateway, visit: Opener) -> None:
    shop, call = await ring(gateway, visit)
    call.line._socket.abort()  # the network's doing
    await expect(status(shop)).to_contain_text("The connection was lost")
    await until(lambda: call.over == "lost")


async def test_who_may_not_use_the_microphone_is_told_what_to_do(
    gateway: VoiceGateway, visit: Opener
) -> None:
    shop = await visit(permissions=[])
    await shop.open()
    await press(shop)
    await expect(status(shop)).to_contain_text("may not use your microphone")
    await expect(status(shop)).to_contain_text("write to us here")
    assert gateway.hellos_of_calls == []
    await shop.page.context.grant_permissions(["microphone"])
    await shop.part(".call .solid").click()
    await until(lambda: gateway.calls)


async def test_without_a_microphone(gateway: VoiceGateway, visit: Opener) -> None:
    shop = await visit(**HEARD)
    await shop.page.evaluate(
        """() => navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException('Requested device not found', 'NotFoundError'); }"""
    )
    await shop.open()
    await press(shop)
    await expect(status(shop)).to_contain_text("No microphone was found")


async def test_on_a_foreign_page_with_a_strict_policy(gateway: VoiceGateway, visit: Opener) -> None:
    """The policy that docs/widget.md names is enough, and a voice policy that forbids us is told."""
    ours = gateway.url
    live = ours.replace("http", "ws", 1)
    policies = {
        "/": f"default-src 'none'; script-src {ours}; connect-src {ours} {live}",
        "/forbids": f"default-src 'none'; script-src {ours}/widget.js; connect-src {ours} {live}",
    }

    async def page(request: web.Request) -> web.Response:
        text = (
            f"<!doctype html><html lang=en><title>Shop</title><body><script src='{ours}/widget.js'></script>"
        )
        headers = {"Content-Security-Policy": policies[request.path]}
        return web.Response(text=text, content_type="text/html", headers=headers)

    app = web.Application()
    for path in policies:
        app.router.add_get(path, page)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        foreign = f"http://127.0.0.1:{runner.addresses[0][1]}"
        shop = await visit("/host", **HEARD)
        await shop.page.goto(foreign + "/")
        await shop.open()
        await press(shop)
        await until(lambda: gateway.calls)
        await gateway.calls[0].heard(0.5)
        await shop.part(".call-button.danger").click()

        await shop.page.goto(foreign + "/forbids")  # where the panel is open still
        await press(shop)
        await expect(shop.part(".strip[role=alert]")).to_contain_text("could not be started")
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("size", [(1280, 800), (320, 480)])
async def test_axe_finds_nothing(gateway: VoiceGateway, visit: Opener, size: tuple[int, int]) -> None:
    shop, call = await ring(gateway, visit, viewport={"width": size[0], "height": size[1]})
    await clean(shop, "talking")
    assert await shop.focused() != "", "the focus is in the widget"
    await shop.part(".call-button").nth(1).click()
    await clean(shop, "keypad")
    call.line.tell("waiting", position=3)
    await clean(shop, "waiting")
    await shop.part(".call-button.danger").focus()
    await shop.page.keyboard.press("Enter")
    await expect(status(shop)).to_have_text("The call has ended.")
    assert await shop.focused() == "plain", "what had the focus is gone, the next step has it"
    await clean(shop, "over")
    wide = await shop.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size[0]
