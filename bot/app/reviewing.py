"""The knowledge base, and what reviews the questions that it could not answer."""

from datetime import tzinfo
from pathlib import Path

from bot.clock import Clock
from bot.review.folders import Folders
from bot.review.service import Reviews
from bot.settings import Settings
from bot.store.engine import Store
from knowledge_base.encoder import SentenceEncoder
from knowledge_base.local import LocalKnowledgeBase

HOME = Path(__file__).resolve().parents[2]


def make_knowledge_base(
    settings: Settings, clock: Clock, zone: tzinfo, encoder: SentenceEncoder
) -> LocalKnowledgeBase:
    """Make the knowledge base over the configured articles; nothing is read yet."""
    return LocalKnowledgeBase(
        HOME / settings.knowledge.articles_dir,
        settings.languages,
        clock=clock,
        zone=zone,
        cache=settings.data_dir / "knowledge",
        encoder=encoder,
    )


def make_reviews(
    settings: Settings, store: Store, clock: Clock, articles: LocalKnowledgeBase, encoder: SentenceEncoder
) -> Reviews:
    """Make what reviews; it shares the encoder with the articles."""
    folders = Folders(HOME / settings.knowledge.articles_dir, HOME / settings.review.examples_dir)
    return Reviews(store, clock, articles, folders, encoder, keep_days=settings.review.keep_days)
