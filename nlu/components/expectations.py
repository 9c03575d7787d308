"""What was asked, brought to bear on what was understood: an answer is more likely to be an answer."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.meaning import AfterClassifier
from nlu.hearing import hearing_of
from nlu.words import fold, split


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Expectations(AfterClassifier):
    """Weighs the classifier's ranking by the open question. Placed between it and FallbackClassifier.

    Under a question of yes or no the `answers` count `weight` times as much as anything else, and those that
    exist everywhere `unasked_weight` times where nothing was asked; all of them alike, so a no comes no
    nearer to a yes. The classes in `otherwise` belong to the questions in `for`. Elsewhere their share goes
    to the class that they come down to there; where not even yes or no was asked only a share of `sure`
    does, and a smaller one is left out ('tomorrow' alone puts nothing off).
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {
            "answers": ["affirm", "deny", "unsure", "later", "never_call", "question"],
            "weight": 2.0,
            "unasked_weight": 0.5,
            "otherwise": {"later": "deny", "never_call": "deny", "question": "faq"},
            "for": ["renewal", "renewal_confirm"],
            "sure": 0.5,
            "ranking_length": 5,
        }

    def _look(self, message: Message) -> None:
        ranking: list[dict[str, Any]] = message.get(INTENT_RANKING_KEY) or []
        if not ranking:
            return
        hearing = hearing_of(message.get(METADATA))
        shares = {entry["name"]: float(entry["confidence"]) for entry in ranking}
        for name, weight in self._weights(hearing.expecting).items():
            shares[name] = shares.get(name, 0.0) * weight
        if not self._knows_all(hearing.expecting, hearing.question):
            for name, public in self._config["otherwise"].items():
                share = shares.pop(name, 0.0)
                if hearing.expecting == "yes_no" or share >= self._config["sure"]:
                    shares[public] = shares.get(public, 0.0) + share
        total = sum(shares.values()) or 1.0
        best = sorted(shares.items(), key=lambda item: -item[1])[: self._config["ranking_length"]]
        weighed = [{"name": name, "confidence": share / total} for name, share in best]
        message.data[INTENT] = dict(weighed[0])
        message.data[INTENT_RANKING_KEY] = weighed

    def _weights(self, expecting: str | None) -> dict[str, float]:
        """Return how much more or less than other intents the answers count."""
        if expecting == "yes_no":
            return dict.fromkeys(self._config["answers"], self._config["weight"])
        if expecting is None:
            everywhere = [name for name in self._config["answers"] if name not in self._config["otherwise"]]
            return dict.fromkeys(everywhere, self._config["unasked_weight"])
        return {}

    def _knows_all(self, expecting: str | None, question: str | None) -> bool:
        """Tell whether every class may answer; a question of yes or no without a name may be any."""
        return question in self._config["for"] or (expecting == "yes_no" and question is None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CarefulYes(AfterClassifier):
    """Asks once more where a yes matters and is not plain: unsure, in many words, or with a no in it.

    Such a yes becomes `careful_intent`, for which the rules have an answer of their own. Placed last. What
    the classifier takes for a yes though it has a no in it may be one ('I wouldn't say no') or the contrary
    ('of course not'); `negations` are such words, folded, by language.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {
            "questions": ["renewal"],
            "min_confidence": 0.8,
            "max_words": 7,
            "negations": {
                "pl": ["nie", "nigdy", "skad", "wcale"],
                "cs": ["ne", "nikdy", "nechci", "neni", "nikoli", "nikoliv"],
                "en": ["no", "not", "never", "nope", "dont", "wont", "cant", "isnt", "wouldnt", "aint"],
            },
            "yes_intent": "affirm",
            "careful_intent": "affirm_careful",
        }

    def _look(self, message: Message) -> None:
        intent, hearing = message.get(INTENT) or {}, hearing_of(message.get(METADATA))
        if (
            hearing.question not in self._config["questions"]
            or intent.get("name") != self._config["yes_intent"]
        ):
            return
        words = [fold(word) for word, _ in split(message.get(TEXT))]
        negated = not set(words).isdisjoint(self._config["negations"].get(hearing.lang, ()))
        wordy = len(words) > (self._config["max_words"] or len(words))
        if negated or wordy or intent["confidence"] < self._config["min_confidence"]:
            self._decide(message, self._config["careful_intent"], intent["confidence"])
