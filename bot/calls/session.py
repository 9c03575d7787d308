"""One call from its first frame to its outcome: it goes from owner to owner until somebody hangs up."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import structlog

from bot.calls.bridging import Bridging
from bot.calls.by_phone import ON_PBX, ByPhone
from bot.calls.context import CallContext
from bot.calls.deps import CallDeps
from bot.calls.legs import Legs
from bot.calls.opening import Opened
from bot.calls.talking import Talking
from bot.calls.waiting import Waiting
from bot.model.call import Call, Purpose, Recording
from bot.model.case import CaseKind, Reason
from bot.model.conversation import State
from bot.store import calls, cases, conversations, recordings
from bot.store.feed import Feed
from voice.line import Line
from voice.recording import Recorder
from voice.transports.transport import Transport

log = structlog.get_logger(__name__)
MISSED = "missed"
APOLOGY_SECONDS = 8.0


class CallSession:
    """Serves one call. `run` returns when it is over and everything about it is stored."""

    def __init__(self, deps: CallDeps, legs: Legs, transport: Transport, opened: Opened) -> None:
        self._deps = deps
        self._legs = legs
        self._transport = transport
        self._call: Call = opened.call
        self._conversation = opened.conversation
        self._recorded = opened.recorded
        self.cursor = opened.cursor
        """The highest `seq` that the caller has been told."""
        self.comes_back = False
        """The PBX will bring this caller again."""

    async def run(self) -> None:
        """Serve the call."""
        recorder, recording = await self._record()
        line = Line(self._transport, self._deps.recogniser, self._deps.pacer, recorder=recorder)
        carrying = asyncio.create_task(line.run(), name="call-line")
        with self._deps.hub.subscribe(self._conversation.id) as signals:
            context = CallContext(self._deps, line, self._call, self._conversation, signals)
            context.cursor = self.cursor
            serving = asyncio.create_task(self._serve(context), name="call-serve")
            try:
                ends: list[asyncio.Future[Any]] = [serving, line.gone]
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                if context.by_phone and not serving.done():
                    await asyncio.wait([serving])  # our leg is over, the call is not
                if serving.done() and (error := serving.exception()) is not None:
                    log.error("call_failed", call_id=self._call.id, exc_info=error)
                    # A missed call, that is to say, and none that the bot has dealt with.
                    await context.let_go(Reason.BOT_FAILED)
                    await self._apologise(context)
            finally:
                serving.cancel()
                carrying.cancel()
                await asyncio.gather(serving, carrying, return_exceptions=True)
                self._legs.forget(self._conversation.id)
                self.cursor = context.cursor
                self.comes_back = context.comes_back
                try:
                    await self._keep(recorder, recording)
                    # Before the leg ends: a dialplan asks at once what is next.
                    if not context.comes_back:
                        await self._end(context)
                except Exception:
                    log.exception("call_not_ended", call_id=self._call.id)
                finally:
                    await self._transport.hang_up()

    async def _serve(self, context: CallContext) -> None:
        """Go from owner to owner."""
        found = await context.read()
        while True:
            match found.conversation.state:
                case State.BOT:
                    found = await Talking(context).run(found)
                    if found.conversation.memory.ends:
                        return
                case State.WAITING:
                    found = await Waiting(context).run(found)
                    if found.conversation.state is State.WAITING:
                        return  # to be called back
                case State.AGENT:
                    found, over = await self._with_agent(context, found)
                    if over:
                        return
                case State.CLOSED:
                    prompt = context.say_new(found, interruptible=False)
                    if prompt is not None:
                        await prompt.wait()
                        await context.line.flushed()
                    return

    async def _with_agent(self, context: CallContext, found: Feed) -> tuple[Feed, bool]:
        """At her page or on her phone; says whether the call is over."""
        phones, agent_id = self._deps.phones, found.conversation.agent_id
        if phones is not None and agent_id and self._transport.info.name in ON_PBX:
            endpoint = await self._deps.phone_of(agent_id)
            if endpoint is not None:
                found = await ByPhone(context, phones, endpoint).run(found)
                return found, context.by_phone
        bridging = Bridging(context, self._legs)
        return await bridging.run(found), bridging.hung_up

    async def _apologise(self, context: CallContext) -> None:
        """Something of ours broke: say that we will call back, rather than nothing."""
        prompt = context.line.say(
            _only(self._deps.speaker.emergency("call_back", context.lang)), interruptible=False
        )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(APOLOGY_SECONDS):
                await prompt.wait()

    async def _record(self) -> tuple[Recorder | None, Recording | None]:
        if not self._recorded:
            return None, None
        at = self._deps.clock.now()
        part = "" if self.cursor == 0 else f"-{at:%H%M%S}"  # they came back
        path = f"{at:%Y/%m/%d}/{self._call.id}{part}.wav"
        conversation_id = self._conversation.id
        recording = await self._deps.store.write(lambda c: recordings.begin(c, conversation_id, path, at))
        return Recorder(self._deps.recordings / path), recording

    async def _keep(self, recorder: Recorder | None, recording: Recording | None) -> None:
        if recorder is not None and recording is not None:
            done = await recorder.close()
            if done.error is not None:
                log.error("recording_incomplete", call_id=self._call.id, reason=done.error)
            await self._deps.store.write(lambda c: recordings.finish(c, recording, done.seconds))

    async def _end(self, context: CallContext) -> None:
        """Store how the call ended, whoever ended it."""
        await context.turns.settle()
        found = await self._deps.store.read(lambda c: conversations.get(c, self._conversation.id))
        if found is None:
            return  # erased in the middle, with the person
        outcome = found.outcome
        if found.state is State.BOT:
            outcome = self._bot_outcome(found.tags, talked=found.visitor_seq > 0)
            await context.close(outcome, [State.BOT])
        elif found.state is State.WAITING:
            outcome = await self._waiting_outcome(context)
        elif found.state is State.AGENT:
            outcome = "agent"
        at = self._deps.clock.now()
        await self._deps.store.write(lambda c: calls.end(c, self._call.id, outcome, at, self._deps.sinks))
        context.wake(found)
        self._deps.measure("call", (at - (self._call.started_at or at)).total_seconds())
        log.info("call_ended", call_id=self._call.id, conversation_id=self._conversation.id, outcome=outcome)

    async def _waiting_outcome(self, context: CallContext) -> str:
        case = await self._deps.store.read(lambda c: cases.open_of(c, self._conversation.id))
        if case is not None and case.kind is not CaseKind.LIVE:
            return case.kind.value  # stays with the agents: they are to call back
        await context.close(MISSED, [State.WAITING])
        return MISSED

    def _bot_outcome(self, tags: tuple[str, ...], *, talked: bool) -> str:
        if self._call.purpose is Purpose.RENEWAL:
            answer = next((tag for tag in tags if tag in ("no", "later", "never_call")), None)
            return f"renewal_{answer}" if answer else "renewal_unanswered"
        return "contained" if talked else "abandoned"


async def _only(pcm: bytes) -> AsyncGenerator[bytes, None]:
    yield pcm
