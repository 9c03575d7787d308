"""What config.yml may say, section by section. Units stand in the names; defaults are the demo's."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from bot.settings.patterns import number_pattern

Positive = Annotated[float, Field(gt=0)]
Whole = Annotated[int, Field(ge=0)]


class Section(BaseModel):
    """Base of every section: an unknown key stops the start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _secret(text: SecretStr | None, file: Path | None) -> str | None:
    """Read a secret that stands in the configuration or in a file; raises `OSError`."""
    if text is not None:
        return text.get_secret_value()
    return file.read_text(encoding="utf-8").strip() if file is not None else None


class Secret(Section):
    """A secret from the environment (or `--set`), or from a file such as a Docker secret."""

    secret: SecretStr | None = None
    secret_file: Path | None = None

    def value(self) -> str | None:
        """Return the secret, or none where neither is set."""
        return _secret(self.secret, self.secret_file)


class Web(Secret):
    """The HTTP server. `secret` signs visitors' tokens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str | None = None
    """How customers' browsers reach the gateway; by default http://host:port."""
    trusted_proxies: Whole = 0
    """How many proxies in front of us add to X-Forwarded-For; 0: the header is ignored."""
    service_token: SecretStr | None = None
    service_token_file: Path | None = None
    drain_seconds: Positive = 20.0
    """How long running turns may take to end after SIGTERM."""

    def service(self) -> str | None:
        """Return the service token of the shop's systems, or none where it is not set."""
        return _secret(self.service_token, self.service_token_file)


class Shop(Section):
    """Who speaks."""

    name: str = "Demo Shop"
    articles_url: str | None = None
    """Where an article can be read in full, with {lang} and {article}; none: at the gateway itself."""

    @field_validator("articles_url")
    @classmethod
    def _names_the_article(cls, url: str | None) -> str | None:
        try:
            told = url is None or "\0" in url.format(lang="pl", article="\0")
        except (LookupError, ValueError, AttributeError):
            told = False
        if not told or (url is not None and not url.startswith(("https://", "http://"))):
            raise ValueError(
                "must be an address with {article} in it, and {lang} where languages have their own"
            )
        return url


class Database(Section):
    """Where the truth is kept."""

    url: str | None = None
    """`postgresql+asyncpg://user@host/name`, or none for SQLite in `data_dir`."""
    synchronous: Literal["normal", "full"] = "normal"
    """SQLite only. normal survives kill -9 of any process; full survives a power cut too."""
    pool_size: Annotated[int, Field(ge=1, le=100)] = 10


class Redis(Section):
    """Where hints are kept: presence, wake-ups, rate limits. It may be flushed at any time."""

    url: str = "embedded"


class Dialogue(Section):
    """The Rasa workers."""

    workers: Annotated[int, Field(ge=1, le=64)] = 2
    queue: Annotated[int, Field(ge=1, le=10_000)] = 256
    deadline_seconds: Positive = 2.0
    python: Path = Path(".venv-rasa/bin/python")
    train_at_start: bool = True


class Orders(Section):
    """The shop's order system; see README, 'connect an order system'."""

    url: str | None = None
    token: SecretStr | None = None
    token_file: Path | None = None
    timeout_seconds: Positive = 0.8
    """Of one try; tries and pauses together stay within the customer's patience."""
    number_pattern: str | None = None
    """A regular expression of the shop's order numbers: capitals and figures, no hyphens or blanks."""

    @field_validator("number_pattern")
    @classmethod
    def _usable(cls, value: str | None) -> str | None:
        return None if value is None else number_pattern(value)

    def bearer(self) -> str | None:
        """Return the token, or none where the order system wants none."""
        return _secret(self.token, self.token_file)


class Limits(Section):
    """What one visitor may ask of the gateway. 0 switches a limit off."""

    frame_bytes: Annotated[int, Field(ge=1024, le=1_048_576)] = 16_384
    message_chars: Annotated[int, Field(ge=1, le=16_000)] = 4_000
    burst: Whole = 30
    per_second: Annotated[float, Field(ge=0)] = 5.0
    refused_before_close: Whole = 100
    sockets: Whole = 20_000
    failed_logins_per_minute: Whole = 5
    proofs_per_hour: Whole = 20


class Handoff(Section):
    """Agents and the queue."""

    capacity: Annotated[int, Field(ge=1, le=1000)] = 4
    hours: Any = "always"
    """`always`, or a time zone and hours by weekday; handoff.hours reads it."""
    agent_gone_seconds: Positive = 45.0
    long_wait_seconds: Positive = 180.0
    outcomes: tuple[str, ...] = ("resolved", "unresolved", "follow_up", "spam")


class Idle(Section):
    """After how much silence a conversation is closed, in seconds."""

    bot_seconds: Positive = 1800.0
    agent_seconds: Positive = 7200.0
    waiting_seconds: Positive = 3600.0


class Sink(Section):
    """One receiver of the contact history."""

    url: str
    secret: SecretStr | None = None
    secret_file: Path | None = None
    name: str | None = None

    @field_validator("url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value

    def value(self) -> str:
        """Return the signing secret; raises `ValueError` where there is none."""
        found = _secret(self.secret, self.secret_file)
        if found is None:
            raise ValueError("a sink needs `secret` or `secret_file`")
        return found


class History(Section):
    """The contact history that is pushed to the shop's CRM."""

    sinks: tuple[Sink, ...] = ()
    keep_delivered_days: Positive = 14.0


class Widget(Section):
    """The widget's looks, and which sites may carry it."""

    allowed_origins: tuple[str, ...] = ()
    colours: dict[Literal["primary", "on_primary"], str] = Field(default_factory=dict)
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    position: Literal["left", "right"] = "right"


class Telemetry(Section):
    """Logs and traces. Metrics are always at /metrics."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"
    otlp_endpoint: str | None = None


class AudioSocket(Section):
    """Asterisk's AudioSocket, a plain TCP protocol: keep it on loopback or a network of your own."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9092
    accept_unknown: bool | None = None
    """Take calls that nobody announced; by default only in the demo, and only on loopback."""


class Line(Section):
    """What is different for one number that is called."""

    lang: Literal["pl", "cs", "en"] | None = None
    recording: bool | None = None


class Twilio(Section):
    """Twilio Media Streams. Without an auth token the addresses answer 404."""

    auth_token: SecretStr | None = None
    auth_token_file: Path | None = None

    def token(self) -> str | None:
        """Return the auth token, or none where Twilio is not used."""
        return _secret(self.auth_token, self.auth_token_file)


class Asterisk(Section):
    """Asterisk's WebSocket channel driver (/voice/asterisk) and its REST interface, ARI."""

    token: SecretStr | None = None
    """What chan_websocket sends as ?token=; none: the address answers 404."""
    ari_url: str | None = None
    """Such as http://127.0.0.1:8088/ari; none: ARI is not used."""
    ari_user: str = "centrala"
    ari_password: SecretStr | None = None
    ari_password_file: Path | None = None

    def password(self) -> str | None:
        """Return ARI's password, or none where it is not set."""
        return _secret(self.ari_password, self.ari_password_file)


class Recognition(Section):
    """Speech recognition."""

    engine: Literal["vosk", "whisper"] = "vosk"
    models_dir: Path = Path("models/vosk")
    whisper_models: dict[str, Path] = Field(default_factory=dict)
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    open_decodings: Annotated[int, Field(ge=1, le=1000)] = 16
    """Turns without a grammar that may be decoded at the same time."""


class Synthesis(Section):
    """Speech out."""

    workers: Annotated[int, Field(ge=1, le=16)] = 1
    recorded_dir: Path = Path("prompts")
    """Recorded prompts: <lang>/<key of the catalogue>.wav."""


class Voice(Section):
    """The phone channel."""

    enabled: bool = True
    default_lang: Literal["pl", "cs", "en"] | None = None
    """Where neither the number called nor the announcement tells; none: the first of `languages`."""
    trust_caller_id: bool | None = None
    """Whether a caller's number proves who they are; by default only in the demo."""
    lines: dict[str, Line] = Field(default_factory=dict)
    audiosocket: AudioSocket = AudioSocket()
    asterisk: Asterisk = Asterisk()
    twilio: Twilio = Twilio()
    browser: bool = True
    """'Call us' in the widget."""
    agents: Literal["desk", "queue", "twiml"] = "desk"
    """Where agents take calls: at the desk's page, or by phone in the PBX's queue after the bot's leg."""
    agent_phones: dict[str, str] = Field(default_factory=dict)
    """Agents who take calls by phone through ARI: e-mail to endpoint, such as PJSIP/anna."""
    max_calls: Annotated[int, Field(ge=1, le=10_000)] = 100
    recognition: Recognition = Recognition()
    synthesis: Synthesis = Synthesis()
    no_speech_seconds: Positive = 6.0
    agent_answer_seconds: Positive = 20.0
    """How long the page of the agent who took a call may take to bring her voice."""
    position_seconds: Positive = 30.0
    """How often a waiting caller is told their place."""
    wrap_up_seconds: Positive = 120.0
    """After the call's end, how long the agent has to name its outcome herself."""
    drain_seconds: Positive = 120.0
    """How long calls may go on after SIGTERM."""


class Recording(Section):
    """Recordings of calls."""

    enabled: bool = True
    dir: Path | None = None
    """None: `recordings` in data_dir."""
    keep_days: Positive = 90.0


class Scenarios(Section):
    """What the service office adds to the dialogue: docs/scenarios.md."""

    dir: Path = Path("scenarios")


class Knowledge(Section):
    """The knowledge base."""

    articles_dir: Path = Path("knowledge_base/articles")
    """`<lang>/<article>.md` below it; a relative path begins at the project's folder."""


class ReviewOfQuestions(Section):
    """What found no answer: docs/review.md."""

    keep_days: Positive = 90.0
    """How long customers' questions are kept for it."""
    examples_dir: Path = Path("nlu/data")
    """Where accepted training examples are written: `<lang>/<intent>.yml`, as the training reads them."""


class Settings(Section):
    """The gateway's part of config.yml."""

    data_dir: Path = Path("var")
    demo: bool = False
    languages: Annotated[tuple[Literal["pl", "cs", "en"], ...], Field(min_length=1)] = ("pl", "cs", "en")
    web: Web = Web()
    shop: Shop = Shop()
    database: Database = Database()
    redis: Redis = Redis()
    dialogue: Dialogue = Dialogue()
    scenarios: Scenarios = Scenarios()
    knowledge: Knowledge = Knowledge()
    review: ReviewOfQuestions = ReviewOfQuestions()
    orders: Orders = Orders()
    identity: Secret = Secret()
    limits: Limits = Limits()
    handoff: Handoff = Handoff()
    idle: Idle = Idle()
    history: History = History()
    widget: Widget = Widget()
    telemetry: Telemetry = Telemetry()
    voice: Voice = Voice()
    recording: Recording = Recording()
