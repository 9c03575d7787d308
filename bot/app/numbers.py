"""What `centrala numbers` does; the command line itself is bot.cli."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from bot.settings import load
from nlu.numbers import find


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
        found = find(text, lang, pattern=shape)
        return found.value if found else ""

    return number
