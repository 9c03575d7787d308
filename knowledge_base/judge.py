"""How good an article is, from 0 to 1, and from where on it may be answered with."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from knowledge_base.answer import Hit
from knowledge_base.index import Evidence

LINES = Path(__file__).parent / "lines.json"


@dataclass(frozen=True, slots=True)
class Lines:
    """From which score on an article is good enough."""

    answer: float
    """Where the customer asked a question."""
    strict: float
    """Where they may not have asked one at all."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What `calibrate.py` found out, and wrote into lines.json."""

    bias: float
    strength: float
    lead: float
    """Weights of a logistic regression over `Evidence`, the same for every language."""
    lines: dict[str, Lines]
    """By language; the numbers of other articles and words differ less than those of languages."""

    @classmethod
    @cache
    def calibrated(cls) -> Self:
        """Read lines.json, once in a process."""
        data = json.loads(LINES.read_text(encoding="utf-8"))
        lines = {lang: Lines(**both) for lang, both in data.pop("lines").items()}
        return cls(lines=lines, **data)

    def score(self, evidence: Evidence) -> float:
        """Return the chance that this article answers the question."""
        said = self.bias + self.strength * evidence.strength + self.lead * evidence.lead
        return 1 / (1 + math.exp(-said))

    def line(self, lang: str, *, strict: bool) -> float:
        """Return the line of a language; one that was never calibrated gets the highest of all."""
        of = self.lines.get(lang)
        known = [of] if of else list(self.lines.values())
        return max(lines.strict if strict else lines.answer for lines in known)

    def hits(self, lang: str, found: Sequence[Evidence]) -> list[Hit]:
        """Judge what a search found."""
        line = self.line(lang, strict=False)
        scored = [(evidence.article.id, self.score(evidence)) for evidence in found]
        return [Hit(article, score, answered=score >= line) for article, score in scored]
