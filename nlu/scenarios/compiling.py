"""From scenarios to what Rasa trains on: intents, responses, slots, rules and examples beside those of nlu/.

Nothing is written into the sources: `nlu.train` merges it in a folder that lives as long as the training.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from nlu.scenarios.model import Scenario, Then

OFFER = "offer_person"
Rules = list[dict[str, Any]]


def material(scenarios: Sequence[Scenario], lang: str) -> dict[str, Any]:
    """Return all that a language's model learns of the scenarios: no words of the replies are in it."""
    return {
        scenario.name: {
            "then": scenario.then.value,
            "examples": [said.text for said in scenario.examples.get(lang, ())],
        }
        for scenario in scenarios
    }


def with_intents(domain: Mapping[str, Any], scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return the domain with the scenarios' intents and replies, and with what a yes to their offer means."""
    merged: dict[str, Any] = copy.deepcopy(dict(domain))
    merged["intents"] += [{scenario.name: {"use_entities": []}} for scenario in scenarios]
    for scenario in scenarios:
        merged["responses"][_utter(scenario)] = [{"custom": {"say": scenario.key}}]
    offering = [scenario.name for scenario in scenarios if scenario.then is Then.OFFER_PERSON]
    if offering:
        mappings = merged["slots"]["pending"]["mappings"]
        for mapping in mappings:
            if "not_intent" in mapping:
                mapping["not_intent"] += offering
        mappings.insert(0, {"type": "from_intent", "intent": offering, "value": OFFER})
    return merged


def with_digressions(
    config: Mapping[str, Any], scenarios: Sequence[Scenario], known: Sequence[str]
) -> dict[str, Any]:
    """Return Rasa's configuration in which a scenario inside a form is no refused answer.

    `known` are the escalation policy's digressions where the configuration names none.
    """
    merged: dict[str, Any] = copy.deepcopy(dict(config))
    for policy in merged.get("policies") or []:
        if policy["name"].endswith("EscalationPolicy"):
            policy["digressions"] = [*policy.get("digressions", known), *(s.name for s in scenarios)]
    return merged


def examples(scenarios: Sequence[Scenario], lang: str) -> dict[str, Any]:
    """Return the scenarios' examples in a language as Rasa's training data."""
    return {
        "version": "3.1",
        "nlu": [
            {
                "intent": scenario.name,
                "examples": "".join(f"- {_plain(said.text)}\n" for said in scenario.examples[lang]),
            }
            for scenario in scenarios
            if scenario.examples.get(lang)
        ],
    }


def rules(scenarios: Sequence[Scenario], forms: Sequence[str]) -> dict[str, Any]:
    """Return the scenarios' rules.

    A reply alone goes back to an open form by itself. Whoever is offered a person, or gets one, leaves it: a
    yes would answer the form else.
    """
    found: Rules = []
    for scenario in scenarios:
        found.append(
            {
                "rule": f"scenario {scenario.name}",
                "steps": [_said(scenario), *_pending(scenario), *_does(scenario)],
            }
        )
        if scenario.then is Then.NOTHING:
            continue
        for form in forms:
            leave: Rules = [{"action": "action_deactivate_loop"}, {"active_loop": None}]
            found.append(
                {
                    "rule": f"scenario {scenario.name} inside {form}",
                    "condition": [{"active_loop": form}],
                    "steps": [_said(scenario), *_pending(scenario), *leave, *_does(scenario)],
                }
            )
    return {"version": "3.1", "rules": found}


def _said(scenario: Scenario) -> dict[str, Any]:
    return {"intent": scenario.name}


def _pending(scenario: Scenario) -> Rules:
    return [{"slot_was_set": [{"pending": OFFER}]}] if scenario.then is Then.OFFER_PERSON else []


def _does(scenario: Scenario) -> Rules:
    if scenario.then is Then.PERSON:
        return [{"action": "utter_handoff_asked"}]
    reply = {"action": _utter(scenario)}
    return [reply, {"action": "utter_offer_person"}] if scenario.then is Then.OFFER_PERSON else [reply]


def _utter(scenario: Scenario) -> str:
    return f"utter_scenario_{scenario.name}"


def _plain(text: str) -> str:
    """Return an example on one line, in which nothing looks like Rasa's marks for entities."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())
