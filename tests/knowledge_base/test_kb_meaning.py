"""Search by meaning: the index over scripted vectors, and the knowledge base over the real encoder."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.clock import ManualClock
from knowledge_base.answer import Answer, Suggestion
from knowledge_base.calibrate import Sheet, fit
from knowledge_base.encoder import DIMENSIONS, EncoderError, EncoderProcess, Vectors
from knowledge_base.index import WordIndex
from knowledge_base.loader import Article
from knowledge_base.local import LocalKnowledgeBase
from knowledge_base.meaning import MeaningIndex, pieces, texts
from knowledge_base.space import Space, measure, unit


class Absent:
    """A `SentenceEncoder` that is never there."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise EncoderError("not installed")

    def close(self) -> None:
        pass


def article(name: str, title: str, text: str, *paraphrases: str) -> Article:
    return Article(name, "en", title, text, text, paraphrases=paraphrases)


def test_an_article_is_cut_into_what_is_asked_and_told() -> None:
    articles = [article("a", "T", "One. Two?\n- three\n\nOurs.", "p", "T"), article("b", "", "Ours. Four")]
    first, second = pieces(articles)
    assert (first.asked, first.told) == (("T", "p"), ("One.", "Two?", "three", "Ours."))
    assert (second.asked, second.whole) == ((), "Ours. Four")
    assert pieces([*articles, article("c", "C", "Ours.")])[2].told == (), "three have it: it tells nothing"
    assert texts(articles).count("Ours.") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_nearness_has_a_row_for_each_question(count: int) -> None:
    rng = np.random.default_rng(1)
    articles = [article("a", "A", "Alpha. Beta."), article("b", "", ""), article("c", "C", "")]
    vectors = dict(zip(texts(articles), unit(_random(rng, 9)), strict=False))
    index = MeaningIndex(articles, "en", vectors)
    near = index.nearness(np.array([vectors["Alpha."]] * count))
    assert near.shape == (count, 3)
    assert near[0].argmax() == 0
    assert np.allclose(near, near[0], atol=1e-5), "one and many are computed differently, and alike"


def test_a_space_shortens_what_varies_most() -> None:
    rng = np.random.default_rng(1)
    vectors = _random(rng, 400)
    vectors[:, 0] = 5 + 10 * vectors[:, 0]
    straight = measure(vectors).straighten(vectors)
    assert straight.mean(axis=0) == pytest.approx(0, abs=1e-4)
    spread, before = straight.std(axis=0), vectors.std(axis=0)
    assert spread[0] / spread[1:].mean() < before[0] / before[1:].mean()
    assert Space.of("de") == Space.of("de"), "a language that was never measured takes another's"


def _random(rng: np.random.Generator, count: int) -> Vectors:
    return rng.normal(size=(count, DIMENSIONS)).astype(np.float32)


def test_the_encoder_is_given_what_was_meant() -> None:
    index = WordIndex([article("a", "Zapomniane hasło", "Przesyłka i przesyłki, przesyłki.")], "pl", {})
    assert index.corrected("ZAPOMNIANE haslo, gdzie przesylki i przesyłak?") == (
        "zapomniane hasło, gdzie przesyłki i przesyłka?"
    )
    assert len(index.corrected("x " * 5000)) <= 600


def test_a_line_counts_far_and_near_alike() -> None:
    scores = np.array([*np.linspace(0, 0.5, 100), *np.linspace(0.5, 1, 10)])
    sheet = Sheet(np.zeros((110, 2)), np.zeros(110, dtype=bool), np.array(["far"] * 100 + ["near"] * 10))
    line = sheet.line(scores, 0.10)
    assert (scores[:100] >= line).mean() / 2 + (scores[100:] >= line).mean() / 2 == pytest.approx(
        0.1, abs=0.01
    )


def test_the_fit_finds_what_was_put_in() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(5000, 2))
    right = rng.random(5000) < 1 / (1 + np.exp(-(1 + features @ [2, -1])))
    assert fit(features, right) == pytest.approx([1, 2, -1], abs=0.15)


SHOP = {
    "refunds": ("Getting a refund", "The money is with you within five working days of the return."),
    "hours": ("Opening hours", "We are there from eight in the morning until six, Monday to Friday."),
    "bikes": ("Renting bikes", "A bike costs five pounds an hour. Helmets are free."),
    "boats": ("Renting boats", "Boats leave from the pier. Life jackets are free."),
}


def write(root: Path, name: str, title: str, text: str) -> None:
    (root / "en").mkdir(exist_ok=True)
    front = f"title: {title}\nshort: {title}.\ntopic: {'rent' if 'Rent' in title else 'shop'}\n"
    (root / "en" / f"{name}.md").write_text(f"---\n{front}---\n{text}\n")


@pytest.fixture
async def shop(tmp_path: Path, clock: ManualClock) -> AsyncIterator[LocalKnowledgeBase]:
    for name, (title, text) in SHOP.items():
        await asyncio.to_thread(write, tmp_path, name, title, text)
    made = LocalKnowledgeBase(tmp_path, ["en"], clock=clock, encoder=EncoderProcess())
    await made.warm()
    yield made
    await made.close()


async def test_it_finds_what_shares_no_word(shop: LocalKnowledgeBase) -> None:
    question = "when do I see my cash again"
    assert all(hit.article != "refunds" for hit in await shop.search("en", question)), "not learnt yet"
    await shop.ready()
    hits = await shop.search("en", question)
    assert hits[0].article == "refunds"
    assert len(hits) == 4
    answer = await shop.answer("en", "how late can I call you, what are your opening hours", strict=False)
    assert isinstance(answer, Answer)
    assert answer.article == "hours"


async def test_two_are_suggested_where_it_is_between_them(shop: LocalKnowledgeBase) -> None:
    await shop.ready()
    found = await shop.answer("en", "renting something", strict=False)
    assert isinstance(found, Suggestion)
    assert {entry.article for entry in found.articles} == {"bikes", "boats"}
    assert await shop.answer("en", "renting something", strict=True) is None
    assert await shop.answer("en", "who painted the Mona Lisa", strict=False) is None


async def test_a_changed_article_is_understood_again(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    await shop.ready()
    await asyncio.to_thread(write, tmp_path, "pets", "Animals", "Dogs on a lead are welcome in the shop.")
    clock.advance(5)
    await shop.search("en", "anything")
    await shop.ready()
    assert (await shop.search("en", "may my puppy come in"))[0].article == "pets"


async def test_topics_are_those_of_today(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    assert [(topic.title, len(topic.articles)) for topic in shop.topics("en")] == [("Rent", 2), ("Shop", 2)]
    assert shop.topics("de") == ()
    await asyncio.to_thread((tmp_path / "en" / "topics.yml").write_text, "shop: Our shop\nrent: For hire\n")
    await asyncio.to_thread((tmp_path / "en" / "boats.md").unlink)
    clock.advance(5)
    await shop.search("en", "anything")
    assert [(topic.title, len(topic.articles)) for topic in shop.topics("en")] == [
        ("Our shop", 2),
        ("For hire", 1),
    ]


async def test_who_reads_on_gets_what_has_changed(
    shop: LocalKnowledgeBase, tmp_path: Path, clock: ManualClock
) -> None:
    await asyncio.to_thread(write, tmp_path, "bikes", "Bicycles", "Ten pounds a day now.")
    clock.advance(5)
    before = shop.article("en", "bikes")
    assert before is not None
    assert before.title != "Bicycles", "nobody waits for a disk"
    async with asyncio.timeout(60):
        while (present := shop.article("en", "bikes")) is None or present.title != "Bicycles":
            await asyncio.sleep(0.01)
    assert [entry.title for topic in shop.topics("en") for entry in topic.articles].count("Bicycles") == 1
    assert shop.article("de", "bikes") is None


async def test_without_an_encoder_the_words_are_enough(tmp_path: Path) -> None:
    for name, (title, text) in SHOP.items():
        await asyncio.to_thread(write, tmp_path, name, title, text)
    base = LocalKnowledgeBase(tmp_path, ["en"], encoder=Absent())
    await base.warm()
    await base.ready()
    answer = await base.answer("en", "getting a refund", strict=False)
    assert isinstance(answer, Answer)
    await base.close()
