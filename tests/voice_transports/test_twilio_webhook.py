"""Twilio's webhooks over HTTP: signatures, TwiML, and what comes after our leg."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.errors import CentralaError
from bot.model.ids import is_uuid, new_id
from voice.transports.stream_tokens import StreamTokens
from voice.transports.twilio_webhook import INCOMING_PATH, NEXT_PATH, Ringing, Taken, TwilioWebhook
from voice.transports.twiml import Dial, Enqueue, HangUp, Next, Reject, is_signed, render, signature

PUBLIC = "https://voice.shop.example"
SECRET = "12345"
FORM = {"CallSid": "CA1", "From": "+48600100200", "To": "+48221000000", "CallStatus": "ringing"}
DOCUMENTED = [
    ("https://mycompany.com/myapp.php?foo=1&bar=2", "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", "+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
]
"""Examples of Twilio's own pages and libraries."""


@pytest.mark.parametrize(("url", "caller", "expected"), DOCUMENTED)
def test_the_signature_is_twilios(url: str, caller: str, expected: str) -> None:
    params = [("Digits", "1234"), ("To", "+18005551212"), ("From", caller), ("Caller", caller)]
    params.append(("CallSid", "CA1234567890ABCDE"))
    assert signature(SECRET, url, params) == expected
    assert is_signed(SECRET, url, params, expected)
    assert not is_signed("54321", url, params, expected)
    assert not is_signed(SECRET, url + "&baz=3", params, expected)
    assert not is_signed(SECRET, url, params[1:], expected)
    assert not is_signed(SECRET, url, params, None)
    assert not is_signed(SECRET, url, params, "ż")


def test_the_port_may_be_written_or_not() -> None:
    signed = signature(SECRET, "https://shop.example:443/x", [])
    assert is_signed(SECRET, "https://shop.example/x", [], signed)
    assert is_signed(
        SECRET, "https://shop.example:443/x", [], signature(SECRET, "https://shop.example/x", [])
    )
    assert not is_signed(SECRET, "https://shop.example:8443/x", [], signed)


@pytest.mark.parametrize(
    ("step", "body"),
    [
        (HangUp(), "<Hangup />"),
        (Reject(), '<Reject reason="busy" />'),
        (Dial("+48221", "+48222", 20), '<Dial timeout="20" callerId="+48222"><Number>+48221</Number></Dial>'),
        (Dial("sip:anna@pbx"), '<Dial timeout="25"><Sip>sip:anna@pbx</Sip></Dial>'),
        (
            Dial("client:anna", then="https://x/n?a=1&b=2"),
            '<Dial timeout="25" action="https://x/n?a=1&amp;b=2"><Client>anna</Client></Dial>',
        ),
        (Enqueue("shop <1>", "https://x/w"), '<Enqueue waitUrl="https://x/w">shop &lt;1&gt;</Enqueue>'),
    ],
)
def test_twiml(step: Next, body: str) -> None:
    assert render(step) == f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'


class Shop:
    """Decides about calls, and has its webhook on a port."""

    def __init__(self) -> None:
        self.rung: list[Ringing] = []
        self.went_on: list[Ringing] = []
        self.answer: Taken | Next = Taken(lang="cs")
        self.after: Taken | Next = HangUp()
        self.tokens = StreamTokens(SECRET, ManualClock())
        self.webhook = TwilioWebhook(SECRET, PUBLIC, self.tokens, self.admit, self.go_on)
        self.url = ""

    async def admit(self, call: Ringing) -> Taken | Next:
        self.rung.append(call)
        return self.answer

    async def go_on(self, call: Ringing) -> Taken | Next:
        self.went_on.append(call)
        return self.after

    async def post(self, path: str, form: dict[str, str], *, signed: bool = True) -> tuple[int, str]:
        made = signature(SECRET, PUBLIC + path, list(form.items())) if signed else "wrong"
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url + path, data=form, headers={"X-Twilio-Signature": made}) as reply,
        ):
            return reply.status, await reply.text()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()

    @web.middleware
    async def errors(request: web.Request, handler: web.RequestHandler) -> web.StreamResponse:
        try:
            return await handler(request)
        except CentralaError as error:
            return web.Response(status=403 if error.code == "forbidden" else 400, text=error.code)

    app = web.Application(middlewares=[errors])
    app.router.add_post(INCOMING_PATH, shop.webhook.incoming)
    app.router.add_post(NEXT_PATH, shop.webhook.next)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shop
    await runner.cleanup()


async def test_a_call_is_connected_to_a_stream_with_a_token(shop: Shop) -> None:
    status, body = await shop.post(INCOMING_PATH, FORM)
    assert status == 200
    response = ET.fromstring(body.partition("?>")[2])
    stream = response.find("Connect/Stream")
    assert stream is not None
    assert stream.attrib == {"url": "wss://voice.shop.example/voice/twilio"}
    parameters = {one.attrib["name"]: one.attrib["value"] for one in stream}
    told = shop.tokens.take("CA1", parameters)
    assert told == {
        "call": shop.rung[0].call_id,
        "caller": "+48600100200",
        "called": "+48221000000",
        "lang": "cs",
    }
    assert is_uuid(told["call"])
    redirect = response.find("Redirect")
    assert redirect is not None
    after = urlsplit(redirect.text or "")
    assert after.path == NEXT_PATH
    assert parse_qs(after.query) == {"call": [told["call"]]}


async def test_an_announced_call_keeps_its_id(shop: Shop) -> None:
    call_id = new_id()
    await shop.post(f"{INCOMING_PATH}?call={call_id}", FORM)
    await shop.post(f"{INCOMING_PATH}?call=none", FORM)
    assert shop.rung[0].call_id == call_id
    assert is_uuid(shop.rung[1].call_id)


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "", "Restricted"])
async def test_a_withheld_number_is_none(shop: Shop, number: str) -> None:
    await shop.post(INCOMING_PATH, {**FORM, "From": number})
    assert shop.rung[0].caller is None
    assert shop.rung[0].called == "+48221000000"


async def test_what_twilio_did_not_sign_is_refused(shop: Shop) -> None:
    assert await shop.post(INCOMING_PATH, FORM, signed=False) == (403, "forbidden")
    assert await shop.post(NEXT_PATH, FORM, signed=False) == (403, "forbidden")
    assert shop.rung == []
    assert shop.went_on == []
    assert (await shop.post(INCOMING_PATH, {"From": "+48"}))[0] == 400


async def test_no_room(shop: Shop) -> None:
    shop.answer = Reject()
    assert "<Reject" in (await shop.post(INCOMING_PATH, FORM))[1]


async def test_what_comes_after_our_leg(shop: Shop) -> None:
    call_id = new_id()
    path = f"{NEXT_PATH}?call={call_id}"
    shop.after = Dial("+48221", then=shop.webhook.next_url(call_id))
    status, body = await shop.post(path, {**FORM, "CallStatus": "in-progress"})
    assert status == 200
    assert f'action="{PUBLIC}{path}"' in body
    shop.after = Taken("pl")  # nobody answered: back to the bot
    again = {**FORM, "CallStatus": "in-progress", "DialCallStatus": "no-answer"}
    assert "<Stream" in (await shop.post(path, again))[1]
    assert [call.dialled for call in shop.went_on] == [None, "no-answer"]
    assert {call.call_id for call in shop.went_on} == {call_id}


async def test_a_caller_who_is_gone_needs_nothing_more(shop: Shop) -> None:
    assert "<Hangup" in (await shop.post(NEXT_PATH, {**FORM, "CallStatus": "completed"}))[1]
    assert shop.went_on == []
