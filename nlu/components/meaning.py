"""What is done to a classified message before the dialogue sees it: entities tidied, doubts admitted."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.regex_entity_extractor import RegexEntityExtractor
from rasa.nlu.utils.pattern_utils import extract_patterns
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import spoken
from nlu.components.reading import FAMILIARITY
from nlu.hearing import Hearing, hearing_of

ORDER_NUMBER, HEARD_NUMBER, VERIFIER = "order_number", "heard_number", "verifier"


class AfterClassifier(GraphComponent):
    """A component without training that looks at each classified message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AfterClassifier:
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
class UnseenWordsGuard(AfterClassifier):
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
    """Finds entities by the regexes of the training data, annotated examples or not, and spoken numbers.

    Rasa's own extractor passes over a regex whose entity no example of the language is annotated with. A
    number that was only heard is a `heard_number` and no `order_number` until the customer says yes to it.
    """

    _number: re.Pattern[str] | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Take the patterns over from the training data."""
        self.patterns = extract_patterns(training_data, use_lookup_tables=False, use_only_entities=False)
        self.persist()
        return self._resource

    def _extract_entities(self, message: Message) -> list[dict[str, Any]]:
        entities: list[dict[str, Any]] = super()._extract_entities(message)
        text, hearing = message.get(TEXT), hearing_of(message.get(METADATA))
        if hearing.is_heard:
            return self._heard(entities, text, hearing)
        entities = self._ours(entities, text, hearing)
        if all(e["entity"] != ORDER_NUMBER for e in entities):
            number = spoken.order_number(text, hearing, self._order_number(hearing))
            entities += [_entity(ORDER_NUMBER, number, text)] if number else []
        return entities

    def _ours(self, entities: list[dict[str, Any]], text: str, hearing: Hearing) -> list[dict[str, Any]]:
        """Leave out order numbers that are something else ("zip code 90210") or that the shop cannot have."""
        if all(e["entity"] != ORDER_NUMBER for e in entities):
            return entities
        others = spoken.named_elsewhere(text, hearing.lang)
        kept = [
            e
            for e in entities
            if e["entity"] != ORDER_NUMBER or not any(start <= e["start"] < end for start, end in others)
        ]
        if (shape := hearing.number_pattern) is None:
            return kept
        for entity in kept:
            if entity["entity"] == ORDER_NUMBER:
                entity["value"] = entity["value"].replace("-", "")
        return [e for e in kept if e["entity"] != ORDER_NUMBER or shape.fullmatch(e["value"])]

    def _heard(self, entities: list[dict[str, Any]], text: str, hearing: Hearing) -> list[dict[str, Any]]:
        others = [e for e in entities if e["entity"] not in (ORDER_NUMBER, VERIFIER)]
        if hearing.expecting == VERIFIER and (proof := spoken.verifier(text, hearing)):
            return [*others, _entity(VERIFIER, proof, text)]
        number = spoken.order_number(text, hearing, self._order_number(hearing))
        return [*others, _entity(HEARD_NUMBER, number, text)] if number else others

    def _order_number(self, hearing: Hearing) -> re.Pattern[str]:
        """Return what the shop's order numbers look like; where nothing says it, nothing matches."""
        if hearing.number_pattern is not None:
            return hearing.number_pattern
        if self._number is None:
            patterns = [f"(?:{p['pattern']})" for p in self.patterns if p["name"] == ORDER_NUMBER]
            self._number = re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
        return self._number


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class NamedThings(AfterClassifier):
    """Lets what was named decide where the words alone do not.

    A message that names an order number is about that order, unless it clearly means one of
    `stronger_than_number`, or of `stronger_than_answer` where a number was asked for; the last of several
    numbers counts (people correct themselves). A question about "another order" without a number becomes
    `another_order`, so that the known number is forgotten. A number that was heard is `number_heard`, in
    answer to 'is that right?' `number_corrected`, and both are read back.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {
            "number_entity": ORDER_NUMBER,
            "number_intent": "order_status",
            "heard_intent": "number_heard",
            "corrected_intent": "number_corrected",
            "confirming_intents": ["affirm"],
            "stronger_than_number": ["ask_human", "cancel", "faq", "goodbye"],
            "stronger_than_answer": ["ask_human", "cancel"],
            # Questions to which a number is no answer.
            "numberless_questions": ["renewal", "renewal_confirm"],
            "another_entity": "another_order",
            "another_intent": "another_order",
        }

    def _look(self, message: Message) -> None:
        hearing = hearing_of(message.get(METADATA))
        entities = self._tidy(message.get(ENTITIES) or [])
        if hearing.question in self._config["numberless_questions"]:
            entities = [e for e in entities if e["entity"] not in (ORDER_NUMBER, HEARD_NUMBER)]
        message.set(ENTITIES, self._named(message, hearing, entities), add_to_output=True)

    def _named(
        self, message: Message, hearing: Hearing, entities: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        values = {entity["entity"]: entity["value"] for entity in entities}
        intent = (message.get(INTENT) or {}).get("name")
        asked = hearing.expecting == ORDER_NUMBER or hearing.question == "confirm_number"
        stronger = self._config["stronger_than_answer" if asked else "stronger_than_number"]
        numbers = {self._config["number_entity"], HEARD_NUMBER} & set(values)
        if numbers:
            entities = [e for e in entities if e["entity"] != self._config["another_entity"]]
            if intent in stronger:
                return [e for e in entities if e["entity"] != HEARD_NUMBER]
            if HEARD_NUMBER not in numbers:
                self._decide(message, self._config["number_intent"], 1.0)
            elif hearing.question != "confirm_number":
                self._decide(message, self._config["heard_intent"], 1.0)
            elif (
                intent in self._config["confirming_intents"]
                and values[HEARD_NUMBER] == hearing.heard_number
                and spoken.beside_number(message.get(TEXT), hearing.lang)
            ):
                return [e for e in entities if e["entity"] != HEARD_NUMBER]
            else:
                self._decide(message, self._config["corrected_intent"], 1.0)
        elif self._config["another_entity"] in values and intent == self._config["number_intent"]:
            self._decide(message, self._config["another_intent"], message.get(INTENT)["confidence"])
        return entities

    @staticmethod
    def _tidy(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        last = {entity["entity"]: entity for entity in sorted(entities, key=_place)}
        for entity in last.values():
            value = str(entity["value"]).strip()
            upper = entity["entity"] in (ORDER_NUMBER, HEARD_NUMBER)
            entity["value"] = value.upper() if upper else value.lower()
        return list(last.values())


def _place(entity: dict[str, Any]) -> int:
    """Sort what is said later to the end; of times, the one in most words ('tomorrow after three')."""
    start, end = entity.get("start", 0), entity.get("end", 0)
    return end - start if entity["entity"] == "when" else start


def _entity(name: str, value: str, text: str) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": len(text)}
