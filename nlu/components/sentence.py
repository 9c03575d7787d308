"""Dense features: what a text means as a whole, whichever words say it."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import encoder
from nlu.components.reading import ANSWER


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(GraphComponent):
    """Adds the sentence encoder's vector of each text, `weight` long; nothing where there is no encoder.

    Every model of a process uses the same encoder. `weight` says how much the meaning counts beside the
    words, whose two blocks of features have length one each.
    """

    def __init__(self, config: dict[str, Any], node: str, model: encoder.Encoder | None) -> None:
        self._config = config
        self._node = node
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {"weight": 2.0}

    @classmethod
    def create(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        return cls(config, execution_context.node_name, encoder.shared())

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message."""
        if self._model is not None and messages:
            rows = self._model.encode(
                [message.get(ANSWER) or message.get(TEXT) or "" for message in messages]
            )
            for message, row in zip(messages, rows, strict=True):
                vector = np.asarray(row, dtype=np.float64)[np.newaxis] * self._config["weight"]
                message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, self._node))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the examples that a classifier learns from."""
        self.process([m for m in training_data.intent_examples if m.get(TEXT)])
        return training_data
