"""What the gateway and a dialogue worker say to each other: JSON lines over a unix socket.

Standard library only: the two sides live in different environments. A request has `id`, `op` (`turn`,
`parse`, `explain`, `ping`) and the operation's fields; a reply has the same `id` and a result, or `error`
with a code. Replies never carry what the customer wrote.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MAX_FRAME = 256 * 1024
"""Longest line in bytes, either way."""
STATE_VERSION = 1
"""Of the dialogue state; a state of another version starts the dialogue anew."""

ErrorCode = Literal[
    "invalid_frame", "too_large", "unknown_op", "unknown_language", "unknown_intent", "failed"
]
Expecting = Literal["order_number", "verifier", "yes_no", "menu"]
"""What kind of answer a question wants; on the phone it chooses what the recogniser listens for."""
Pending = Literal["bot_failed", "backend_down", "offer_person", "renewal"]
Channel = Literal["chat", "phone"]
Source = Literal["typed", "spoken", "keypad"]
"""How the customer's words came: what was only heard is confirmed before anything is done with it."""
MAX_ALTERNATIVES = 10
"""Readings of one utterance that are looked at; further ones are left out."""


class FrameError(ValueError):
    """A line is no frame of this protocol; `code` says why."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code)
        self.code: ErrorCode = code


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named in a text, such as an order number."""

    entity: str
    value: str


@dataclass(frozen=True, slots=True)
class Understood:
    """One interpretation of a text."""

    intent: str | None
    """The best class before thresholds, also where the bot did not act on it."""
    confidence: float
    """0 to 1."""
    entities: tuple[Entity, ...]
    fallback: bool
    """Whether the bot asked again or searched the knowledge base instead of acting."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Understood":
        """Read the `understood` of a reply."""
        entities = tuple(Entity(str(e["entity"]), str(e["value"])) for e in data["entities"])
        return cls(data["intent"], float(data["confidence"]), entities, bool(data["fallback"]))

    def to_json(self) -> dict[str, Any]:
        """Write the `understood` of a reply, and what `centrala nlu parse` prints."""
        return {
            "intent": self.intent,
            "confidence": round(self.confidence, 4),
            "entities": [{"entity": e.entity, "value": e.value} for e in self.entities],
            "fallback": self.fallback,
        }


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One pass through Rasa."""

    outputs: tuple[dict[str, Any], ...]
    """Keys of the catalogue (`say`) and commands (`do`), in order."""
    state: dict[str, Any] | None
    """Opaque; comes back with the conversation's next turn. None: nothing to remember."""
    understood: Understood
    expecting: Expecting | None
    """What the next answer should be."""
    question: str | None = None
    """What was asked: `order_number`, `verifier`, `confirm_number`, `renewal`, `renewal_confirm`,
    `offer_person`, `backend_down`, `bot_failed`, `helped`, `suggested`; None where nothing is open."""
    slots: dict[str, Any] = field(default_factory=dict)
    """What is known, without empty slots."""
    misses: int = 0
    """Misunderstandings in a row, this turn included."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TurnResult":
        """Read the reply to a `turn`."""
        return cls(
            outputs=tuple(data["outputs"]),
            state=data["state"],
            understood=Understood.from_json(data["understood"]),
            expecting=data["expecting"],
            question=data.get("question"),
            slots=dict(data["slots"]),
            misses=int(data["misses"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Write the reply to a `turn`, without its `id`."""
        return {
            "outputs": list(self.outputs),
            "state": self.state,
            "understood": self.understood.to_json(),
            "expecting": self.expecting,
            "question": self.question,
            "slots": self.slots,
            "misses": self.misses,
        }


def encode(frame: Mapping[str, Any]) -> bytes:
    """Write a frame as one line. Raises `FrameError` where it is too long."""
    line = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    if len(line) > MAX_FRAME:
        raise FrameError("too_large")
    return line


def decode(line: bytes) -> dict[str, Any]:
    """Read one line. Raises `FrameError` where it is no JSON object or too long."""
    if len(line) > MAX_FRAME:
        raise FrameError("too_large")
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError):
        raise FrameError("invalid_frame") from None
    if not isinstance(frame, dict):
        raise FrameError("invalid_frame")
    return frame


def pending_state(pending: Pending, slots: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Make the state in which `pending` was offered, so that a typed or spoken answer belongs to it.

    For what the gateway says without Rasa: after `bot_failed`, a yes hands over with that reason, and
    `renewal` begins a renewal whose question the gateway has just asked. `slots` are those of the last good
    turn, so that nothing known is lost.
    """
    if pending == "renewal":
        asked = {**(slots or {}), "requested_slot": "renewal_answer"}
        return {"v": STATE_VERSION, "slots": asked, "loop": "renewal_form"}
    return {"v": STATE_VERSION, "slots": {**(slots or {}), "pending": pending}}
