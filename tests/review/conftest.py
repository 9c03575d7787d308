"""A review over a real store, with articles and examples in folders of its own."""

import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.model.conversation import Channel
from bot.model.question import AskedQuestion, QuestionOutcome
from bot.review.folders import Folders
from bot.review.service import Reviews
from bot.store import questions
from bot.store.engine import Store
from knowledge_base.local import LocalKnowledgeBase
from tests.builders import incoming, say

ROOT = Path(__file__).resolve().parents[2]
Ask = Callable[..., Coroutine[Any, Any, str]]
"""`ask(text, lang="en", outcome="unanswered", visitor=None)` -> the conversation's id."""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Three of our own articles and all our own examples, in English."""
    articles, data = tmp_path / "articles" / "en", tmp_path / "data"
    articles.mkdir(parents=True)
    for name in ("returns.md", "payment-methods.md", "delivery-cost.md", "topics.yml"):
        shutil.copy(ROOT / "knowledge_base" / "articles" / "en" / name, articles / name)
    shutil.copytree(ROOT / "nlu" / "data" / "en", data / "en")
    return Folders(articles.parent, data)


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where inflected forms are kept, which take a second to find."""
    return tmp_path_factory.mktemp("forms")


@pytest.fixture
async def knowledge(folders: Folders, clock: ManualClock, forms: Path) -> AsyncIterator[LocalKnowledgeBase]:
    """Those articles, searched by their words."""
    made = LocalKnowledgeBase(folders.articles, ["en"], clock=clock, cache=forms)
    await made.warm()
    await made.ready()  # what is found does not change in the middle of a test
    yield made
    await made.close()


@pytest.fixture
async def reviews(
    sqlite_store: Store, clock: ManualClock, knowledge: LocalKnowledgeBase, folders: Folders
) -> AsyncIterator[Reviews]:
    made = Reviews(sqlite_store, clock, knowledge, folders, None, keep_days=90)
    yield made
    made.close()


@pytest.fixture
def ask(sqlite_store: Store, clock: ManualClock) -> Ask:
    """Store a question that somebody asked."""

    async def one(
        text: str, lang: str = "en", outcome: str = "unanswered", visitor: str | None = None
    ) -> str:
        message = incoming(visitor or str(uuid.uuid4()), text, lang=lang)
        taken = await say(sqlite_store, message, clock.now())
        asked = AskedQuestion(
            taken.conversation.id,
            taken.message.seq or 0,
            lang,
            Channel.CHAT,
            text,
            QuestionOutcome(outcome),
            None,
            clock.now(),
        )
        await sqlite_store.write(lambda c: questions.note(c, asked))
        clock.advance(60)
        return taken.conversation.id

    return one
