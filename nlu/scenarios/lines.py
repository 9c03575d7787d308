"""YAML in which every value knows its line, and mistakes in plain words.

PyYAML and the standard library only: both environments read scenarios. Scalars stay the text that was written
(`no` is "no", not false), because whoever writes examples means words.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from bot.model.finding import Finding

Value: TypeAlias = "str | dict[str, Node] | list[Node] | None"
MAX_BYTES = 1024 * 1024
"""Larger files are not read; the largest of ours has 40 kB."""
_QUOTES = 'put the text into quotes: "like this"'


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands."""

    value: Value
    line: int
    """From 1; of a key's value, the key's line."""
    block: bool = False
    """A text that stands below its key (`|`)."""

    @property
    def text(self) -> str | None:
        """Return the text, where it is one and not blank."""
        return self.value.strip() or None if isinstance(self.value, str) else None

    @property
    def items(self) -> list["Node"]:
        """Return the list's items; a value alone is a list of one, nothing is none."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.value is None else [self]

    @property
    def keys(self) -> dict[str, "Node"]:
        """Return the keys and their values; none where it is something else."""
        return self.value if isinstance(self.value, dict) else {}

    def get(self, key: str) -> "Node":
        """Return the value of `key`; where it is missing, an empty one in this line."""
        return self.keys.get(key, Node(None, self.line))

    def lines(self) -> Iterator[tuple[str, int]]:
        """Yield the lines of a text with their numbers."""
        if isinstance(self.value, str):
            first = self.line + 1 if self.block else self.line
            yield from ((text, first + at) for at, text in enumerate(self.value.splitlines()))


def shown(path: Path) -> str:
    """Return a path as it is printed: from where the command was given, if it lies below."""
    path = path.absolute()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else os.fspath(path)


def read_yaml(path: Path) -> tuple[Node | None, list[Finding]]:
    """Read a file; without a node it could not be read at all, and the findings say why."""
    name = shown(path)

    def wrong(line: int, text: str) -> tuple[None, list[Finding]]:
        return None, [Finding(name, line, "unreadable", text)]

    try:
        raw = path.read_bytes()
    except OSError as error:
        return wrong(1, f"the file cannot be read: {error.strerror}")
    if len(raw) > MAX_BYTES:
        return wrong(1, "the file is larger than 1 MB: split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return wrong(line, "a letter here is not UTF-8: save the file with the encoding UTF-8")
    for number, line_text in enumerate(text.splitlines(), start=1):
        if "\t" in line_text[: len(line_text) - len(line_text.lstrip())]:
            return wrong(number, "the line begins with a tab: put spaces in its place")
    try:
        root = _composed(text)
    except yaml.YAMLError as error:
        return wrong(*_explained(error, text.splitlines()))
    if root is None:
        return wrong(1, "the file is empty: write the scenario, or delete the file")
    findings: list[Finding] = []
    return _node(root, root.start_mark.line + 1, name, findings), findings


def _composed(text: str) -> yaml.Node | None:
    """Read by libyaml, which is ten times as fast; what it refuses by PyYAML, which explains it better."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _node(node: yaml.Node, line: int, name: str, findings: list[Finding]) -> Node:
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag == "tag:yaml.org,2002:null" and node.style is None
        return Node(None if empty else str(node.value), line, block=node.style in ("|", ">"))
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(item, item.start_mark.line + 1, name, findings) for item in node.value], line)
    keys: dict[str, Node] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            findings.append(
                Finding(name, at, "unreadable", f"a key must be one word; is this a text? Then {_QUOTES}")
            )
            continue
        if key.value in keys:
            findings.append(
                Finding(
                    name,
                    at,
                    "key_twice",
                    f"“{key.value}” is already there, in line {keys[key.value].line}: join the two",
                )
            )
        keys[key.value] = _node(value, at, name, findings)
    return Node(keys, line)


def _explained(error: yaml.YAMLError, lines: list[str]) -> tuple[int, str]:
    """Return the line and what is wrong, in words for somebody who does not know YAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    context = getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    problem = str(getattr(error, "problem", "") or "")
    for number in range(line, max(0, line - 3), -1):
        if number <= len(lines) and lines[number - 1].count('"') % 2:
            return number, "a quote is opened here and never closed: close it, or take it out"
    if "mapping values are not allowed" in problem:
        return line, f"there is a colon in a text, or the line stands too far to the right: {_QUOTES}"
    if "unexpected end of stream" in problem and context:
        return context.line + 1, "a quote is opened here and never closed: close it"
    if "cannot start any token" in problem:
        return line, f"a text cannot begin with this sign: {_QUOTES}"
    if "could not find expected ':'" in problem:
        return line, "a key has no colon, or a text goes on where a key should be: write `key: value`"
    if "alias" in problem or "anchor" in problem:
        return line, f"a text that begins with * or & means something else in YAML: {_QUOTES}"
    if "expected <block end>" in problem or "expected the node content" in problem:
        return line, (
            "the line does not fit to those above: lines of one list begin in the same column, and a "
            f"text with quotes inside must be quoted as a whole ({_QUOTES})"
        )
    return line, "this cannot be read: compare indentation, dashes, colons and quotes with the lines above"
