"""The classifier: how alike a text is to each training example, by words, pieces of words and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from nlu.components import ridge, sparse
from nlu.hearing import hearing_of

FILE = "examples.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelClassifier(GraphComponent):
    """Ranks the intents by a kernel ridge regression (`nlu.components.ridge`) over all sentence features.

    Every block of features counts by its rows' length. Of what the encoder says only the `meaning_size`
    directions in which the examples differ most are kept. `temperature`, by language, divides the scores,
    which run from 0 to 1, before they become shares: what the classifier claims should come true that often.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, learned: _Learned | None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._learned = learned

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults; `ranking_length` 0 ranks all intents."""
        return {
            "gamma": 1.0,
            "ridge": 0.2,
            "balance": 0.5,
            "meaning_size": 160,
            "temperature": {},
            "ranking_length": 0,
        }

    @classmethod
    def create(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KernelClassifier:
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have an intent and sentence features, and keep them with the model."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        blocks = [_blocks(message) for message in examples]
        lengths = np.max([[_length(block) for block in row] for row in blocks], axis=0).astype(np.float32)
        total = np.float32(np.sqrt(lengths @ lengths))
        sparse = vstack([_sparse(row) for row in blocks]).tocsr().astype(np.float32) / total
        meant: ridge.Matrix = np.vstack([_dense(row) for row in blocks]) / total
        axes = ridge.axes(meant, self._config["meaning_size"])
        dense: ridge.Matrix = meant @ axes
        fit = ridge.fit(
            sparse,
            dense,
            [message.get(INTENT) for message in examples],
            **{name: self._config[name] for name in ("gamma", "ridge", "balance")},
        )
        self._learned = _Learned(fit, sparse.T.tocsr(), dense, axes, lengths)
        with self._storage.write_to(self._resource) as directory:
            self._learned.save(directory / FILE)
        return self._resource

    @classmethod
    def load(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KernelClassifier:
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, _Learned.load(directory / FILE))

    def process(self, messages: list[Message]) -> list[Message]:
        """Rank the intents of each message."""
        if self._learned is None:
            return messages
        classes = self._learned.fit.classes
        for message in messages:
            lang = hearing_of(message.get(METADATA)).lang
            scores = self._learned.scores(_blocks(message), self._config["gamma"])
            scores /= self._config["temperature"].get(lang, 0.125)
            likelihood = np.exp(scores - scores.max())
            shares = likelihood / likelihood.sum()
            best = np.argsort(-shares)[: self._config["ranking_length"] or None]
            ranking = [{"name": str(classes[i]), "confidence": float(shares[i])} for i in best]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Do nothing: nothing that is trained needs to know what the classifier would say."""
        return training_data


class _Learned:
    """The examples and what each says for each class."""

    def __init__(
        self,
        fit: ridge.Fit,
        words: csr_matrix,
        meanings: ridge.Matrix,
        axes: ridge.Matrix,
        lengths: ridge.Matrix,
    ) -> None:
        self.fit = fit
        self._words = words
        """A row a feature, a column an example."""
        # Column by column, because so OpenBLAS multiplies it by a vector in a quarter of the time.
        self._meanings = np.asfortranarray(meanings)
        self._axes = axes
        """A row a number of the encoder's, a column one of `meanings`."""
        self._lengths = lengths
        """The longest row of each block of features."""

    def scores(self, blocks: Sequence[Features], gamma: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return a score a class, about 0 to 1."""
        # A text without a vector, because the encoder is missing, goes by the blocks that it has.
        lengths = self._lengths[: len(blocks)]
        # In single precision, as it was learned: numpy would turn all weights into doubles at every text.
        products = sparse.times([b.features for b in blocks if b.is_sparse()], self._words).astype(np.float32)
        meaning = _dense(blocks)[0]
        if len(meaning) and len(self._axes):
            products += self._meanings @ (meaning @ self._axes)
        products /= np.sqrt(lengths @ lengths)
        scores = ridge.kernel(products, gamma) @ self.fit.weights + self.fit.shares
        return scores.astype(np.float64)

    def save(self, path: Path) -> None:
        """Write everything; half the precision is enough for what a sentence means."""
        np.savez(
            path,
            classes=self.fit.classes.astype(str),
            weights=self.fit.weights,
            shares=self.fit.shares,
            data=self._words.data,
            indices=self._words.indices,
            indptr=self._words.indptr,
            meanings=self._meanings.astype(np.float16),
            axes=self._axes,
            lengths=self._lengths,
        )

    @classmethod
    def load(cls, path: Path) -> _Learned:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            fit = ridge.Fit(kept["classes"], kept["weights"], kept["shares"])
            parts = (kept["data"], kept["indices"], kept["indptr"])
            words = csr_matrix(parts, shape=(len(kept["indptr"]) - 1, len(fit.weights)))
            return cls(fit, words, kept["meanings"].astype(np.float32), kept["axes"], kept["lengths"])


def _blocks(message: Message) -> list[Features]:
    """Return a message's sentence features, the sparse ones first."""
    found = [f for f in message.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE]
    return sorted(found, key=lambda feature: not feature.is_sparse())


def _length(block: Features) -> float:
    values = coo_matrix(block.features).data if block.is_sparse() else block.features
    return float(np.sqrt(np.sum(np.square(values))))


def _sparse(blocks: Sequence[Features]) -> csr_matrix:
    return hstack([block.features for block in blocks if block.is_sparse()])


def _dense(blocks: Sequence[Features]) -> ridge.Matrix:
    dense = [block.features for block in blocks if not block.is_sparse()]
    return np.hstack(dense).astype(np.float32) if dense else np.zeros((1, 0), dtype=np.float32)
