"""Reading the configuration: file, then environment, then `--set`; each error names its mend."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr, ValidationError

from bot.errors import ConfigurationError
from bot.settings.model import Settings

PREFIX = "CENTRALA_"
RASA_KEYS = frozenset({"recipe", "language", "assistant_id", "pipeline", "policies", "importers", "version"})
"""Keys of config.yml that belong to Rasa; the gateway leaves them alone."""


def load(path: Path, *, environment: Mapping[str, str], overrides: Sequence[str] = ()) -> Settings:
    """Read the settings; raises `ConfigurationError` with key, value and mend."""
    data = read_file(path)
    for name, text in sorted(environment.items()):
        if name.startswith(PREFIX):
            keys = name.removeprefix(PREFIX).lower().split("__")
            _put(data, keys, text, source=f"the environment's {name}")
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals:
            raise ConfigurationError(f"--set {override!r} has no value; write --set key.path=value")
        _put(data, key.split("."), text, source=f"--set {key}")
    return validate(data)


def read_file(path: Path) -> dict[str, Any]:
    """Read the gateway's part of a config.yml."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"there is no {path}; name one with --config") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{path} is not valid YAML{where}; check indentation and quotes") from None
    if not isinstance(data, dict):
        raise ConfigurationError(f"{path} must hold keys and values; start from the one in the repository")
    return {key: value for key, value in data.items() if key not in RASA_KEYS}


def _put(data: dict[str, Any], keys: Sequence[str], text: str, source: str) -> None:
    """Set one value by its path; the text is read as YAML, so numbers, lists and JSON work."""
    try:
        value = yaml.safe_load(text) if text != "" else None
    except yaml.YAMLError:
        value = text
    if isinstance(value, (int, float)) and _wants_text(keys) and not isinstance(value, bool):
        value = text  # a secret of digits stays as it was written
    node = data
    for key in keys[:-1]:
        child = node.get(key)
        if child is None:
            child = node[key] = {}
        if not isinstance(child, dict):
            raise ConfigurationError(f"{source}: {key} is a value, not a section")
        node = child
    node[keys[-1]] = value


def _wants_text(keys: Sequence[str]) -> bool:
    return keys[-1] in {"secret", "token", "service_token", "url", "name", "host"}


def validate(data: Mapping[str, Any]) -> Settings:
    """Check the values; raises `ConfigurationError` with every wrong key in one text."""
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(problem) for problem in _problems(error))) from None
    return settings


def _problems(error: ValidationError) -> list[dict[str, Any]]:
    return [dict(problem) for problem in error.errors(include_url=False)]


def _explain(problem: dict[str, Any]) -> str:
    location = [str(part) for part in problem["loc"]]
    key = ".".join(location)
    if problem["type"] == "extra_forbidden":
        return f"{key}: there is no such key{_nearest(location)}"
    value = problem.get("input")
    secret = isinstance(value, SecretStr) or location[-1] in {"secret", "token", "service_token"}
    shown = "(a secret)" if secret else repr(value)[:80]
    return f"{key}: {shown} will not do: {problem['msg'].removeprefix('Value error, ')}"


def _nearest(location: Sequence[str]) -> str:
    """Name the keys that are there, the likeliest first."""
    model: type[BaseModel] = Settings
    for part in location[:-1]:
        field = model.model_fields.get(part)
        kind = field.annotation if field else None
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return "; remove it"
        model = kind
    known = list(model.model_fields)
    close = difflib.get_close_matches(location[-1], known, n=1)
    if close:
        return f"; did you mean {'.'.join([*location[:-1], close[0]])}?"
    return f"; remove it, or use one of: {', '.join(known)}"
