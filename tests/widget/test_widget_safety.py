"""What people write is only ever text, whoever wrote it."""

import pytest
from fake_gateway import FakeGateway
from playwright.async_api import expect
from widget_page import Opener

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NASTY = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg/onload=window.hacked=1>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "</div></template><style>*{display:none}</style>",
    "javascript:window.hacked=1",
    'https://shop.example/"onmouseover=window.hacked=1//',
    "<a href=javascript:window.hacked=1>x</a>",
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "&lt;b&gt; &#60;script&#62; &amp;",
    "'; DROP TABLE messages; --",
    "__proto__ constructor toString",
    "zażółć gęślą jaźń, příliš žluťoučký kůň, 👩‍👩‍👧‍👦 🇵🇱",
    "\u202eright to left\u202c \u200bzero\u200dwidth",
    "مرحبا שלום",
    "a" * 3_000,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
]


async def test_text_stays_text(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    for text in NASTY:
        await shop.say(text)
        await shop.reads(f"You said: {text}")
    for sender in ("agent", "system"):
        gateway.visitor.conversation.agent = NASTY[1]
        for text in NASTY:
            await (gateway.agent_says(text) if sender == "agent" else gateway.says(text))
    await gateway.says("buttons", [{"title": NASTY[1], "payload": NASTY[0]}])
    await shop.reads("buttons")
    await gateway.agent_joins(NASTY[1])
    await expect(shop.part("h2")).to_have_text(NASTY[1])
    assert await shop.page.evaluate("window.hacked") is None
    assert await shop.part(":is(img, script, iframe, style)").count() == 0
    assert await shop.part("[onerror], [onload], [onmouseover]").count() == 0
    stored = [message["text"] for message in gateway.visitor.conversation.messages]
    assert await shop.texts() == stored


LINKS = {
    "see https://shop.example/a?b=c&d=e#f.": ["https://shop.example/a?b=c&d=e#f"],
    "(https://shop.example/x_(1)) and http://a.example,": ["https://shop.example/x_(1)", "http://a.example/"],
    "HTTPS://SHOP.EXAMPLE/Big": ["https://shop.example/Big"],
    "https://shop.example/\u202egnp.exe": [],
    "https://bank.example@evil.example/": [],
    "https://user:secret@shop.example": [],
    "javascript:alert(1) data:text/html,x file:///etc/passwd ftp://a.example": [],
    "https://nodots http:// https://": [],
    "https://аpple.example": [],
    "xhttps://shop.example": ["https://shop.example/"],
    "https://shop.example/<b>": ["https://shop.example/"],
}


async def test_links_are_made_strictly(gateway: FakeGateway, visit: Opener) -> None:
    shop = await (await visit()).open()
    await shop.say("https://customer.example is no link")
    await shop.reads("You said")
    assert await shop.part(".row.visitor a").count() == 0
    for text, hrefs in LINKS.items():
        await gateway.says(text)
        await shop.reads(text)
        row = shop.part(".log > .row").last
        anchors = row.locator("a")
        assert [await a.get_attribute("href") for a in await anchors.all()] == hrefs, text
        for anchor in await anchors.all():
            assert await anchor.get_attribute("rel") == "noopener noreferrer nofollow"
            assert await anchor.get_attribute("target") == "_blank"


async def test_a_strict_page_needs_no_exception(gateway: FakeGateway, visit: Opener) -> None:
    """The demo page is served with `default-src 'self'`; a violation would be an error on the console."""
    shop = await visit("/?lang=en")
    complaints: list[str] = []
    shop.page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await shop.page.reload()
    await shop.open()
    await shop.say("hello")
    await shop.reads("You said: hello")
    await expect(shop.part(".panel")).to_have_css("border-radius", "20px")
    assert complaints == []


async def test_a_broken_configuration_is_survived(gateway: FakeGateway, visit: Opener) -> None:
    gateway.config = {
        "languages": ["en", "xx", 5, "__proto__"],
        "colours": {"primary": "red;background:url(//evil.example)", "on_primary": None},
        "texts": {"en": {"title": 5, "welcomeTitle": "<b>Welcome</b>", "nonsense": "x", "__proto__": {}}},
        "position": "upside down",
        "shop": ["x"],
    }
    shop = await (await visit()).open()
    await expect(shop.part("h2")).to_have_text("Chat")
    await expect(shop.part("h3")).to_have_text("<b>Welcome</b>")
    await expect(shop.part(".launcher")).to_have_css("color", "rgb(255, 255, 255)")
    await shop.say("hello")
    await shop.reads("You said: hello")
