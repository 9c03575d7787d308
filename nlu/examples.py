"""Training examples that a person adds, as the text of Rasa's YAML files. Pure: others write the files."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bot.errors import CentralaError

TEACHABLE = (
    "order_status", "faq", "ask_human", "out_of_scope", "affirm", "deny", "unsure", "later", "never_call",
    "question", "greet", "goodbye", "thanks", "cancel", "repeat", "bot_challenge",
)  # fmt: skip
"""Intents that a customer's sentence may be an example of, those that are taught most often first."""
MAX_CHARS = 300
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""A language's examples are thousands of lines: Python's own loader takes a second for them."""
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
_MARKUP = re.compile(r"[\[\]{}`\\]|\$(?=\{)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]+")
_WORDS = re.compile(r"[\W_]+")
_ITEM = re.compile(r"^([ \t]*)-[ \t]+(.*)$")


class ExampleError(CentralaError):
    """A training example cannot be added; the text names the mend."""

    code = "example_error"


def plain(text: str) -> str:
    """Return a customer's sentence as a line of examples: without what Rasa or YAML would take for theirs."""
    line = " ".join(_MARKUP.sub(" ", _CONTROL.sub(" ", text)).split())
    return line.lstrip("-*•/# ").strip()[:MAX_CHARS].strip()


def examples(source: str) -> dict[str, list[str]]:
    """Return the examples of a file by intent, without the marks of entities.

    Raises:
        ExampleError: it is not a file of Rasa's training data.
    """
    try:
        data: Any = yaml.load(source, _LOADER)  # noqa: S506 - one of the two safe ones
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ExampleError(f"the training data is not valid YAML{where}; mend it by hand") from None
    parts = data.get("nlu") if isinstance(data, dict) else None
    found: dict[str, list[str]] = {}
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and isinstance(part.get("intent"), str):
            lines = str(part.get("examples") or "").splitlines()
            items = (_ITEM.match(line) for line in lines)
            found.setdefault(part["intent"], []).extend(
                _MARKED.sub(r"\1", item.group(2)).strip() for item in items if item
            )
    return found


def taught_as(text: str, known: Mapping[str, Sequence[str]]) -> str | None:
    """Return the intent that has this sentence among its examples already."""
    wanted = _same(text)
    return next((intent for intent, lines in known.items() if any(_same(x) == wanted for x in lines)), None)


def with_examples(source: str | None, intent: str, texts: Sequence[str]) -> tuple[str, int]:
    """Add sentences to an intent's examples; return the file's new text, and how many were new.

    `source` is the file as it is, none where there is none yet. Everything else in it stays as it was.

    Raises:
        ExampleError: the file has no such intent, or is not Rasa's training data.
    """
    if source is None:
        source = f'version: "3.1"\nnlu:\n- intent: {intent}\n  examples: |\n'
        known: list[str] = []
    else:
        present = examples(source)
        if intent not in present:
            raise ExampleError(f"the file has no examples of {intent}; add `- intent: {intent}` to it")
        known = present[intent]
    fresh: dict[str, str] = {}
    for line in map(plain, texts):
        if _same(line) and taught_as(line, {intent: known}) is None:
            fresh.setdefault(_same(line), line)
    if not fresh:
        return source, 0
    written = _appended(source, intent, list(fresh.values()))
    if examples(written).get(intent) != [*known, *fresh.values()]:
        raise ExampleError("the file is not written as `examples: |` with a line each; add them by hand")
    return written, len(fresh)


def _appended(source: str, intent: str, fresh: list[str]) -> str:
    """Put lines behind the last example of the intent's first block."""
    lines = source.splitlines()
    heading = re.compile(rf"^[ \t]*-[ \t]+intent:[ \t]*['\"]?{re.escape(intent)}['\"]?[ \t]*(?:#.*)?$")
    start = next((place for place, line in enumerate(lines) if heading.match(line)), None)
    if start is None:
        return source
    depth = _depth(lines[start])
    end, space = start + 1, "    "
    for place in range(start + 1, len(lines)):
        line = lines[place]
        if line.strip() and _depth(line) <= depth and not line.lstrip().startswith("#"):
            break
        item = _ITEM.match(line)
        if item or line.strip().startswith("examples:"):
            end, space = place + 1, item.group(1) if item else space
    return "\n".join([*lines[:end], *(f"{space}- {line}" for line in fresh), *lines[end:], ""])


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _same(text: str) -> str:
    return _WORDS.sub(" ", text.casefold()).strip() or text.strip()
