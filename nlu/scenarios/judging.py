"""What is wrong with scenarios that could be read: missing, contradictory, or naming what does not exist."""

import re
from collections.abc import Collection, Iterable, Sequence

from bot.model.finding import Finding, Level
from bot.model.speakable import why_unspeakable
from nlu.scenarios.house import House
from nlu.scenarios.lines import shown
from nlu.scenarios.model import Conversation, Said, Scenario, Step, Then
from nlu.scenarios.reading import nearest
from nlu.scenarios.texts import PLACEHOLDER, VARIABLES

FEWEST, ENOUGH = 5, 10
"""Examples a language: below the first a scenario is not learned, below the second not well."""
NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
MAX_NAME = 40
RESERVED = frozenset({"nlu_fallback", "session_start", "restart", "back", "none", "other", "others"})
TALK = ("reply", "person", "article")
"""What a conversation test may expect beside texts of the catalogue."""
LANGUAGE_NAMES = {"pl": "Polish", "cs": "Czech", "en": "English"}


def judge(scenarios: Sequence[Scenario], languages: Sequence[str], house: House) -> list[Finding]:
    """Return what is wrong, in the order of the files."""
    findings: list[Finding] = []
    first: dict[str, Scenario] = {}
    for scenario in scenarios:
        judged = _Judge(scenario, languages, house, scenarios)
        findings += judged.findings()
        other = first.setdefault(scenario.name, scenario)
        if other is not scenario:
            where = f"{shown(other.path)}:{other.intent.line}"
            text = f"the name “{scenario.name}” is taken by {where}: choose another one"
            findings.append(Finding(shown(scenario.path), scenario.intent.line, "name_taken", text))
    return sorted(findings, key=lambda finding: (finding.path, finding.line))


class _Judge:
    def __init__(
        self, scenario: Scenario, languages: Sequence[str], house: House, scenarios: Sequence[Scenario]
    ) -> None:
        self._scenario = scenario
        self._languages = languages
        self._house = house
        self._titled = frozenset(s.name for s in scenarios if s.titles)
        self._names = frozenset(s.name for s in scenarios)
        self._path = shown(scenario.path)
        self._found: list[Finding] = []

    def findings(self) -> list[Finding]:
        self._name()
        self._examples()
        self._replies()
        self._titles_and_buttons()
        if not self._scenario.conversations:
            self._wrong(
                self._scenario.line("conversations"),
                "no_conversation",
                "there is no conversation test: under `conversations:` write what a customer says and "
                "what the bot must do (`bot: reply`)",
            )
        for conversation in self._scenario.conversations:
            self._conversation(conversation)
        return self._found

    def _wrong(self, line: int, code: str, text: str, level: Level = Level.ERROR) -> None:
        self._found.append(Finding(self._path, line, code, text, level))

    def _name(self) -> None:
        name, line = self._scenario.name, self._scenario.intent.line
        if not NAME.fullmatch(name) or len(name) > MAX_NAME:
            better = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "gift_card"
            self._wrong(
                line,
                "name_malformed",
                f"“{name}” will not do as a name: small English letters, digits and _ only, such as {better}",
            )
        elif name in RESERVED or name.startswith("outcome_"):
            self._wrong(
                line, "name_taken", f"the name “{name}” belongs to the bot itself: choose another one"
            )
        elif name in self._house.intents:
            self._wrong(
                line,
                "name_taken",
                f"the bot understands “{name}” already (nlu/domain.yml): choose another name, or add your "
                "examples to that intent",
            )

    def _examples(self) -> None:
        section = self._scenario.line("examples")
        for lang in self._languages:
            found = self._scenario.examples.get(lang, ())
            language = LANGUAGE_NAMES[lang]
            if not found:
                self._wrong(
                    section,
                    "examples_missing",
                    f"there are no {language} examples: under `examples:` add `{lang}:` and at least "
                    f"{ENOUGH} sentences",
                )
            elif len(found) < ENOUGH:
                level = Level.ERROR if len(found) < FEWEST else Level.WARNING
                self._wrong(
                    found[0].line,
                    "examples_few",
                    f"{len(found)} {language} examples are too few to learn from: write at least {ENOUGH}, "
                    "in different words",
                    level,
                )

    def _replies(self) -> None:
        scenario, section = self._scenario, self._scenario.line("replies")
        if scenario.then is Then.PERSON:
            if scenario.replies:
                self._wrong(
                    section,
                    "reply_unsaid",
                    "with `then: person` the bot says nothing, so these replies are never heard: take them "
                    "out, or write `then: offer_person`",
                )
            return
        for lang in self._languages:
            reply, language = scenario.replies.get(lang), LANGUAGE_NAMES[lang]
            if reply is None:
                self._wrong(
                    section,
                    "reply_missing",
                    f"there is no {language} reply: under `replies:` add `{lang}:` with `chat:` and `phone:`",
                )
                continue
            if not reply.chat:
                self._wrong(reply.line, "reply_missing", f"the {language} reply has no `chat:` text: add it")
            if reply.phone is None:
                self._wrong(
                    reply.line,
                    "reply_missing",
                    f"the {language} reply has no `phone:` text: add a short one that can be said",
                )
            elif why := why_unspeakable(reply.phone.text):
                self._wrong(reply.phone.line, "reply_unspeakable", why)
            for said in [*reply.chat, *([reply.phone] if reply.phone else [])]:
                self._placeholders(said)
        self._alike_in_all()

    def _placeholders(self, said: Said) -> None:
        known = " or ".join(f"{{{name}}}" for name in VARIABLES)
        for name in PLACEHOLDER.findall(said.text):
            if name not in VARIABLES:
                text = f"the bot does not know what to put in the place of {{{name}}}: only {known} is known"
                self._wrong(said.line, "placeholder_unknown", text)
        if "{" in (rest := PLACEHOLDER.sub("", said.text)) or "}" in rest:
            text = f"a brace stands alone: braces are for {known} only"
            self._wrong(said.line, "placeholder_unknown", text)

    def _alike_in_all(self) -> None:
        """Name the languages in which a reply leaves out what it tells in others."""
        used = {
            lang: {n for said in reply.chat for n in PLACEHOLDER.findall(said.text) if n in VARIABLES}
            for lang, reply in self._scenario.replies.items()
            if lang in self._languages and reply.chat
        }
        everywhere = set().union(*used.values()) if used else set()
        for lang, names in used.items():
            for name in sorted(everywhere - names):
                others = ", ".join(LANGUAGE_NAMES[other] for other in used if name in used[other])
                self._wrong(
                    self._scenario.replies[lang].line,
                    "placeholder_differs",
                    f"the {LANGUAGE_NAMES[lang]} reply does not use {{{name}}}, which stands in {others}: "
                    "put it into all languages or into none",
                )

    def _titles_and_buttons(self) -> None:
        titles = self._scenario.titles
        for lang in self._languages:
            if titles and lang not in titles:
                self._wrong(
                    self._scenario.line("title"),
                    "title_missing",
                    f"the title on the button is missing in {LANGUAGE_NAMES[lang]}: add `{lang}:`",
                )
        known = self._house.choices | self._titled
        for button in self._scenario.buttons:
            if button.text not in known:
                hint = nearest(button.text, known)
                if button.text in self._names:
                    hint = "; that scenario has no `title:` to stand on it"
                self._wrong(button.line, "unknown_button", f"there is no button “{button.text}”{hint}")

    def _conversation(self, conversation: Conversation) -> None:
        for step in conversation.steps:
            self._step(step)
            if not step.customer:
                continue
            for lang in self._languages:
                if lang not in step.customer:
                    text = f"the step is missing in {LANGUAGE_NAMES[lang]}: under `customer:` add `{lang}:`"
                    self._wrong(step.line, "conversation_missing", text)
        self._learned_by_heart(conversation.steps)

    def _step(self, step: Step) -> None:
        own = () if self._scenario.then is Then.PERSON else ("reply",)
        known: Collection[str] = {"person", "article", *own, *self._house.keys, *self._names}
        for name in step.bot:
            if name.text not in known:
                self._wrong(
                    name.line,
                    "conversation_unknown",
                    f"the bot has no reply “{name.text}”{_hint(name.text, known)}",
                )
        intents = self._house.intents | self._names | {"nlu_fallback"}
        if step.intent and step.intent.text not in intents:
            self._wrong(
                step.intent.line,
                "conversation_unknown",
                f"there is no intent “{step.intent.text}”{_hint(step.intent.text, intents)}",
            )

    def _learned_by_heart(self, steps: Iterable[Step]) -> None:
        known = {
            lang: {said.text.casefold(): said.line for said in found}
            for lang, found in self._scenario.examples.items()
        }
        for step in steps:
            for lang, said in step.customer.items():
                if line := known.get(lang, {}).get(said.text.casefold()):
                    self._wrong(
                        said.line,
                        "conversation_learned",
                        f"this sentence is an example too (line {line}), so the test proves nothing: say "
                        "it in other words",
                        Level.WARNING,
                    )


def _hint(name: str, known: Collection[str]) -> str:
    """Return what was probably meant; the whole list of texts would help nobody."""
    hint = nearest(name, known)
    return hint if "did you mean" in hint else f"; write one of {', '.join(TALK)}, or a key of nlu/catalogue"
