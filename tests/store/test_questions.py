"""Questions that found no answer: kept once a turn, read for review, gone by age and with their asker."""

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.model.conversation import Channel, Conversation
from bot.model.message import Sender
from bot.model.question import AskedQuestion, QuestionOutcome
from bot.store import conversations, privacy, questions
from bot.store.engine import Store
from bot.store.questions import Collected, Review
from bot.store.schema import questions as table
from tests.builders import bot_says, incoming, say


async def ask(
    store: Store, clock: ManualClock, text: str = "czy macie raty?", **more: object
) -> tuple[Conversation, AskedQuestion]:
    taken = await say(store, incoming(str(uuid.uuid4()), text), clock.now())
    asked = AskedQuestion(
        conversation_id=taken.conversation.id,
        seq=1,
        lang="pl",
        channel=Channel.CHAT,
        text=text,
        outcome=QuestionOutcome.UNANSWERED,
        article=None,
        at=clock.now(),
    )
    asked = replace(asked, **more)  # type: ignore[arg-type]
    await store.write(lambda c: questions.note(c, asked))
    return taken.conversation, asked


async def waiting(store: Store, clock: ManualClock, lang: str = "pl", limit: int = 100) -> list[Collected]:
    since = clock.now() - timedelta(days=90)
    return await store.read(lambda c: questions.waiting(c, lang, since, limit))


async def test_a_turn_that_is_done_again_is_kept_once(store: Store, clock: ManualClock) -> None:
    conversation, asked = await ask(store, clock)
    await store.write(lambda c: questions.note(c, asked))
    (found,) = await waiting(store, clock)
    assert found.asked == asked
    assert (found.contact_id, found.missed, found.first_at) == (conversation.contact_id, False, asked.at)


async def test_a_later_outcome_takes_the_former_ones_place(store: Store, clock: ManualClock) -> None:
    _, asked = await ask(store, clock, outcome=QuestionOutcome.SUGGESTED, article="instalments")
    first = clock.now()
    clock.advance(60)
    worse = replace(asked, outcome=QuestionOutcome.NOT_HELPED, at=clock.now())
    await store.write(lambda c: questions.note(c, worse))
    (found,) = await waiting(store, clock)
    assert (found.asked.outcome, found.asked.article) == (QuestionOutcome.NOT_HELPED, "instalments")
    assert (found.first_at, found.asked.at) == (first, clock.now())
    await store.write(lambda c: questions.note(c, replace(asked, outcome=QuestionOutcome.HELPED)))
    assert await waiting(store, clock) == []


async def test_only_what_found_no_answer_waits(store: Store, clock: ManualClock) -> None:
    for outcome in QuestionOutcome:
        await ask(store, clock, f"pytanie {outcome}", outcome=outcome)
    await ask(store, clock, "tytuł", outcome=QuestionOutcome.NOT_HELPED, browsed=True)
    await ask(store, clock, "in English", lang="en")
    kept = {one.asked.text for one in await waiting(store, clock)}
    assert kept == {"pytanie unanswered", "pytanie suggested", "pytanie not_helped"}
    since = clock.now() - timedelta(days=1)
    assert await store.read(lambda c: questions.counts(c, since)) == {"pl": 3, "en": 1}


async def test_the_newest_are_read_oldest_first(store: Store, clock: ManualClock) -> None:
    for number in range(5):
        await ask(store, clock, f"pytanie {number}")
        clock.advance(1)
    found = [one.asked.text for one in await waiting(store, clock, limit=3)]
    assert found == ["pytanie 2", "pytanie 3", "pytanie 4"]


async def test_a_handover_marks_what_was_not_understood(store: Store, clock: ManualClock) -> None:
    visitor = str(uuid.uuid4())
    taken = [await say(store, incoming(visitor, text), clock.now()) for text in ("dzień dobry", "bla", "ble")]
    button = replace(incoming(visitor, "Tak"), payload="/affirm")
    taken.append(await say(store, button, clock.now()))
    conversation = taken[-1].conversation
    asked = AskedQuestion(
        conversation.id, 3, "pl", Channel.CHAT, "ble", QuestionOutcome.ANSWERED, "returns", clock.now()
    )
    await store.write(lambda c: questions.note(c, asked))
    for _ in range(2):
        await store.write(lambda c: questions.missed(c, conversation, 4, clock.now()))
    found = await waiting(store, clock)
    assert [(one.asked.seq, one.asked.text, one.missed) for one in found] == [
        (2, "bla", True),
        (3, "ble", True),
    ]
    assert found[1].asked.article == "returns"


async def test_an_agents_answer_is_found(store: Store, clock: ManualClock) -> None:
    first, asked = await ask(store, clock)
    other, _ = await ask(store, clock)
    said = replace(bot_says("Tak, od 300 zł."), sender=Sender.AGENT)
    for draft in (
        bot_says("Nie wiem."),
        replace(said, internal=True, text="notatka"),
        said,
        replace(said, text="?"),
    ):
        await store.write(lambda c, one=draft: conversations.append(c, first.id, [one], clock.now()) and None)
    keys = [(first.id, asked.seq), (other.id, 1), (first.id, 3)]
    found = await store.read(lambda c: questions.answers(c, keys))
    assert found == {(first.id, 1): "Tak, od 300 zł.", (first.id, 3): "?"}
    assert await store.read(lambda c: questions.answers(c, [])) == {}


async def test_what_was_reviewed_waits_no_more(store: Store, clock: ManualClock) -> None:
    keys = [
        (conversation.id, asked.seq) for conversation, asked in [await ask(store, clock) for _ in range(3)]
    ]
    done = await store.write(lambda c: questions.reviewed(c, keys[:2], Review.DISMISSED, clock.now()))
    assert done == 2
    again = await store.write(lambda c: questions.reviewed(c, keys, Review.ARTICLE, clock.now()))
    assert again == 1
    assert await waiting(store, clock) == []
    assert await store.read(lambda c: questions.dismissed(c, "pl", 10)) == ["czy macie raty?"] * 2
    assert await store.read(lambda c: questions.dismissed(c, "en", 10)) == []


async def test_old_questions_are_deleted(store: Store, clock: ManualClock) -> None:
    for _ in range(3):
        await ask(store, clock)
    clock.advance(86_400)
    await ask(store, clock, "nowe")
    before = clock.now() - timedelta(hours=1)
    assert await store.write(lambda c: questions.purge(c, before, 2)) == 2
    assert await store.write(lambda c: questions.purge(c, before, 2)) == 1
    assert [one.asked.text for one in await waiting(store, clock)] == ["nowe"]


async def test_a_persons_questions_are_exported_and_erased(store: Store, clock: ManualClock) -> None:
    conversation, asked = await ask(store, clock)
    await ask(store, clock, "ktoś inny")
    record = await store.read(lambda c: privacy.export(c, conversation.contact_id))
    assert record is not None
    (exported,) = record["questions"]
    assert (exported["text"], exported["conversation"]) == (asked.text, conversation.id)
    assert await store.write(lambda c: privacy.erase(c, conversation.contact_id))
    assert [one.asked.text for one in await waiting(store, clock)] == ["ktoś inny"]
    assert await store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar()) == 1
