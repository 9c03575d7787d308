"""The scenarios' replies as a part of the catalogue, in the form of its files (nlu/catalogue)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nlu.scenarios.model import Scenario, Then

VARIABLES = ("shop",)
"""What a reply may name in braces."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def catalogue(scenarios: Sequence[Scenario], languages: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return what the scenarios add to `keys.yml` (under `keys`) and to each language's file, by its name."""
    titled = {scenario.name for scenario in scenarios if scenario.titles}
    speaking = [scenario for scenario in scenarios if scenario.then is not Then.PERSON]
    common = {
        "choices": {choice(name): f"/{name}" for name in sorted(titled)},
        "keys": {
            scenario.key: {
                "variables": list(VARIABLES),
                "choices": [choice(b.text) if b.text in titled else b.text for b in scenario.buttons],
            }
            for scenario in speaking
        },
    }
    added: dict[str, Mapping[str, Any]] = {"keys": common}
    for lang in languages:
        added[lang] = {
            "choices": {
                choice(s.name): s.titles[lang].text for s in scenarios if s.titles and lang in s.titles
            },
            "keys": {scenario.key: _reply(scenario, lang) for scenario in speaking},
        }
    return added


def choice(name: str) -> str:
    """Return the name of the button that leads to a scenario."""
    return f"scenario_{name}"


def _reply(scenario: Scenario, lang: str) -> dict[str, Any]:
    reply = scenario.replies.get(lang)
    if reply is None or not reply.chat or reply.phone is None:
        return {}
    return {"chat": [said.text for said in reply.chat], "phone": reply.phone.text}
