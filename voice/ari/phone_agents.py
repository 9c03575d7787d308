"""Puts a caller through to an agent's phone: both in one bridge of Asterisk, and us listening.

The caller's channel is in the dialplan (deploy/asterisk/extensions.conf), which does what its shared variable
`CENTRALA_NEXT` says when the bot's leg ends: `queue`, `hangup`, `bot`, or `phone`, which brings the channel
here. It goes back into the dialplan with one of these when the talk is over. So the dialplan has a caller
whatever of ours dies; a talk itself goes on in Asterisk, and the next life of this gateway takes it up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from bot.errors import CentralaError
from voice.ari.client import AriClient, AriGoneError, AriUnavailableError
from voice.ari.ears import PREFIX as EAR_PREFIX
from voice.ari.ears import Ears, Hear, Party
from voice.ari.events import RECONNECTED, AriEvent, AriEvents, Watch
from voice.ari.ringing import Ringer, Rung

log = structlog.get_logger(__name__)

CALL, NEXT, APP = "CENTRALA_CALL", "CENTRALA_NEXT", "CENTRALA_APP"
"""Channel variables that the dialplan and we know; we set the latter two as SHARED()."""
AGENT_PREFIX, TALK_PREFIX = "centrala-agent", "centrala-talk"
_ARRIVAL_SECONDS = 5.0

Next = Literal["queue", "hangup", "bot", "phone"]
Ended = Literal["agent", "caller"]
"""Who left first."""
OnEnd = Callable[[Ended], Awaitable[Next]]
"""Told who left; says where a caller who is still there goes."""


@dataclass(frozen=True, slots=True)
class _Talk:
    call_id: str
    caller: str
    agent: str

    @property
    def bridge(self) -> str:
        return f"{TALK_PREFIX}-{self.call_id}"


class PhoneAgents:
    """The phones of agents behind one Asterisk."""

    def __init__(self, client: AriClient, *, audio: str) -> None:
        """`audio` is `host:port` of our AudioSocket, as Asterisk reaches it."""
        self._client = client
        self.events = AriEvents(client, unclaimed=self._send_on, connected=self._tidy)
        self.ringer = Ringer(client, self.events)
        self.ears = Ears(client, self.events, audio)
        self._talks: dict[str, asyncio.Task[None]] = {}
        self._stops: dict[str, asyncio.Future[Next]] = {}

    async def run(self) -> None:
        """Listen to Asterisk until cancelled. Talks that run then go on in Asterisk."""
        try:
            await self.events.run()
        finally:
            for task in self._talks.values():
                task.cancel()
            await asyncio.gather(*self._talks.values(), return_exceptions=True)

    async def decide(self, call_id: str, what: Next) -> bool:
        """Tell the dialplan what comes when the bot's leg ends; false where nobody could be told.

        Then the dialplan asks over REST, and without an answer queues the caller.
        """
        try:
            channel = await self._client.find(CALL, call_id)
            if channel is None:
                return False
            await self._client.share(channel, NEXT, what)
        except CentralaError as error:
            log.warning("the dialplan could not be told", call_id=call_id, why=error.code)
            return False
        return True

    async def ring(self, call_id: str, endpoint: str, *, caller_id: str, seconds: int) -> Rung:
        """Ring an agent's phone (`PJSIP/201`) while the caller still has the bot; cancelled, it stops."""
        return await self.ringer.ring(
            endpoint,
            seconds=seconds,
            caller_id=caller_id,
            args=f"agent,{call_id}",
            prefix=AGENT_PREFIX,
        )

    async def dismiss(self, agent_channel: str) -> None:
        """Hang up an agent's phone that was rung for nothing."""
        await self._client.hang_up(agent_channel)

    async def put_through(
        self,
        call_id: str,
        agent_channel: str,
        *,
        end_bot_leg: Callable[[], Awaitable[None]],
        on_end: OnEnd,
        hear: Hear | None = None,
    ) -> None:
        """Join the caller and the phone that answered; returns once they hear one another.

        `hear` gets what each of them says. Raises `AriGoneError` where the caller is gone and
        `AriUnavailableError` where Asterisk fails; the agent's phone is hung up then and the dialplan has
        the caller.
        """
        with self.events.watch(agent_channel):  # so that nobody takes it for one left over
            try:
                talk = await self._bring(call_id, agent_channel, end_bot_leg)
            except BaseException:
                await self._hang_up(agent_channel)
                raise
            self._follow(talk, on_end, hear)
            await asyncio.sleep(0)

    async def wait_idle(self, seconds: float) -> bool:
        """Wait until the last talk has ended, at most so long; whether it has."""
        if self._talks:
            await asyncio.wait(set(self._talks.values()), timeout=seconds)
        return not self._talks

    def is_talking(self, call_id: str) -> bool:
        """Tell whether this caller talks to a phone."""
        return call_id in self._stops

    def take_back(self, call_id: str, what: Next) -> bool:
        """End a talk from our side: the phone is hung up, the caller goes where `what` says."""
        stop = self._stops.get(call_id)
        if stop is None or stop.done():
            return False
        stop.set_result(what)
        return True

    async def _bring(
        self, call_id: str, agent_channel: str, end_bot_leg: Callable[[], Awaitable[None]]
    ) -> _Talk:
        caller = await self._client.find(CALL, call_id)
        if caller is None:
            raise AriGoneError("the caller's channel is gone")
        talk = _Talk(call_id, caller.id, agent_channel)
        with self.events.watch(caller.id) as watch:
            await self._client.share(caller, APP, self._client.app)
            await self._client.share(caller, NEXT, "phone")
            await end_bot_leg()
            try:
                async with asyncio.timeout(_ARRIVAL_SECONDS):
                    await self._arrival(caller.id, watch)
            except TimeoutError:
                await self._client.channel(caller.id)
                raise AriUnavailableError("the caller did not come from the dialplan") from None
            try:
                await self._client.create_bridge(talk.bridge)
                await self._client.add_to_bridge(talk.bridge, caller.id, agent_channel)
            except BaseException:
                await self._give_back(talk, "queue")
                raise
        return talk

    async def _arrival(self, channel_id: str, watch: Watch) -> None:
        while True:
            event = await watch.next()
            if event.type == "StasisStart":
                return
            if event.type == "ChannelDestroyed":
                raise AriGoneError("the caller's channel is gone")
            if event.type == RECONNECTED and channel_id in await self._client.app_channels():
                return

    def _follow(self, talk: _Talk, on_end: OnEnd, hear: Hear | None) -> None:
        stop = self._stops[talk.call_id] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._have(talk, stop, on_end, hear), name="phone-talk")
        self._talks[talk.call_id] = task
        task.add_done_callback(lambda _: self._forget(talk.call_id, task))

    def _forget(self, call_id: str, task: asyncio.Task[None]) -> None:
        if self._talks.get(call_id) is task:
            del self._talks[call_id], self._stops[call_id]

    async def _have(
        self, talk: _Talk, stop: "asyncio.Future[Next]", on_end: OnEnd, hear: Hear | None
    ) -> None:
        with self.events.watch(talk.caller, talk.agent) as watch:
            watch.put(AriEvent(RECONNECTED))  # somebody may have left before this watch began
            parties: list[tuple[str, Party]] = [(talk.caller, "caller"), (talk.agent, "agent")]
            hearing = [
                asyncio.create_task(self.ears.listen(channel, party, hear), name="ear")
                for channel, party in parties
                if hear is not None
            ]
            leaving = asyncio.create_task(self._who_leaves(talk, watch), name="phone-talk-ends")
            ends: list[asyncio.Future[Any]] = [leaving, stop]
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (leaving, *hearing):
                    task.cancel()
                await asyncio.gather(leaving, *hearing, return_exceptions=True)
            await self._end(talk, stop.result() if stop.done() else None, on_end, leaving)

    async def _end(
        self, talk: _Talk, what: Next | None, on_end: OnEnd, leaving: "asyncio.Task[Ended]"
    ) -> None:
        try:
            if what is None:
                who = leaving.result()
                what = await on_end(who)
                if who == "caller":
                    what = "hangup"
        except Exception:
            log.exception("phone talk not ended well", call_id=talk.call_id)
            what = "queue"
        await self._give_back(talk, what)
        await self._hang_up(talk.agent)

    async def _who_leaves(self, talk: _Talk, watch: Watch) -> Ended:
        while True:
            event = await watch.next()
            if event.type == RECONNECTED:
                there = set(await self._client.app_channels())
                for who, channel in (("caller", talk.caller), ("agent", talk.agent)):
                    if channel not in there:
                        return "caller" if who == "caller" else "agent"
            elif event.type in ("ChannelDestroyed", "StasisEnd", "ChannelLeftBridge"):
                return "caller" if event.body.get("channel", {}).get("id") == talk.caller else "agent"

    async def _give_back(self, talk: _Talk, what: Next) -> None:
        try:
            await self._client.destroy_bridge(talk.bridge)
            await self._client.set_variable(talk.caller, f"SHARED({NEXT})", what)
            await self._client.continue_in_dialplan(talk.caller)
        except AriGoneError:
            return
        except CentralaError as error:
            log.warning("a caller could not be given back", call_id=talk.call_id, why=error.code)

    async def _hang_up(self, channel_id: str) -> None:
        try:
            await self._client.hang_up(channel_id)
        except CentralaError as error:
            log.warning("a phone was not hung up", why=error.code)

    async def _send_on(self, channel_id: str) -> None:
        """A channel that nobody here waits for: the dialplan queues a caller, ours are hung up."""
        if channel_id.startswith((AGENT_PREFIX, EAR_PREFIX)):
            await self._client.hang_up(channel_id)
        else:
            await self._client.continue_in_dialplan(channel_id)

    async def _tidy(self) -> None:
        """Take up the talks of this gateway's former life, and let nobody hang in our application."""
        talking: set[str] = set()
        for bridge in await self._client.bridges():
            call_id = bridge.id.removeprefix(f"{TALK_PREFIX}-")
            agents = [one for one in bridge.channels if one.startswith(AGENT_PREFIX)]
            callers = [one for one in bridge.channels if not one.startswith("centrala-")]
            if call_id == bridge.id or call_id in self._talks or not agents or not callers:
                continue
            talking |= {*agents, *callers}
            self._follow(_Talk(call_id, callers[0], agents[0]), _to_queue, None)
        for channel_id in await self._client.app_channels():
            if channel_id not in talking and not self.events.watches(channel_id):
                await self._send_on(channel_id)


async def _to_queue(who: Ended) -> Next:
    return "hangup" if who == "caller" else "queue"
