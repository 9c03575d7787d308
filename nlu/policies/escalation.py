"""The Rasa policy that hands over after misunderstandings in a row; configured in config.yml.

It speaks only at that one moment, with a certainty that RulePolicy cannot beat (same confidence, higher
priority): it says the handoff, leaves the active form, and listens.
"""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.policies.misses import HandedOver, Refused, Reported, Rules, Said, Step, count_misses

REPORTS = "outcome_"
"""Prefix of the intents by which the gateway reports how a command ended."""


def misses(events: list[Event], config: dict[str, Any], *, ignore_handoffs_from: int | None = None) -> int:
    """Return the misses in a row in a tracker's `events`, by the policy's parameters in `config`.

    A handoff ends the count; with `ignore_handoffs_from` those from that event on do not, which tells
    how many misses led to a handoff that has just been said.
    """
    steps = [
        step
        for at, event in enumerate(events)
        if (step := _step(event, config)) is not None
        and not (
            isinstance(step, HandedOver) and ignore_handoffs_from is not None and at >= ignore_handoffs_from
        )
    ]
    rules = Rules(config["digressions"], config["unanswered"], config["failing"], config["undecided"])
    return count_misses(steps, rules)


def _step(event: Event, config: dict[str, Any]) -> Step | None:
    if isinstance(event, UserUttered):
        intent = event.intent_name or ""
        if intent.startswith(REPORTS):
            return Reported(intent)
        return Said(intent, any(e["entity"] in config["answering_entities"] for e in event.entities))
    if isinstance(event, ActionExecutionRejected):
        return Refused()
    if isinstance(event, ActionExecuted) and event.action_name == config["handoff_action"]:
        return HandedOver()
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class EscalationPolicy(Policy):
    """Says `handoff_action` at the `max_misses`-th miss in a row."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {
            POLICY_PRIORITY: 7,  # above RulePolicy's 6
            "max_misses": 2,
            "handoff_action": "utter_handoff_misunderstood",
            # Outcomes that make a turn a miss.
            "unanswered": ["outcome_unanswered", "outcome_suggested"],
            # Intents that are understood inside a form although they do not fill it.
            "digressions": [
                "cancel",
                "ask_human",
                "repeat",
                "greet",
                "thanks",
                "goodbye",
                "bot_challenge",
                "faq",
                "question",
                "affirm_careful",
                "topics",
                "article",
                "answer_helped",
                "answer_not_helped",
            ],
            # Intents that are a miss wherever they come.
            "failing": ["no_speech"],
            # What was heard but not yet confirmed: whether it was a miss, the answer to it tells. And who
            # wants none of the suggested articles leaves the count where it was.
            "undecided": ["number_heard", "something_else"],
            # What may be named instead of what the form asked for.
            "answering_entities": ["order_number"],
        }

    def train(  # noqa: D102
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        return self._resource

    @classmethod
    def load(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EscalationPolicy:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(  # noqa: D102
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        if (action := self._next_action(tracker)) is not None:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities)

    def _next_action(self, tracker: DialogueStateTracker) -> str | None:
        handoff: str = self.config["handoff_action"]
        leave: str = ACTION_DEACTIVATE_LOOP_NAME
        listen: str = ACTION_LISTEN_NAME
        events = list(tracker.events)
        if tracker.latest_action_name == handoff:
            return leave if tracker.active_loop_name else listen
        if self._just_left_the_loop(events):
            return listen
        return handoff if misses(events, self.config) >= self.config["max_misses"] else None

    def _just_left_the_loop(self, events: list[Event]) -> bool:
        actions = [event.action_name for event in events[-8:] if isinstance(event, ActionExecuted)]
        return actions[-2:] == [self.config["handoff_action"], ACTION_DEACTIVATE_LOOP_NAME]
