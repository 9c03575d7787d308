"""The seam to the knowledge base: a question in, articles or an answer out."""

from dataclasses import dataclass
from typing import Protocol

from knowledge_base.loader import Article
from knowledge_base.topics import Entry, Topic


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found."""

    article: str
    """The article's id: its file's name without `.md`."""
    score: float
    """From 0 to 1: the chance that it answers the question."""
    answered: bool
    """Whether that is good enough to answer with, where a question was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An article that is good enough to be told."""

    article: str
    title: str
    text: str
    """The whole answer, for the chat."""
    short: str
    """One sentence, for the phone."""
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """No article is good enough to be told, but the customer may have meant one of these two."""

    articles: tuple[Entry, Entry]
    """Best first."""


class KnowledgeBase(Protocol):
    """Answers customers' questions, however it finds the articles. Nothing in it waits for a disk."""

    async def search(self, lang: str, text: str, *, limit: int = 5) -> list[Hit]:
        """Return the articles that may answer `text`, best first; none where nothing is alike.

        An unknown language has no articles. `text` is what the customer typed or said: mistyped, in
        lower case, without diacritics, with the question somewhere in it.
        """
        ...

    async def answer(self, lang: str, text: str, *, strict: bool) -> Answer | Suggestion | None:
        """Return the best article where it is good enough, else two where they are worth offering.

        `strict` where the customer may not have asked a question at all: then it must be very good to be
        told, and good enough to answer a question with to be among the two.
        """
        ...

    def article(self, lang: str, name: str) -> Article | None:
        """Return an article that customers may read today; none where there is none of that id."""
        ...

    def topics(self, lang: str) -> tuple[Topic, ...]:
        """Return what customers may be told today by topic, for buttons; none where the language has none."""
        ...
