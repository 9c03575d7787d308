"""OpenTelemetry, where the extra `tracing` is installed and an endpoint is configured; else nothing."""

from opentelemetry import trace

from bot.errors import ConfigurationError

tracer = trace.get_tracer("centrala")
"""Makes spans; without a provider they cost next to nothing."""


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
