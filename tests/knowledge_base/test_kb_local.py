import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import ManualClock
from knowledge_base.answer import Answer, KnowledgeBase, Suggestion
from knowledge_base.loader import KnowledgeBaseError
from knowledge_base.local import LocalKnowledgeBase
from tests.loop_clock import LoopClock

OWN = Path(__file__).resolve().parents[2] / "knowledge_base" / "articles"


def write(root: Path, name: str, title: str, text: str, **more: str) -> None:
    (root / "en").mkdir(exist_ok=True)
    front = "".join(f"{key}: {value}\n" for key, value in more.items())
    (root / "en" / f"{name}.md").write_text(f"---\ntitle: {title}\nshort: {title}.\n{front}---\n{text}\n")


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[LocalKnowledgeBase]:
    await asyncio.to_thread(write, tmp_path, "bikes", "Renting bikes", "A bike costs five pounds an hour.")
    await asyncio.to_thread(write, tmp_path, "boats", "Renting boats", "Boats leave from the pier.")
    made = LocalKnowledgeBase(tmp_path, ["en"], clock=clock)
    await made.warm()
    yield made
    await made.close()


async def ids(base: KnowledgeBase, question: str) -> list[str]:
    return [hit.article for hit in await base.search("en", question)]


async def test_it_answers_what_it_knows(shop: LocalKnowledgeBase) -> None:
    answer = await shop.answer("en", "what does a bike cost", strict=False)
    assert isinstance(answer, Answer)
    assert (answer.article, answer.title) == ("bikes", "Renting bikes")
    assert (answer.text, answer.short) == ("A bike costs five pounds an hour.", "Renting bikes.")
    assert await shop.answer("en", "who won the election last year", strict=False) is None
    assert await shop.answer("de", "was kostet ein Rad", strict=False) is None


async def test_strict_asks_for_more(shop: LocalKnowledgeBase) -> None:
    hits = await shop.search("en", "well my neighbour has a bike and another hobby")
    assert hits[0].article == "bikes"
    assert await shop.answer("en", "well my neighbour has a bike and another hobby", strict=True) is None


async def test_changed_files_are_read_again(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    assert await ids(shop, "scooter") == []
    await asyncio.to_thread(write, tmp_path, "scooters", "Scooters", "A scooter is ten pounds a day.")
    assert await ids(shop, "scooter") == [], "looked at a moment ago"
    clock.advance(5)
    assert await ids(shop, "scooter") == ["scooters"]
    await asyncio.to_thread((tmp_path / "en" / "scooters.md").unlink)
    clock.advance(5)
    assert await ids(shop, "scooter") == []
    assert shop.article("en", "scooters") is None


async def test_a_file_that_is_wrong_leaves_the_old_articles(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    await asyncio.to_thread((tmp_path / "en" / "bikes.md").write_text, "---\ntitle: [\n---\n")
    clock.advance(5)
    assert await ids(shop, "what does a bike cost") == ["bikes"]
    await asyncio.to_thread(write, tmp_path, "bikes", "Bikes", "Bikes are free on Sundays.")
    clock.advance(5)
    assert await ids(shop, "is a bike free on sundays") == ["bikes"]


async def test_new_words_get_their_forms_too(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    await shop.ready()
    await asyncio.to_thread(write, tmp_path, "geese", "Feeding the goose", "Please do not feed the goose.")
    clock.advance(5)
    assert await ids(shop, "geese") == []
    await shop.ready()
    assert await ids(shop, "geese") == ["geese"]


async def test_a_day_ends_where_the_shop_is(tmp_path: Path, clock: ManualClock) -> None:
    today = clock.now().date().isoformat()
    await asyncio.to_thread(write, tmp_path, "sale", "Sale", "The sale is on.", valid_until=today)
    base = LocalKnowledgeBase(tmp_path, ["en"], clock=clock)
    await base.warm()
    assert base.article("en", "sale") is not None
    assert await ids(base, "sale") == ["sale"]
    clock.advance(24 * 3600)
    assert base.article("en", "sale") is None
    assert await ids(base, "sale") == []
    await base.close()


async def test_warm_does_not_wait_for_the_dictionary(tmp_path: Path) -> None:
    base = LocalKnowledgeBase(OWN, ["pl"], cache=tmp_path)
    await base.warm()
    async with LoopClock() as machine:
        started = machine.now()
        answer = await base.answer("pl", "nie pamietam hasla", strict=False)
        assert isinstance(answer, Answer)
        assert answer.article == "account-password"
        assert machine.now() - started < 1.0
        await base.close()  # and closing ends the child: it would take seconds
        assert machine.now() - started < 2.0
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []


async def test_many_at_once_are_answered_and_too_many_refused(shop: LocalKnowledgeBase) -> None:
    found = await asyncio.gather(*[ids(shop, "what does a bike cost") for _ in range(400)])
    assert found.count(["bikes"]) == 256
    assert found.count([]) == 144
    assert await ids(shop, "what does a bike cost") == ["bikes"]


async def test_articles_that_cannot_be_used_stop_the_start(tmp_path: Path) -> None:
    base = LocalKnowledgeBase(tmp_path, ["en"])
    with pytest.raises(KnowledgeBaseError, match="holds no article"):
        await base.warm()
    await base.close()


async def test_what_may_be_no_question_is_offered_two_where_a_question_would_be_answered() -> None:
    base = LocalKnowledgeBase(OWN, ["en"])
    await base.warm()
    offered = 0
    for words in (
        "opening",
        "gift card money",
        "parcel locker",
        "can I pay later",
        "where are you",
        "banana",
    ):
        loose, strict = [await base.answer("en", words, strict=each) for each in (False, True)]
        assert (isinstance(strict, Suggestion)) <= isinstance(loose, Answer), words
        offered += isinstance(strict, Suggestion)
    await base.close()
    assert offered > 0
