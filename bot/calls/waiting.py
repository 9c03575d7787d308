"""A caller who waits for a person: music, their place in the queue, and the offer to be called back."""

import asyncio

from bot.calls.context import CallContext
from bot.model.case import CaseKind, CaseStep
from bot.model.conversation import State
from bot.model.message import Heard, Source
from bot.store.feed import Feed
from voice.ear import Heard as HeardSpeech
from voice.ear import Keyed, KeyRule, Listening
from voice.stt.recogniser import Request

CALL_BACK_KEY = "1"
TRANSFERRED = "transferred"
"""The outcome of a call that went on in the PBX."""
_ASKED = frozenset({CaseStep.PHONE, CaseStep.PHONE_AGAIN})


class Waiting:
    """The part of a call in which nobody talks to the caller yet."""

    def __init__(self, context: CallContext) -> None:
        self._context = context
        self._place: int | None = None
        self._place_at = float("-inf")

    async def run(self, found: Feed) -> Feed:
        """Wait until an agent has the caller, the bot has them back, or they are to be called back."""
        context = self._context
        self._place_at = asyncio.get_running_loop().time()
        try:
            while found.conversation.state is State.WAITING:
                prompt = context.say_new(found, interruptible=False)
                if prompt is not None:
                    # What the caller was told last is finished before anything else is heard.
                    await prompt.wait()
                if context.deps.agents != "desk":
                    return await self._transfer()
                case = await context.case()
                if case is not None and case.kind is not CaseKind.LIVE:
                    await self._goodbye()
                    return found
                context.line.playout.loop(context.deps.speaker.music)
                await self._wait(found, case.step if case else CaseStep.NONE)
                found = await context.read()
        finally:
            context.line.playout.loop(None)
        return found

    async def _wait(self, found: Feed, step: CaseStep) -> None:
        """Wait for a key, a word where one was asked for, news, or the time to tell the place again."""
        context = self._context
        await self._tell_place(found)
        speech = step in _ASKED or step is CaseStep.OFFERED
        request = Request(context.lang, "verifier" if step in _ASKED else "yes_no")
        keys = KeyRule(most=15, pause_seconds=4.0) if step in _ASKED else KeyRule(most=1)
        listening = Listening(request, keys=keys, speech=speech, interruptible=False)
        try:
            async with asyncio.timeout(context.deps.patience.position):
                answer = await context.unless_moved(
                    context.line.listen(context.listening(listening)), State.WAITING
                )
        except TimeoutError:
            return
        if isinstance(answer, Keyed):
            await self._keyed(answer.digits, step)
        elif isinstance(answer, HeardSpeech) and answer.transcript.text:
            await self._heard(answer, step)

    async def _keyed(self, digits: str, step: CaseStep) -> None:
        how = Heard(Source.KEYPAD)
        if step in _ASKED:
            await self._context.post(digits, how)
        elif digits == CALL_BACK_KEY:
            await self._context.post(self._with_number(digits), how, "/call_back")

    async def _heard(self, answer: HeardSpeech, step: CaseStep) -> None:
        context, transcript = self._context, answer.transcript
        how = Heard(Source.SPOKEN, round(transcript.confidence, 3), transcript.alternatives)
        if step in _ASKED:
            await context.post(transcript.text, how)
        elif await context.deps.intent(context.lang, transcript.text) == "affirm":
            await context.post(self._with_number(transcript.text), how, "/call_back")

    def _with_number(self, answer: str) -> str:
        """A caller whose number is known need not tell it."""
        number = self._context.call.customer
        return f"{answer} ({number})" if number else answer

    async def _tell_place(self, found: Feed) -> None:
        """Say the place in the queue when it has changed, and now and then."""
        context, now = self._context, asyncio.get_running_loop().time()
        place = found.place
        if place is None or place.wait_seconds is None:
            return
        due = now - self._place_at >= context.deps.patience.position
        if (due or self._place is None) and place.position > 0:
            self._place, self._place_at = place.position, now
            await context.say_key("queue_position", interruptible=False, position=str(place.position)).wait()

    async def _transfer(self) -> Feed:
        """Agents answer by phone: the PBX has the caller from here on."""
        context = self._context
        await context.line.flushed()
        await context.deps.transfer(context.call)
        await context.close(TRANSFERRED, [State.WAITING])
        return await context.read()

    async def _goodbye(self) -> None:
        context = self._context
        await context.say_key("goodbye_call", interruptible=False).wait()
        await context.line.flushed()
