"""The catalogue: every text in every language and for both channels, with placeholders that it may use."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.model.finding import Finding, Level
from bot.model.speakable import why_unspeakable
from nlu.scenarios.judging import LANGUAGE_NAMES
from nlu.scenarios.lines import Node, read_yaml, shown
from nlu.scenarios.reading import nearest
from nlu.scenarios.texts import PLACEHOLDER


def check_catalogue(folder: Path, languages: Sequence[str]) -> list[Finding]:
    """Look through keys.yml and each language's file."""
    common, findings = read_yaml(folder / "keys.yml")
    if common is None:
        return findings
    keys, choices = common.get("keys").keys, common.get("choices").keys
    path = shown(folder / "keys.yml")
    for name, key in keys.items():
        for choice in key.get("choices").items:
            if choice.text and choice.text not in choices:
                hint = nearest(choice.text, choices)
                text = f"“{name}” has a button “{choice.text}” that does not exist{hint}"
                findings.append(Finding(path, choice.line, "unknown_button", text))
    roots: dict[str, Node] = {}
    for lang in languages:
        root, found = read_yaml(folder / f"{lang}.yml")
        findings += found
        if root is not None:
            roots[lang] = root
            findings += _language(shown(folder / f"{lang}.yml"), lang, root, keys, choices)
    for name in keys:
        findings += _differing(folder, name, roots)
    return findings


def _language(
    path: str, lang: str, root: Node, keys: Mapping[str, Node], choices: Mapping[str, Node]
) -> Iterator[Finding]:
    texts = root.get("keys")
    for name in choices:
        if not root.get("choices").get(name).text:
            text = f"the button “{name}” has no {LANGUAGE_NAMES[lang]} title: add it under `choices:`"
            yield Finding(path, root.get("choices").line, "reply_missing", text)
    for name, node in texts.keys.items():
        if name not in keys:
            text = f"“{name}” is no text of keys.yml{nearest(name, keys)}"
            yield Finding(path, node.line, "unknown_key", text)
    for name, key in keys.items():
        node = texts.get(name)
        allowed = [variable.text or "" for variable in key.get("variables").items]
        for channel in ("chat", "phone"):
            if not [item for item in node.get(channel).items if item.text]:
                text = f"the {LANGUAGE_NAMES[lang]} text “{name}” is missing for `{channel}:`: add it"
                yield Finding(path, node.line, "reply_missing", text)
            for item in node.get(channel).items:
                yield from _placeholders(path, name, item, allowed)
        phone = node.get("phone")
        if phone.text and (why := why_unspeakable(phone.text)):
            yield Finding(path, phone.line, "reply_unspeakable", f"“{name}”: {why}")


def _placeholders(path: str, name: str, item: Node, allowed: Sequence[str]) -> Iterator[Finding]:
    text = item.text or ""
    for placeholder in PLACEHOLDER.findall(text):
        if placeholder not in allowed:
            known = ", ".join(f"{{{one}}}" for one in allowed) or "none"
            said = f"“{name}” does not know {{{placeholder}}}; keys.yml allows: {known}"
            yield Finding(path, item.line, "placeholder_unknown", said)
    if "{" in (rest := PLACEHOLDER.sub("", text)) or "}" in rest:
        yield Finding(path, item.line, "placeholder_unknown", f"“{name}”: a brace stands alone: close it")


def _differing(folder: Path, name: str, roots: Mapping[str, Node]) -> Iterator[Finding]:
    """Name languages whose chat texts tell less than the others'."""
    used = {
        lang: {p for item in root.get("keys").get(name).get("chat").items for p in _names(item)}
        for lang, root in roots.items()
    }
    everywhere = set().union(*used.values()) if used else set()
    for lang, names in used.items():
        for missing in sorted(everywhere - names):
            others = ", ".join(LANGUAGE_NAMES[other] for other in used if missing in used[other])
            text = f"“{name}” does not use {{{missing}}} in {LANGUAGE_NAMES[lang]}, as it does in {others}"
            node = roots[lang].get("keys").get(name)
            yield Finding(
                shown(folder / f"{lang}.yml"), node.line, "placeholder_differs", text, Level.WARNING
            )


def _names(item: Node) -> list[str]:
    return PLACEHOLDER.findall(item.text or "")
