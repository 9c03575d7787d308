"""From a file to a scenario: keys that do not exist, and values of the wrong kind, are named."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bot.model.finding import Finding
from nlu.scenarios.lines import Node, read_yaml, shown
from nlu.scenarios.model import Conversation, Reply, Said, Scenario, Step, Then

LANGUAGES = ("pl", "cs", "en")
KEYS = ("intent", "about", "title", "examples", "replies", "then", "buttons", "conversations")
CHANNELS = ("chat", "phone")
MAX_SCENARIOS = 500


def read_folder(folder: Path) -> tuple[list[Scenario], list[Finding]]:
    """Read every `*.yml` of a folder, by name; a folder that is not there holds none."""
    scenarios: list[Scenario] = []
    findings: list[Finding] = []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])[:MAX_SCENARIOS]:
        scenario, found = read_scenario(path)
        findings += found
        if scenario is not None:
            scenarios.append(scenario)
    return scenarios, findings


def read_scenario(path: Path) -> tuple[Scenario | None, list[Finding]]:
    """Read one file as far as it can be read."""
    root, findings = read_yaml(path)
    if root is None:
        return None, findings
    reader = _Reader(shown(path), findings)
    if not isinstance(root.value, dict):
        reader.wrong(root, "wrong_kind", "the file must begin with keys, such as `intent:` and `examples:`")
        return None, findings
    return reader.scenario(path, root), findings


def nearest(word: str, known: Collection[str]) -> str:
    """Return what was probably meant, as the end of a sentence."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean “{close[0]}”?" if close else f"; it is one of: {', '.join(sorted(known))}"


class _Reader:
    def __init__(self, name: str, findings: list[Finding]) -> None:
        self._name = name
        self._findings = findings

    def wrong(self, node: Node | int, code: str, text: str) -> None:
        line = node if isinstance(node, int) else node.line
        self._findings.append(Finding(self._name, line, code, text))

    def scenario(self, path: Path, root: Node) -> Scenario:
        self._known(root, KEYS, "a scenario")
        intent = self._text(root.get("intent"), "intent")
        if "intent" not in root.keys:
            self.wrong(
                1, "missing_key", "the scenario has no name: write `intent: ` and a name as the first line"
            )
        return Scenario(
            path=path,
            intent=intent or Said(path.stem.replace("-", "_"), 1),
            examples={
                lang: self._examples(node)
                for lang, node in self._languages(root.get("examples"), "examples").items()
            },
            replies={
                lang: self._reply(node)
                for lang, node in self._languages(root.get("replies"), "replies").items()
            },
            titles=self._said_by_language(root.get("title"), "title"),
            then=self._then(root.get("then")),
            buttons=self._texts(root.get("buttons"), "buttons"),
            conversations=tuple(self._conversation(node) for node in root.get("conversations").items),
            lines={key: node.line for key, node in root.keys.items()},
        )

    def _conversation(self, node: Node) -> Conversation:
        if not node.keys:
            self.wrong(node, "wrong_kind", "a conversation is `- name: …`, and below it `steps:`")
        self._known(node, ("name", "steps"), "a conversation")
        name = self._text(node.get("name"), "name")
        steps = tuple(self._step(step) for step in node.get("steps").items)
        if node.keys and not steps:
            self.wrong(node, "missing_key", "the conversation has no `steps:`: write what the customer says")
        return Conversation(name.text if name else "a conversation", node.line, steps)

    def _step(self, node: Node) -> Step:
        self._known(node, ("customer", "bot", "intent"), "a step")
        if not node.get("customer").value:
            self.wrong(node, "missing_key", "the step has no `customer:`: write what the customer says")
        if not node.get("bot").value and not node.get("intent").value:
            self.wrong(
                node, "missing_key", "the step has neither `bot:` nor `intent:`: what must come of it?"
            )
        return Step(
            node.line,
            self._said_by_language(node.get("customer"), "customer"),
            self._texts(node.get("bot"), "bot"),
            self._text(node.get("intent"), "intent"),
        )

    def _then(self, node: Node) -> Then:
        if node.value is None:
            return Then.NOTHING
        known = [then.value for then in Then]
        if node.text not in known:
            self.wrong(
                node, "unknown_value", f"`then: {node.text}` does not exist{nearest(str(node.text), known)}"
            )
            return Then.NOTHING
        return Then(node.text)

    def _reply(self, node: Node) -> Reply:
        if isinstance(node.value, str | list):
            self.wrong(node, "wrong_kind", "a reply needs `chat:` and `phone:` below the language")
            return Reply(node.line, self._texts(node, "chat"))
        self._known(node, CHANNELS, "a reply")
        return Reply(node.line, self._texts(node.get("chat"), "chat"), self._text(node.get("phone"), "phone"))

    def _languages(self, node: Node, key: str) -> Mapping[str, Node]:
        """Return what stands below each language; others are named."""
        if node.value is not None and not node.keys:
            self.wrong(node, "wrong_kind", f"below `{key}:` comes the language, such as `pl:`")
        for lang, value in node.keys.items():
            if lang not in LANGUAGES:
                self.wrong(
                    value, "unknown_key", f"“{lang}” is no language of the bot{nearest(lang, LANGUAGES)}"
                )
        return {lang: value for lang, value in node.keys.items() if lang in LANGUAGES}

    def _said_by_language(self, node: Node, key: str) -> Mapping[str, Said]:
        if isinstance(node.value, str):
            text = self._text(node, key)
            return dict.fromkeys(LANGUAGES, text) if text else {}
        found = {lang: self._text(value, lang) for lang, value in self._languages(node, key).items()}
        return {lang: text for lang, text in found.items() if text}

    def _examples(self, node: Node) -> tuple[Said, ...]:
        if node.block:
            lines = [(text.strip().removeprefix("-").strip(), line) for text, line in node.lines()]
            return tuple(Said(text, line) for text, line in lines if text)
        return self._texts(node, "examples")

    def _texts(self, node: Node, key: str) -> tuple[Said, ...]:
        found = [self._text(item, key) for item in node.items]
        return tuple(text for text in found if text)

    def _text(self, node: Node, key: str) -> Said | None:
        if isinstance(node.value, dict | list):
            self.wrong(
                node,
                "wrong_kind",
                f"in `{key}:` a text is expected here; if it holds a colon, put it into quotes",
            )
            return None
        return Said(node.text, node.line) if node.text else None

    def _known(self, node: Node, known: Sequence[str], what: str) -> None:
        for key, value in node.keys.items():
            if key not in known:
                self.wrong(value, "unknown_key", f"“{key}:” is no key of {what}{nearest(key, known)}")
