"""What a wake-up carries, and how it travels between gateways."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Signal:
    """Something about a topic is new."""

    topic: str
    """A conversation's id, or a name such as `queue`."""
    kind: str
    """`changed`: read SQL again. Others (`typing`) say it all themselves."""
    data: Mapping[str, Any] | None = None


def write_signals(signals: Sequence[Signal]) -> list[list[Any]]:
    """Return signals as JSON-able triples."""
    return [[signal.topic, signal.kind, signal.data] for signal in signals]


def read_signals(raw: object) -> Iterator[Signal]:
    """Read triples that another gateway (perhaps of another version) wrote; skips what is none."""
    if not isinstance(raw, list):
        return
    for item in raw:
        match item:
            case [str(topic), str(kind), None | dict() as data]:
                yield Signal(topic, kind, data)
