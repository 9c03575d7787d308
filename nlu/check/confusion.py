"""What a scenario brings into confusion; runs in Rasa's environment, called by nlu.check.report.

`python -m nlu.check.confusion --lang pl --model FILE --scenarios DIR --data DIR [--development FILE]`. Learns
thrice from two thirds of all examples and interprets the rest, so that every sentence is judged by a bot that
has not seen it. Answers to a question of ours (yes, no, later) are learned and not judged: they are many, and
a new subject is not like them. Prints a JSON line a sentence that is a scenario's own or is taken for one.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nlu import lean

lean.install()

from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.nlu.constants import METADATA  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402

from nlu.check.examples import Example, of_scenarios, read_data  # noqa: E402
from nlu.check.likeness import ANSWERS  # noqa: E402
from nlu.dialogue.model import Model, Step  # noqa: E402
from nlu.hearing import Hearing  # noqa: E402
from nlu.scenarios.reading import read_folder  # noqa: E402

FOLDS = 3
"""More would be nearer to what the bot knows, and take longer: half a minute a language."""


def main() -> None:
    """Print what becomes of each sentence."""
    arguments = _arguments()
    lean.silence()
    lang: str = arguments.lang
    scenarios, _ = read_folder(arguments.scenarios)
    names = {scenario.name for scenario in scenarios}
    examples = [*read_data(arguments.data, [lang])[0], *of_scenarios(scenarios, [lang])]
    model = Model(arguments.model)
    for example, decided in _held_out(model, examples, lang):
        if example.intent in names or decided in names:
            _print(example.text, example.intent, decided, example.path, example.line)
    for number, line in enumerate(_lines(arguments.development), start=1):
        case = json.loads(line)
        hearing = Hearing(lang, expecting=case.get("expecting"), question=case.get("question"))
        decided = model.understand(case["text"], hearing).intent
        if decided in names and case["intent"] not in names:
            _print(case["text"], case["intent"], decided, str(arguments.development), number)


def _held_out(model: Model, examples: Sequence[Example], lang: str) -> Iterator[tuple[Example, str]]:
    """Interpret each example with a classifier that has not learned it."""
    heard = Hearing(lang).metadata()
    messages = [Message({"text": e.text, "intent": e.intent, METADATA: heard}) for e in examples]
    steps = model.pipeline()
    at = _classifier(steps, examples[0].text, lang)
    for step in steps[:at]:
        messages = step.component.process(messages)
    for fold in range(FOLDS):
        learner = _learn(steps[at], [m for place, m in enumerate(messages) if place % FOLDS != fold])
        for example, message in list(zip(examples, messages, strict=True))[fold::FOLDS]:
            if example.intent in ANSWERS:
                continue
            asked = Message({**message.data, "intent": None}, features=message.features)
            for component in (learner, *(step.component for step in steps[at + 1 :])):
                component.process([asked])
            yield example, asked.get("intent")["name"]


def _classifier(steps: Sequence[Step], text: str, lang: str) -> int:
    """Return the place of the step that names an intent first."""
    probe = Message({"text": text, METADATA: Hearing(lang).metadata()})
    for place, step in enumerate(steps):
        step.component.process([probe])
        if probe.get("intent"):
            return place
    raise ValueError("the pipeline has no classifier")


def _learn(step: Step, messages: list[Message]) -> Any:
    """Train a classifier like that of `step` on these messages."""
    with tempfile.TemporaryDirectory() as directory:
        storage = LocalModelStorage(Path(directory))
        learner = type(step.component).create(step.config, storage, Resource("fold"), step.context)
        learner.train(TrainingData(messages))
        return learner


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.check.confusion", description=__doc__)
    parser.add_argument("--lang", required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--scenarios", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--development", type=Path)
    return parser.parse_args()


def _print(text: str, intent: str, decided: str, path: str, line: int) -> None:
    found = {"text": text, "intent": intent, "decided": decided, "path": path, "line": line}
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
