"""The examples of all intents, with their lines: the same one twice, in another language, in no domain."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model.finding import Finding, Level
from nlu.language import language_of
from nlu.scenarios.judging import LANGUAGE_NAMES
from nlu.scenarios.lines import Node, read_yaml, shown
from nlu.scenarios.model import Scenario
from nlu.words import fold, split

LONG = 5
"""Words of an example of nlu/data whose language is looked at: shorter ones tell little, and are many."""
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that an intent learns from."""

    intent: str
    lang: str
    text: str
    path: str
    line: int
    scenario: bool
    """Whether it stands in a scenario, and not in nlu/data."""

    folded: str
    """The sentence as the bot sees it: without case, diacritics, punctuation."""

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.path}:{self.line}"


def folded(text: str) -> str:
    """Return a sentence as the bot sees it."""
    return " ".join(fold(word) for word, _ in split(text))


def read_data(data: Path, languages: Sequence[str]) -> tuple[list[Example], list[Finding]]:
    """Read the examples of nlu/data for the languages."""
    examples: list[Example] = []
    findings: list[Finding] = []
    for lang in languages:
        for path in sorted((data / lang).glob("*.yml")):
            root, found = read_yaml(path)
            findings += found
            for item in root.get("nlu").items if root else []:
                examples += _of_item(item, lang, shown(path), findings)
    return examples, findings


def _of_item(item: Node, lang: str, path: str, findings: list[Finding]) -> Iterable[Example]:
    intent = item.get("intent").text
    if intent is None:
        return
    for text, line in item.get("examples").lines():
        said = _MARKED.sub(r"\1", text.strip().removeprefix("-")).strip()
        if text.strip() and not text.strip().startswith("-"):
            mend = "an example begins with a dash: put “- ” before it, or join it to the line above"
            findings.append(Finding(path, line, "example_dash", mend))
        elif said:
            yield Example(intent, lang, said, path, line, scenario=False, folded=folded(said))


def of_scenarios(scenarios: Sequence[Scenario], languages: Sequence[str]) -> list[Example]:
    """Return the scenarios' examples."""
    return [
        Example(
            scenario.name,
            lang,
            said.text,
            shown(scenario.path),
            said.line,
            scenario=True,
            folded=folded(said.text),
        )
        for scenario in scenarios
        for lang in languages
        for said in scenario.examples.get(lang, ())
    ]


def check_examples(
    examples: Sequence[Example], languages: Sequence[str], intents: Mapping[str, int]
) -> list[Finding]:
    """Look through the examples; `intents` are the domain's."""
    return [
        *_twice(examples),
        *_other_language(examples, languages),
        *_missing(examples, languages),
        *_unknown(examples, intents),
    ]


def _twice(examples: Sequence[Example]) -> Iterable[Finding]:
    seen: dict[tuple[str, str], Example] = {}
    for example in sorted(examples, key=lambda example: example.scenario):
        first = seen.setdefault((example.lang, example.folded), example)
        if first is example:
            continue
        if first.intent != example.intent:
            text = (
                f"“{example.text}” stands under “{first.intent}” too ({first.place}): a sentence can mean "
                "one thing only, so take it out of one of them"
            )
            yield Finding(example.path, example.line, "example_twice", text)
        elif example.scenario:
            text = f"“{example.text}” is there already, in line {first.line}: take it out"
            yield Finding(example.path, example.line, "example_repeated", text, Level.WARNING)


def _other_language(examples: Sequence[Example], languages: Sequence[str]) -> Iterable[Finding]:
    for example in examples:
        if not example.scenario and example.folded.count(" ") < LONG - 1:
            continue
        other = language_of(example.text, example.lang, languages)
        if other != example.lang:
            text = (
                f"“{example.text}” stands among the {LANGUAGE_NAMES[example.lang]} examples and looks like "
                f"{LANGUAGE_NAMES[other]}: move it under `{other}:`"
            )
            level = Level.ERROR if example.scenario else Level.WARNING
            yield Finding(example.path, example.line, "example_language", text, level)


def _missing(examples: Sequence[Example], languages: Sequence[str]) -> Iterable[Finding]:
    """Name what nlu/data has in one language and not in another; of scenarios that is told elsewhere."""
    known: dict[str, dict[str, Example]] = defaultdict(dict)
    for example in examples:
        if not example.scenario:
            known[example.intent].setdefault(example.lang, example)
    for intent, first in known.items():
        for lang in languages:
            if lang not in first:
                there = next(iter(first.values()))
                text = f"“{intent}” has no {LANGUAGE_NAMES[lang]} examples: write some into nlu/data/{lang}"
                yield Finding(there.path, there.line, "examples_missing", text)


def _unknown(examples: Sequence[Example], intents: Mapping[str, int]) -> Iterable[Finding]:
    told: set[str] = set()
    for example in examples:
        if example.scenario or example.intent in intents or example.intent in told:
            continue
        told.add(example.intent)
        text = f"nlu/domain.yml has no intent “{example.intent}”: add it there, or correct the name"
        yield Finding(example.path, example.line, "intent_unknown", text)
