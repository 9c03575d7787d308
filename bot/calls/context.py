"""One call as its parts see it: reading on, saying what is new, and storing what the caller said."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from bot.calls.deps import CallDeps
from bot.calls.turns import Turns
from bot.live.subscription import Subscription
from bot.model.call import Call
from bot.model.case import Case, Reason
from bot.model.conversation import Channel, Conversation, State
from bot.model.ids import new_id
from bot.model.message import Draft, Heard, Message, Sender
from bot.store import cases, contacts, conversations, feed, inbox, ownership
from bot.store.feed import Feed
from bot.store.turns import Owed
from voice.ear import Listening
from voice.line import Line, Prompt
from voice.transports.browser import BrowserTransport
from voice.tts.synthesiser import SynthesisError

log = structlog.get_logger(__name__)
SAFETY_SECONDS = 5.0
"""How often a call reads on unwoken: a wake-up may be lost."""
T = TypeVar("T")


class CallContext:
    """Shared by the parts of one call: talking to the bot, waiting, talking to an agent."""

    def __init__(
        self, deps: CallDeps, line: Line, call: Call, conversation: Conversation, signals: Subscription
    ) -> None:
        self.deps = deps
        self.line = line
        self.call = call
        self.id = conversation.id
        self.turns = Turns(deps, call.id)
        self.lang = conversation.lang
        self.failed = False
        """The synthesiser failed: a person has to take over."""
        self.by_phone = False
        """The PBX has the caller; our leg has ended, and the call goes on."""
        self.comes_back = False
        """The PBX brings the caller back to us: nothing has ended."""
        self._signals = signals
        self.cursor = 0
        """The highest `seq` that the caller has been told."""
        self._told: tuple[Any, ...] = ()

    # --- reading -------------------------------------------------------------------------------

    async def read(self) -> Feed:
        """Read how the conversation stands, and what the caller has not been told yet."""
        found = await self.deps.store.read(lambda c: feed.read_feed(c, self.id, self.cursor))
        assert found is not None
        self.lang = found.conversation.lang
        self._tell_page(found)
        return found

    async def case(self) -> Case | None:
        """Read the open case of a caller who waits."""
        return await self.deps.store.read(lambda c: cases.open_of(c, self.id))

    async def moved(self, seconds: float = SAFETY_SECONDS) -> None:
        """Wait until something may have changed."""
        await self._signals.next(seconds)

    async def unless_moved(self, work: Coroutine[Any, Any, T], state: State) -> T | None:
        """Do `work` for as long as the conversation stays in `state` and nothing new is to be said.

        It ends, too, where the bot can no longer speak.
        """
        task = asyncio.ensure_future(work)
        try:
            while True:
                waiting = asyncio.ensure_future(self.moved())
                try:
                    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waiting.cancel()
                    await asyncio.gather(waiting, return_exceptions=True)
                if task.done():
                    return task.result()
                found = await self.read()
                mute = self.failed and state is State.BOT
                if mute or found.conversation.state is not state or sayable(found):
                    return None
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    # --- saying --------------------------------------------------------------------------------

    def say_new(self, found: Feed, *, interruptible: bool = True) -> Prompt | None:
        """Begin to say what the caller has not been told yet; none where there is nothing."""
        messages = sayable(found)
        if found.messages:
            self.cursor = found.messages[-1].seq or self.cursor
        if not messages:
            return None
        texts = [message.text for message in messages]
        prompt = self.say(texts, interruptible)
        self.turns.answered(" ".join(texts), self.line.first_audio(prompt))
        return prompt

    def say(self, texts: Sequence[str], interruptible: bool = True) -> Prompt:
        """Begin to say some texts."""
        return self.line.say(self._clips(texts), interruptible=interruptible)

    def say_key(self, key: str, *, interruptible: bool = True, **variables: str) -> Prompt:
        """Begin to say a text that is no part of the transcript, such as a place in the queue."""
        text = self.deps.texts.text(key, self.lang, variables, channel=Channel.PHONE)
        return self.say([text], interruptible)

    async def _clips(self, texts: Sequence[str]) -> AsyncGenerator[bytes, None]:
        try:
            for text in texts:
                async for clip in self.deps.speaker.clips(text, self.lang):
                    yield clip
        except SynthesisError:
            log.warning("speech_failed", call_id=self.call.id)
            self.failed = True
            self.deps.hub.wake(self.id)
            yield self.deps.speaker.emergency("hold", self.lang)

    def _tell_page(self, found: Feed) -> None:
        transport = self.line.transport
        if not isinstance(transport, BrowserTransport):
            return
        position = found.place.position if found.place else None
        now = (found.conversation.state, found.agent_name, position)
        if now != self._told:
            self._told = now
            transport.tell(found.conversation.state.value, name=found.agent_name, position=position)

    # --- storing -------------------------------------------------------------------------------

    async def post(self, text: str, heard: Heard, payload: str | None = None) -> Message | None:
        """Store what the caller said or pressed; none where the conversation is closed."""
        draft = Draft(
            Sender.VISITOR,
            text,
            payload=payload,
            client_id=new_id(),
            author=self.call.id,
            heard=heard,
        )
        at = self.deps.clock.now()

        def work(connection: Connection) -> tuple[Conversation, Message] | None:
            present = conversations.get(connection, self.id)
            if present is None or present.state is State.CLOSED:
                return None
            return inbox.add(connection, present, draft, at, self.deps.while_waiting, {})

        done = await self.deps.store.write(work)
        if done is None:
            return None
        conversation, message = done
        if conversation.state is State.BOT:
            alone = conversation.owed_since == at
            self.deps.notify(self.id, Owed(conversation, message) if alone else None)
        self.wake(conversation)
        return message

    async def add(self, draft: Draft) -> None:
        """Store something that was said after the bot let go, or by the house."""
        at = self.deps.clock.now()
        done = await self.deps.store.write(
            lambda c: conversations.append(
                c, self.id, [draft], at, states=[State.BOT, State.WAITING, State.AGENT]
            )
        )
        if done is not None:
            self.wake(done.conversation)

    async def let_go(self, reason: Reason) -> None:
        """Hand over to a person without asking the dialogue, which cannot be talked to."""
        self.failed = False
        at = self.deps.clock.now()

        def work(connection: Connection) -> bool:
            present = conversations.get(connection, self.id)
            if present is None or present.state is not State.BOT:
                return False
            contact = contacts.get(connection, present.contact_id)
            vip = contact is not None and contact.vip
            packet = self.deps.hand_over.packet(present, present.memory, reason, vip=vip)
            said, step = self.deps.hand_over.announce(connection, present, at, reason)
            done = ownership.to_waiting(
                connection, present.id, packet, [said], at, version=present.version, step=step
            )
            return done is not None

        if await self.deps.store.write(work):
            self.deps.hub.wake(self.id)
            self.deps.hub.wake("queue")

    async def close(self, outcome: str, states: Sequence[State]) -> bool:
        """End the conversation with an outcome, if it is still in one of `states`."""
        at = self.deps.clock.now()
        done = await self.deps.store.write(
            lambda c: ownership.close(c, self.id, outcome, [], at, self.deps.sinks, states=states)
        )
        if done is not None:
            self.wake(replace(done.conversation, state=State.WAITING))
        return done is not None

    def wake(self, conversation: Conversation) -> None:
        """Tell whoever looks at the conversation."""
        hub = self.deps.hub
        hub.wake(self.id)
        if conversation.state is State.WAITING:
            hub.wake("queue")
        if conversation.agent_id:
            hub.wake(f"agent:{conversation.agent_id}")

    def listening(self, listening: Listening) -> Listening:
        """Complete what a turn listens for with the operator's patience."""
        endpoint = replace(listening.endpoint, no_speech_seconds=self.deps.patience.no_speech)
        return replace(listening, endpoint=endpoint)


def sayable(found: Feed) -> list[Message]:
    """What of the new messages a caller is to hear: no words of their own, nor what an agent said aloud."""
    return [
        message
        for message in found.messages
        if message.sender in (Sender.BOT, Sender.SYSTEM)
        or (message.sender is Sender.AGENT and message.heard is None)
    ]
