"""What was asked, and how the words came, change what they mean."""

from typing import Any

import pytest

from nlu.commands import interpret, interpret_batch
from nlu.pool import DialoguePool, DialogueRefusedError
from nlu.protocol import pending_state

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

NOT_NOW = {"pl": "nie teraz", "cs": "teď ne", "en": "not now"}
HOW_MUCH = {"pl": "a ile to kosztuje", "cs": "a kolik to stojí", "en": "how much is it"}
YES_AND_NO = {"pl": "ależ oczywiście że nie", "cs": "no jasně že ne", "en": "obviously not"}


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize(
    ("expecting", "question", "not_now", "how_much"),
    [
        ("yes_no", "renewal", "later", {"question"}),
        ("yes_no", "renewal_confirm", "later", {"question"}),
        ("yes_no", None, "later", {"question"}),
        ("yes_no", "offer_person", "deny", {"faq"}),
        (None, None, "deny", {"faq", "out_of_scope", "order_status", "unsure", None}),
    ],
)
async def test_only_some_questions_know_later(
    dialogue_pool: DialoguePool,
    lang: str,
    expecting: str | None,
    question: str | None,
    not_now: str,
    how_much: set[str | None],
) -> None:
    async def intent(text: str) -> Any:
        found = await interpret(dialogue_pool, lang, text, expecting=expecting, question=question)
        return found["intent"]

    assert await intent(NOT_NOW[lang]) == not_now
    assert await intent(HOW_MUCH[lang]) in how_much


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize("question", ["renewal_confirm", "confirm_number"])
async def test_a_yes_with_a_no_in_it_is_none_where_it_matters(
    dialogue_pool: DialoguePool, lang: str, question: str
) -> None:
    found = await dialogue_pool.parse(lang, YES_AND_NO[lang], expecting="yes_no", question=question)
    assert found.fallback or found.intent != "affirm"


async def test_a_batch_names_its_questions(dialogue_pool: DialoguePool) -> None:
    lines = [
        {"text": "no", "expecting": "yes_no", "question": "renewal"},
        {"text": "jo", "expecting": "yes_no"},
        {"text": "10 023", "expecting": "order_number"},
    ]
    found = [answer async for answer in interpret_batch(dialogue_pool, "pl", lines)]
    assert [answer["intent"] for answer in found] == ["affirm", "affirm", "order_status"]
    assert found[2]["entities"] == [{"entity": "order_number", "value": "10023"}]


@pytest.mark.parametrize(("channel", "source"), [("fax", "typed"), ("phone", "whistled")])
async def test_a_channel_that_does_not_exist_is_refused(
    dialogue_pool: DialoguePool, channel: Any, source: Any
) -> None:
    with pytest.raises(DialogueRefusedError) as caught:
        await dialogue_pool.turn("en", None, "hello", channel=channel, source=source)
    assert caught.value.code == "invalid_frame"


async def test_a_yes_is_taken_from_the_best_reading_alone(dialogue_pool: DialoguePool) -> None:
    async def hear(best: str, *others: str) -> list[Any]:
        state = pending_state("renewal")
        result = await dialogue_pool.turn(
            "en", state, best, channel="phone", source="spoken", alternatives=others
        )
        return [output.get("say") or (output["do"], output.get("answer")) for output in result.outputs]

    assert await hear("qqq www", "yes please") == ["renewal_again"]
    assert await hear("qqq www", "no thank you") == [("renewal", "no")]
    assert await hear("yes please", "no thank you") == [("renewal", "yes")]


async def test_a_heard_number_waits_in_the_state(dialogue_pool: DialoguePool) -> None:
    """What waits for a yes stands in the state, and no word of the caller's does."""
    heard = await dialogue_pool.turn("en", None, "one zero zero two three", channel="phone", source="spoken")
    assert "zero" not in str(heard.state)
    assert heard.slots == {}
    agreed = await dialogue_pool.turn("en", heard.state, "yes", channel="phone", source="spoken")
    assert agreed.slots == {"order_number": "10023"}
