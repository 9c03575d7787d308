"""Whether the bot is sure enough to act on a text."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA
from rasa.shared.nlu.training_data.message import Message

from nlu.components.meaning import AfterClassifier
from nlu.hearing import hearing_of

OTHERS = "others"
"""Stands for every intent that has no threshold of its own."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Thresholds(AfterClassifier):
    """Makes a text fall back whose best intent is less likely than that intent's threshold.

    `intents` has the thresholds by intent, `others` for the rest; `languages` has, by language, those that
    differ there. So does a text whose two best intents are nearer than `margin`. Placed after Expectations;
    the ranking keeps the classes as they were.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the parameters and their defaults."""
        return {"intents": {OTHERS: 0.5}, "languages": {}, "margin": 0.1}

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        common: dict[str, float] = {OTHERS: 0.5, **config["intents"]}
        self._common = common
        self._own = {lang: {**common, **own} for lang, own in config["languages"].items()}

    def _look(self, message: Message) -> None:
        ranking: list[dict[str, Any]] = message.get(INTENT_RANKING_KEY) or []
        if not ranking:
            return
        best = ranking[0]
        confidence = float(best["confidence"])
        next_best = float(ranking[1]["confidence"]) if len(ranking) > 1 else 0.0
        thresholds = self._own.get(hearing_of(message.get(METADATA)).lang, self._common)
        needed = thresholds.get(best["name"], thresholds[OTHERS])
        if confidence < needed or confidence - next_best < self._config["margin"]:
            self._decide(message, DEFAULT_NLU_FALLBACK_INTENT_NAME, 1.0 - confidence)
        else:
            message.data[INTENT] = dict(best)
