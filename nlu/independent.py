"""How well sentences by people who never saw the training data are understood; runs in Rasa's environment.

Each file of tests/language/independent/<lang>/ is a class: `{"text", "intent", "expecting", "question"}`
lines, asked about as answers to the question that they answer. Nothing may be tuned on them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

import yaml

from nlu.hearing import Hearing
from nlu.training import ensure_models
from nlu.words import fold, split

ENCODER = "nlu.components.sentence.SentenceFeaturizer"
OUTSIDE = frozenset({"out_of_scope", "nlu_fallback"})
TALK = frozenset({"faq", "greet", "goodbye", "thanks", "bot_challenge", "repeat"})
"""Intents that are no task: a search, which has a line of its own for what it may answer, and small talk."""
SAME = {"another_order": "order_status", "number_heard": "order_status", "affirm_careful": "affirm"}
"""What an intent is in the tables; a yes that is asked for once more is a yes that was recognised."""

COARSE = {"later": "deny", "never_call": "deny", "question": "faq"}
"""What an answer comes down to where the question does not know it (`Expectations`): right there."""
KNOWING = frozenset({"renewal", "renewal_confirm"})

Read = Callable[[str, Hearing], str]
"""The intent that a model decides on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one class's sentences were taken for."""

    name: str
    """The class, which is the file's name: out_of_scope_near is a class of its own."""
    intent: str
    decided: Counter[str]
    unheard: Counter[str] = field(default_factory=Counter)
    """The same, of those sentences alone that are no training example word for word."""

    @property
    def total(self) -> int:
        """How many sentences there are."""
        return sum(self.decided.values())

    @property
    def right(self) -> int:
        """How many were recognised; for a text outside the bot's scope a fallback is right, too."""
        return self._right(self.decided)

    @property
    def right_unheard(self) -> int:
        """How many of the unheard ones were recognised."""
        return self._right(self.unheard)

    def _right(self, decided: Counter[str]) -> int:
        if self.intent in OUTSIDE:
            return sum(decided[intent] for intent in OUTSIDE)
        return sum(n for intent, n in decided.items() if SAME.get(intent, intent) == self.intent)

    def taken_for(self, *, talk: bool) -> int:
        """Return how many were taken for something the bot acts on; `talk`: searches and small talk too."""
        return sum(n for i, n in self.decided.items() if i not in OUTSIDE and (talk or i not in TALK))


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), which holds near 0 and 1 too."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, z * z / total
    middle = share + square / 2
    spread = z * sqrt(share * (1 - share) / total + square / (4 * total))
    return max(0.0, (middle - spread) / (1 + square)), min(1.0, (middle + spread) / (1 + square))


def outcomes(folder: Path, lang: str, read: Read, heard: Set[str] = frozenset()) -> list[Outcome]:
    """Ask a language's model about every sentence in `folder`/<lang>; `heard`: `key` of each example."""
    found = []
    for path in sorted((folder / lang).glob("*.jsonl")):
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        decided = [_decided(case, lang, read) for case in cases]
        new = (d for d, case in zip(decided, cases, strict=True) if key(case["text"]) not in heard)
        found.append(Outcome(path.stem, cases[0]["intent"], Counter(decided), Counter(new)))
    return found


def key(text: str) -> str:
    """Return what two texts that say the same word for word have in common."""
    return " ".join(fold(word) for word, _ in split(text))


def _decided(case: Mapping[str, Any], lang: str, read: Read) -> str:
    question, intent = case.get("question"), str(case["intent"])
    decided = read(case["text"], Hearing(lang, expecting=case.get("expecting"), question=question))
    return intent if question not in KNOWING and decided == COARSE.get(intent) else decided


def table(lang: str, full: Sequence[Outcome], plain: Sequence[Outcome]) -> Iterator[str]:
    """Yield a language's table as Markdown; `plain` is the same without the encoder."""
    yield f"\n### {lang}: {sum(o.total for o in full)} sentences\n"
    yield (
        "| class | sentences | recognised (95 %) | fell back | taken for something else "
        "| no example word for word | of these recognised | n-grams alone |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    without = {outcome.name: outcome for outcome in plain}
    for one in full:
        fell_back = 0 if one.intent in OUTSIDE else sum(one.decided[intent] for intent in OUTSIDE)
        wrong = one.total - one.right - fell_back
        alone = without[one.name]
        yield (
            f"| {one.name} | {one.total} | {_share(one.right, one.total)} | {fell_back / one.total:.1%} "
            f"| {wrong / one.total:.1%} | {one.unheard.total()} "
            f"| {one.right_unheard / max(1, one.unheard.total()):.1%} | {alone.right / alone.total:.1%} |"
        )
    yield "\n| error | with the encoder (95 %) | n-grams alone |\n| --- | --- | --- |"
    for name, count in _ERRORS.items():
        (hits, total), (hits_alone, total_alone) = count(full), count(plain)
        if total and total_alone:
            yield f"| {name} | {_share(hits, total)} | {_share(hits_alone, total_alone)} |"


def without_encoder(data_dir: Path, languages: Sequence[str], config: Path) -> Mapping[str, Path]:
    """Return models trained on the same data, by words and pieces of words alone; blocks."""
    import sys

    parts: dict[str, Any] = yaml.safe_load(config.read_text(encoding="utf-8"))
    parts["pipeline"] = [step for step in parts["pipeline"] if step["name"] != ENCODER]
    folder = data_dir / "ngrams"
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "config.yml"
    plain.write_text(yaml.safe_dump(parts, allow_unicode=True), encoding="utf-8")
    return ensure_models(folder, languages, plain, lambda _line: None, rasa_python=Path(sys.executable))


def _yes_instead(found: Sequence[Outcome], *intents: str) -> tuple[int, int]:
    asked = [o for o in found if o.intent in ("deny", "unsure")]
    return sum(o.decided[i] for o in asked for i in intents), sum(o.total for o in asked)


def _accepted(found: Sequence[Outcome], kind: str, *, talk: bool) -> tuple[int, int]:
    asked = [o for o in found if o.name == f"out_of_scope_{kind}"]
    return sum(o.taken_for(talk=talk) for o in asked), sum(o.total for o in asked)


_ERRORS: dict[str, Callable[[Sequence[Outcome]], tuple[int, int]]] = {
    "no or unsure taken for yes": lambda found: _yes_instead(found, "affirm", "affirm_careful"),
    "the same, and not asked for once more": lambda found: _yes_instead(found, "affirm"),
    "out of scope, far, taken for a task": lambda found: _accepted(found, "far", talk=False),
    "out of scope, near, taken for a task": lambda found: _accepted(found, "near", talk=False),
    "far, taken for anything, a search too": lambda found: _accepted(found, "far", talk=True),
    "near, taken for anything, a search too": lambda found: _accepted(found, "near", talk=True),
}


def _share(hits: int, total: int) -> str:
    low, high = wilson(hits, total)
    return f"{hits / total:.1%} ({low:.1%} to {high:.1%})"
