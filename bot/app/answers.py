"""The knowledge base as the dialogue sees it: an answer in words, with a link to where it stands."""

from bot.dialogue.ports import Answerer, Article
from bot.model.message import Link
from knowledge_base.answer import Answer, KnowledgeBase


def answerer(articles: KnowledgeBase, articles_url: str | None, public_url: str) -> Answerer:
    """Join the knowledge base and the links to its articles."""
    template = articles_url or f"{public_url}/articles/{{lang}}/{{article}}"

    async def answer(lang: str, question: str, strict: bool) -> Article | None:
        found = await articles.answer(lang, question, strict=strict)
        if not isinstance(found, Answer):
            return None
        url = template.format(lang=lang, article=found.article)
        return Article(text=found.text, short=found.short, title=found.title, link=Link(found.title, url))

    return answer
