"""Features and classifier: TF-IDF over words and pieces of words; a logistic regression over all features.

Rasa's own pair (counts, regularisation fixed at 1) errs half as often again at the same share of texts
understood; docs/quality.md has the figures.
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
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import coo_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components import regression
from nlu.components.reading import TOKENS
from nlu.hearing import hearing_of

Scores = np.ndarray[Any, np.dtype[np.float64]]


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
        weights *= self._vectorizer.idf_[columns]
        length = np.sqrt(weights @ weights) or 1.0
        rows = np.zeros(len(columns), dtype=np.int32)
        return coo_matrix((weights / length, (rows, columns)), shape=(1, len(terms)))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the examples that a classifier learns from."""
        self.process([m for m in training_data.intent_examples if m.get(TOKENS)])
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LogisticClassifier(LogisticRegressionClassifier):
    """Rasa's logistic regression, trained in a fifth of the time and with its parameters open.

    A larger `C` is surer of what it saw. `temperature`, by language, divides the scores: above 1 the
    classifier claims less, below 1 more. What it claims should come true that often.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return nothing: any component that adds sentence features will do."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {**LogisticRegressionClassifier.get_default_config(), "C": 1.0, "temperature": {}}

    def __init__(
        self, config: dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource
    ) -> None:
        super().__init__(config, name, model_storage, resource)
        self.clf.set_params(C=self.config["C"])

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have an intent and sentence features, and keep it with the model."""
        examples = [m for m in training_data.intent_examples if m.get("intent") and m.get(TEXT)]
        blocks = [_blocks(message) for message in examples]
        learned = regression.fit(
            vstack([sparse for sparse, _ in blocks]).tocsr(),
            np.vstack([dense for _, dense in blocks]),
            [message.get("intent") for message in examples],
            strength=self.config["C"],
            max_iter=self.config["max_iter"],
            tol=self.config["tol"],
        )
        self.clf.classes_, self.clf.coef_ = learned.classes, learned.weights
        self.clf.intercept_ = learned.intercepts
        self.clf.n_features_in_ = learned.weights.shape[1]
        self.clf.n_iter_ = np.array([learned.steps])
        self.persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the intents of each message, straight from its few features."""
        for message in messages:
            lang = hearing_of(message.get(METADATA)).lang
            scores = self._scores(message) / self.config["temperature"].get(lang, 1.0)
            likelihood = np.exp(scores - scores.max())
            shares = likelihood / likelihood.sum()
            best = np.argsort(-shares)[: self.config["ranking_length"] or None]
            ranking = [{"name": self.clf.classes_[i], "confidence": float(shares[i])} for i in best]
            message.set("intent", dict(ranking[0]), add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _scores(self, message: Message) -> Scores:
        """Return a score an intent; sparse features come before dense ones, as they did in training."""
        scores: Scores = self.clf.intercept_.copy()
        start = 0
        for feature in _features(message):
            if feature.is_sparse():
                block = coo_matrix(feature.features)
                scores += self.clf.coef_[:, start + block.col] @ block.data
            else:
                scores += self.clf.coef_[:, start : start + feature.features.shape[1]] @ feature.features[0]
            start += feature.features.shape[1]
        return scores


def _features(message: Message) -> list[Features]:
    """Return a message's sentence features, the sparse ones first."""
    found = [f for f in message.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
    return sorted(found, key=lambda feature: not feature.is_sparse())


def _blocks(message: Message) -> tuple[coo_matrix, Scores]:
    """Return a message's sparse and its dense features, a row each."""
    found = _features(message)
    dense = [feature.features for feature in found if not feature.is_sparse()]
    return (
        hstack([feature.features for feature in found if feature.is_sparse()]),
        np.hstack(dense) if dense else np.zeros((1, 0)),
    )


def _line(message: Message) -> str:
    return " ".join(token.lemma for token in message.get(TOKENS) or [])
