"""What `centrala model train` says of the scenarios: what they confuse, and how their conversations go."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.scenarios.judging import LANGUAGE_NAMES
from nlu.scenarios.lines import shown
from nlu.scenarios.model import Scenario
from nlu.training import DATA, ROOT, TrainingError
from nlu.worker_process import rasa_environment

DEVELOPMENT = ROOT / "tests" / "language" / "development"
MOST_SHOWN = 10
"""Sentences of one kind."""
SECONDS = 1800
FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Taken:
    """A sentence that is a scenario's own, or was taken for one, by a bot that had not learned it."""

    text: str
    intent: str
    decided: str
    path: str
    line: int

    def __str__(self) -> str:
        became = "is not understood surely" if self.decided == FALLBACK else f"is taken for “{self.decided}”"
        return f"    {shown(Path(self.path))}:{self.line}: “{self.text}” ({self.intent}) {became}"


def measure(python: Path, lang: str, model: Path, scenarios: Path, data: Path = DATA) -> list[Taken]:
    """Interpret every example by a bot that has not learned it; a minute. Raises `TrainingError`."""
    command = [python, "-W", "ignore", "-m", "nlu.check.confusion", "--lang", lang]
    command += ["--model", model.resolve(), "--scenarios", scenarios.resolve(), "--data", data.resolve()]
    command += ["--development", DEVELOPMENT / f"{lang}.jsonl"]
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=rasa_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TrainingError(f"what the scenarios confuse took longer than {SECONDS} s to measure") from None
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise TrainingError(f"what the scenarios confuse could not be measured: {last[0][:300]}")
    return [Taken(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def describe(scenario: Scenario, taken: Mapping[str, Sequence[Taken]], tell: Callable[[str], None]) -> None:
    """Say for each language which of a scenario's sentences are not recognised, and which others are."""
    tell(f"“{scenario.name}” ({shown(scenario.path)})")
    for lang, found in taken.items():
        own = [one for one in found if one.intent == scenario.name]
        lost = [one for one in own if one.decided != scenario.name]
        others = [one for one in found if one.intent != scenario.name and one.decided == scenario.name]
        tell(
            f"  {LANGUAGE_NAMES[lang]}: of its {len(own)} examples {len(own) - len(lost)} are recognised "
            "even by a bot that has not learned them."
        )
        _list(lost, "  Not recognised; more examples like these would help:", tell)
        if others:
            _list(others, "  Now taken for it, though they mean something else:", tell)
        else:
            tell("  No sentence of another intent is taken for it.")


def _list(found: Sequence[Taken], heading: str, tell: Callable[[str], None]) -> None:
    if found:
        tell(heading)
    for one in found[:MOST_SHOWN]:
        tell(str(one))
    if len(found) > MOST_SHOWN:
        tell(f"    and {len(found) - MOST_SHOWN} more")


def verdict(failed: int, played: int) -> str:
    """Say how the conversations ended."""
    if not failed:
        return f"All {played} conversations go as their tests say."
    return f"{failed} of {played} conversations do not go as their tests say."
