"""All that `centrala check` looks at in nlu/ and in the scenarios; trains nothing, seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model.finding import Finding
from nlu import encoder
from nlu.check.catalogue import check_catalogue
from nlu.check.dialogue import check_conversations, check_rules, check_says, read_domain
from nlu.check.examples import Example, check_examples, of_scenarios, read_data
from nlu.check.likeness import check_likeness
from nlu.check.vectors import RememberingEncoder
from nlu.scenarios.house import read_house
from nlu.scenarios.judging import judge
from nlu.scenarios.reading import read_folder


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are."""

    home: Path
    """nlu/: domain, data, catalogue, tests."""
    scenarios: Path
    cache: Path
    """Keeps what sentences mean."""


def check_all(
    places: Places,
    languages: Sequence[str],
    others: Sequence[Example] = (),
    load_encoder: Callable[[], encoder.Encoder | None] = encoder.shared,
) -> list[Finding]:
    """Return every finding, file by file; scenarios must not be too like `others`, such as articles, either.

    The encoder is loaded only where there is a scenario.
    """
    home = places.home
    scenarios, findings = read_folder(places.scenarios)
    house = read_house(home)
    findings += judge(scenarios, languages, house)
    domain, found = read_domain(home / "domain.yml")
    findings += found
    findings += check_says(domain, house.keys)
    findings += check_rules([home / "data" / "rules.yml", *_yml(home / "data" / "shared")], domain)
    findings += check_conversations(_yml(home / "tests"), domain, house.keys)
    findings += check_catalogue(home / "catalogue", languages)
    examples, found = read_data(home / "data", languages)
    examples += of_scenarios(scenarios, languages)
    findings += [*found, *check_examples(examples, languages, domain.intents)]
    meant = load_encoder() if scenarios else None
    for lang in languages:
        remembered = RememberingEncoder(meant, places.cache / f"meanings-{lang}.npz") if meant else None
        findings += check_likeness(examples, lang, remembered, others)
    return sorted(set(findings), key=lambda finding: (finding.path, finding.line, finding.code))


def _yml(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("*.yml"))
