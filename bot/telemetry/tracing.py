"""OpenTelemetry, where the extra `tracing` is installed and an endpoint is configured; else nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

from bot.errors import ConfigurationError

tracer = trace.get_tracer("centrala")
"""Makes spans; without a provider they cost next to nothing."""


@contextmanager
def span(name: str, **attributes: str | int | float | bool) -> Iterator[Span]:
    """Trace a stretch of work. `attributes` are ids and names of ours, never what a person wrote.

    A failure is noted by its type: an exception's text may hold what a library read.
    """
    with tracer.start_as_current_span(
        name,
        attributes={f"centrala.{key}": value for key, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as present:
        try:
            yield present
        except Exception as error:
            present.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def configure(endpoint: str | None) -> None:
    """Send traces to `endpoint` (OTLP over HTTP), if there is one."""
    if endpoint is None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ConfigurationError(
            "telemetry.otlp_endpoint: the tracing extra is not installed; pip install 'centrala[tracing]'"
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "centrala"}))
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
