"""`centrala chat`: the bot in the terminal, and what was seen of each turn. Nothing is kept or sent."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import aiohttp

from bot.app.answers import ArticleAnswers
from bot.app.gateway import HOME, make_texts, run_dir, zone
from bot.app.reviewing import make_knowledge_base
from bot.app.serve import find_models
from bot.clock import SystemClock
from bot.demo import DemoOrders, seed
from bot.dialogue.library import Library
from bot.dialogue.ports import Article, Nearest
from bot.dialogue.thinker import Thinker, Thought
from bot.errors import InvalidInputError
from bot.live.memory import MemoryLiveStore
from bot.model.conversation import Channel, Conversation, Memory, State
from bot.model.message import Draft, Heard, Message, Sender, Source
from bot.orders.backend import NoOrders, OrderBackend
from bot.orders.breaker import CircuitBreaker
from bot.orders.http import HttpOrderBackend, OrderHttpSettings
from bot.orders.proofs import Proofs
from bot.settings import Settings, load
from bot.settings.secrets import gather
from bot.store.migrate import upgrade_sqlite
from bot.store.sqlite import SqliteStore
from bot.telemetry.logs import configure as configure_logs
from knowledge_base.answer import Hit
from knowledge_base.encoder import EncoderProcess
from knowledge_base.local import LocalKnowledgeBase
from nlu import commands as nlu_commands
from nlu.language import detect
from nlu.language_request import is_only_request
from nlu.pool import DialoguePool
from nlu.protocol import TurnResult, pending_state

PATIENCE = 30.0
"""Seconds that a turn may take: nobody is on the line."""
NEAREST = 3
"""Articles that are shown of a search."""


@dataclass(slots=True)
class Seen:
    """What was seen of one turn."""

    why: Mapping[str, Any] | None = None
    """See `nlu.dialogue.explaining`; none where a button was clicked."""
    passes: list[tuple[str, TurnResult]] = field(default_factory=list)
    searched: list[tuple[Hit, ...]] = field(default_factory=list)


class _Dialogue:
    """A `DialogueClient` that is looked over the shoulder."""

    def __init__(self, pool: DialoguePool) -> None:
        self._pool = pool
        self.seen = Seen()

    async def turn(
        self,
        lang: str,
        state: Any,
        text: str,
        *,
        intent: bool = False,
        deadline_at: float | None = None,
        channel: Literal["chat", "phone"] = "chat",
        source: Literal["typed", "spoken", "keypad"] = "typed",
        alternatives: Sequence[str] = (),
    ) -> TurnResult:
        """See `DialogueClient.turn`."""
        if not intent:
            self.seen.why = await self._pool.explain(lang, state, text, channel=channel, source=source)
        result = await self._pool.turn(
            lang,
            state,
            text,
            intent=intent,
            deadline_at=deadline_at,
            channel=channel,
            source=source,
            alternatives=alternatives,
        )
        self.seen.passes.append((text if intent else "", result))
        return result


class _Articles(ArticleAnswers):
    """Answers, and what was found on the way."""

    def __init__(self, articles: LocalKnowledgeBase, dialogue: _Dialogue, url: str | None) -> None:
        super().__init__(articles, url, "")
        self._base = articles
        self._dialogue = dialogue

    async def answer(self, lang: str, question: str, strict: bool) -> Article | Nearest | None:
        """See `Answers.answer`."""
        hits = await self._base.search(lang, question, limit=NEAREST)
        self._dialogue.seen.searched.append(tuple(hits))
        return await super().answer(lang, question, strict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn, to be shown."""

    said: str
    thought: Thought
    seen: Seen


class Talk:
    """A conversation in memory. After a person was called the next sentence begins a new one."""

    def __init__(self, dialogue: _Dialogue, channel: Channel, lang: str) -> None:
        self._dialogue = dialogue
        self._channel = channel
        self._lang = lang
        self._clock = SystemClock()
        self._ordinal = 0
        self._last: Message | None = None
        self._conversation = self._fresh()
        self.thinker: Thinker | None = None
        self.library: Library | None = None

    async def last_reply(self, _conversation_id: str) -> Message | None:
        """Return what the bot said last."""
        return self._last

    async def say(self, text: str) -> Turn:
        """Take a turn; a text with a slash is a button, if there is such a one."""
        assert self.thinker is not None
        assert self.library is not None
        self._dialogue.seen = Seen()
        clicked = text.startswith("/") and self.library.button(self._conversation.lang, text) is not None
        message = self._message(Sender.VISITOR, text, text if clicked else None)
        if self._channel is Channel.PHONE and not clicked:
            message = replace(message, heard=Heard(Source.SPOKEN))
        thought = await self.thinker.think(self._conversation, message)
        for draft in thought.replies:
            self._last = replace(self._message(Sender.BOT, draft.text, None), choices=draft.choices)
        if thought.let_go is not None:
            self._conversation = self._fresh()
        else:
            self._conversation = replace(
                self._conversation,
                lang=thought.lang,
                dialogue=json.loads(json.dumps(thought.dialogue)),
                memory=thought.memory,
                version=self._conversation.version + 1,
            )
        return Turn(text, thought, self._dialogue.seen)

    def _message(self, sender: Sender, text: str, payload: str | None) -> Message:
        self._ordinal += 1
        at = self._clock.now()
        return Message("terminal", self._ordinal, self._ordinal, sender, None, text, at, payload=payload)

    def _fresh(self) -> Conversation:
        at: datetime = self._clock.now()
        return Conversation(
            id="terminal",
            channel=self._channel,
            lang=self._lang,
            ui_lang=self._lang,
            state=State.BOT,
            contact_id="terminal",
            visitor_id=None,
            agent_id=None,
            version=1,
            last_seq=0,
            last_ordinal=0,
            answered_seq=0,
            visitor_seq=0,
            owed_since=None,
            dialogue=None,
            memory=Memory(),
            identity=None,
            created_at=at,
            last_message_at=at,
            last_visitor_at=None,
            waiting_since=None,
            closed_at=None,
            outcome=None,
            tags=(),
            rating=None,
        )


def talk(
    config: Path,
    overrides: tuple[str, ...],
    lang: str | None,
    channel: str,
    lines: Iterable[str],
    show: Callable[[Turn], None],
) -> None:
    """Take a turn for every line that is not blank, and show it."""
    settings = load(config, environment=os.environ, overrides=overrides)
    configure_logs("error", "console")  # what the gateway would log is no part of the talk
    chosen = lang or settings.languages[0]
    if chosen not in settings.languages:
        raise InvalidInputError(f"languages: {chosen} is not switched on in {config}")
    models = find_models(settings, config)

    async def run() -> None:
        async with talking(settings, models, Channel(channel), chosen) as terminal:
            remaining = iter(lines)
            while (line := await asyncio.to_thread(next, remaining, None)) is not None:
                if line.strip():
                    show(await terminal.say(line.strip()))

    asyncio.run(run())


@asynccontextmanager
async def talking(
    settings: Settings, models: Mapping[str, Path], channel: Channel, lang: str
) -> AsyncIterator[Talk]:
    """Make all that a conversation in the terminal needs; `models` by language."""
    async with AsyncExitStack() as stack:
        texts, clock = make_texts(settings), SystemClock()
        sockets = run_dir(settings) / f"command-{os.getpid()}"
        python, pattern = HOME / settings.dialogue.python, settings.orders.number_pattern
        pool = await stack.enter_async_context(nlu_commands.one_worker(python, models, sockets, pattern))
        articles = make_knowledge_base(settings, clock, zone(settings), EncoderProcess())
        stack.push_async_callback(articles.close)
        await articles.warm()
        dialogue = _Dialogue(pool)
        answers = _Articles(articles, dialogue, settings.shop.articles_url)
        terminal = Talk(dialogue, channel, lang)
        terminal.library = Library(answers, texts, settings.languages, clock)
        terminal.thinker = Thinker(
            dialogue=dialogue,
            orders=await _orders(settings, stack),
            library=terminal.library,
            detect_language=detect,
            asks_language=is_only_request,
            texts=texts,
            languages=settings.languages,
            clock=clock,
            zone=zone(settings),
            deadline=PATIENCE,
            failed_state=lambda slots: pending_state("bot_failed", slots),
            last_reply=terminal.last_reply,
            proofs=Proofs(MemoryLiveStore(clock), 0),
        )
        yield terminal


async def _orders(settings: Settings, stack: AsyncExitStack) -> OrderBackend:
    """Return the shop's order system, or the demo's orders in a database of their own."""
    clock = SystemClock()
    if settings.orders.url is not None:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        http = OrderHttpSettings(
            url=settings.orders.url,
            token=gather(settings).orders,
            try_timeout=settings.orders.timeout_seconds,
        )
        return HttpOrderBackend(session, http, CircuitBreaker(clock))
    if not settings.demo:
        return NoOrders()
    path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "orders.db"
    await asyncio.to_thread(upgrade_sqlite, path)
    store = SqliteStore(path, synchronous="normal")
    stack.push_async_callback(store.close)
    await store.write(lambda connection: seed(connection, clock.now()))
    return DemoOrders(store, clock, zone(settings))


def buttons(draft: Draft) -> Sequence[tuple[str, str]]:
    """Return title and payload of what can be clicked."""
    return [(choice.title, choice.payload) for choice in draft.choices]
