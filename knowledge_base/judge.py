"""How good an article is, from 0 to 1, and from where on it may be answered with."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from knowledge_base.answer import Hit
from knowledge_base.evidence import Evidence, Mode

LINES = Path(__file__).parent / "lines.json"
OTHER = "other"
"""What languages go by that were never calibrated."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From what speaks for an article to the chance that it answers the question."""

    bias: float
    worth: float
    lead: float
    """Weights of a logistic regression."""
    answer: float
    """The score from which it is good enough, where the customer asked a question."""
    strict: float
    """The same where they may not have asked one at all."""
    suggest: float
    """The score from which the two best are worth offering."""

    def score(self, worth: float, lead: float) -> float:
        """Return the chance."""
        said = self.bias + self.worth * worth + self.lead * lead
        return 1 / (1 + math.exp(-min(60.0, max(-60.0, said))))


@dataclass(frozen=True, slots=True)
class Judge:
    """What `calibrate.py` found out, and wrote into lines.json."""

    scales: dict[str, dict[Mode, Scale]]
    """By language."""
    weights: dict[str, float]
    """By language: what a word's strength (0 to 1) weighs beside the nearness of meaning (-3 to 3)."""

    @classmethod
    @cache
    def calibrated(cls) -> Self:
        """Read lines.json, once in a process."""
        data = json.loads(LINES.read_text(encoding="utf-8"))
        modes: tuple[Mode, ...] = ("words", "both")
        scales = {lang: {mode: Scale(**found[mode]) for mode in modes} for lang, found in data.items()}
        return cls(scales, {lang: found["weight"] for lang, found in data.items()})

    def weight(self, lang: str) -> float:
        """Return what the words weigh in a language."""
        return self.weights.get(lang, self.weights[OTHER])

    def scale(self, lang: str, mode: Mode) -> Scale:
        """Return a language's scale; one that was never calibrated gets a cautious one."""
        return self.scales.get(lang, self.scales[OTHER])[mode]

    def hits(self, lang: str, found: Sequence[Evidence]) -> list[Hit]:
        """Judge what a search found."""
        hits = []
        for evidence in found:
            scale = self.scale(lang, evidence.mode)
            score = scale.score(evidence.worth, evidence.lead)
            hits.append(Hit(evidence.article.id, score, answered=score >= scale.answer))
        return hits
