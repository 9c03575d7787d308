"""Every flow of nlu/tests/*.yml, in every language, against trained models in a real worker."""

import json
from typing import Any

import pytest
import yaml

from nlu.pool import DialoguePool
from nlu.protocol import TurnResult, pending_state
from nlu.training import HOME
from tests.rasa_fixtures import LANGUAGES

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


def _conversations() -> list[Any]:
    return [
        pytest.param(lang, conversation, id=f"{lang}-{path.stem}-{conversation['name'].replace(' ', '_')}")
        for path in sorted((HOME / "tests").glob("*.yml"))
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8"))
        for lang in LANGUAGES
    ]


def _short(output: dict[str, Any]) -> str:
    """`say greet`, `do answer strict`, `do handoff asked`, `do feedback yes`."""
    if "say" in output:
        return f"say {output['say']}"
    strict = "strict" if output.get("strict") else None
    helped = {True: "yes", False: "no"}.get(output.get("helped"))
    parts = ["do", output["do"], output.get("reason"), output.get("answer"), strict, helped]
    return " ".join(part for part in parts if part)


def _text(said: Any, lang: str) -> Any:
    return said[lang] if isinstance(said, dict) else said


async def _take(pool: DialoguePool, lang: str, state: Any, step: dict[str, Any]) -> TurnResult:
    """Take one step: `user` types, `spoken` is heard on the phone, best reading first, `keys` are pressed."""
    if "outcome" in step:
        return await pool.turn(lang, state, f"/outcome_{step['outcome']}", intent=True)
    if "button" in step:
        return await pool.turn(lang, state, f"/{step['button']}", intent=True)
    if "keys" in step:
        return await pool.turn(lang, state, step["keys"], channel="phone", source="keypad")
    if "spoken" in step:
        said = _text(step["spoken"], lang)
        best, *others = said if isinstance(said, list) else [said]
        return await pool.turn(lang, state, best, channel="phone", source="spoken", alternatives=others)
    return await pool.turn(lang, state, _text(step["user"], lang))


@pytest.mark.parametrize(("lang", "conversation"), _conversations())
async def test_conversation(dialogue_pool: DialoguePool, lang: str, conversation: dict[str, Any]) -> None:
    pending = conversation.get("pending")
    state = pending_state(pending) if pending else None
    for step in conversation["steps"]:
        result = await _take(dialogue_pool, lang, state, step)
        said = [_short(output) for output in result.outputs]
        where = f"{step} -> {said}, understood {result.understood}"
        if "bot" in step:
            assert said == step["bot"], where
        if "not_bot" in step:
            assert step["not_bot"] not in said, where
        assert result.misses == step.get("misses", result.misses), where
        assert result.expecting == step.get("expecting", result.expecting), where
        assert result.question == step.get("question", result.question), where
        if "number" in step:
            assert result.outputs[-1]["number"] == step["number"], where
        if "when" in step:
            assert result.outputs[-1]["when"] == _text(step["when"], lang), where
        assert result.slots == step.get("slots", result.slots), where
        assert result.understood.fallback == step.get("fallback", result.understood.fallback), where
        if "state" in step:
            assert result.state == step["state"], where
        state = json.loads(json.dumps(result.state))
