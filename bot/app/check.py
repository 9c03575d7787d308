"""`centrala check`: what is wrong with scenarios, training data, catalogue and articles; trains nothing."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.app.gateway import HOME, zone
from bot.clock import SystemClock
from bot.model.finding import Finding, Level
from bot.settings import Settings, load
from knowledge_base.check import check_articles
from knowledge_base.loader import KnowledgeBaseError, read_article
from nlu.check.everything import Places, check_all
from nlu.check.examples import Example, folded
from nlu.language import language_of
from nlu.scenarios.lines import shown


def check(config: Path, overrides: tuple[str, ...]) -> list[Finding]:
    """Look through everything that the configuration names; findings by file and line."""
    settings: Settings = load(config, environment=os.environ, overrides=overrides)
    places = Places(HOME / "nlu", settings.scenarios.dir, settings.data_dir / "check")
    articles = HOME / settings.knowledge.articles_dir
    findings = check_all(places, settings.languages, _asked(articles, settings.languages))
    findings += check_articles(
        articles,
        settings.languages,
        SystemClock().now().astimezone(zone(settings)).date(),
        lambda text, guess: language_of(text, guess, settings.languages),
        shown,
    )
    return sorted(findings, key=lambda finding: (finding.path, finding.line, finding.code))


def _asked(root: Path, languages: Sequence[str]) -> list[Example]:
    """Return how customers ask for the articles: a scenario that is as near takes their questions."""
    found: list[Example] = []
    for lang in languages:
        for path in sorted((root / lang).glob("*.md")):
            try:
                article = read_article(path, lang)
                lines = path.read_text(encoding="utf-8-sig").splitlines()
            except (KnowledgeBaseError, OSError, ValueError):
                continue  # what is wrong with it is told by `check_articles`
            for text in article.paraphrases:
                at = next((number for number, line in enumerate(lines, 1) if text in line), 1)
                name = f"article {article.id}"
                found.append(Example(name, lang, text, shown(path), at, scenario=False, folded=folded(text)))
    return found


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether something must be mended."""
    return any(finding.level is Level.ERROR for finding in findings)


def as_json(finding: Finding) -> str:
    """Write a finding for a program."""
    return json.dumps(asdict(finding), ensure_ascii=False)


def summary(findings: list[Finding]) -> str:
    """Say in one line how it stands."""
    errors = sum(finding.level is Level.ERROR for finding in findings)
    warnings = len(findings) - errors
    if not findings:
        return "Everything is in order."
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
