"""Agents' phones over ARI: a real Asterisk, a caller on a trunk, and softphones that register."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from asterisk_scene import SECOND, BotLeg, Centrala, contains, tone, until

from tests.asterisk_pbx import ARI_PASSWORD, ARI_USER, PHONES, AsteriskPbx
from tests.sip_phone import SipCall, SipPhone, SipStack
from voice.ari.client import AriClient, AriGoneError, AriRefusedError, AriUnavailableError
from voice.ari.ears import Party
from voice.ari.phone_agents import Ended, Next, PhoneAgents
from voice.ari.ringing import NotReached, Rung

pytestmark = pytest.mark.asterisk

JAN = "+48600100200"
ANNA = "PJSIP/201"


@asynccontextmanager
async def phone_agents(pbx: AsteriskPbx, centrala: Centrala) -> AsyncIterator[PhoneAgents]:
    """One life of a gateway's side of ARI."""
    async with AriClient(pbx.ari, ARI_USER, ARI_PASSWORD) as client:
        agents = PhoneAgents(client, audio=f"127.0.0.1:{centrala.audiosocket_port}")
        centrala.first = agents.ears.take
        running = asyncio.create_task(agents.run(), name="phone-agents")
        await agents.events.wait_up()
        try:
            yield agents
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def agents(pbx: AsteriskPbx, centrala: Centrala) -> AsyncIterator[PhoneAgents]:
    async with phone_agents(pbx, centrala) as agents:
        yield agents


@dataclass
class Talk:
    """A caller who talks to an agent's phone."""

    caller: SipCall
    phone: SipPhone
    agent: SipCall
    leg: BotLeg
    then: Next = "queue"
    """Where the caller goes when the agent hangs up."""
    ended: list[Ended] = field(default_factory=list)
    heard: dict[Party, bytes] = field(default_factory=lambda: {"caller": b"", "agent": b""})

    @property
    def call_id(self) -> str:
        return self.leg.transport.start.call_id

    def hear(self, party: Party, pcm: bytes) -> None:
        self.heard[party] += pcm

    async def on_end(self, who: Ended) -> Next:
        self.ended.append(who)
        return self.then


async def rings(agents: PhoneAgents, leg: BotLeg, phone: SipPhone, seconds: int = 20) -> tuple[Rung, SipCall]:
    ringing = agents.ring(leg.transport.start.call_id, ANNA, caller_id=f'"Jan" <{JAN}>', seconds=seconds)
    rung, call = await asyncio.gather(ringing, phone.take())
    return rung, call


async def begin(agents: PhoneAgents, centrala: Centrala, phones: SipStack, then: Next = "queue") -> Talk:
    phone = await phones.agent("201", PHONES["201"])
    caller = await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()
    rung, agent = await rings(agents, leg, phone)
    assert rung.channel_id is not None
    talk = Talk(caller, phone, agent, leg, then)
    await agents.put_through(
        talk.call_id,
        rung.channel_id,
        end_bot_leg=leg.transport.hang_up,
        on_end=talk.on_end,
        hear=talk.hear,
    )
    return talk


async def both_hear(talk: Talk) -> None:
    """Each says a tone and hears the other's from now on."""
    to_agent, to_caller = len(talk.agent.heard()), len(talk.caller.heard())
    await asyncio.gather(talk.caller.say(tone(2.0, 440)), talk.agent.say(tone(2.0, 700)))
    await until(lambda: contains(talk.agent.heard()[to_agent:], 440))
    await until(lambda: contains(talk.caller.heard()[to_caller:], 700))


async def test_caller_and_phone_in_one_bridge_each_heard_apart(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack, pbx: AsteriskPbx
) -> None:
    talk = await begin(agents, centrala, phones)
    assert JAN in talk.agent.peer
    await until(lambda: all(talk.heard.values()))
    await both_hear(talk)
    await until(lambda: contains(talk.heard["caller"], 440))
    await until(lambda: contains(talk.heard["agent"], 700))
    assert not contains(talk.heard["caller"], 700)
    assert not contains(talk.heard["agent"], 440)
    assert agents.is_talking(talk.call_id)
    await talk.caller.hang_up()
    await talk.agent.ended()
    await until(lambda: not agents.is_talking(talk.call_id))
    assert talk.ended == ["caller"]
    await until(lambda: pbx.channels() == 0)


async def test_when_the_phone_hangs_up_the_caller_is_back_with_the_bot(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack
) -> None:
    talk = await begin(agents, centrala, phones, then="bot")
    await both_hear(talk)
    await talk.agent.hang_up()
    again = await centrala.leg()
    assert again.transport.start.call_id == talk.call_id
    assert talk.ended == ["agent"]
    await asyncio.gather(talk.caller.say(tone(1.5, 440)), again.hears(440))
    assert await agents.decide(talk.call_id, "hangup")
    await again.end()
    await talk.caller.ended()


async def test_when_the_phone_hangs_up_the_queue_rings_the_next(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack
) -> None:
    phone = await phones.agent("201", PHONES["201"])
    caller = await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()
    rung, first = await rings(agents, leg, phone)
    talk = Talk(caller, phone, first, leg)
    assert rung.channel_id is not None
    await agents.put_through(
        talk.call_id, rung.channel_id, end_bot_leg=leg.transport.hang_up, on_end=talk.on_end
    )
    await first.hang_up()
    second = await phone.take()
    await asyncio.gather(caller.say(tone(2.0, 440)), second.wait_heard(SECOND))


async def test_the_gateway_takes_a_caller_back(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack
) -> None:
    talk = await begin(agents, centrala, phones)
    assert agents.take_back(talk.call_id, "bot")
    await talk.agent.ended()
    assert (await centrala.leg()).transport.start.call_id == talk.call_id
    assert talk.ended == []


async def test_why_nobody_answers(agents: PhoneAgents, centrala: Centrala, phones: SipStack) -> None:
    phone = await phones.agent("201", PHONES["201"])
    await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()

    async def ring(endpoint: str, seconds: int = 3) -> NotReached | None:
        call_id = leg.transport.start.call_id
        return (await agents.ring(call_id, endpoint, caller_id="Jan", seconds=seconds)).why

    async def reject() -> None:
        await (await phone.ringing()).reject()

    async def ignore() -> None:
        await (await phone.ringing()).ended()

    why, _ = await asyncio.gather(ring(ANNA), reject())
    assert why is NotReached.BUSY
    why, _ = await asyncio.gather(ring(ANNA), ignore())
    assert why is NotReached.NO_ANSWER
    assert await ring("PJSIP/202") is NotReached.UNREACHABLE
    assert await ring("PJSIP/nobody") is NotReached.UNREACHABLE
    assert not leg.done.is_set()


async def test_ringing_that_is_cancelled_stops(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack
) -> None:
    phone = await phones.agent("201", PHONES["201"])
    ringing = asyncio.create_task(agents.ring("none", ANNA, caller_id="Jan", seconds=30))
    call = await phone.ringing()
    ringing.cancel()
    await asyncio.gather(ringing, return_exceptions=True)
    await call.ended()


async def test_a_caller_who_hangs_up_while_the_phone_rings_is_gone(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack
) -> None:
    phone = await phones.agent("201", PHONES["201"])
    caller = await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()
    rung, agent = await rings(agents, leg, phone)
    await caller.hang_up()
    assert await leg.hung_up() == "caller"
    assert rung.channel_id is not None
    talk = Talk(caller, phone, agent, leg)
    with pytest.raises(AriGoneError):
        await agents.put_through(
            talk.call_id, rung.channel_id, end_bot_leg=leg.transport.hang_up, on_end=talk.on_end
        )
    await agent.ended()


async def test_a_talk_outlives_the_gateway_and_the_next_one_takes_it_up(
    centrala: Centrala, phones: SipStack, pbx: AsteriskPbx
) -> None:
    async with phone_agents(pbx, centrala) as agents:
        talk = await begin(agents, centrala, phones)
        await both_hear(talk)
    await both_hear(talk)  # nobody of ours is there
    async with phone_agents(pbx, centrala) as agents:
        await until(lambda: agents.is_talking(talk.call_id))
        await talk.agent.hang_up()
        await talk.phone.ringing()  # from the queue
        await talk.caller.hang_up()
    await until(lambda: pbx.channels() == 0)


async def test_without_a_listener_phone_leads_to_the_queue(
    centrala: Centrala, phones: SipStack, pbx: AsteriskPbx
) -> None:
    phone = await phones.agent("201", PHONES["201"])
    caller = await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()
    async with AriClient(pbx.ari, ARI_USER, ARI_PASSWORD) as client:
        assert await PhoneAgents(client, audio="127.0.0.1:1").decide(leg.transport.start.call_id, "phone")
        await leg.end()
        answered = await phone.take()
        await asyncio.gather(caller.say(tone(2.0, 440)), answered.wait_heard(SECOND))


async def test_decisions(agents: PhoneAgents, centrala: Centrala, phones: SipStack) -> None:
    caller = await (await phones.caller(JAN)).call("800")
    leg = await centrala.leg()
    assert not await agents.decide("no-such-call", "hangup")
    assert await agents.decide(leg.transport.start.call_id, "bot")
    await leg.end()
    again = await centrala.leg()
    assert again.transport.start.call_id == leg.transport.start.call_id
    assert await agents.decide(leg.transport.start.call_id, "hangup")
    await again.end()
    await caller.ended()


async def test_an_asterisk_that_goes_away_and_comes_back(
    agents: PhoneAgents, centrala: Centrala, pbx: AsteriskPbx
) -> None:
    await asyncio.to_thread(pbx.stop)
    await until(lambda: not agents.events.is_up)
    assert (await agents.ring("x", ANNA, caller_id="x", seconds=1)).why is NotReached.UNREACHABLE
    assert not await agents.decide("x", "queue")
    await asyncio.to_thread(pbx.start)
    await until(lambda: agents.events.is_up)


async def test_what_is_refused_is_said_without_secrets(pbx: AsteriskPbx) -> None:
    async with AriClient(pbx.ari, ARI_USER, "wrong") as client:
        with pytest.raises(AriRefusedError) as refused:
            await client.channels()
        assert "wrong" not in str(refused.value)
    async with AriClient(pbx.ari, ARI_USER, ARI_PASSWORD) as client:
        with pytest.raises(AriGoneError):
            await client.channel("no/such channel")
        await client.hang_up("gone")
        await client.destroy_bridge("gone")
    async with AriClient("http://127.0.0.1:1", ARI_USER, ARI_PASSWORD) as client:
        with pytest.raises(AriUnavailableError):
            await client.channels()


async def test_the_small_methods(
    agents: PhoneAgents, centrala: Centrala, phones: SipStack, pbx: AsteriskPbx
) -> None:
    phone = await phones.agent("201", PHONES["201"])
    rung, call = await asyncio.gather(agents.ring("x", ANNA, caller_id="x", seconds=20), phone.take())
    channel = rung.channel_id
    assert channel is not None
    async with AriClient(pbx.ari, ARI_USER, ARI_PASSWORD) as client:
        await client.answer(channel)
        assert (await client.channel(channel)).state == "Up"
        await client.set_variable(channel, "COLOUR", "blue")
        assert await client.variable(channel, "COLOUR") == "blue"
        assert await client.variable(channel, "SHAPE") is None
        await client.ring(channel)
        await client.stop_ringing(channel)
        await client.record(channel, "centrala-test")
        await call.say(tone(1.5, 440))
        await client.stop_recording("centrala-test")
        wav = b"".join([piece async for piece in client.download("centrala-test")])
        assert contains(wav[44:], 440)
        await client.delete_recording("centrala-test")
        await client.start_music(channel)
        await client.stop_music(channel)
        await client.create_bridge("centrala-test")
        await client.add_to_bridge("centrala-test", channel)
        assert [one.channels for one in await client.bridges() if one.id == "centrala-test"] == [(channel,)]
        await client.record_bridge("centrala-test", "centrala-bridge")
        await client.stop_recording("centrala-bridge")
        await client.delete_recording("centrala-bridge")
        await client.remove_from_bridge("centrala-test", channel)
        await client.destroy_bridge("centrala-test")
        await client.hang_up(channel)
    await call.ended()
