"""The phone channel of one gateway: engines, switchboard and doors, put together."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.calls.deps import CallDeps, Patience
from bot.calls.doors import DoorDeps, Doors
from bot.calls.opening import LineRule, PhoneRules
from bot.calls.recordings import Recordings
from bot.calls.rest import CallsRest
from bot.calls.speaker import PromptSpeaker
from bot.calls.switchboard import Switchboard
from bot.errors import CentralaError, ConfigurationError, DialogueUnavailableError
from bot.model.call import Call
from bot.rest.route import Handler
from bot.settings import Settings
from bot.settings.secrets import is_loopback
from bot.store import agents
from handoff.guard import Guard
from nlu.protocol import pending_state
from voice.ari.client import AriClient
from voice.ari.phone_agents import PhoneAgents
from voice.pacer import Pacer
from voice.stt.grammar import load_lists
from voice.stt.pool import PoolLimits
from voice.stt.recogniser import SpeechRecogniser
from voice.stt.vosk import VoskRecogniser
from voice.stt.whisper import LIMITS as WHISPER
from voice.stt.whisper import WhisperRecogniser
from voice.transports.audiosocket_server import AudioSocketServer, serve_audiosocket
from voice.transports.transport import Transport
from voice.tts.prompts import Prompts
from voice.tts.pyttsx3 import Pyttsx3Synthesiser
from voice.tts.tones import load_tones

if TYPE_CHECKING:
    from bot.app.gateway import Gateway

log = structlog.get_logger("phone")
Add = Callable[[str, Handler], object]


class Phone:
    """Everything of calls. `start` once the gateway's other parts are there, `stop` before them."""

    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._stack = AsyncExitStack()
        self._audiosocket: AudioSocketServer | None = None
        self._ari: AriClient | None = None
        self._phones: PhoneAgents | None = None
        settings = gateway.settings
        self._make_ari(settings)
        self.recordings = Recordings(
            gateway.store,
            gateway.clock,
            settings.recording.dir or settings.data_dir / "recordings",
            keep_days=settings.recording.keep_days,
        )
        self.recogniser = make_recogniser(settings, gateway.metrics.speech_event)
        self.synthesiser = Pyttsx3Synthesiser(children=settings.voice.synthesis.workers)
        self.pacer = Pacer(self._tick_failed, on_lateness=gateway.metrics.pacer_late)
        self.prompts = Prompts(
            self.synthesiser,
            cache_dir=settings.data_dir / "prompts",
            recorded_dir=settings.voice.synthesis.recorded_dir,
        )
        self.switchboard = Switchboard(
            self._deps(),
            max_calls=settings.voice.max_calls,
            accept_unknown=accepts_unknown(settings),
        )

    def _make_ari(self, settings: Settings) -> None:
        asterisk, audiosocket = settings.voice.asterisk, settings.voice.audiosocket
        if asterisk.ari_url is None:
            return
        if self._gateway.secrets.ari is None:
            raise ConfigurationError("voice.asterisk.ari_password: ARI wants one, as ari.conf has it")
        self._ari = AriClient(asterisk.ari_url, asterisk.ari_user, self._gateway.secrets.ari)
        self._phones = PhoneAgents(self._ari, audio=f"{audiosocket.host}:{audiosocket.port}")

    async def start(self) -> None:
        """Start the engines and take calls. Raises `CentralaError` that names what is missing."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise

    async def _start(self) -> None:
        gateway, voice = self._gateway, self._gateway.settings.voice
        await self.recogniser.start()
        self._stack.push_async_callback(self.recogniser.stop)
        await self.synthesiser.start()
        self._stack.push_async_callback(self.synthesiser.stop)
        await self.prompts.start()
        self._stack.push_async_callback(self.prompts.stop)
        await asyncio.to_thread(load_tones)
        for lang in gateway.settings.languages:
            await asyncio.to_thread(load_lists, lang)
        self._stack.callback(self.pacer.close)
        await self.recordings.start()
        self._stack.push_async_callback(self.recordings.stop)
        await self.switchboard.left_behind()
        self._audiosocket = await serve_audiosocket(
            voice.audiosocket.host, voice.audiosocket.port, self._take, voice.max_calls * 3
        )
        self._stack.push_async_callback(self._audiosocket.close)
        if self._ari is not None and self._phones is not None:
            await self._stack.enter_async_context(self._ari)
            listening = asyncio.create_task(self._phones.run(), name="ari")
            self._stack.push_async_callback(_end, listening)
        speaking = asyncio.create_task(self._speak_ahead(), name="prompts-ahead")
        self._stack.push_async_callback(_end, speaking)
        log.info("phone_ready", audiosocket_port=self._audiosocket.port, languages=gateway.settings.languages)

    @property
    def audiosocket_port(self) -> int | None:
        """Where Asterisk's AudioSocket connects to."""
        return self._audiosocket.port if self._audiosocket else None

    def status(self) -> str:
        """Say `ok`, or what callers have to do without."""
        if not self.recogniser.ready():
            return "no speech worker is up; callers are asked for their keypad"
        if not self.synthesiser.ready():
            return "no speech synthesis; only what was rendered before can be said"
        return "ok"

    async def drain(self, seconds: float) -> None:
        """Take no new calls, and let those that run end."""
        if self._audiosocket is not None:
            self._audiosocket.drain()
        await self.switchboard.drain(seconds)

    async def stop(self) -> None:
        """Stop the engines."""
        await self._stack.aclose()

    def add_routes(self, add_get: Add, add_post: Add, guard: Guard) -> None:
        """Open the doors."""
        gateway, voice = self._gateway, self._gateway.settings.voice
        doors = Doors(
            DoorDeps(
                store=gateway.store,
                clock=gateway.clock,
                switchboard=self.switchboard,
                pacer=self.pacer,
                guard=guard,
                tokens=gateway.tokens,
                identities=gateway.identities,
                languages=gateway.settings.languages,
                origins=frozenset(gateway.settings.widget.allowed_origins),
                own_origins=gateway.desk.rules.own_origins,
                public_url=gateway.public_url,
                agents=voice.agents,
                phone_of=self._phone_of,
            )
        )
        add_get("/desk/calls/{id}/audio", doors.agent)
        if voice.browser:
            add_get("/voice/web", doors.browser)
        if gateway.secrets.asterisk is not None:
            add_get("/voice/asterisk", doors.asterisk(gateway.secrets.asterisk))
        if gateway.secrets.twilio is not None:
            twilio = doors.twilio(gateway.secrets.twilio)
            add_get("/voice/twilio", twilio.stream)
            add_post("/voice/twilio/incoming", twilio.incoming)
            add_post("/voice/twilio/next", twilio.next)

    def rest(self) -> CallsRest:
        """Return the calls' REST interface."""
        gateway = self._gateway
        return CallsRest(gateway.store, gateway.clock, self.recordings.folder, gateway.settings.languages)

    def _deps(self) -> CallDeps:
        gateway, voice = self._gateway, self._gateway.settings.voice
        return CallDeps(
            store=gateway.store,
            hub=gateway.hub,
            clock=gateway.clock,
            texts=gateway.texts,
            speaker=PromptSpeaker(self.prompts, gateway.texts, gateway.settings.languages),
            recogniser=self.recogniser,
            pacer=self.pacer,
            rules=phone_rules(gateway.settings),
            patience=Patience(
                no_speech=voice.no_speech_seconds,
                agent_answer=voice.agent_answer_seconds,
                position=voice.position_seconds,
                wrap_up=voice.wrap_up_seconds,
            ),
            hand_over=gateway.hand_over,
            while_waiting=gateway.hand_over.while_waiting,
            notify=gateway.runner.notify,
            intent=self._intent,
            renewal_state=lambda slots: pending_state("renewal", slots),
            today=gateway.today,
            sinks=gateway.sinks,
            recordings=self.recordings.folder,
            gateway=gateway.name,
            agents=voice.agents,
            phones=self._phones,
            phone_of=self._phone_of,
            transfer=self._transfer,
            measure=gateway.metrics.call,
        )

    async def _intent(self, lang: str, words: str) -> str | None:
        """What an answer to a yes-or-no question means; none where nobody can tell."""
        try:
            understood = await self._gateway.pool.parse(lang, words, expecting="yes_no")
        except DialogueUnavailableError:
            return None
        return None if understood.fallback else understood.intent

    async def _take(self, transport: Transport) -> None:
        """Take a call; what listens to a talk on agents' phones comes the same way and is none."""
        if self._phones is None or not await self._phones.ears.take(transport):
            await self.switchboard.take(transport)

    async def _phone_of(self, agent_id: str) -> str | None:
        phones = self._gateway.settings.voice.agent_phones
        if not phones or self._phones is None:
            return None
        agent = await self._gateway.store.read(lambda c: agents.get(c, agent_id))
        return phones.get(agent.email) if agent else None

    async def _transfer(self, call: Call) -> None:
        """Tell the dialplan that its queue is next; without ARI it asks us over REST."""
        if self._phones is not None:
            await self._phones.decide(call.id, "queue")
        log.info("call_transferred", call_id=call.id)

    async def _speak_ahead(self) -> None:
        """Render what is always said the same, so that no caller waits for it."""
        try:
            for lang in self._gateway.settings.languages:
                await self.prompts.ahead(
                    [(key, text, lang) for key, text in self._gateway.texts.spoken(lang).items()]
                )
        except CentralaError as error:
            log.warning("prompts_not_ahead", code=error.code)

    def _tick_failed(self, error: Exception) -> None:
        log.error("pacer_tick_failed", exc_info=error)


def make_recogniser(settings: Settings, on_event: Callable[[str, float], None]) -> SpeechRecogniser:
    """Make the speech recogniser that the configuration names."""
    wanted = settings.voice.recognition
    limits = PoolLimits(workers=wanted.workers, open_turns=wanted.open_decodings)
    if wanted.engine == "whisper":
        models = wanted.whisper_models
        if missing := set(settings.languages) - set(models):
            raise ConfigurationError(
                f"voice.recognition.whisper_models: the folder of a model for {sorted(missing)[0]} is missing"
            )
        return WhisperRecogniser(models, limits=replace(WHISPER, workers=wanted.workers), on_event=on_event)
    return VoskRecogniser(settings.languages, wanted.models_dir, limits=limits, on_event=on_event)


def accepts_unknown(settings: Settings) -> bool:
    """Whether calls that nobody announced are taken; raises `ConfigurationError` where that is reckless."""
    audiosocket = settings.voice.audiosocket
    loopback = is_loopback(audiosocket.host)
    if audiosocket.accept_unknown and not loopback:
        raise ConfigurationError(
            "voice.audiosocket.accept_unknown: true with a host that is not loopback would let anybody in "
            "the network make calls; set it to false and announce calls, or listen on 127.0.0.1"
        )
    return loopback and (settings.demo if audiosocket.accept_unknown is None else audiosocket.accept_unknown)


def phone_rules(settings: Settings) -> PhoneRules:
    """Return what the operator decided about calls."""
    voice = settings.voice
    if voice.default_lang is not None and voice.default_lang not in settings.languages:
        raise ConfigurationError("voice.default_lang: it must be one of `languages`")
    trust = settings.demo if voice.trust_caller_id is None else voice.trust_caller_id
    return PhoneRules(
        languages=settings.languages,
        default_lang=voice.default_lang or settings.languages[0],
        trust_caller_id=trust,
        recording=settings.recording.enabled,
        lines={number: LineRule(line.lang, line.recording) for number, line in voice.lines.items()},
    )


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
