"""Reviewing at the desk: what found no answer, and what a supervisor makes of it."""

from collections.abc import Sequence

from aiohttp import web

from bot.errors import InvalidInputError
from bot.rest.route import Access, Route, read_body, read_query, reply
from bot.review.service import NewArticle, Reviews
from bot.review.views import (
    AcceptedView,
    ArticleBody,
    ArticleTitleView,
    ChosenBody,
    DismissedView,
    ExamplesBody,
    LanguageView,
    ParaphrasesBody,
    ReviewQuery,
    ReviewView,
    group_view,
    topic_views,
)
from knowledge_base.local import LocalKnowledgeBase
from nlu.examples import TEACHABLE

_CONFLICTS = ((409, "already_reviewed"), (409, "read_only_folder"), (409, "not_usable"))


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
                groups=[group_view(one, titles) for one in found],
                total=total,
                topics=topic_views(self._knowledge.topics(lang)),
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
