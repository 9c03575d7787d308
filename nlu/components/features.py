"""Features: TF-IDF over words and pieces of words.

Rasa's own counts err more at the same share of texts understood.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
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
from scipy.sparse import coo_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components.reading import TOKENS

Weights = np.ndarray[Any, np.dtype[np.float64]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(GraphComponent):
    """Sparse sentence features from the tokens' lemmas, each row of length one."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        node: str,
        vectorizer: TfidfVectorizer | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._node = node
        self._vectorizer = vectorizer or self._blank(config)
        self._analyze: Callable[[str], list[str]] = self._vectorizer.build_analyzer()
        self._idf: Weights | None = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults: `analyzer` is `word` or `char_wb` (pieces of words)."""
        return {"analyzer": "word", "min_ngram": 1, "max_ngram": 1}

    @classmethod
    def create(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        return cls(config, model_storage, resource, execution_context.node_name)

    @staticmethod
    def _blank(config: dict[str, Any]) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer=config["analyzer"],
            ngram_range=(config["min_ngram"], config["max_ngram"]),
            token_pattern=r"(?u)\S+" if config["analyzer"] == "word" else None,
            lowercase=False,  # lemmas are folded
            sublinear_tf=True,
        )

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary and its weights, and keep them with the model."""
        self._vectorizer.fit([_line(m) for m in training_data.intent_examples if m.get(TOKENS)])
        self._idf = None
        with self._storage.write_to(self._resource) as directory:
            terms = {term: int(column) for term, column in self._vectorizer.vocabulary_.items()}
            (directory / "terms.json").write_text(json.dumps(terms), encoding="utf-8")
            np.save(directory / "idf.npy", self._vectorizer.idf_)
        return self._resource

    @classmethod
    def load(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TfidfFeaturizer:
        vectorizer = cls._blank(config)
        with model_storage.read_from(resource) as directory:
            vectorizer.vocabulary_ = json.loads((directory / "terms.json").read_text(encoding="utf-8"))
            vectorizer.idf_ = np.load(directory / "idf.npy")
        return cls(config, model_storage, resource, execution_context.node_name, vectorizer)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message."""
        for message in messages:
            message.add_features(Features(self._row(message), FEATURE_TYPE_SENTENCE, TEXT, self._node))
        return messages

    def _row(self, message: Message) -> coo_matrix:
        """Return what `TfidfVectorizer.transform` returns, without its checks, which cost more than it."""
        terms = self._vectorizer.vocabulary_
        counts = Counter(terms[term] for term in self._analyze(_line(message)) if term in terms)
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        weights = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))
        if self._idf is None:
            self._idf = np.asarray(self._vectorizer.idf_)  # summed up from a sparse matrix at each look
        weights *= self._idf[columns]
        length = np.sqrt(weights @ weights) or 1.0
        rows = np.zeros(len(columns), dtype=np.int32)
        return coo_matrix((weights / length, (rows, columns)), shape=(1, len(terms)))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the examples that a classifier learns from."""
        self.process([m for m in training_data.intent_examples if m.get(TOKENS)])
        return training_data


def _line(message: Message) -> str:
    return " ".join(token.lemma for token in message.get(TOKENS) or [])
