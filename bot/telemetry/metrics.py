"""Prometheus metrics. Labels are names from our own code, never from customers."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """One gateway's figures, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._turns = Counter(
            "centrala_turns", "Bot turns by how they ended", ["outcome", "lang"], registry=self._registry
        )
        self._turn_seconds = Histogram(
            "centrala_turn_seconds",
            "From taking a customer's message up to the stored reply",
            ["outcome"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._dialogue = Counter(
            "centrala_dialogue_events", "What happened to dialogue workers and requests", ["event"],
            registry=self._registry,
        )  # fmt: skip
        self._dialogue_seconds = Histogram(
            "centrala_dialogue_seconds",
            "One pass through Rasa: waiting for a worker, and until its answer",
            ["stage"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._requests = Counter(
            "centrala_http_requests", "HTTP answers", ["method", "route", "status"], registry=self._registry
        )
        self._pushes = Counter(
            "centrala_pushes", "Tries to push to a sink", ["sink", "outcome"], registry=self._registry
        )
        self._sink_down = Gauge(
            "centrala_sink_down", "1 while a sink is only probed", ["sink"], registry=self._registry
        )
        self._sign_in_throttled = Counter(
            "centrala_sign_in_throttled", "Sign-ins refused for too many failures", registry=self._registry
        )
        self._speech = Counter(
            "centrala_speech_events", "What happened to speech workers", ["event"], registry=self._registry
        )
        self._call_seconds = Histogram(
            "centrala_call_seconds",
            "On the phone, from the end of speech: to the final text, and to the reply's first audio",
            ["stage"],
            buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.5, 2.0, 5.0),
            registry=self._registry,
        )
        self._call_length = Histogram(
            "centrala_call_length_seconds",
            "How long calls were",
            buckets=(10, 30, 60, 120, 300, 600, 1800),
            registry=self._registry,
        )
        self._pacer = Histogram(
            "centrala_pacer_late_seconds",
            "How late the 20 ms heartbeat of calls was",
            buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
            registry=self._registry,
        )
        ProcessCollector(namespace="centrala", registry=self._registry)
        self._gauges = {
            name: Gauge(f"centrala_{name}", text, registry=self._registry)
            for name, text in {
                "chat_sockets": "Customers' open sockets",
                "desk_sockets": "Agents' open sockets",
                "calls": "Calls that are being carried",
                "turns_running": "Conversations that are being thought about",
                "waiting": "Conversations that wait for a person",
                "outbox_waiting": "Pushes that a sink has not taken yet",
                "dialogue_workers_up": "Dialogue workers that can take a turn",
                "dialogue_queued": "Turns that wait for a worker",
                "wakeups_dropped": "Wake-ups lost because too many waited to be published",
            }.items()
        }

    def turn(self, outcome: str, lang: str, seconds: float) -> None:
        """Note a bot's turn."""
        self._turns.labels(outcome, lang).inc()
        self._turn_seconds.labels(outcome).observe(seconds)

    def dialogue_event(self, name: str, value: float) -> None:
        """Note what the pool of dialogue workers tells (`nlu.pool.OnEvent`)."""
        if name in ("answered", "waited"):
            self._dialogue_seconds.labels(name).observe(value)
        else:
            self._dialogue.labels(name).inc()

    def speech_event(self, name: str, _: float) -> None:
        """Note what the pool of speech workers tells (`voice.stt.pool.OnEvent`)."""
        self._speech.labels(name).inc()

    def call(self, name: str, seconds: float) -> None:
        """Note a figure of a call: `endpoint` and `reply` from the end of speech, `call` its length."""
        if name == "call":
            self._call_length.observe(seconds)
        else:
            self._call_seconds.labels(name).observe(seconds)

    def pacer_late(self, seconds: float) -> None:
        """Note how late the calls' heartbeat was."""
        self._pacer.observe(seconds)

    def request(self, method: str, route: str, status: int) -> None:
        """Note an HTTP answer; `route` is the template, never the path."""
        known = method if method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS") else "other"
        self._requests.labels(known, route, str(status)).inc()

    def push(self, sink: str, outcome: str) -> None:
        """Note a try to push: `taken` or `failed` (`handoff.sinks.lane.Tried`)."""
        self._pushes.labels(sink, outcome).inc()

    def sink_down(self, sink: str, down: bool) -> None:
        """Say whether a sink is down."""
        self._sink_down.labels(sink).set(down)

    def sign_in_throttled(self) -> None:
        """Note a sign-in that was refused unread."""
        self._sign_in_throttled.inc()

    def gauge(self, name: str, value: float) -> None:
        """Set a gauge."""
        self._gauges[name].set(value)

    def render(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self._registry)
