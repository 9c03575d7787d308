"""Finds the weights and lines of `judge.py`: `python -m knowledge_base.calibrate`. Takes minutes.

For each language, what the words weigh beside the meaning is what gives the most right answers over the
cases in `trials.py`; then a logistic regression turns worth and lead into a chance, and the lines stand
where of the sentences without an answer (half of them far, half of them near) one in ten would get one,
strictly one in fifty, and a suggestion one in three. Prints what that means for the answerable ones.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.encoder import EncoderProcess
from knowledge_base.judge import LINES, OTHER
from knowledge_base.trials import Laboratory, Trial, laboratories

LANGUAGES = ("cs", "en", "pl")
_WEIGHTS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
_OTHER_WEIGHT = 2.0
"""For languages that nobody wrote questions in."""
_LINES = {"answer": 0.10, "strict": 0.02, "suggest": 0.33}
_RIDGE = 0.5

Vector = npt.NDArray[np.float64]
Fields = dict[str, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Trials as columns."""

    features: Vector
    """Shape (trials, 2): worth and lead of the best article; of nothing found, 0 and -1."""
    right: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.str_]

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> "Sheet":
        """Write the trials down."""
        return cls(
            np.array([(t.best.worth, t.best.lead) if t.best else (0.0, -1.0) for t in trials]),
            np.array([t.right for t in trials]),
            np.array([t.kind for t in trials]),
        )

    def line(self, scores: Vector, part: float) -> float:
        """Return the score above which `part` of the unanswerable ones lie, far and near counted alike."""
        lines = np.unique(scores)
        above = [(scores[self.kinds == kind][:, None] >= lines).mean(axis=0) for kind in ("far", "near")]
        low = np.flatnonzero(np.mean(above, axis=0) <= part)
        return float(lines[low[0]]) if len(low) else float(lines[-1])

    def answered(self, scores: Vector, line: float) -> float:
        """Return the share of the answerable ones that are answered, and rightly."""
        asked = self.kinds == "answerable"
        return float((self.right[asked] & (scores[asked] >= line)).mean())


def fit(features: Vector, right: npt.NDArray[np.bool_]) -> Vector:
    """Logistic regression by Newton's method: the bias, then a weight for each feature."""
    inputs = np.column_stack([np.ones(len(features)), features])
    ridge = _RIDGE * np.diag([1e-6, *np.ones(features.shape[1])])
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - right) + ridge @ weights
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights


def scale(sheet: Sheet) -> tuple[Fields, Vector]:
    """Return the fields of a `judge.Scale`, and the trials' scores by it."""
    bias, worth, lead = (round(float(weight), 3) for weight in fit(sheet.features, sheet.right))
    scores = 1 / (1 + np.exp(-(bias + sheet.features @ [worth, lead])))
    lines = {name: round(sheet.line(scores, part) + 5e-4, 3) for name, part in _LINES.items()}
    return {"bias": bias, "worth": worth, "lead": lead, **lines}, scores


def _quality(laboratories: Sequence[Laboratory], weight: float) -> float:
    """Half the share of right best articles, half that of right answers at 10 % false, over the cases."""
    found = []
    for laboratory in laboratories:
        sheet = Sheet.of(laboratory.trials(weight))
        worth = sheet.features[:, 0]
        found.append(
            sheet.right[sheet.kinds == "answerable"].mean() + sheet.answered(worth, sheet.line(worth, 0.1))
        )
    return float(np.mean(found)) / 2


def _report(lang: str, mode: str, fields: Fields, sheet: Sheet, scores: Vector) -> None:
    asked = sheet.kinds == "answerable"
    told = ", ".join(f"{name} {sheet.answered(scores, fields[name]):.2f}" for name in _LINES)
    sys.stdout.write(
        f"{lang} {mode}: best article right {sheet.right[asked].mean():.2f}; right and above: {told}\n"
    )


async def _main() -> None:
    encoder = EncoderProcess()
    result: dict[str, dict[str, object]] = {}
    every: dict[str, list[Trial]] = {"words": [], "both": []}
    try:
        for lang in LANGUAGES:
            modes = {"words": await laboratories(lang, None), "both": await laboratories(lang, encoder)}
            weight = max(_WEIGHTS, key=lambda weight: _quality(modes["both"], weight))
            sys.stdout.write(f"{lang}: the words weigh {weight}\n")
            result[lang] = {"weight": weight}
            for mode, prepared in modes.items():
                sheet = Sheet.of([trial for each in prepared for trial in each.trials(weight)])
                fields, scores = scale(sheet)
                result[lang][mode] = fields
                _report(lang, mode, fields, sheet, scores)
                every[mode] += [trial for each in prepared for trial in each.trials(_OTHER_WEIGHT)]
    finally:
        encoder.close()
    result[OTHER] = {"weight": _OTHER_WEIGHT} | {
        mode: scale(Sheet.of(found))[0] for mode, found in every.items()
    }
    LINES.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_main())
