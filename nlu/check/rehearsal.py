"""The scenarios' conversation tests, played against a real dialogue worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.pool import DialoguePool
from nlu.protocol import TurnResult
from nlu.scenarios.model import Conversation, Scenario, Step, Then

ANSWERED = "/outcome_answered"
"""The knowledge base is not asked: that an article is looked for is what a test can tell."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a conversation test ended in one language."""

    conversation: str
    lang: str
    failure: str | None
    """What was said instead, with file and line."""

    def __str__(self) -> str:
        verdict = "FAILED" if self.failure else "passed"
        said = f"\n    {self.failure}" if self.failure else ""
        return f"  {verdict}  {self.conversation} ({self.lang}){said}"


async def play(pool: DialoguePool, scenario: Scenario, conversation: Conversation, lang: str) -> Played:
    """Play one conversation to its end or to the first step that goes wrong."""
    state: Any = None
    over = False
    for step in conversation.steps:
        said = step.customer[lang].text
        where = f"{scenario.path}:{step.line}: after “{said}”"
        if over:
            return Played(
                conversation.name, lang, f"{where}: a person has been called, so nobody listens here"
            )
        result = await pool.turn(lang, state, said)
        names = [_name(output, scenario) for output in result.outputs]
        if failure := _differs(step, result, names):
            return Played(conversation.name, lang, f"{where} {failure}")
        over = "person" in names
        if "article" in names:
            result = await pool.turn(lang, result.state, ANSWERED, intent=True)
        state = result.state
    return Played(conversation.name, lang, None)


async def play_all(
    pool: DialoguePool, scenarios: Sequence[Scenario], languages: Sequence[str]
) -> Mapping[str, list[Played]]:
    """Play all conversations, by scenario."""
    return {
        scenario.name: [
            await play(pool, scenario, conversation, lang)
            for conversation in scenario.conversations
            for lang in languages
        ]
        for scenario in scenarios
    }


def _differs(step: Step, result: TurnResult, names: Sequence[str]) -> str | None:
    """Say how a turn differs from what the step wants, or nothing."""
    rest = iter(names)
    understood = result.understood
    heard = "nlu_fallback" if understood.fallback else str(understood.intent)
    if step.intent and step.intent.text != heard:
        return f"the bot should understand “{step.intent.text}”, and understood {_understood(result)}"
    if all(any(name == wanted.text for name in rest) for wanted in step.bot):
        return None
    wanted = " and ".join(f"“{said.text}”" for said in step.bot)
    does = " and ".join(f"“{name}”" for name in names) or "nothing"
    return f"the bot should say {wanted}, and says {does}: it understood {_understood(result)}"


def _understood(result: TurnResult) -> str:
    best = result.understood
    if best.fallback:
        return f"nothing surely (nearest: {best.intent}, {best.confidence:.0%} sure)"
    return f"“{best.intent}” ({best.confidence:.0%} sure)"


def _name(output: Mapping[str, Any], scenario: Scenario) -> str:
    """Return an output by the name that conversation tests use."""
    if "say" in output:
        own = output["say"] == scenario.key and scenario.then is not Then.PERSON
        return "reply" if own else str(output["say"]).removeprefix("scenario_")
    return {"handoff": "person", "answer": "article"}.get(str(output.get("do")), str(output.get("do")))
