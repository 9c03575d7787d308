"""Metrics render and their labels are ours; spans carry ids and no exception's text."""

import json
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.telemetry.metrics import Metrics
from bot.telemetry.tracing import span


def test_metrics() -> None:
    metrics, another = Metrics(), Metrics()
    metrics.turn("answered", "pl", 0.02)
    metrics.dialogue_event("answered", 0.01)
    metrics.dialogue_event("died", 1.0)
    metrics.request("BREW", "/api/v1/contacts/{id}", 405)
    metrics.push("crm", "taken")
    metrics.sink_down("crm", True)
    metrics.sign_in_throttled()
    metrics.gauge("chat_sockets", 7)
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.render().decode())
        for sample in family.samples
    }
    assert samples["centrala_turns_total", (("lang", "pl"), ("outcome", "answered"))] == 1
    assert samples["centrala_dialogue_events_total", (("event", "died"),)] == 1
    assert (
        samples[
            "centrala_http_requests_total",
            (("method", "other"), ("route", "/api/v1/contacts/{id}"), ("status", "405")),
        ]
        == 1
    )
    assert samples["centrala_pushes_total", (("outcome", "taken"), ("sink", "crm"))] == 1
    assert samples["centrala_sink_down", (("sink", "crm"),)] == 1
    assert samples["centrala_sign_in_throttled_total", ()] == 1
    assert samples["centrala_chat_sockets", ()] == 7
    assert samples["centrala_process_resident_memory_bytes", ()] > 1_000_000
    assert b"centrala_sign_in_throttled_total 0.0" in another.render()


TRACED = """
import json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from bot.telemetry.tracing import span
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
try:
    with span("turn", conversation_id="c1"):
        with span("store"):
            pass
        raise ValueError("SECRET words")
except ValueError:
    pass
print(json.dumps([json.loads(one.to_json()) for one in exporter.get_finished_spans()]))
"""


def test_spans_tell_ids_and_types_only() -> None:
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, check=True)
    assert "SECRET" not in done.stdout
    inner, outer = json.loads(done.stdout)
    assert outer["attributes"] == {"centrala.conversation_id": "c1"}
    assert outer["status"] == {"status_code": "ERROR", "description": "ValueError"}
    assert outer["events"] == []
    assert inner["parent_id"] == outer["context"]["span_id"]


def test_without_a_provider_a_span_is_nothing_much() -> None:
    def fail() -> None:
        with span("turn", conversation_id="c1") as present:
            assert not present.is_recording()
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        fail()
