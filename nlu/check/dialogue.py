"""Domain, rules and conversation tests: whether the names in one stand in the others."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.model.finding import Finding
from nlu.scenarios.house import intent_names
from nlu.scenarios.lines import Node, read_yaml, shown
from nlu.scenarios.reading import nearest

BUILT_IN = ("action_", "nlu_fallback")
"""What Rasa brings along."""
MADE = "outcome_"
"""Reports of the gateway."""
WORDED_BY_STATE = frozenset({"order_found"})
"""Replies whose text the gateway chooses (bot/dialogue/order_words.py)."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Names of nlu/domain.yml with their lines."""

    path: str
    intents: Mapping[str, int]
    responses: Mapping[str, int]
    forms: Mapping[str, int]
    says: Mapping[str, int]
    """Keys of the catalogue."""
    filling: frozenset[str]
    """Intents that fill a slot: a form goes on with them."""


def read_domain(path: Path) -> tuple[Domain, list[Finding]]:
    """Read the domain; one that cannot be read has no names."""
    root, findings = read_yaml(path)
    root = root or Node({}, 1)
    responses = root.get("responses").keys
    says: dict[str, int] = {}
    for response in responses.values():
        for variation in response.items:
            if said := variation.get("custom").get("say").text:
                says.setdefault(said, variation.line)
    domain = Domain(
        shown(path),
        intent_names(root),
        {name: node.line for name, node in responses.items()},
        {name: node.line for name, node in root.get("forms").keys.items()},
        says,
        frozenset(_filling(root)),
    )
    return domain, findings


def _filling(root: Node) -> Iterator[str]:
    for slot in root.get("slots").keys.values():
        for mapping in slot.get("mappings").items:
            yield from (intent.text for intent in mapping.get("intent").items if intent.text)


def check_rules(paths: Iterable[Path], domain: Domain) -> list[Finding]:
    """Look for rules that name what the domain does not have, and for intents that no rule answers."""
    findings: list[Finding] = []
    answered: set[str] = set(domain.filling)
    for path in paths:
        root, found = read_yaml(path)
        findings += found
        for rule in root.get("rules").items if root else []:
            answered |= {intent for step in rule.get("steps").items if (intent := step.get("intent").text)}
            findings += _rule(shown(path), rule, domain)
    for intent, line in domain.intents.items():
        if intent not in answered:
            text = (
                f"no rule says what follows on “{intent}”: add one to nlu/data/rules.yml, or the customer "
                "gets no answer"
            )
            findings.append(Finding(domain.path, line, "intent_unanswered", text))
    return findings


def _rule(path: str, rule: Node, domain: Domain) -> Iterator[Finding]:
    for step in rule.get("steps").items:
        intent, action = step.get("intent"), step.get("action")
        if intent.text and intent.text not in domain.intents and not intent.text.startswith(BUILT_IN):
            hint = nearest(intent.text, domain.intents)
            text = f"the rule names the intent “{intent.text}”, which nlu/domain.yml does not have{hint}"
            yield Finding(path, intent.line, "rule_unknown", text)
        known: Collection[str] = {*domain.responses, *domain.forms}
        if action.text and action.text not in known and not action.text.startswith(BUILT_IN):
            hint = nearest(action.text, known)
            text = f"the rule does “{action.text}”, which nlu/domain.yml does not have{hint}"
            yield Finding(path, action.line, "rule_unknown", text)


def check_conversations(paths: Iterable[Path], domain: Domain, keys: Collection[str]) -> list[Finding]:
    """Look for conversation tests (nlu/tests) that expect what does not exist."""
    findings: list[Finding] = []
    for path in paths:
        root, found = read_yaml(path)
        findings += found
        for conversation in root.items if root else []:
            for step in conversation.get("steps").items:
                findings += _step(shown(path), step, domain, keys)
    return findings


def _step(path: str, step: Node, domain: Domain, keys: Collection[str]) -> Iterator[Finding]:
    for said in step.get("bot").items:
        verb, _, rest = (said.text or "").partition(" ")
        if verb == "say" and rest not in keys and rest not in WORDED_BY_STATE:
            text = f"the catalogue has no text “{rest}”{nearest(rest, keys)}"
            yield Finding(path, said.line, "conversation_unknown", text)
    button, outcome = step.get("button").text, step.get("outcome").text
    for name in (button, f"{MADE}{outcome}" if outcome else None):
        if name and name not in domain.intents:
            text = f"nlu/domain.yml has no intent “{name}”{nearest(name, domain.intents)}"
            yield Finding(path, step.line, "conversation_unknown", text)


def check_says(domain: Domain, keys: Collection[str]) -> list[Finding]:
    """Look for replies of the domain that the catalogue has no words for."""
    return [
        Finding(domain.path, line, "reply_unknown", f"the catalogue has no text “{key}”{nearest(key, keys)}")
        for key, line in domain.says.items()
        if key not in keys and key not in WORDED_BY_STATE
    ]
