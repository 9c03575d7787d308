"""What a person makes of what found no answer: files that the bot reads, and nothing twice."""

import asyncio
import errno
import stat
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.errors import CentralaError
from bot.model.message import Draft, Sender
from bot.review.folders import Folders, explained
from bot.review.service import NewArticle, Reviews
from bot.store import conversations
from bot.store.engine import Store
from knowledge_base.encoder import EncoderError, Vectors
from knowledge_base.local import LocalKnowledgeBase
from nlu.examples import examples
from tests.review.conftest import Ask

DOGS = ("can I bring my dog", "may I bring my dog in?", "is my dog allowed")
NEW = NewArticle("Dogs in the shop", "shop", "", "Dogs are welcome. Keep them on a lead.", publish=True)


async def ask_about_dogs(ask: Ask) -> None:
    for text in DOGS:
        await ask(text)
    await ask("Can I bring my dog?")
    await ask("do you accept bitcoin for order 10023", outcome="not_helped")


async def ids(reviews: Reviews, about: str) -> list[str]:
    found, _ = await reviews.groups("en")
    (group,) = [one.group for one in found if about in one.group.entries[0].text]
    return [entry.id for entry in group.entries]


async def test_what_asks_the_same_is_one_group(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    (dogs, coins), total = await reviews.groups("en")
    assert total == 2
    assert (dogs.group.askers, dogs.group.times, len(dogs.group.entries)) == (4, 4, 3)
    assert dogs.group.entries[0].text == "can I bring my dog"
    assert dogs.group.last_at - dogs.group.first_at == timedelta(minutes=3)
    assert coins.group.entries[0].text == "do you accept bitcoin for order …"
    assert coins.group.entries[0].not_helped == 1
    assert coins.nearest is not None
    assert await reviews.counts() == {"en": 5}


async def test_a_group_is_found_by_any_wording_and_keeps_its_id(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    (dogs, _), _ = await reviews.groups("en")
    for entry in dogs.group.entries:
        found = await reviews.group("en", entry.id)
        assert found is not None
        assert found.group == dogs.group
    for _ in range(3):
        await ask("is my dog allowed")
    (grown, _), _ = await reviews.groups("en")
    assert grown.group.id == dogs.group.id
    assert grown.group.entries[0].text == "is my dog allowed"
    assert await reviews.group("en", "0" * 12) is None


async def test_a_colleagues_answer_is_where_an_article_begins(
    reviews: Reviews, ask: Ask, sqlite_store: Store, clock: ManualClock
) -> None:
    conversation = await ask("can I bring my dog")
    said = Draft(sender=Sender.AGENT, text="Yes, on a lead. Call me on 600 100 200.", name="Anna")
    await sqlite_store.write(lambda c: conversations.append(c, conversation, [said], clock.now()) and None)
    await ask("can I bring my dog??")
    (dogs,), _ = await reviews.groups("en")
    assert dogs.answer == "Yes, on a lead. Call me on …."


async def test_the_same_customer_counts_once(reviews: Reviews, ask: Ask) -> None:
    visitor = str(uuid.uuid4())
    await ask("do you sell bicycles", visitor=visitor)
    await ask("do you sell bicycles??", visitor=visitor)
    (only,), _ = await reviews.groups("en")
    assert (only.group.askers, only.group.times) == (1, 2)


async def test_a_published_article_answers_the_next_who_asks(
    reviews: Reviews, ask: Ask, knowledge: LocalKnowledgeBase, clock: ManualClock, folders: Folders
) -> None:
    await ask_about_dogs(ask)
    assert await reviews.accept_article("en", await ids(reviews, "dog"), NEW) == "dogs-in-the-shop"
    path = folders.articles / "en" / "dogs-in-the-shop.md"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    clock.advance(10)
    hits = await knowledge.search("en", "is my dog allowed", limit=1)
    assert hits[0].article == "dogs-in-the-shop"
    article = knowledge.article("en", "dogs-in-the-shop")
    assert article is not None
    assert article.paraphrases == DOGS
    assert article.short == "Dogs are welcome."
    assert (await reviews.groups("en"))[1] == 1


async def test_a_draft_is_told_to_nobody_until_it_is_finished(
    reviews: Reviews, ask: Ask, knowledge: LocalKnowledgeBase, clock: ManualClock, folders: Folders
) -> None:
    await ask_about_dogs(ask)
    draft = NewArticle("Dogs in the shop", None, "", "", publish=False)
    name = await reviews.accept_article("en", await ids(reviews, "dog"), draft)
    clock.advance(10)
    assert name not in [hit.article for hit in await knowledge.search("en", "is my dog allowed")]
    assert knowledge.article("en", name) is None
    assert [article.id for article in knowledge.articles("en") if article.draft] == [name]
    path = folders.articles / "en" / f"{name}.md"
    finished = path.read_text().replace("draft: true\n", "").replace('short: ""', 'short: "Yes."')
    await asyncio.to_thread(path.write_text, finished + "Dogs are welcome.\n")
    clock.advance(10)
    assert (await knowledge.search("en", "is my dog allowed"))[0].article == name


async def test_a_title_that_is_taken_gets_another_name(reviews: Reviews, ask: Ask, folders: Folders) -> None:
    await ask("how do refunds of returns work")
    before = (folders.articles / "en" / "returns.md").read_text()
    new = NewArticle("Returns", None, "", "Thus.", publish=True)
    assert await reviews.accept_article("en", await ids(reviews, "refunds"), new) == "returns-2"
    assert (folders.articles / "en" / "returns.md").read_text() == before


async def test_paraphrases_are_added_to_an_article(reviews: Reviews, ask: Ask, folders: Folders) -> None:
    await ask_about_dogs(ask)
    assert await reviews.accept_paraphrases("en", await ids(reviews, "bitcoin"), "payment-methods") == 1
    text = (folders.articles / "en" / "payment-methods.md").read_text()
    assert '  - "do you accept bitcoin for order"\n' in text


async def test_examples_are_added_to_an_intent(reviews: Reviews, ask: Ask, folders: Folders) -> None:
    await ask_about_dogs(ask)
    path = folders.examples / "en" / "out_of_scope.yml"
    before = examples(path.read_text())["out_of_scope"]
    assert await reviews.accept_examples("en", await ids(reviews, "dog"), "out_of_scope") == 3
    assert examples(path.read_text())["out_of_scope"] == [*before, *DOGS]


async def test_a_sentence_has_one_meaning(reviews: Reviews, ask: Ask, folders: Folders) -> None:
    known = examples((folders.examples / "en" / "ask_human.yml").read_text())["ask_human"]
    taught = next(text for text in known if text.isalpha())
    await ask(taught)
    (only,), _ = await reviews.groups("en")
    with pytest.raises(CentralaError, match="ask_human") as refused:
        await reviews.accept_examples("en", [only.group.id], "faq")
    assert refused.value.code == "taught_otherwise"
    assert await reviews.accept_examples("en", [only.group.id], "ask_human") == 0
    assert await reviews.groups("en") == ([], 0)


async def test_what_is_dismissed_does_not_come_back(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    assert await reviews.dismiss("en", await ids(reviews, "dog")) == 4
    await ask("CAN I BRING MY DOG")
    assert [one.group.entries[0].text for one in (await reviews.groups("en"))[0]] == [
        "do you accept bitcoin for order …"
    ]


async def test_two_supervisors_do_not_decide_the_same(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    chosen = await ids(reviews, "dog")
    results = await asyncio.gather(
        reviews.accept_article("en", chosen, NEW), reviews.dismiss("en", chosen), return_exceptions=True
    )
    (lost,) = [one for one in results if isinstance(one, CentralaError)]
    assert lost.code == "already_reviewed"


async def test_a_title_without_a_letter_is_refused(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    chosen = await ids(reviews, "dog")
    for title in ("?", "👍"):
        with pytest.raises(CentralaError, match="letter"):
            await reviews.accept_article("en", chosen, NewArticle(title, None, "", "", publish=False))
    assert (await reviews.groups("en"))[1] == 2


async def test_nothing_outside_of_the_folders_is_written(reviews: Reviews, ask: Ask) -> None:
    await ask_about_dogs(ask)
    chosen = await ids(reviews, "dog")
    for article in ("../data/en/deny", "nothing", ".hidden", "", "a/b", "x\x00", "..", "x" * 300):
        with pytest.raises(CentralaError) as refused:
            await reviews.accept_paraphrases("en", chosen, article)
        assert refused.value.code in ("not_found", "not_usable")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_that_is_read_only_is_said(number: int) -> None:
    error = explained(Path("/articles/en"), OSError(number, "no"))
    assert error.code == "read_only_folder"
    assert "centrala review accept" in str(error)


async def test_a_folder_that_is_not_there_is_said(reviews: Reviews, ask: Ask) -> None:
    await ask("czy macie raty", lang="pl")
    (only,), _ = await reviews.groups("pl")
    with pytest.raises(CentralaError, match="not there"):
        await reviews.accept_article("pl", [only.group.id], NEW)
    assert (await reviews.groups("pl"))[1] == 1


async def test_questions_are_kept_for_ninety_days(reviews: Reviews, ask: Ask, clock: ManualClock) -> None:
    await ask_about_dogs(ask)
    clock.advance(91 * 86_400)
    await ask("do you sell bicycles")
    assert (await reviews.groups("en"))[1] == 1
    assert await reviews.purge() == 5
    assert await reviews.purge() == 0


class Gone:
    """An encoder that is not there."""

    def encode(self, texts: object) -> Vectors:
        raise EncoderError("not there")

    def close(self) -> None:
        """Nothing to close."""


async def test_without_the_encoder_the_words_group(
    reviews: Reviews, ask: Ask, knowledge: LocalKnowledgeBase, folders: Folders, clock: ManualClock
) -> None:
    await ask_about_dogs(ask)
    other = Reviews(reviews._store, clock, knowledge, folders, Gone(), keep_days=90)
    try:
        assert await other.groups("en") == await reviews.groups("en")
    finally:
        other.close()
