"""Keeps one trained model a language, by hash: trains what is missing or stale and nothing else."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import CentralaError
from nlu.scenarios.compiling import material
from nlu.scenarios.model import Scenario
from nlu.scenarios.reading import read_folder
from nlu.worker_process import rasa_environment

RASA_KEYS = ("recipe", "assistant_id", "language", "pipeline", "policies")
"""The keys of config.yml that Rasa reads; a change anywhere else trains nothing."""
HOME = Path(__file__).parent
ROOT = HOME.parent
DATA = HOME / "data"
SCENARIOS = ROOT / "scenarios"
"""Where the scenarios lie, where the configuration does not say otherwise."""
SOURCES = (
    "components",
    "policies",
    "encoder.py",
    "lean.py",
    "slots.py",
    "train.py",
    "words.py",
    "scenarios/compiling.py",
)
"""What the model itself is made with, beside Rasa."""
NO_CACHE = {"RASA_MAX_CACHE_SIZE": "0"}
"""Rasa's cache is one SQLite file for all languages: two trainings at once lock each other out of it, and
each of ours is a whole one anyway."""
MEMORY_BYTES = 5 * 2**30
"""What one training takes at most: 4.4 GB for 27,000 examples (their likenesses: rows² * 4 bytes)."""
LAST_LINES = 12
"""Lines of a failed training that are shown."""
Progress = Callable[[str], None]


class TrainingError(CentralaError):
    """A dialogue model could not be trained; the trainer's last lines were printed."""

    code = "training_failed"


def model_paths(
    data_dir: Path,
    languages: Iterable[str],
    config_path: Path,
    *,
    scenarios: Path = SCENARIOS,
    data: Path = DATA,
) -> dict[str, Path]:
    """Return where each language's present model is or will be: `models/<lang>-<hash>.tar.gz`.

    `scenarios` and `data` are the folders of what it learns.
    """
    config = _rasa_part(config_path)
    shared = _shared_digest(data)
    known = read_folder(scenarios)[0]
    return {
        lang: data_dir / "models" / f"{lang}-{_digest(config, shared, lang, data, known)}.tar.gz"
        for lang in languages
    }


def ensure_models(
    data_dir: Path,
    languages: Sequence[str],
    config_path: Path,
    on_progress: Progress,
    *,
    rasa_python: Path | None = None,
    force: bool = False,
    scenarios: Path = SCENARIOS,
    data: Path = DATA,
) -> dict[str, Path]:
    """Train every language whose model is missing or stale, remove old models, and return their paths.

    Takes a minute or more a language; blocks. `rasa_python` is the interpreter of Rasa's environment, by
    default `.venv-rasa` beside the project's files. Raises `TrainingError`.
    """
    paths = model_paths(data_dir, languages, config_path, scenarios=scenarios, data=data)
    python = rasa_python or ROOT / ".venv-rasa" / "bin" / "python"
    stale = [lang for lang, path in paths.items() if force or not path.exists()]
    with ThreadPoolExecutor(max_workers=at_once(len(stale))) as pool:
        sources = _Sources(config_path, scenarios, data)
        jobs = [pool.submit(_train, python, lang, sources, paths[lang], on_progress) for lang in stale]
    for job in jobs:
        job.result()
    for lang, path in paths.items():
        _remove_old(path, lang)
    return paths


def at_once(count: int, meminfo: Path = Path("/proc/meminfo")) -> int:
    """Return how many of `count` trainings this machine can do at once: one, where memory is short."""
    with suppress(OSError, StopIteration):
        available = next(x for x in meminfo.read_text().splitlines() if x.startswith("MemAvailable:"))
        count = min(count, int(available.split()[1]) * 1024 // MEMORY_BYTES)
    return max(1, min(count, os.cpu_count() or 1))


def _remove_old(present: Path, lang: str) -> None:
    """Remove old models but the last: a gateway that still runs on it may have to start a worker again."""
    old = [path for path in present.parent.glob(f"{lang}-*.tar.gz") if path != present]
    for path in sorted(old, key=lambda path: path.stat().st_mtime)[:-1]:
        path.unlink(missing_ok=True)


def data_paths(lang: str, data: Path = DATA) -> list[Path]:
    """Return the training data of a language: the shared rules and patterns, and its own examples."""
    return [data / "rules.yml", data / "shared", data / lang]


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a model is trained from."""

    config: Path
    scenarios: Path
    data: Path


def _train(python: Path, lang: str, sources: _Sources, out: Path, on_progress: Progress) -> None:
    if not python.exists():
        raise TrainingError(f"{python} is missing: Rasa's environment is made by `scripts/setup.sh run`")
    if not (sources.data / lang).is_dir():
        raise TrainingError(f"there is no training data for the language {lang!r}")
    command = [
        python,
        "-W",
        "ignore",
        "-m",
        "nlu.train",
        "--lang",
        lang,
        "--config",
        sources.config.resolve(),
    ]
    command += ["--domain", HOME / "domain.yml", "--out", out.resolve()]
    command += ["--scenarios", sources.scenarios.resolve()]
    command += ["--data", *(path.resolve() for path in data_paths(lang, sources.data))]
    on_progress(f"training the dialogue model: {lang}")
    with subprocess.Popen(  # noqa: S603 - the command is ours
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=rasa_environment() | NO_CACHE,
        start_new_session=True,
    ) as process:
        try:
            said = _follow(process, lang, on_progress)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0 or not out.exists():
        for line in said:
            on_progress(f"  {lang}: {line}")
        raise TrainingError(f"training the dialogue model of {lang!r} failed (code {process.returncode})")


def _follow(process: "subprocess.Popen[str]", lang: str, on_progress: Progress) -> deque[str]:
    """Pass progress on; return the last lines that were none, which say what went wrong if it did."""
    assert process.stdout is not None
    others: deque[str] = deque(maxlen=LAST_LINES)
    for line in process.stdout:
        try:
            step = json.loads(line)
        except ValueError:
            others.append(line.rstrip()[:300])
            continue
        if isinstance(step, dict) and "component" in step:
            on_progress(f"  {lang}: {step['component']}")
    return others


def _rasa_part(config_path: Path) -> Mapping[str, Any]:
    config = yaml.safe_load(config_path.read_text(encoding="utf-8")) or {}
    return {key: config[key] for key in RASA_KEYS if key in config}


def _digest(
    config: Mapping[str, Any], shared: str, lang: str, data: Path, scenarios: Sequence[Scenario]
) -> str:
    digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
    digest.update(shared.encode())
    digest.update(_files_digest(data / lang).encode())
    if scenarios:  # what they say is in the catalogue: other words train nothing
        digest.update(json.dumps(material(scenarios, lang), sort_keys=True).encode())
    return digest.hexdigest()[:12]


def _shared_digest(data: Path) -> str:
    parts = [HOME / "domain.yml", data / "rules.yml", data / "shared"]
    parts += [HOME / name for name in SOURCES]
    parts.append(ROOT / "requirements" / "rasa.lock")
    versions = "".join(_files_digest(part) for part in parts)
    # The minor version of Python decides what can be unpickled; both environments share it.
    return f"{versions}{sys.version_info[:2]}"


def _files_digest(path: Path) -> str:
    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".py")) if path.is_dir() else [path]
    for file in files:
        if file.is_file():
            name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
            digest.update(str(name).encode() + b"\0")
            digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()
