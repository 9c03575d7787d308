"""What is there already: the intents, buttons and texts that a scenario may name or must not take."""

from dataclasses import dataclass
from pathlib import Path

from nlu.scenarios.lines import Node, read_yaml


@dataclass(frozen=True, slots=True)
class House:
    """Names of nlu/domain.yml and nlu/catalogue/keys.yml."""

    intents: frozenset[str]
    choices: frozenset[str]
    """Buttons."""
    keys: frozenset[str]
    """Texts."""


def read_house(home: Path) -> House:
    """Read the names; a file that cannot be read has none, which `centrala check` tells."""
    domain, _ = read_yaml(home / "domain.yml")
    keys, _ = read_yaml(home / "catalogue" / "keys.yml")
    return House(
        frozenset(intent_names(domain)) if domain else frozenset(),
        frozenset(keys.get("choices").keys) if keys else frozenset(),
        frozenset(keys.get("keys").keys) if keys else frozenset(),
    )


def intent_names(domain: Node) -> dict[str, int]:
    """Return the domain's intents and their lines."""
    found: dict[str, int] = {}
    for item in domain.get("intents").items:
        for name in [item.text] if item.text else list(item.keys):
            found[name] = item.line
    return found
