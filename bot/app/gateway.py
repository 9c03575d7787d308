"""The composition root: makes every room and hands each what it needs; the only importer of everything."""

import asyncio
import socket
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import structlog

from bot.app.answers import ArticleAnswers
from bot.app.observe import QueueMoved, TryAgain, make_health
from bot.app.phone import Phone
from bot.app.reviewing import make_knowledge_base, make_reviews
from bot.clock import Clock, SystemClock
from bot.demo import DemoOrders
from bot.dialogue.library import Library
from bot.dialogue.runner import Runner
from bot.dialogue.thinker import Thinker
from bot.errors import ConfigurationError
from bot.live.embedded import EmbeddedValkey
from bot.live.hub import Hub
from bot.live.redis import RedisLiveStore
from bot.orders.backend import NoOrders, OrderBackend
from bot.orders.breaker import CircuitBreaker
from bot.orders.http import HttpOrderBackend, OrderHttpSettings
from bot.orders.proofs import Proofs
from bot.settings import Settings
from bot.settings.secrets import Secrets
from bot.store import turns
from bot.store.engine import Store
from bot.store.migrate import upgrade_postgres, upgrade_sqlite
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.telemetry.metrics import Metrics
from bot.texts import Texts, load_texts
from bot.web.chat_session import ChatDeps
from bot.web.chat_socket import ChatSockets
from bot.web.identity import Identities, VisitorTokens
from bot.web.limits import FrameLimiter
from handoff.deps import Desk, Rules
from handoff.handover import HandOver
from handoff.hours import parse_hours
from handoff.sinks.dispatcher import Dispatcher
from handoff.sinks.webhook import WebhookSink, sink_session
from handoff.sweep import Sweeper
from handoff.upkeep import Upkeep
from knowledge_base.encoder import EncoderProcess
from nlu.language import detect
from nlu.language_request import is_only_request
from nlu.pool import DialoguePool
from nlu.protocol import pending_state
from nlu.scenarios.loading import load_scenarios
from nlu.scenarios.texts import catalogue
from voice.stt.recogniser import RecognitionError
from voice.tts.synthesiser import SynthesisError

log = structlog.get_logger("gateway")
HOME = Path(__file__).resolve().parent.parent.parent
PURGE_SECONDS = 3600.0


class Gateway:
    """Everything of one gateway process. `start` in order of need, `stop` in the other order."""

    def __init__(self, settings: Settings, secrets: Secrets, models: dict[str, Path]) -> None:
        self.settings = settings
        self.secrets = secrets
        self.models = models
        self.clock: Clock = SystemClock()
        self.metrics = Metrics()
        self.id = uuid.uuid4().hex[:12]
        self.draining = False
        self.name = f"{socket.gethostname()}:{settings.web.port}"
        """The same after a restart, so that calls left behind are recognised."""
        self.phone: Phone | None = None
        self.phone_off = "voice.enabled is false"
        """Why there is no phone channel."""
        self.sinks = sink_names(settings)
        self.texts: Texts = make_texts(settings)
        self._stack = AsyncExitStack()

    @property
    def public_url(self) -> str:
        """How browsers reach this gateway."""
        web = self.settings.web
        return (web.public_url or f"http://{web.host}:{web.port}").rstrip("/")

    async def start(self) -> None:
        """Make and start every part; on a failure what was started is stopped again."""
        try:
            await self._start_state()
            await self._start_dialogue()
            await self._start_handoff()
            self._make_chat()
            await self._start_phone()
            await self.sockets.start()
            await self.runner.start()
            self.health = make_health(self)
        except BaseException:
            await self._stack.aclose()
            raise

    async def drain(self) -> None:
        """No new turns, running ones end, customers' widgets are told to connect again."""
        self.draining = True
        if self.phone is not None:
            await self.phone.drain(self.settings.voice.drain_seconds)
        await self.runner.drain(self.settings.web.drain_seconds)
        await self.sockets.close_all()

    async def stop(self) -> None:
        """Stop every part; after `drain`, when no request runs any more."""
        await self._stack.aclose()

    async def _start_state(self) -> None:
        self.store: Store = await open_store(self.settings)
        self._stack.push_async_callback(self.store.close)
        url = self.settings.redis.url
        self.valkey: EmbeddedValkey | None = None
        if url == "embedded":
            self.valkey = EmbeddedValkey(self.settings.data_dir)
            await self.valkey.start()
            self._stack.push_async_callback(self.valkey.stop)
            url = self.valkey.url
        self.live = RedisLiveStore(url, self.clock)
        self._stack.push_async_callback(self.live.close)
        self.hub = Hub(self.live, self.id)
        await self.hub.start()
        self._stack.push_async_callback(self.hub.stop)
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._stack.push_async_callback(self.http.close)

    async def _start_dialogue(self) -> None:
        dialogue = self.settings.dialogue
        self.pool = DialoguePool(
            python=HOME / dialogue.python,
            models=self.models,
            socket_dir=run_dir(self.settings),
            workers=dialogue.workers,
            queue_limit=dialogue.queue,
            deadline=dialogue.deadline_seconds,
            on_event=self.metrics.dialogue_event,
            number_pattern=self.settings.orders.number_pattern,
        )
        await self.pool.start()
        self._stack.push_async_callback(self.pool.stop)
        encoder = EncoderProcess()
        self.articles = make_knowledge_base(self.settings, self.clock, zone(self.settings), encoder)
        self._stack.push_async_callback(self.articles.close)
        await self.articles.warm()
        self.reviews = make_reviews(self.settings, self.store, self.clock, self.articles, encoder)
        self._stack.callback(self.reviews.close)

    async def _start_handoff(self) -> None:
        settings = self.settings
        hours = parse_hours(settings.handoff.hours)
        self.hand_over = HandOver(self.texts, hours)
        self.desk = Desk(
            store=self.store,
            live=self.live,
            hub=self.hub,
            clock=self.clock,
            texts=self.texts,
            rules=Rules(
                capacity=settings.handoff.capacity,
                hours=hours,
                outcomes=settings.handoff.outcomes,
                languages=settings.languages,
                sinks=self.sinks,
                agent_gone_seconds=settings.handoff.agent_gone_seconds,
                long_wait_seconds=settings.handoff.long_wait_seconds,
                bot_idle_seconds=settings.idle.bot_seconds,
                agent_idle_seconds=settings.idle.agent_seconds,
                waiting_idle_seconds=settings.idle.waiting_seconds,
                failed_logins_per_minute=settings.limits.failed_logins_per_minute,
                own_origins=origins(settings),
            ),
        )
        pushes = sink_session()
        self._stack.push_async_callback(pushes.close)
        self.dispatcher = Dispatcher(
            self.store,
            [
                WebhookSink(sink_name(sink), sink.url, sink_secret(sink), pushes)
                for sink in settings.history.sinks
            ],
            self.clock,
            keep_delivered_days=settings.history.keep_delivered_days,
            tried=self.metrics.push,
        )
        await self.dispatcher.start()
        self._stack.push_async_callback(self.dispatcher.stop)
        upkeep = Upkeep(self.desk)
        await upkeep.start()
        self._stack.push_async_callback(upkeep.stop)
        purge = Sweeper("questions", self.reviews.purge, PURGE_SECONDS)
        await purge.start()
        self._stack.push_async_callback(purge.stop)

    def _make_chat(self) -> None:
        settings = self.settings
        answers = ArticleAnswers(self.articles, settings.shop.articles_url, self.public_url)
        self.library = Library(answers, self.texts, settings.languages, self.clock)
        self.runner = Runner(
            store=self.store,
            thinker=self._make_thinker(),
            hand_over=self.hand_over,
            texts=self.texts,
            clock=self.clock,
            wake=self.hub.wake,
            show=lambda conversation_id, messages: self.sockets.show(conversation_id, messages),
            thinking=lambda topic: self.hub.wake(topic, "typing", {"sender": "bot"}),
            measure=self.metrics.turn,
            alone=settings.database.url is None,
        )
        self.tokens = VisitorTokens(self.secrets.visitor, self.clock)
        self.identities = Identities(self.secrets.identity, self.clock)
        limits = settings.limits
        deps = ChatDeps(
            store=self.store,
            clock=self.clock,
            texts=self.texts,
            tokens=self.tokens,
            identities=self.identities,
            limiter=FrameLimiter(limits.burst, limits.per_second),
            languages=settings.languages,
            message_chars=limits.message_chars,
            refused_before_close=limits.refused_before_close,
            sinks=self.sinks,
            while_waiting=self.hand_over.while_waiting,
            notify=self.runner.notify,
            wake=self.hub.wake,
            button=self.library.button,
            may_speak=lambda: not self.draining,
        )
        self.sockets = ChatSockets(
            deps,
            self.hub,
            self.live,
            origins=settings.widget.allowed_origins,
            max_sockets=limits.sockets,
            frame_bytes=limits.frame_bytes,
            count=lambda number: self.metrics.gauge("chat_sockets", number),
        )
        self.hub.attach("queue", QueueMoved(self.sockets.queue_moved, self.dispatcher.kick))
        self.hub.attach("outbox", TryAgain(self.dispatcher.try_now))

    async def _start_phone(self) -> None:
        """Start the phone channel; without what the machine lacks the chat goes on, and health says why."""
        if not self.settings.voice.enabled:
            return
        phone = Phone(self)
        try:
            await phone.start()
        except (SynthesisError, RecognitionError) as error:
            self.phone_off = str(error)
            log.warning("phone_off", code=error.code, reason=str(error))
            return
        self.phone = phone
        self._stack.push_async_callback(phone.stop)

    def today(self) -> date:
        """The shop's day."""
        return self.clock.now().astimezone(zone(self.settings)).date()

    def _make_thinker(self) -> Thinker:
        settings = self.settings

        async def last_reply(conversation_id: str) -> Any:
            return await self.store.read(lambda c: turns.last_reply(c, conversation_id))

        return Thinker(
            dialogue=self.pool,
            orders=self._make_orders(),
            library=self.library,
            detect_language=detect,
            asks_language=is_only_request,
            texts=self.texts,
            languages=settings.languages,
            clock=self.clock,
            zone=zone(settings),
            deadline=settings.dialogue.deadline_seconds,
            failed_state=lambda slots: pending_state("bot_failed", slots),
            last_reply=last_reply,
            proofs=Proofs(self.live, settings.limits.proofs_per_hour),
        )

    def _make_orders(self) -> OrderBackend:
        orders = self.settings.orders
        if orders.url is None:
            if not self.settings.demo:
                return NoOrders()
            return DemoOrders(self.store, self.clock, zone(self.settings))
        settings = OrderHttpSettings(
            url=orders.url,
            token=self.secrets.orders,
            try_timeout=orders.timeout_seconds,
        )
        return HttpOrderBackend(self.http, settings, CircuitBreaker(self.clock))


async def open_store(settings: Settings) -> Store:
    """Open the database and bring it to the present schema."""
    url = settings.database.url
    if url is None:
        path = settings.data_dir / "centrala.db"
        await asyncio.to_thread(upgrade_sqlite, path)
        return SqliteStore(path, synchronous=settings.database.synchronous)
    if not url.startswith("postgresql+asyncpg://"):
        raise ConfigurationError(
            "database.url: only postgresql+asyncpg://user:password@host/name will do, or none for SQLite"
        )
    await upgrade_postgres(url)
    return PostgresStore(url, pool_size=settings.database.pool_size)


def make_texts(settings: Settings) -> Texts:
    """Read the catalogue, the scenarios' replies in it; raises `ConfigurationError` or `ScenarioError`."""
    scenarios = load_scenarios(settings.scenarios.dir, settings.languages, HOME / "nlu")
    more = catalogue(scenarios, settings.languages) if scenarios else None
    return load_texts(HOME / "nlu" / "catalogue", settings.languages, settings.shop.name, more)


def run_dir(settings: Settings) -> Path:
    """Where this gateway's unix sockets are."""
    return settings.data_dir / "run"


def zone(settings: Settings) -> ZoneInfo:
    """The shop's time zone: the one of its opening hours, else Warsaw's."""
    hours = settings.handoff.hours
    name = hours.get("timezone") if isinstance(hours, dict) else None
    return ZoneInfo(name or "Europe/Warsaw")


def origins(settings: Settings) -> tuple[str, ...]:
    """The origin of the gateway's own pages, where a proxy may change the Host header."""
    url = settings.web.public_url
    return (url.rstrip("/"),) if url else ()


def sink_names(settings: Settings) -> tuple[str, ...]:
    """Name every sink; raises `ConfigurationError` where two have one name: each is owed its own rows."""
    names = tuple(sink_name(sink) for sink in settings.history.sinks)
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"history.sinks: two are called {name}; give each a name of its own")
    return names


def sink_name(sink: Any) -> str:
    """Name a sink for the outbox; the address itself may hold a secret."""
    return str(sink.name or urlsplit(sink.url).hostname or "sink")


def sink_secret(sink: Any) -> str:
    """Read a sink's secret; raises `ConfigurationError` that names the key."""
    read: Callable[[], str] = sink.value
    try:
        return read()
    except (ValueError, OSError):
        raise ConfigurationError(
            f"history.sinks: {sink_name(sink)} needs secret, or a secret_file that can be read"
        ) from None
