"""The knowledge base as the dialogue sees it: articles in words, each with a link to where it stands."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.dialogue.ports import Article, Nearest
from bot.model.message import Link
from knowledge_base.answer import Answer, KnowledgeBase, Suggestion
from knowledge_base.markdown import to_plain
from knowledge_base.topics import Topic


class ArticleAnswers:
    """Joins the knowledge base and the links to its articles."""

    def __init__(self, articles: KnowledgeBase, articles_url: str | None, public_url: str) -> None:
        """`articles_url` has {lang} and {article} in it; none: the gateway shows the articles itself."""
        self._articles = articles
        self._template = articles_url or f"{public_url}/articles/{{lang}}/{{article}}"

    async def answer(self, lang: str, question: str, strict: bool) -> Article | Nearest | None:
        """See `Answers.answer`."""
        found = await self._articles.answer(lang, question, strict=strict)
        match found:
            case Answer():
                return self._told(lang, found.article, found.title, found.text, found.short)
            case Suggestion(entries):
                return Nearest(entries)
        return None

    def article(self, lang: str, name: str) -> Article | None:
        """See `Answers.article`."""
        found = self._articles.article(lang, name)
        return None if found is None else self._told(lang, found.id, found.title, found.text, found.short)

    def topics(self, lang: str) -> Sequence[Topic]:
        """See `Answers.topics`."""
        return self._articles.topics(lang)

    def _told(self, lang: str, name: str, title: str, text: str, short: str) -> Article:
        url = self._template.format(lang=lang, article=quote(name, safe=""))
        return Article(id=name, text=to_plain(text), short=short, title=title, link=Link(title, url))
