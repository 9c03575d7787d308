"""What the review's calls take and show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, field_serializer

from bot.clock import rfc3339
from bot.rest.route import Model
from bot.review.groups import Entry
from bot.review.service import Shown
from handoff.bodies import Words
from handoff.views import View
from knowledge_base.topics import Topic

MAX_IDS = 500
TITLE_CHARS = 120
SHORT_CHARS = 500
TEXT_CHARS = 8000
Lang = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Ids = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]], Field(min_length=1, max_length=MAX_IDS)
]


class ReviewQuery(Model):
    """Which language; none: the first of the shop's."""

    lang: Lang | None = None


class ChosenBody(Model):
    """Wordings that were chosen."""

    lang: Lang
    questions: Ids


class ArticleBody(ChosenBody):
    """A new article for these wordings."""

    title: Annotated[Words, Field(min_length=1, max_length=TITLE_CHARS)]
    topic: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_/-]{0,79}$")] | None = None
    short: Annotated[Words, Field(max_length=SHORT_CHARS)] = ""
    text: Annotated[Words, Field(max_length=TEXT_CHARS)] = ""
    publish: Annotated[bool, Field(strict=True)] = False


class ParaphrasesBody(ChosenBody):
    """An article that these wordings ask for."""

    article: Annotated[Words, Field(min_length=1, max_length=200)]


class ExamplesBody(ChosenBody):
    """What customers mean by these wordings."""

    intent: Annotated[str, Field(min_length=1, max_length=64)]


class WordingView(View):
    """One wording, with what may say who wrote it taken out (`…`)."""

    id: str
    text: str
    times: int
    not_helped: int
    missed: bool
    conversation: str
    """The newest conversation in which it was asked."""


class NearestView(View):
    """The article that comes nearest; `answered`: near enough to be told."""

    article: str
    title: str
    score: float
    answered: bool


class GroupView(View):
    """Wordings that ask the same; what stands for them first."""

    id: str
    askers: int
    times: int
    first_at: datetime
    last_at: datetime
    questions: list[WordingView]
    nearest: NearestView | None
    answer: str | None
    """What a colleague wrote to one of them, with what may say who it was to taken out."""

    @field_serializer("first_at", "last_at")
    def _moment(self, moment: datetime) -> str:
        return rfc3339(moment)


class TopicView(View):
    """A topic of the knowledge base."""

    path: str
    title: str


class ArticleTitleView(View):
    """An article that paraphrases may be added to."""

    id: str
    title: str
    topic: str | None
    draft: bool


class LanguageView(View):
    """How many questions of a language wait for a review."""

    lang: str
    waiting: int


class ReviewView(View):
    """What waits for a review, and what it may become."""

    lang: str
    languages: list[LanguageView]
    groups: list[GroupView]
    total: int
    """Groups there are; only the first of them are shown."""
    topics: list[TopicView]
    articles: list[ArticleTitleView]
    intents: list[str]


class AcceptedView(View):
    """What was written."""

    article: str | None = None
    added: int
    """Wordings that were not there yet."""


class DismissedView(View):
    """How many questions will not be shown again."""

    dismissed: int


def group_view(shown: Shown, titles: dict[str, str]) -> GroupView:
    """Show a group; `titles` are the articles', by id."""
    group, nearest = shown.group, shown.nearest
    return GroupView(
        id=group.id,
        askers=group.askers,
        times=group.times,
        first_at=group.first_at,
        last_at=group.last_at,
        questions=[_wording(entry) for entry in group.entries],
        nearest=NearestView(
            article=nearest.article,
            title=titles.get(nearest.article, nearest.article),
            score=round(nearest.score, 3),
            answered=nearest.answered,
        )
        if nearest
        else None,
        answer=shown.answer,
    )


def _wording(entry: Entry) -> WordingView:
    return WordingView(
        id=entry.id,
        text=entry.text,
        times=len(entry.keys),
        not_helped=entry.not_helped,
        missed=entry.missed,
        conversation=entry.keys[-1][0],
    )


def topic_views(topics: Sequence[Topic], above: str = "") -> list[TopicView]:
    """Return topics one below the other, named with those above them."""
    found = []
    for topic in topics:
        title = f"{above}{topic.title}"
        found += [TopicView(path=topic.path, title=title), *topic_views(topic.topics, f"{title} › ")]
    return found
