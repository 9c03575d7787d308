"""A dialogue worker: all languages' models behind one unix socket, one turn at a time, no memory.

Runs in Rasa's environment: `python -m nlu.worker --socket PATH --model pl=PATH --model en=PATH ...`.
It prints one JSON line when it listens, and ends when its standard input does (its parent is gone) or
after the present turn on SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from nlu import lean


def main() -> None:
    """Load the models and answer until the parent is gone."""
    started = time.monotonic()
    arguments = _arguments()
    threading.Thread(target=_end_with_parent, args=(arguments.socket,), daemon=True).start()
    lean.install()
    from nlu.dialogue.service import Service
    from nlu.server import LineServer

    lean.silence()
    service = Service(arguments.model, arguments.number_pattern)
    server = LineServer(arguments.socket, service.answer)
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the gateway drains first
    _print(
        {"ready": True, "languages": sorted(arguments.model), "seconds": round(time.monotonic() - started, 2)}
    )
    server.serve()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nlu.worker", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--model", type=_model, action="append", required=True, metavar="LANG=PATH")
    parser.add_argument("--number-pattern", type=_pattern, metavar="REGEX")
    arguments = parser.parse_args()
    arguments.model = dict(arguments.model)
    return arguments


def _model(text: str) -> tuple[str, Path]:
    lang, _, path = text.partition("=")
    if not lang or not path:
        raise argparse.ArgumentTypeError("LANG=PATH, for example pl=var/models/pl-1a2b3c.tar.gz")
    return lang, Path(path)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _end_with_parent(path: Path) -> None:
    """Wait for the end of standard input; nobody is there then who could use an answer."""
    while os.read(0, 4096):
        pass
    path.unlink(missing_ok=True)
    os._exit(0)


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
