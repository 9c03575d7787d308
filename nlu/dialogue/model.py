"""A trained model in memory: the domain, and the graphs that understand a text and choose an action."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.core.actions.action import Action, action_for_name_or_text
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.graph import ExecutionContext
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.dialogue.runner import SequentialGraphRunner
from nlu.hearing import UNKNOWN, Hearing
from nlu.policies.escalation import EscalationPolicy
from nlu.words import split


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the pipeline made of a text."""

    intent: str
    """The intent that the dialogue acts on; `nlu_fallback` where the model is not sure."""
    confidence: float
    best: str | None
    """The best class before thresholds."""
    best_confidence: float
    entities: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pipeline."""

    component: Any
    """Has `process(messages)`."""
    config: dict[str, Any]
    context: ExecutionContext


_read: dict[str, Any] = {}
"""What was read while models were loaded, by its text: all languages have the same domain."""


@contextmanager
def _yaml_read_once() -> Iterator[None]:
    """Let Rasa parse a YAML text once in a process: it is half of what loading a second model takes."""
    parse = rasa.shared.utils.io.read_yaml

    def read(content: str, reader_type: Any = "safe") -> Any:
        key = f"{reader_type} {content}"
        if key not in _read:
            _read[key] = parse(content, reader_type)
        return copy.deepcopy(_read[key])

    rasa.shared.utils.io.read_yaml = read
    try:
        yield
    finally:
        rasa.shared.utils.io.read_yaml = parse


class Model:
    """One language's model."""

    def __init__(self, path: Path) -> None:
        with tempfile.TemporaryDirectory() as directory, _yaml_read_once():
            metadata, runner = load_predict_graph_runner(
                Path(directory), path, LocalModelStorage, SequentialGraphRunner
            )
        self.domain: Domain = metadata.domain
        self.escalation = self._escalation_config(metadata.predict_schema.nodes)
        self._runner = runner
        # The node after the pipeline, RegexMessageHandler, would take a text that begins with a slash
        # for a command. What a customer writes is only text, so that node never runs here.
        self._nlu = metadata.predict_schema.nodes[metadata.nlu_target].needs["messages"]
        self._core = str(metadata.core_target)
        self._actions: dict[str, Action] = {}

    def understand(self, text: str, hearing: Hearing = UNKNOWN) -> Meaning:
        """Run the pipeline over a text; `hearing`: how it came, and what it may answer."""
        if not split(text):
            return Meaning("nlu_fallback", 0.0, None, 0.0, [])
        said = UserMessage(text, metadata=hearing.metadata())
        message = self._runner.run({PLACEHOLDER_MESSAGE: [said]}, [self._nlu])[self._nlu][0]
        intent = message.get("intent") or {"name": "nlu_fallback", "confidence": 0.0}
        ranking = [r for r in message.get("intent_ranking") or [] if r["name"] != "nlu_fallback"]
        best = ranking[0] if intent["name"] == "nlu_fallback" and ranking else intent
        return Meaning(
            intent["name"],
            float(intent["confidence"]),
            best["name"],
            float(best["confidence"]),
            message.get("entities") or [],
        )

    def pipeline(self) -> list[Step]:
        """Return what understands a text, in order."""
        nodes = self._runner.nodes(self._nlu)[1:]  # the first makes messages of what the customer sent
        return [Step(n._component, n._component_config, n._execution_context) for n in nodes]

    def choose(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """Let the policies choose the next action."""
        prediction: PolicyPrediction = self._runner.run({PLACEHOLDER_TRACKER: tracker}, [self._core])[
            self._core
        ]
        return prediction

    def action(self, name: str) -> Action:
        """Return the action of that name."""
        if name not in self._actions:
            self._actions[name] = action_for_name_or_text(name, self.domain, None)
        return self._actions[name]

    @staticmethod
    def _escalation_config(nodes: dict[str, Any]) -> dict[str, Any]:
        for node in nodes.values():
            if node.uses is EscalationPolicy:
                return {**EscalationPolicy.get_default_config(), **node.config}
        return EscalationPolicy.get_default_config()
