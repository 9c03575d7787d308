"""Trains one language's model; runs in Rasa's environment and is called by `nlu.training`.

`python -m nlu.train --lang pl --config config.yml --domain nlu/domain.yml --data PATH... --out FILE`.
Prints one JSON line a component that it trains.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path

from nlu import lean


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
    hooks = logging.getLogger("rasa.engine.training.hooks")
    hooks.setLevel(logging.INFO)
    hooks.addHandler(_Progress())
    hooks.propagate = False
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out.parent, prefix=".training-") as directory:
        result = train(
            domain=str(arguments.domain),
            config=str(arguments.config),
            training_files=[str(path) for path in arguments.data],
            output=directory,
            fixed_model_name="model",
            force_training=True,
        )
        if result.model is None or result.code != 0:
            sys.exit(f"training {arguments.lang} failed with code {result.code}")
        Path(result.model).replace(arguments.out)
    _print({"model": arguments.out.name})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.train", description=__doc__)
    parser.add_argument("--lang", required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--domain", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def _print(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
