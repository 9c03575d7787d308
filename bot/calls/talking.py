"""A caller who talks to the bot: each turn is heard, stored, answered by the dialogue, and said."""

import asyncio

from bot.calls.context import CallContext
from bot.calls.turns import HeardTurn
from bot.model.case import Reason
from bot.model.conversation import Conversation, Memory, State
from bot.model.message import NOISE, Heard, Source
from bot.store.feed import Feed
from voice.ear import Answer, Keyed, KeyRule, Listening, Silence, Unheard
from voice.ear import Heard as HeardSpeech
from voice.stt.doubt import doubtful_yes, is_plain, is_salad, is_yes
from voice.stt.grammar import load_lists
from voice.stt.recogniser import Expecting, Request, Transcript

HOLD_ON_AFTER = 4.0
"""Seconds of thought after which the caller is asked to hold on."""
GIVE_UP_AFTER = 20.0
"""Seconds without any answer after which a person takes over."""
PERSON_KEY = "0"
CAREFUL_YES = "/affirm_careful"
"""A yes to an offer that is confirmed before it counts."""
MOST_NOISES = 2
"""Turns without a word in a row that are taken for noise on the line, before they count as silence."""
_KEYS: dict[str | None, KeyRule] = {
    "order_number": KeyRule(most=32, pause_seconds=3.0),
    "verifier": KeyRule(most=4, pause_seconds=4.0),
    "yes_no": KeyRule(most=1),
    None: KeyRule(most=32, pause_seconds=2.0),
}
_EXPECTING: dict[str | None, Expecting | None] = {
    "order_number": "order_number",
    "verifier": "verifier",
    "yes_no": "yes_no",
    "menu": "menu",
}
_OFFERS = frozenset({"renewal", "renewal_confirm"})
_PRESSED = {"1": "/affirm", "2": "/deny"}


class Talking:
    """The part of a call that the bot owns."""

    def __init__(self, context: CallContext) -> None:
        self._context = context
        self._unheard = 0
        self._noises = 0

    async def run(self, found: Feed) -> Feed:
        """Talk until somebody else owns the conversation; returns how it stands then."""
        context = self._context
        while found.conversation.state is State.BOT:
            prompt = context.say_new(found)
            if found.conversation.memory.ends:
                if prompt is not None:
                    await prompt.wait()
                await context.line.flushed()
                return found
            answer = await context.unless_moved(
                context.line.listen(self._listening(found.conversation)), State.BOT
            )
            if context.failed:
                await context.let_go(Reason.BOT_FAILED)
            elif answer is not None:
                context.turns.heard(heard_turn(answer))
                found = await self._answered(answer, found.conversation)
                continue
            found = await context.read()
        return found

    def _listening(self, conversation: Conversation) -> Listening:
        asked, lang = _asked(conversation), conversation.lang
        expecting = asked.expecting
        return self._context.listening(
            Listening(
                Request(lang, _EXPECTING.get(expecting), also_said(lang, asked.question)),
                keys=_KEYS.get(expecting, _KEYS[None]),
            )
        )

    async def _answered(self, answer: Answer, conversation: Conversation) -> Feed:
        asked, lang = _asked(conversation), conversation.lang
        match answer:
            case HeardSpeech(transcript=transcript) if asked.expecting == "yes_no" and transcript.text:
                self._unheard = 0
                return await self._yes_or_no(transcript, asked.question, lang)
            case HeardSpeech(transcript=transcript) if transcript.text:
                self._unheard = 0
                return await self._post(transcript.text, _spoken(transcript))
            case HeardSpeech(transcript=transcript) if transcript.words:
                return await self._post(NOISE, Heard(Source.SPOKEN, 0.0))  # spoke, and was not understood
            case HeardSpeech() if self._noises < MOST_NOISES:
                self._noises += 1
                return await self._context.read()  # the line's noise: nobody has said anything
            case HeardSpeech() | Silence():
                self._noises = 0
                return await self._post(NOISE, Heard(Source.SPOKEN, 0.0), "/no_speech")
            case Keyed(digits):
                self._unheard = 0
                text, payload = read_keys(digits, asked.expecting)
                return await self._post(text, Heard(Source.KEYPAD), payload)
            case Unheard():
                return await self._by_keypad(conversation)
        raise AssertionError(answer)

    async def _yes_or_no(self, transcript: Transcript, question: str | None, lang: str) -> Feed:
        """Act on a yes only where it can be no misheard no; else ask once more, and then a person does."""
        text, how = transcript.text, _spoken(transcript)
        doubtful, agrees = doubtful_yes(transcript, lang), is_yes(text, lang)
        if is_salad(transcript, lang) or (doubtful and question != "renewal"):
            return await self._post(NOISE, Heard(Source.SPOKEN, 0.0))
        if question == "renewal":
            if not agrees:
                agrees = await self._context.deps.intent(lang, text) == "affirm"
            if agrees and (doubtful or not is_plain(text, lang)):
                return await self._post(text, how, CAREFUL_YES)
        return await self._post(text, how)

    async def _by_keypad(self, conversation: Conversation) -> Feed:
        """Speech is not understood now: offer the keypad, and after that a person."""
        context = self._context
        self._unheard += 1
        if self._unheard > 1:
            await context.let_go(Reason.BOT_FAILED)
            return await context.read()
        context.say_key("speech_down")
        keys = Listening(
            Request(conversation.lang), keys=_KEYS["order_number"], speech=False, interruptible=False
        )
        answer = await context.unless_moved(context.line.listen(context.listening(keys)), State.BOT)
        if isinstance(answer, Keyed):
            return await self._answered(answer, conversation)
        if answer is not None:
            await context.let_go(Reason.BOT_FAILED)
        return await context.read()

    async def _post(self, text: str, heard: Heard, payload: str | None = None) -> Feed:
        """Store a turn and wait for its answer, or for somebody else to own the conversation."""
        context = self._context
        message = await context.post(text, heard, payload)
        asked_at = asyncio.get_running_loop().time()
        held_on = False
        while True:
            found = await context.read()
            if found.conversation.state is not State.BOT or message is None or message.seq is None:
                return found
            if found.conversation.answered_seq >= message.seq:
                return found
            waited = asyncio.get_running_loop().time() - asked_at
            if waited > GIVE_UP_AFTER:
                await context.let_go(Reason.BOT_FAILED)
            elif waited > HOLD_ON_AFTER and not held_on:
                held_on = True
                context.say_key("please_hold")
            await context.moved(1.0)


def _spoken(transcript: Transcript) -> Heard:
    return Heard(Source.SPOKEN, round(transcript.confidence, 3), transcript.alternatives)


def also_said(lang: str, question: str | None) -> tuple[str, ...]:
    """Return what is said in answer to one question and not to others of its kind."""
    lists = load_lists(lang)
    if question == "confirm_number":  # "no, nine": what was read back is corrected in the same breath
        return (*lists.digits, *lists.zeros)
    if question in _OFFERS:
        return (*lists.willing, *lists.unsure, *lists.postponing, *lists.forbidding)
    return ()


def _asked(conversation: Conversation) -> Memory:
    """What the caller was asked last: nothing, where an agent gave them back and the dialogue begins anew."""
    return conversation.memory if conversation.dialogue is not None else Memory()


def read_keys(digits: str, expecting: str | None) -> tuple[str, str | None]:
    """Tell what pressed keys mean: (the words of the transcript, the button that they stand for)."""
    if digits == PERSON_KEY:
        return digits, "/ask_human"
    if digits == "*":
        return digits, "/repeat"
    if expecting == "yes_no" and digits in _PRESSED:
        return digits, _PRESSED[digits]
    return digits.replace("*", ""), None


def heard_turn(answer: Answer) -> HeardTurn:
    """Note what was heard, for the call's turns."""
    match answer:
        case HeardSpeech(transcript, ended_at, text_at, barged_in):
            return HeardTurn(transcript.text, transcript.confidence, ended_at, text_at - ended_at, barged_in)
        case Keyed(digits, ended_at, barged_in):
            return HeardTurn(digits, 1.0, ended_at, None, barged_in)
        case Unheard(barged_in):
            return HeardTurn("", 0.0, None, None, barged_in)
    return HeardTurn("", None, None, None, barge_in=False)
