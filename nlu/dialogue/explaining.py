"""Why a text was understood as it was: the pipeline, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.deciding import OTHERS, Thresholds
from nlu.components.meaning import UnseenWordsGuard
from nlu.components.reading import FAMILIARITY, TOKENS
from nlu.dialogue.model import Step
from nlu.hearing import Hearing
from nlu.words import fold

SHOWN = 3
"""Intents of the ranking."""


def explain(steps: Sequence[Step], text: str, hearing: Hearing) -> dict[str, Any]:
    """Return, as JSON, what each step made of a text.

    `trail`: the intent whenever a step changed it, `[{step, intent, confidence}]`; `ranking`: the best
    intents `[{intent, confidence}]`; `threshold` and `margin`: what the best one needed; `familiarity` and
    `min_familiarity`; `repaired`: mistyped words and what they were read as; `entities`.
    """
    message = Message({TEXT: text, METADATA: hearing.metadata()})
    trail: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for step in steps:
        step.component.process([message])
        intent = message.get(INTENT) or {}
        if intent and intent != before:
            name = type(step.component).__name__
            trail.append({"step": name, "intent": intent["name"], "confidence": _round(intent["confidence"])})
        before = dict(intent)
    ranking = message.get(INTENT_RANKING_KEY) or []
    needed, margin = _needed(steps, ranking[0]["name"] if ranking else "", hearing.lang)
    return {
        "trail": trail,
        "ranking": [
            {"intent": entry["name"], "confidence": _round(entry["confidence"])} for entry in ranking[:SHOWN]
        ],
        "threshold": needed,
        "margin": margin,
        "familiarity": _round(message.get(FAMILIARITY)),
        "min_familiarity": _config(steps, UnseenWordsGuard).get("min_familiarity"),
        "repaired": [
            [token.text, token.lemma]
            for token in message.get(TOKENS) or []
            if token.lemma != fold(token.text)
        ],
        "entities": [{"entity": e["entity"], "value": e["value"]} for e in message.get(ENTITIES) or []],
    }


def _needed(steps: Sequence[Step], intent: str, lang: str) -> tuple[float | None, float | None]:
    config = _config(steps, Thresholds)
    if not config:
        return None, None
    thresholds = {**config["intents"], **config["languages"].get(lang, {})}
    return thresholds.get(intent, thresholds.get(OTHERS)), config["margin"]


def _config(steps: Sequence[Step], kind: type) -> dict[str, Any]:
    return next((step.config for step in steps if isinstance(step.component, kind)), {})


def _round(number: float | None) -> float | None:
    return None if number is None else round(float(number), 3)
