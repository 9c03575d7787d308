"""What is done to a classified message before the dialogue sees it: entities tidied, doubts admitted."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.regex_entity_extractor import RegexEntityExtractor
from rasa.nlu.utils.pattern_utils import extract_patterns
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.reading import FAMILIARITY

RANKING = "intent_ranking"


class _AfterClassifier(GraphComponent):
    """A component without training that looks at each classified message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> _AfterClassifier:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Look at each message in turn."""
        for message in messages:
            self._look(message)
        return messages

    def _look(self, message: Message) -> None:
        raise NotImplementedError

    @staticmethod
    def _decide(message: Message, intent: str, confidence: float) -> None:
        message.data[INTENT] = {"name": intent, "confidence": confidence}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class UnseenWordsGuard(_AfterClassifier):
    """Makes a message fall back whose words were never seen: a classifier is sure of anything.

    Placed after FallbackClassifier. The ranking keeps the classes as the classifier saw them.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {"min_familiarity": 0.4}

    def _look(self, message: Message) -> None:
        familiarity = message.get(FAMILIARITY)
        if familiarity is not None and familiarity < self._config["min_familiarity"]:
            self._decide(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, float(familiarity))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PatternExtractor(RegexEntityExtractor):
    """Finds entities by the regexes of the training data, annotated examples or not.

    Rasa's own extractor passes over a regex whose entity no example of the language is annotated with.
    """

    def train(self, training_data: TrainingData) -> Resource:
        """Take the patterns over from the training data."""
        self.patterns = extract_patterns(training_data, use_lookup_tables=False, use_only_entities=False)
        self.persist()
        return self._resource


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class NamedThings(_AfterClassifier):
    """Lets what was named decide where the words alone do not.

    A message that names an order number is about that order, unless it clearly means one of
    `stronger_than_number`; the last of several numbers counts (people correct themselves). A question
    about "another order" without a number becomes `another_order`, so that the known number is forgotten.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {
            "number_entity": "order_number",
            "number_intent": "order_status",
            "stronger_than_number": ["ask_human", "cancel", "faq", "goodbye"],
            "another_entity": "another_order",
            "another_intent": "another_order",
        }

    def _look(self, message: Message) -> None:
        entities = self._tidy(message.get(ENTITIES) or [])
        named = {entity["entity"] for entity in entities}
        intent = (message.get(INTENT) or {}).get("name")
        if self._config["number_entity"] in named:
            entities = [e for e in entities if e["entity"] != self._config["another_entity"]]
            if intent not in self._config["stronger_than_number"]:
                self._decide(message, self._config["number_intent"], 1.0)
        elif self._config["another_entity"] in named and intent == self._config["number_intent"]:
            self._decide(message, self._config["another_intent"], message.get(INTENT)["confidence"])
        message.set(ENTITIES, entities, add_to_output=True)

    @staticmethod
    def _tidy(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        last = {entity["entity"]: entity for entity in sorted(entities, key=lambda e: e.get("start", 0))}
        for entity in last.values():
            value = str(entity["value"]).strip()
            entity["value"] = value.upper() if entity["entity"] == "order_number" else value.lower()
        return list(last.values())
