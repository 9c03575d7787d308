"""Scenarios for use: all of them right as far as can be told without looking at anything else."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import CentralaError
from bot.model.finding import Level
from nlu.scenarios.house import House, read_house
from nlu.scenarios.judging import judge
from nlu.scenarios.model import Scenario
from nlu.scenarios.reading import read_folder


class ScenarioError(CentralaError):
    """A scenario cannot be used; the text names the file, the line and the mend."""

    code = "scenario_error"


def load_scenarios(folder: Path, languages: Sequence[str], home: Path) -> list[Scenario]:
    """Read the scenarios of a folder; `home` is where domain and catalogue stand.

    A folder that is not there holds none. Raises `ScenarioError` for the first mistake.
    """
    scenarios, findings = read_folder(folder)
    if not scenarios and not findings:
        return []
    house: House = read_house(home)
    findings = [*findings, *judge(scenarios, languages, house)]
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    if errors:
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise ScenarioError(f"{errors[0]}{more}; `centrala check` tells all")
    return scenarios
