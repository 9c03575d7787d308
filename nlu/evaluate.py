"""How well the bot understands; runs in Rasa's environment.

`python -m nlu.evaluate` reports the present models on tests/language/independent (see nlu/independent.py),
beside what words and pieces of words alone reach, and on tests/language/heldout/<lang>.jsonl (`{"text",
"intent"}` lines that nobody tuned on either): right, wrong and fallen back by intent, as Markdown.
`--development` reports on tests/language/development alone, whose sentences may be looked at.
`--cross-validate` trains on four fifths of the training data and interprets the rest, five times, and
prints how sure the model was beside how often it was right, and right, wrong and fallen back by threshold:
this is what temperatures and thresholds are chosen by.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu import lean
from nlu.hearing import Hearing
from nlu.independent import OUTSIDE, SAME
from nlu.training import HOME, ROOT, model_paths

DEVELOPMENT = ROOT / "tests" / "language" / "development"
YES_NO = frozenset({"affirm", "deny", "unsure", "later", "never_call", "question"})
"""Intents that answer a question of yes or no."""
ANSWERS_ONLY = frozenset({"later", "never_call", "question"})
"""Those that exist only as such answers."""


def main() -> None:
    """Print the tables asked for."""
    arguments = _arguments()
    lean.install()
    if arguments.cross_validate:
        for lang in arguments.languages:
            cross_validate(lang, arguments.config, arguments.folds)
        return
    models = model_paths(arguments.data_dir, arguments.languages, arguments.config)
    if missing := [lang for lang, path in models.items() if not path.exists()]:
        sys.exit(f"no present model of {', '.join(missing)}: train it with `centrala model train`")
    found = {lang: _Reader(lang, path) for lang, path in models.items()}
    if arguments.development:
        cases = {lang: _cases(DEVELOPMENT / f"{lang}.jsonl") for lang in models}
        report({lang: [found[lang].read(case) for case in cases[lang]] for lang in models})
        return
    compare(arguments, found)
    _print("\n## Held out")
    cases = {lang: _cases(arguments.heldout / f"{lang}.jsonl") for lang in models}
    report({lang: [found[lang].read(case) for case in cases[lang]] for lang in models})
    _print("\n## As answers to a question of yes or no")
    report(
        {
            lang: [found[lang].read(c, yes_no=True) for c in cases[lang] if c["intent"] in YES_NO]
            for lang in models
        }
    )


def compare(arguments: argparse.Namespace, found: Mapping[str, _Reader]) -> None:
    """Print a table a language: with the encoder, and by words and pieces of words alone."""
    from nlu import independent

    folder: Path = arguments.independent
    languages = [lang for lang in found if (folder / lang).is_dir()]
    plain = independent.without_encoder(arguments.data_dir, languages, arguments.config)
    _print("\n## Sentences by authors who have not seen the training data")
    for lang in languages:
        heard = {independent.key(_plain(text)) for _, text in _examples(HOME / "data" / lang)}
        full = independent.outcomes(folder, lang, found[lang].decide, heard)
        alone = independent.outcomes(folder, lang, _Reader(lang, plain[lang]).decide)
        _print("\n".join(independent.table(lang, full, alone)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.evaluate", description=__doc__)
    parser.add_argument("languages", nargs="*", default=["pl", "cs", "en"])
    parser.add_argument("--config", type=Path, default=ROOT / "config.yml")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "var")
    parser.add_argument("--heldout", type=Path, default=ROOT / "tests" / "language" / "heldout")
    parser.add_argument("--independent", type=Path, default=ROOT / "tests" / "language" / "independent")
    parser.add_argument("--development", action="store_true")
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--folds", type=int, default=5)
    return parser.parse_args()


Result = tuple[str, str, str]
"""Text, true intent, decided intent."""


def _cases(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class _Reader:
    """One language's model, and how it decides about a text."""

    def __init__(self, lang: str, model_path: Path) -> None:
        from nlu.dialogue.model import Model

        lean.silence()
        self._lang = lang
        self._model = Model(model_path)

    def decide(self, text: str, hearing: Hearing) -> str:
        """Return the intent that the dialogue would act on."""
        return self._model.understand(text, hearing).intent

    def read(self, case: dict[str, Any], *, yes_no: bool = False) -> Result:
        """Interpret a case as an answer to its question; `yes_no`: to one of yes or no."""
        expecting: Any = "yes_no" if yes_no else case.get("expecting")
        hearing = Hearing(self._lang, expecting=expecting, question=case.get("question"))
        return case["text"], case["intent"], _public(self.decide(case["text"], hearing))


def _public(intent: str) -> str:
    return SAME.get(intent, intent)


def report(results: dict[str, list[Result]]) -> None:
    """Print a table a language, in Markdown."""
    for lang, cases in results.items():
        _print(f"\n### {lang}: {len(cases)} texts\n")
        _print("| intent | texts | right | wrong | fell back |\n| --- | --- | --- | --- | --- |")
        by_intent: dict[str, list[Result]] = defaultdict(list)
        for case in cases:
            by_intent[case[1]].append(case)
        for intent, group in sorted(by_intent.items()):
            _print(_row(intent, group))
        _print(_row("**all**", cases))


def _row(name: str, cases: Sequence[Result]) -> str:
    right, wrong, fell_back = shares(cases)
    return f"| {name} | {len(cases)} | {right:.0%} | {wrong:.0%} | {fell_back:.0%} |"


def shares(cases: Sequence[Result]) -> tuple[float, float, float]:
    """Return the shares that were right, wrong, and fell back."""
    verdicts = Counter(_verdict(true, decided) for _, true, decided in cases)
    return tuple(verdicts[key] / max(len(cases), 1) for key in ("right", "wrong", "fell_back"))  # type: ignore[return-value]


def _verdict(true: str, decided: str) -> str:
    if decided == true or (true in OUTSIDE and decided in OUTSIDE):
        return "right"
    return "fell_back" if decided in OUTSIDE else "wrong"


def cross_validate(lang: str, config: Path, folds: int) -> None:
    """Print right, wrong and fallen back over the folds of the training data, by threshold."""
    ranked = list(_ranked(lang, config, folds))
    _print(f"\n### {lang}: {len(ranked)} examples, {folds} folds\n")
    sure = sum(confidence for *_, confidence in ranked) / len(ranked)
    came_true = sum(true == best for _, true, best, _ in ranked) / len(ranked)
    _print(f"Sure of its best intent: {sure:.1%}; right about it: {came_true:.1%}\n")
    _print("| threshold | right | wrong | fell back |\n| --- | --- | --- | --- |")
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7):
        cases = [
            (text, true, best if confidence >= threshold else "nlu_fallback")
            for text, true, best, confidence in ranked
        ]
        right, wrong, fell_back = shares(cases)
        _print(f"| {threshold} | {right:.1%} | {wrong:.1%} | {fell_back:.1%} |")


def _ranked(lang: str, config: Path, folds: int) -> Iterable[tuple[str, str, str, float]]:
    """Train on all folds but one and interpret that one; yields text, intent, best class, confidence."""
    import tempfile

    import yaml
    from rasa.model_training import train
    from rasa.utils.log_utils import configure_structlog

    from nlu.dialogue.model import Model

    configure_structlog(40)
    lean.silence()
    examples = _examples(HOME / "data" / lang)
    random.Random(7).shuffle(examples)
    for fold in range(folds):
        with tempfile.TemporaryDirectory() as directory:
            data = Path(directory) / "train.yml"
            data.write_text(yaml.safe_dump(_rasa(e for i, e in enumerate(examples) if i % folds != fold)))
            files = [str(HOME / "data" / "rules.yml"), str(HOME / "data" / "shared"), str(data)]
            result = train(str(HOME / "domain.yml"), str(config), files, output=directory)
            model = Model(Path(str(result.model)))
            for intent, example in examples[fold::folds]:
                hearing = Hearing(lang, expecting="yes_no" if intent in ANSWERS_ONLY else None)
                meaning = model.understand(_plain(example), hearing)
                yield _plain(example), intent, _public(meaning.best or ""), meaning.best_confidence


def _examples(folder: Path) -> list[tuple[str, str]]:
    import yaml

    found = []
    for path in sorted(folder.glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = item["examples"].splitlines()
            found += [(item["intent"], line[2:].strip()) for line in lines if line.startswith("- ")]
    return found


def _rasa(examples: Iterable[tuple[str, str]]) -> dict[str, Any]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for intent, example in examples:
        by_intent[intent].append(f"- {example}")
    nlu = [{"intent": intent, "examples": "\n".join(lines) + "\n"} for intent, lines in by_intent.items()]
    return {"version": "3.1", "nlu": nlu}


def _plain(example: str) -> str:
    import re

    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", example)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
