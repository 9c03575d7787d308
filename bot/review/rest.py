"""Reviewing at the desk: what found no answer, and what a supervisor makes of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field, field_serializer

from bot.clock import rfc3339
from bot.errors import InvalidInputError
from bot.rest.route import Access, Model, Route, read_body, read_query, reply
from bot.review.groups import Entry
from bot.review.service import NewArticle, Reviews, Shown
from handoff.bodies import Words
from handoff.views import View
from knowledge_base.local import LocalKnowledgeBase
from knowledge_base.topics import Topic
from nlu.examples import TEACHABLE

MAX_IDS = 500
TITLE_CHARS = 120
SHORT_CHARS = 500
TEXT_CHARS = 8000
_CONFLICTS = ((409, "already_reviewed"), (409, "read_only_folder"), (409, "not_usable"))
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


class ReviewRest:
    """Handlers of the review's calls."""

    def __init__(self, reviews: Reviews, knowledge: LocalKnowledgeBase, languages: Sequence[str]) -> None:
        self._reviews = reviews
        self._knowledge = knowledge
        self._languages = tuple(languages)

    def routes(self) -> list[Route]:
        """Return the calls."""
        base, access = "/api/v1/review", Access.SUPERVISOR
        return [
            Route(
                "GET",
                base,
                self._look,
                "What found no answer, grouped by likeness, and what it may become",
                access=access,
                query=ReviewQuery,
                response=ReviewView,
            ),
            Route(
                "POST",
                f"{base}/articles",
                self._article,
                "Write an article that these wordings ask for, as a draft or for customers at once",
                access=access,
                body=ArticleBody,
                response=AcceptedView,
                status=201,
                errors=_CONFLICTS,
            ),
            Route(
                "POST",
                f"{base}/paraphrases",
                self._paraphrases,
                "Add these wordings to the ways to ask for an article",
                access=access,
                body=ParaphrasesBody,
                response=AcceptedView,
                errors=((404, "not_found"), *_CONFLICTS),
            ),
            Route(
                "POST",
                f"{base}/examples",
                self._examples,
                "Teach the bot what is meant by these wordings; it learns with the next training",
                access=access,
                body=ExamplesBody,
                response=AcceptedView,
                errors=((409, "taught_otherwise"), *_CONFLICTS),
            ),
            Route(
                "POST",
                f"{base}/dismissals",
                self._dismiss,
                "Show these wordings no more",
                access=access,
                body=ChosenBody,
                response=DismissedView,
                errors=_CONFLICTS[:1],
            ),
        ]

    async def _look(self, request: web.Request) -> web.StreamResponse:
        lang = self._known(read_query(request, ReviewQuery).lang or self._languages[0])
        found, total = await self._reviews.groups(lang)
        counts = await self._reviews.counts()
        articles = self._knowledge.articles(lang)
        titles = {article.id: article.title for article in articles}
        return reply(
            ReviewView(
                lang=lang,
                languages=[LanguageView(lang=one, waiting=counts.get(one, 0)) for one in self._languages],
                groups=[_group(one, titles) for one in found],
                total=total,
                topics=_flat(self._knowledge.topics(lang)),
                articles=[
                    ArticleTitleView(id=one.id, title=one.title, topic=one.topic, draft=one.draft)
                    for one in sorted(articles, key=lambda article: article.title.casefold())
                ],
                intents=list(TEACHABLE),
            )
        )

    async def _article(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(request, ArticleBody)
        new = NewArticle(body.title.strip(), body.topic, body.short, body.text, body.publish)
        name = await self._reviews.accept_article(self._known(body.lang), body.questions, new)
        return reply(AcceptedView(article=name, added=len(set(body.questions))), 201)

    async def _paraphrases(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(request, ParaphrasesBody)
        lang = self._known(body.lang)
        added = await self._reviews.accept_paraphrases(lang, body.questions, body.article)
        return reply(AcceptedView(article=body.article, added=added))

    async def _examples(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(request, ExamplesBody)
        added = await self._reviews.accept_examples(self._known(body.lang), body.questions, body.intent)
        return reply(AcceptedView(added=added))

    async def _dismiss(self, request: web.Request) -> web.StreamResponse:
        body = await read_body(request, ChosenBody)
        done = await self._reviews.dismiss(self._known(body.lang), body.questions)
        return reply(DismissedView(dismissed=done))

    def _known(self, lang: str) -> str:
        if lang not in self._languages:
            raise InvalidInputError(f"lang: use one of {', '.join(self._languages)}")
        return lang


def _group(shown: Shown, titles: dict[str, str]) -> GroupView:
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


def _flat(topics: Sequence[Topic], above: str = "") -> list[TopicView]:
    """Return topics one below the other, named with those above them."""
    found = []
    for topic in topics:
        title = f"{above}{topic.title}"
        found += [TopicView(path=topic.path, title=title), *_flat(topic.topics, f"{title} › ")]
    return found
