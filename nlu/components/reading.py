"""From a message's text to folded words: a tokenizer, and a speller that knows the training data's words."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components import spoken
from nlu.hearing import hearing_of
from nlu.words import Vocabulary, build, fold, split

FAMILIARITY = "familiarity"
"""Property of a message: how much it is like what was trained on, 0 to 1."""

ANSWER = "answer"
"""Property of a message: the words by which it is understood, which are not always all."""

TOKENS = f"{TEXT}_tokens"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class FoldingTokenizer(Tokenizer):
    """Splits text into words and symbols (emoji too); a token's lemma is the folded word."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:  # noqa: D102
        return [Token(word, at, lemma=fold(word)) for word, at in split(message.get(attribute))]

    def process(self, messages: list[Message]) -> list[Message]:
        """Tokenize the text of incoming messages; they have no other attribute."""
        for message in messages:
            if isinstance(message.get(TEXT), str):
                message.set(ANSWER, _answer(message))
                message.set(TOKENS, self.tokenize(message, ANSWER))
        return messages


def _answer(message: Message) -> str:
    """Return the text; to "is that the number?" without the number: yes or no is said beside it."""
    text, hearing = str(message.get(TEXT)), hearing_of(message.get(METADATA))
    if hearing.question != "confirm_number" or not hearing.is_heard:
        return text
    return spoken.beside_number(text, hearing.lang) or text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class Speller(GraphComponent):
    """Repairs slips of the keyboard in a token's lemma and measures how familiar the message is."""

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._vocabulary = vocabulary or Vocabulary(frozenset(), frozenset())

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {"meaningless_intents": ["out_of_scope"]}

    @classmethod
    def create(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Speller:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the training data and keep them with the model."""
        sentences = [(m.get(TEXT), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT)]
        self._vocabulary = build(sentences, meaningless=self._config["meaningless_intents"])
        with self._storage.write_to(self._resource) as directory:
            words = {
                "words": sorted(self._vocabulary.words),
                "meaningful": sorted(self._vocabulary.meaningful),
            }
            (directory / "vocabulary.json").write_text(json.dumps(words), encoding="utf-8")
        return self._resource

    @classmethod
    def load(  # noqa: D102
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Speller:
        with model_storage.read_from(resource) as directory:
            words = json.loads((directory / "vocabulary.json").read_text(encoding="utf-8"))
        vocabulary = Vocabulary(frozenset(words["words"]), frozenset(words["meaningful"]))
        return cls(config, model_storage, resource, vocabulary)

    def process(self, messages: list[Message]) -> list[Message]:
        """Repair the tokens of each message and note its familiarity."""
        for message in messages:
            tokens: list[Token] = message.get(TOKENS) or []
            for token in tokens:
                token.lemma = self._vocabulary.repair(token.lemma)
            message.set(FAMILIARITY, self._vocabulary.familiarity([token.lemma for token in tokens]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Do nothing: the training data's own words are all known."""
        return training_data
