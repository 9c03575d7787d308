"""What a shop may give as the form of its order numbers."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import load

CONFIG = Path("config.yml")
GOOD = ["[0-9]{5}", r"\d{5}", "[A-Z]{2}[0-9]{4,6}", "(?:ZX|AB)[0-9]{3}[A-Z]?", "(?i:zx)[0-9]{3}", "[0-9-]{5}"]
BAD = [
    ("[0-9", "no regular expression"),
    ("(a", "no regular expression"),
    (".*", "matches no characters"),
    ("(?:[0-9]{5})?", "matches no characters"),
    ("AB-[0-9]{4}", "without hyphens"),
    (r"[0-9]{2}\s[0-9]{3}", "without hyphens"),
    (r"[0-9]{2}\.[0-9]{3}", "without hyphens"),
    ("[0-9]{2}/[0-9]{3}", "without hyphens"),
    ("[0-9]{5}|" * 40 + "x", "1 to 200"),
]


@pytest.mark.parametrize("pattern", GOOD)
def test_what_will_do(pattern: str) -> None:
    environment = {"CENTRALA_ORDERS__NUMBER_PATTERN": pattern}
    assert load(CONFIG, environment=environment).orders.number_pattern == pattern


@pytest.mark.parametrize(("pattern", "why"), BAD)
def test_what_stops_the_start(pattern: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(CONFIG, environment={"CENTRALA_ORDERS__NUMBER_PATTERN": pattern})
    assert "orders.number_pattern" in str(caught.value)
    assert why in str(caught.value)


def test_the_demo_has_none() -> None:
    assert load(CONFIG, environment={}).orders.number_pattern is None
