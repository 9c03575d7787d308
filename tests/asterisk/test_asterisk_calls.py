"""Real SIP calls through a real Asterisk that runs deploy/asterisk, to transports of ours."""

import asyncio
import sys
import time

import pytest
from asterisk_scene import SECOND, Centrala, centrala_scene, contains, tone, until
from baresip.errors import CallFailed

from tests.asterisk_pbx import PHONES, ROOT, AsteriskPbx
from tests.sip_phone import SipCall, SipStack

pytestmark = pytest.mark.asterisk

JAN = "+48600100200"


async def hears(call: SipCall, hertz: float, seconds: float = 20.0) -> None:
    """Wait until a phone has heard half a second of a tone."""
    await until(lambda: contains(call.heard(), hertz), seconds)


async def test_a_call_is_announced_and_heard_both_ways(either: Centrala, phones: SipStack) -> None:
    caller = await phones.caller(JAN)
    call = await caller.call("800")
    leg = await either.leg()
    assert either.announced == {
        leg.transport.start.call_id: {"caller": JAN, "called": "800", "lang": "pl", "purpose": "inbound"}
    }
    assert either.tokens == {"Bearer demo"}
    await asyncio.gather(call.say(tone(1.5, 440)), leg.hears(440))
    await asyncio.gather(leg.says(tone(2.0, 700)), hears(call, 700))


@pytest.mark.parametrize(("number", "lang"), [("801", "cs"), ("802", "en")])
async def test_the_number_called_tells_the_language(
    centrala: Centrala, phones: SipStack, number: str, lang: str
) -> None:
    await (await phones.caller(JAN)).call(number)
    leg = await centrala.leg()
    assert centrala.announced[leg.transport.start.call_id]["lang"] == lang


async def test_a_withheld_number_is_a_caller_like_any_other(either: Centrala, phones: SipStack) -> None:
    await (await phones.caller("anonymous")).call("800")
    leg = await either.leg()
    assert either.announced[leg.transport.start.call_id]["caller"] is None
    assert leg.transport.start.caller is None


async def test_a_name_from_the_network_is_never_put_into_json(centrala: Centrala, phones: SipStack) -> None:
    await (await phones.caller("1%22,%22lang%22")).call("800")
    leg = await centrala.leg()
    said = centrala.announced[leg.transport.start.call_id]
    assert said["lang"] == "pl"
    assert set(said["caller"] or "") <= set("0123456789+")


async def test_keys_are_told(either: Centrala, phones: SipStack) -> None:
    call = await (await phones.caller(JAN)).call("800")
    leg = await either.leg()
    await asyncio.gather(call.say(tone(0.5, 440)), leg.hears(440))
    pressing = asyncio.create_task(call.press("190*#"))
    assert [await leg.digit() for _ in range(5)] == list("190*#")
    await pressing


async def test_rtp_of_30_ms(centrala: Centrala, phones: SipStack) -> None:
    call = await (await phones.caller(JAN, trunk="30ms")).call("800")
    leg = await centrala.leg()
    await asyncio.gather(call.say(tone(1.5, 440)), leg.hears(440))
    assert 480 in leg.frames
    await asyncio.gather(leg.says(tone(2.0, 700)), hears(call, 700))


async def test_sixteen_kilohertz_of_the_channel_driver(centrala: Centrala, phones: SipStack) -> None:
    call = await (await phones.caller(JAN)).call("810")
    leg = await centrala.leg()
    await asyncio.gather(call.say(tone(1.5, 440)), leg.hears(440))
    await asyncio.gather(leg.says(tone(2.0, 700)), hears(call, 700))


async def test_marks_come_back_when_they_were_played(either: Centrala, phones: SipStack) -> None:
    call = await (await phones.caller(JAN)).call("800")
    leg = await either.leg()
    await leg.says(tone(0.5, 700))
    leg.transport.mark("said")
    assert await leg.played() == "said"
    leg.transport.mark("cut")
    leg.transport.clear()
    assert await leg.played() == "cut"
    await asyncio.gather(leg.says(tone(2.0, 500)), hears(call, 500))


async def test_what_was_sent_ahead_is_thrown_away_by_clear(pbx: AsteriskPbx, phones: SipStack) -> None:
    async with centrala_scene(pbx, "websocket") as centrala:
        call = await (await phones.caller(JAN)).call("800")
        leg = await centrala.leg()
        long = tone(16.0, 700)
        for at in range(0, len(long), 320):
            leg.transport.send(long[at : at + 320])
            await asyncio.sleep(0.001)
        await hears(call, 700)
        leg.transport.clear()
        await leg.says(tone(2.0, 500))
        await hears(call, 500, 8.0)


async def test_the_caller_hangs_up(either: Centrala, phones: SipStack, pbx: AsteriskPbx) -> None:
    call = await (await phones.caller(JAN)).call("800")
    leg = await either.leg()
    await call.say(tone(0.3, 440))
    await call.hang_up()
    assert await leg.hung_up() == "caller"
    await until(lambda: pbx.channels() == 0)


async def test_the_bot_ends_a_conversation_and_the_call(either: Centrala, phones: SipStack) -> None:
    call = await (await phones.caller(JAN)).call("800")
    leg = await either.leg()
    either.next, either.slowly = "hangup", True
    await leg.end()
    await call.ended()
    assert either.asked == 3


async def test_the_bot_gives_up_and_the_queue_goes_on(either: Centrala, phones: SipStack) -> None:
    agent = await phones.agent("201", PHONES["201"])
    call = await (await phones.caller(JAN)).call("800")
    await (await either.leg()).end()
    answered = await agent.take()
    assert JAN in answered.peer
    await asyncio.gather(call.say(tone(2.0, 440)), hears(answered, 440))
    await asyncio.gather(answered.say(tone(2.0, 700)), hears(call, 700))
    await answered.hang_up()
    await call.ended()


@pytest.mark.parametrize("by", ["audiosocket", "websocket"])
async def test_with_centrala_down_the_queue_has_the_caller(
    pbx: AsteriskPbx, phones: SipStack, by: str
) -> None:
    await asyncio.to_thread(pbx.point_at, 1, 1, by)
    agent = await phones.agent("201", PHONES["201"])
    call = await (await phones.caller(JAN)).call("800")
    answered = await agent.take()
    await asyncio.gather(call.say(tone(2.0, 440)), hears(answered, 440))


async def test_with_only_the_audio_down_the_queue_has_the_caller(
    centrala: Centrala, pbx: AsteriskPbx, phones: SipStack
) -> None:
    await asyncio.to_thread(pbx.point_at, 1, centrala.web_port)
    agent = await phones.agent("201", PHONES["201"])
    call = await (await phones.caller(JAN)).call("800")
    answered = await agent.take()
    await asyncio.gather(call.say(tone(2.0, 440)), hears(answered, 440))


GATEWAY = """
import asyncio
from voice.transports.audiosocket_server import serve_audiosocket
async def on_call(transport):
    await transport.receive()
    print("has a call", flush=True)
    while True:
        await transport.receive()
async def main():
    server = await serve_audiosocket("127.0.0.1", 0, on_call, 5)
    print(server.port, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_gateway_that_is_killed_in_a_call_leaves_the_caller_to_the_queue(
    centrala: Centrala, pbx: AsteriskPbx, phones: SipStack
) -> None:
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", GATEWAY, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert gateway.stdout is not None
    port = int(await gateway.stdout.readline())
    await asyncio.to_thread(pbx.point_at, port, centrala.web_port)
    agent = await phones.agent("201", PHONES["201"])
    call = await (await phones.caller(JAN)).call("800")
    assert await gateway.stdout.readline() == b"has a call\n"
    gateway.kill()
    await gateway.wait()
    answered = await agent.take()
    await asyncio.gather(call.say(tone(2.0, 440)), hears(answered, 440))


async def test_with_nobody_there_the_caller_is_asked_for_a_message(
    pbx: AsteriskPbx, phones: SipStack
) -> None:
    await asyncio.to_thread(pbx.point_at, 1, 1)
    before = set(pbx.messages())
    call = await (await phones.caller(JAN)).call("801")
    await call.wait_heard(8 * SECOND)  # most of the prompt; a tone follows
    await call.say(tone(5.0, 440))
    await call.hang_up()
    await until(lambda: set(pbx.messages()) - before)
    (message,) = set(pbx.messages()) - before
    assert JAN in message.name
    await until(lambda: contains(message.read_bytes()[44:], 440))
    message.unlink()


async def test_a_call_that_is_answered_while_the_test_is_busy(phones: SipStack) -> None:
    """What a loaded machine does: the answer is there before `dial` has returned."""
    dialling = asyncio.create_task((await phones.caller(JAN)).dial("812"))
    await asyncio.sleep(0)
    time.sleep(2.0)
    await (await dialling).answered()


async def test_a_number_that_nobody_has(phones: SipStack, pbx: AsteriskPbx) -> None:
    with pytest.raises(CallFailed, match="404"):
        await (await phones.caller(JAN)).call("899")
