"""What `centrala numbers` does; the command line itself is bot.cli."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.settings import load
from nlu.numbers import agreed, best, find, told


def finder(config: Path, overrides: tuple[str, ...], lang: str) -> Callable[[str], str]:
    """Return what tells the order number in a text, or "" where there is none.

    Where there is no configuration file and nothing is set, order numbers look as they usually do. Raises
    `ConfigurationError`.
    """
    shape: re.Pattern[str] | None = None
    if overrides or config.exists() or "CENTRALA_ORDERS__NUMBER_PATTERN" in os.environ:
        text = load(config, environment=os.environ, overrides=overrides).orders.number_pattern
        shape = None if text is None else re.compile(text, re.IGNORECASE)

    def number(text: str) -> str:
        if (telling := _telling(text)) is not None:
            return _told(telling, lang, shape)
        found = find(text, lang, pattern=shape)
        return found.value if found else ""

    return number


@dataclass(frozen=True, slots=True)
class _Telling:
    """A number that a caller said when asked for it, as it was heard: a line of `--batch` in JSON."""

    readings: tuple[str, ...]
    """The recogniser's, best first."""
    before: tuple[tuple[str, ...], ...] = ()
    """The same of earlier tellings of this number."""
    refused: tuple[str, ...] = ()
    """Numbers that were read back, and were not the caller's."""


def _telling(line: str) -> _Telling | None:
    """Read `{"readings": [...], "before": [[...]], "refused": [...]}`; None for what is plain text."""
    if not line.startswith("{"):
        return None
    try:
        data = json.loads(line)
        before = tuple(_texts(readings) for readings in data.get("before", []))
        return _Telling(_texts(data["readings"]), before, _texts(data.get("refused", [])))
    except (ValueError, KeyError, TypeError):
        return None


def _texts(texts: object) -> tuple[str, ...]:
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TypeError
    return tuple(texts)


def _told(telling: _Telling, lang: str, shape: re.Pattern[str] | None) -> str:
    """Understand a telling as the dialogue does on the phone (`nlu.components.spoken`)."""
    if not telling.before and not telling.refused:
        found = best(telling.readings, lang, pattern=shape, asked=True)
        return found.value if found else ""
    now, *before = (
        told(readings, lang, pattern=shape, asked=True) for readings in (telling.readings, *telling.before)
    )
    number = agreed(
        now,
        before,
        refused=telling.refused,
        fits=lambda value: shape is None or shape.fullmatch(value) is not None,
    )
    return number or ""
