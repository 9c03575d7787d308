"""One mailbox a conversation: the turns that the bot owes, one at a time, each committed by itself."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.clock import Clock
from bot.dialogue.ports import HandOver
from bot.dialogue.thinker import Thinker, Thought, mark
from bot.model.case import Reason
from bot.model.contact import Identifiers
from bot.model.conversation import Conversation
from bot.model.message import Draft, Message
from bot.store import contacts, conversations, ownership, questions, renewals, turns
from bot.store.conversations import Appended
from bot.store.engine import Store
from bot.store.turns import Owed
from bot.telemetry.tracing import span
from bot.texts import Texts

log = structlog.get_logger(__name__)
RECOVERY_SECONDS = 5.0
"""How often the runner looks for turns that somebody else left behind."""
LEFT_BEHIND_SECONDS = 6.0
"""A turn owed for longer than this was left by a gateway that died: thrice the deadline."""


Wake = Callable[[str, str, Mapping[str, Any] | None], None]
"""(topic, kind, data): tells every socket of a topic, here and on other gateways, to read on."""
Show = Callable[[str, Sequence[Message]], None]
"""Shows just committed messages to this gateway's own sockets of a conversation, unread."""

TYPING_AFTER = 0.3
"""Seconds of thought after which the customer sees that the bot is typing."""


class Runner:
    """Takes the owed turns of this gateway's conversations, and those that a dead gateway left."""

    def __init__(
        self,
        *,
        store: Store,
        thinker: Thinker,
        hand_over: HandOver,
        texts: Texts,
        clock: Clock,
        wake: Wake,
        show: Show,
        thinking: Callable[[str], None],
        measure: Callable[[str, str, float], None],
        alone: bool,
    ) -> None:
        self._store = store
        self._thinker = thinker
        self._hand_over = hand_over
        self._texts = texts
        self._clock = clock
        self._wake = wake
        self._show = show
        self._thinking = thinking
        self._measure = measure
        self._alone = alone
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._recovery: asyncio.Task[None] | None = None
        self._draining = False

    async def start(self) -> None:
        """Take up what a former life of this gateway owed, and watch for what others leave."""
        if self._alone:
            await self._take_up(timedelta(0))
        self._recovery = asyncio.create_task(self._recover(), name="turn-recovery")

    async def drain(self, seconds: float) -> None:
        """Start no new turn and let running ones end; what is still owed then is owed in SQL."""
        self._draining = True
        if self._recovery is not None:
            self._recovery.cancel()
            await asyncio.gather(self._recovery, return_exceptions=True)
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def notify(self, conversation_id: str, owed: Owed | None = None) -> None:
        """A customer's message is durable: take its turn, now or after the one that runs.

        `owed` spares a read where the caller has just stored the message and nothing else is owed.
        """
        if self._draining:
            return
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id, owed), name="turn")
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._done(conversation_id))

    @property
    def running(self) -> int:
        """How many conversations are being thought about."""
        return len(self._tasks)

    def _done(self, conversation_id: str) -> None:
        self._tasks.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.notify(conversation_id)

    async def _run(self, conversation_id: str, owed: Owed | None) -> None:
        try:
            while not self._draining:
                if owed is None:
                    owed = await self._store.read(lambda c: turns.next_owed(c, conversation_id))
                if owed is None:
                    return
                went_on = await self._turn(owed)
                owed = None
                if not went_on and conversation_id not in self._again:
                    return
                self._again.discard(conversation_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            # The turn stays owed in SQL; the recovery takes it up again.
            log.exception("turn_failed", conversation_id=conversation_id)

    async def _turn(self, owed: Owed) -> bool:
        with span("turn", conversation_id=owed.conversation.id):
            return await self._think_and_commit(owed)

    async def _think_and_commit(self, owed: Owed) -> bool:
        """Think and commit; says whether something else may be owed."""
        conversation, message = owed.conversation, owed.message
        started = self._clock.monotonic()
        typing = asyncio.get_running_loop().call_later(TYPING_AFTER, self._thinking, conversation.id)
        try:
            thought = await self._thinker.think(conversation, message)
        finally:
            typing.cancel()
        at = self._clock.now()
        done = await self._store.write(lambda c: self._commit(c, owed, thought, at))
        self._measure(thought.outcome, thought.lang, self._clock.monotonic() - started)
        if done is None:
            log.info("turn_dropped", conversation_id=conversation.id, version=conversation.version)
            return True
        if thought.let_go is not None:
            self._wake(conversation.id, "changed", None)
            self._wake("queue", "changed", None)
            log.info("handed_over", conversation_id=conversation.id, reason=thought.let_go.value)
            return False
        self._show(conversation.id, done.messages)
        # Nothing but these messages is new: whoever has been shown them need not read.
        self._wake(conversation.id, "changed", {"seq": done.conversation.last_seq})
        return done.conversation.owed_since is not None

    def _commit(self, connection: Connection, owed: Owed, thought: Thought, at: datetime) -> Appended | None:
        if thought.recognised is not None:
            owed = replace(owed, conversation=self._recognise(connection, owed, thought.recognised, at))
        if thought.let_go is not None:
            done = self._let_go(connection, owed, thought, at)
        else:
            done = turns.commit_turn(
                connection,
                owed,
                thought.replies,
                at,
                lang=thought.lang,
                dialogue=thought.dialogue,
                memory=thought.memory,
            )
        if done is not None and thought.renewal is not None:
            renewals.note(connection, done.conversation, thought.renewal.answer, thought.renewal.when, at)
        if done is not None and thought.asked is not None:
            questions.note(connection, thought.asked)
        if done is not None and thought.let_go is Reason.MISUNDERSTOOD:
            assert owed.message.seq is not None
            questions.missed(connection, done.conversation, owed.message.seq, at)
        return done

    def _let_go(self, connection: Connection, owed: Owed, thought: Thought, at: datetime) -> Appended | None:
        assert thought.let_go is not None
        conversation = replace(owed.conversation, lang=thought.lang, memory=thought.memory)
        contact = contacts.get(connection, conversation.contact_id)
        packet = self._hand_over.packet(
            conversation, thought.memory, thought.let_go, vip=contact is not None and contact.vip
        )
        draft, step = self._hand_over.announce(connection, conversation, at, thought.let_go)
        memory = thought.memory
        if not memory.disclosed:
            draft = self._disclosed(draft, conversation)
            memory = replace(memory, disclosed=True)
        return ownership.to_waiting(
            connection,
            conversation.id,
            packet,
            mark([draft], owed.message),
            at,
            version=conversation.version,
            step=step,
            changes={
                "lang": thought.lang,
                "dialogue": None,
                "memory": conversations.memory_to_json(memory),
            },
        )

    def _disclosed(self, draft: Draft, conversation: Conversation) -> Draft:
        disclosure = self._texts.text("disclosure", conversation.lang, channel=conversation.channel)
        return replace(draft, text=f"{disclosure} {draft.text}")

    def _recognise(
        self, connection: Connection, owed: Owed, identifiers: Identifiers, at: datetime
    ) -> Conversation:
        """Move a stranger's conversation to the contact whose order they proved to be theirs."""
        conversation = owed.conversation
        contact_id = contacts.recognise(
            connection, identifiers, present=conversation.contact_id, lang=conversation.lang, at=at
        )
        if contact_id == conversation.contact_id:
            return conversation
        if conversation.visitor_id is not None:
            contacts.move_visitor(connection, conversation.visitor_id, contact_id)
        moved = conversations.append(connection, conversation.id, [], at, changes={"contact_id": contact_id})
        assert moved is not None
        return replace(conversation, contact_id=contact_id)

    async def _recover(self) -> None:
        while True:
            await asyncio.sleep(RECOVERY_SECONDS)
            try:
                await self._take_up(timedelta(seconds=LEFT_BEHIND_SECONDS))
            except Exception:
                log.exception("recovery_failed")

    async def _take_up(self, age: timedelta) -> None:
        before = self._clock.now() - age
        for conversation_id in await self._store.read(lambda c: turns.owed_conversations(c, before)):
            self.notify(conversation_id)
