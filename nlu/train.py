"""Trains one language's model; runs in Rasa's environment and is called by `nlu.training`.

`python -m nlu.train --lang pl --config config.yml --domain nlu/domain.yml --data PATH... --out FILE
[--scenarios DIR]`. Prints one JSON line a component that it trains. Scenarios are merged in a folder that
lives as long as the training.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu import lean


@dataclass(frozen=True)
class _Sources:
    """What is trained on."""

    config: Path
    domain: Path
    data: list[Path]


class _Progress(logging.Handler):
    """Turns Rasa's 'Starting to train component ...' into progress lines."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith("Starting to train component"):
            _print({"component": message.split("'")[1]})


def main() -> None:
    """Train, and move the finished model to its place in one step."""
    arguments = _arguments()
    lean.install()
    from rasa.model_training import train
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    _keep_no_cache()
    hooks = logging.getLogger("rasa.engine.training.hooks")
    hooks.setLevel(logging.INFO)
    hooks.addHandler(_Progress())
    hooks.propagate = False
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out.parent, prefix=".training-") as directory:
        sources = _merged(arguments, Path(directory))
        result = train(
            domain=str(sources.domain),
            config=str(sources.config),
            training_files=[str(path) for path in sources.data],
            output=directory,
            fixed_model_name="model",
            force_training=True,
        )
        if result.model is None or result.code != 0:
            sys.exit(f"training {arguments.lang} failed with code {result.code}")
        _unpacked(Path(result.model)).replace(arguments.out)
    _print({"model": arguments.out.name})


def _unpacked(model: Path) -> Path:
    """Return the same archive, not compressed: Rasa reads it twice, a second of every worker's start."""
    path = model.with_suffix(".plain")
    with gzip.open(model) as packed, gzip.open(path, "wb", compresslevel=0) as plain:
        shutil.copyfileobj(packed, plain)
    return path


def _keep_no_cache() -> None:
    """Leave Rasa's cache out: it has no room here, and what it is found by costs a third of a training."""
    from rasa.engine.training.hooks import TrainingHook

    TrainingHook.on_before_node = lambda *_args, **_kwargs: {}
    TrainingHook.on_after_node = lambda *_args, **_kwargs: None


def _merged(arguments: argparse.Namespace, directory: Path) -> _Sources:
    """Return the sources with the scenarios in them; as they are where there is no scenario."""
    from nlu.scenarios import compiling
    from nlu.scenarios.reading import read_folder

    scenarios = read_folder(arguments.scenarios)[0] if arguments.scenarios else []
    if not scenarios:
        return _Sources(arguments.config, arguments.domain, arguments.data)
    from nlu.policies.escalation import EscalationPolicy

    known = EscalationPolicy.get_default_config()["digressions"]
    config = compiling.with_digressions(_read(arguments.config), scenarios, known)
    domain = compiling.with_intents(_read(arguments.domain), scenarios)
    rules = compiling.rules(scenarios, list(domain["forms"]))
    examples = compiling.examples(scenarios, arguments.lang)
    written = [
        _write(directory / f"scenarios-{name}.yml", data)
        for name, data in (("config", config), ("domain", domain), ("rules", rules), ("examples", examples))
    ]
    return _Sources(written[0], written[1], [*arguments.data, *written[2:]])


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def _write(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.train", description=__doc__)
    parser.add_argument("--lang", required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--domain", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scenarios", type=Path)
    return parser.parse_args()


def _print(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
