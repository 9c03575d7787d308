"""One turn of thought: Rasa, commands, Rasa again, until there is nothing left to carry out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import Any

from bot.clock import Clock
from bot.dialogue.engine import (
    ENDINGS,
    Command,
    Feedback,
    FindOrder,
    LetGo,
    Renew,
    Repeat,
    Say,
    Search,
    SetAside,
    ShowArticle,
    ShowTopics,
    decide,
    lookup_outcome,
    remember,
    renewal_words,
)
from bot.dialogue.library import TOLD, Found, Library, unoffered
from bot.dialogue.menus import intent_of
from bot.dialogue.order_words import order_text
from bot.dialogue.ports import DialogueClient, DialogueResult
from bot.errors import DialogueUnavailableError, OrderBackendError
from bot.model.case import Reason
from bot.model.contact import Identifiers
from bot.model.conversation import Channel, Conversation, Memory
from bot.model.identity import VerifiedIdentity
from bot.model.message import NOISE, Draft, Message, Sender
from bot.model.order import Order
from bot.model.question import AskedQuestion
from bot.orders.access import may_see, normalise_number
from bot.orders.backend import OrderBackend
from bot.orders.proofs import Proofs
from bot.texts import Texts

MAX_PASSES = 4
"""Passes through Rasa in one turn; a rule that runs in a circle ends here."""
HOUSE_PAYLOADS = frozenset({"/leave_message", "/call_back", "/keep_waiting"})
"""Buttons for those who wait for a person; clicked later they are only their words to the bot."""
WITH_ARTICLES = frozenset({"suggest", "topics", "topic", "no_article"})
"""Texts under which the knowledge base's own buttons stand."""
LastReply = Callable[[str], Awaitable[Message | None]]
"""Reads what the bot said last in a conversation, for 'say that again'."""
DetectLanguage = Callable[[str, str, Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Thought:
    """What a turn came to; nothing has been stored or said yet."""

    replies: tuple[Draft, ...]
    lang: str
    dialogue: Any
    memory: Memory
    let_go: Reason | None = None
    recognised: Identifiers | None = None
    """Whose order was told; the conversation belongs to that contact's history."""
    outcome: str = "answered"
    """For the metrics: answered, handoff, failed."""
    renewal: Renew | None = None
    """What the customer said to the renewal of their policy."""
    asked: AskedQuestion | None = None
    """A question to the knowledge base, and what became of it."""


@dataclass(slots=True)
class _Pass:
    """What has been gathered so far in the turn."""

    drafts: list[Draft] = field(default_factory=list)
    order: Order | None = None
    number: str | None = None
    found: Found = field(default_factory=Found)
    recognised: Identifiers | None = None
    renewal: Renew | None = None
    ends: bool = False


class Thinker:
    """Thinks for conversations that the bot owns. Holds nothing of them between turns."""

    def __init__(
        self,
        *,
        dialogue: DialogueClient,
        orders: OrderBackend,
        library: Library,
        detect_language: DetectLanguage,
        asks_language: Callable[[str], bool],
        texts: Texts,
        languages: Sequence[str],
        clock: Clock,
        zone: tzinfo,
        deadline: float,
        failed_state: Callable[[Mapping[str, str]], Any],
        last_reply: LastReply,
        proofs: Proofs,
    ) -> None:
        self._dialogue = dialogue
        self._orders = orders
        self._library = library
        self._detect = detect_language
        self._asks_language = asks_language
        self._texts = texts
        self._languages = languages
        self._clock = clock
        self._zone = zone
        self._deadline = deadline
        self._failed_state = failed_state
        self._last_reply = last_reply
        self._proofs = proofs

    async def think(self, conversation: Conversation, message: Message) -> Thought:
        """Work out the reply to one message; never raises for a dependency that is down."""
        lang = conversation.lang
        if message.payload is None and message.heard is None:
            # Speech was recognised in one language: its words are never another's.
            lang = self._detect(message.text, lang, self._languages)
        if lang != conversation.lang and self._asks_language(message.text):
            return self._finish(conversation, message, self._language_changed(conversation, lang))
        deadline_at = asyncio.get_running_loop().time() + self._deadline
        try:
            thought = await self._passes(conversation, message, lang, deadline_at)
        except DialogueUnavailableError:
            thought = self._failed(conversation, message, lang)
        return self._finish(conversation, message, thought)

    async def _passes(
        self,
        conversation: Conversation,
        message: Message,
        lang: str,
        deadline_at: float,
    ) -> Thought:
        clicked = message.payload is not None and message.payload not in HOUSE_PAYLOADS
        result = await self._dialogue.turn(
            lang,
            conversation.dialogue,
            intent_of(message.payload) if clicked and message.payload else words_of(message),
            intent=clicked,
            deadline_at=deadline_at,
            channel=conversation.channel.value,
            source=message.heard.source.value if message.heard else "typed",
            alternatives=message.heard.alternatives if message.heard else (),
        )
        if lang != conversation.lang and only_language(result):
            return self._language_changed(conversation, lang)
        first, done = result, _Pass()
        memory = conversation.memory
        for _ in range(MAX_PASSES):
            outcome = None
            for command in decide(result.outputs):
                let_go = _reason_to_let_go(command, done)
                if let_go is not None:
                    return Thought(
                        (),
                        lang,
                        None,
                        self._remembered(memory, message, first, result),
                        let_go,
                        done.recognised,
                        "handoff",
                        renewal=done.renewal,
                        asked=unoffered(done.found.asked),
                    )
                outcome, memory = await self._carry_out(
                    command, conversation, message, lang, memory, done
                ) or (outcome, memory)
            if outcome is None:
                break
            result = await self._dialogue.turn(
                lang,
                result.state,
                f"/{outcome}",
                intent=True,
                deadline_at=deadline_at,
                channel=conversation.channel.value,
            )
        memory = replace(self._remembered(memory, message, first, result), ends=done.ends)
        return Thought(
            tuple(done.drafts),
            lang,
            result.state,
            memory,
            None,
            done.recognised,
            renewal=done.renewal,
            asked=done.found.asked,
        )

    async def _carry_out(
        self,
        command: Command,
        conversation: Conversation,
        message: Message,
        lang: str,
        memory: Memory,
        done: _Pass,
    ) -> tuple[str | None, Memory] | None:
        """Do one command; the outcome goes back to Rasa, none where it has nothing to decide."""
        match command:
            case Say(key, given):
                done.drafts.append(self._say(key, lang, conversation, done, given))
                done.ends = key in ENDINGS
            case Repeat():
                done.drafts.append(self._again(lang, conversation, await self._last_reply(conversation.id)))
            case FindOrder(number, verifier):
                return await self._find_order(number, verifier, conversation, memory, done)
            case Search(strict):
                return await self._library.search(
                    message, conversation, lang, memory, done.found, strict=strict
                )
            case ShowArticle():
                return self._library.show(message, conversation, lang, memory, done.found)
            case ShowTopics():
                outcome = self._library.browse(message, lang, done.found)
                if outcome is None:
                    done.drafts.append(self._topics(lang, conversation, done))
                return outcome, memory
            case SetAside():
                return None, self._library.set_aside(conversation, lang, memory, done.found)
            case Feedback(helped):
                return None, self._library.judge(conversation, lang, memory, done.found, helped=helped)
            case Renew(answer, when):
                done.renewal, done.ends = command, True
                said = {"when": when or ""}
                done.drafts.append(self._say(renewal_words(answer, when), lang, conversation, done, said))
        return None

    async def _find_order(
        self, spoken: str, verifier: str | None, conversation: Conversation, memory: Memory, done: _Pass
    ) -> tuple[str, Memory]:
        done.number = normalise_number(spoken) or spoken[:32]
        identity = _identity(conversation)
        guessing = identity is None and verifier is not None
        if guessing and not await self._proofs.may_try(done.number):
            return "outcome_order_locked", memory
        try:
            order = await self._orders.find(done.number)
        except OrderBackendError:
            return "outcome_order_down", memory
        visible = order is not None and may_see(order, verified_contact=identity, verifier=verifier)
        # A phone's number alone does not say that the order of another phone is not theirs: they are asked.
        vouched = identity is not None and (identity.id is not None or identity.email is not None)
        outcome = lookup_outcome(memory, exists_and_may_see=visible, verified=vouched, verifier=verifier)
        if visible and order is not None:
            done.order = order
            if identity is None:
                who = order.contact
                done.recognised = Identifiers(who.id, who.email, who.phone, who.name)
                await self._proofs.succeeded(done.number)
            return outcome, replace(memory, failed_lookups=0)
        if outcome == "outcome_order_verify":
            return outcome, memory
        return outcome, replace(memory, failed_lookups=memory.failed_lookups + 1)

    def _say(
        self, key: str, lang: str, conversation: Conversation, done: _Pass, given: Mapping[str, str]
    ) -> Draft:
        slots, phone = conversation.memory.slots, conversation.channel is Channel.PHONE
        number = done.number or given.get("number") or slots.get("order_number", "")
        link = None
        if key == "order_found" and done.order is not None:
            key, variables = order_text(done.order, lang, self._today(), self._texts)
        elif key in TOLD and (article := done.found.article) is not None:
            variables = {"text": article.short if phone else article.text, "title": article.title}
            link = None if phone else article.link
        else:
            variables = {**dict.fromkeys(self._texts.variables(key), ""), **slots, **given, "number": number}
        draft = self._texts.draft(
            key,
            lang,
            channel=conversation.channel,
            seed=f"{conversation.id}{conversation.version}",
            **variables,
        )
        buttons = done.found.choices if key in WITH_ARTICLES else ()
        return replace(draft, link=link, choices=(*buttons, *draft.choices))

    def _topics(self, lang: str, conversation: Conversation, done: _Pass) -> Draft:
        title = done.found.topic
        given = {} if title is None else {"title": title}
        return self._say("topics" if title is None else "topic", lang, conversation, done, given)

    def _again(self, lang: str, conversation: Conversation, last_reply: Message | None) -> Draft:
        if last_reply is None:
            return self._texts.draft("nothing_to_repeat", lang, channel=conversation.channel)
        return Draft(
            sender=Sender.BOT,
            name=last_reply.name,
            text=last_reply.text,
            choices=last_reply.choices,
            link=last_reply.link,
        )

    def _language_changed(self, conversation: Conversation, lang: str) -> Thought:
        """'English, please' says nothing but the language: the dialogue goes on where it was."""
        draft = self._texts.draft("language_changed", lang, channel=conversation.channel)
        return Thought((draft,), lang, conversation.dialogue, conversation.memory)

    def _failed(self, conversation: Conversation, message: Message, lang: str) -> Thought:
        """The bot is out of order: apologise and offer a person; the second time hand over."""
        memory = replace(
            conversation.memory,
            failed_turns=conversation.memory.failed_turns + 1,
            expecting="yes_no",  # "shall I put you through?": on the phone keys answer it too
            question="bot_failed",
        )
        if message.payload == "/ask_human" or memory.failed_turns > 1:
            reason = Reason.ASKED if message.payload == "/ask_human" else Reason.BOT_FAILED
            return Thought((), lang, None, memory, reason, None, "failed")
        draft = self._texts.draft("bot_failed", lang, channel=conversation.channel)
        return Thought((draft,), lang, self._failed_state(memory.slots), memory, None, None, "failed")

    def _finish(self, conversation: Conversation, message: Message, thought: Thought) -> Thought:
        """Say in the first reply that this is a bot, and mark what answers what."""
        drafts = list(thought.replies)
        if thought.let_go is None and not drafts:
            drafts = [self._texts.draft("take_your_time", thought.lang, channel=conversation.channel)]
        memory = thought.memory
        if drafts and not conversation.memory.disclosed:
            disclosure = self._texts.text("disclosure", thought.lang, channel=conversation.channel)
            drafts[0] = replace(drafts[0], text=f"{disclosure} {drafts[0].text}")
            memory = replace(memory, disclosed=True)
        return replace(thought, replies=mark(drafts, message), memory=memory)

    def _remembered(
        self, memory: Memory, message: Message, first: DialogueResult, last: DialogueResult
    ) -> Memory:
        return remember(
            memory,
            text=message.text,
            intent=first.understood.intent,
            confidence=first.understood.confidence,
            slots={**first.slots, **{name: value for name, value in last.slots.items() if value}},
            misses=last.misses,
            expecting=last.expecting,
            question=last.question,
        )

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


def words_of(message: Message) -> str:
    """What the dialogue is told: of speech without a word that was understood, nothing."""
    return "" if message.heard is not None and message.text == NOISE else message.text


def _reason_to_let_go(command: Command, done: _Pass) -> Reason | None:
    if isinstance(command, LetGo):
        return command.reason
    if isinstance(command, Renew) and command.answer == "yes":
        done.renewal = command
        return Reason.RENEWAL_YES
    return None


def only_language(result: DialogueResult) -> bool:
    """Tell whether a sentence in a new language says nothing beside that: it was not understood, or asks
    to hear again what was said, which was in the old one."""
    return result.understood.fallback or any(output.get("do") == "repeat" for output in result.outputs)


def mark(drafts: Sequence[Draft], message: Message) -> tuple[Draft, ...]:
    """Note which customer message the replies answer, and which of them is the last."""
    return tuple(
        replace(draft, reply_to=message.client_id, last=place == len(drafts))
        for place, draft in enumerate(drafts, start=1)
    )


def _identity(conversation: Conversation) -> VerifiedIdentity | None:
    if conversation.identity is None:
        return None
    known = conversation.identity
    return VerifiedIdentity(id=known.get("id"), email=known.get("email"), phone=known.get("phone"))
