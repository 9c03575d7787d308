"""What becomes of a question to the knowledge base, from turn to turn: pure."""

from dataclasses import replace
from datetime import datetime

from bot.dialogue.ports import Article, Nearest
from bot.model.conversation import Conversation, LastQuestion
from bot.model.message import Message
from bot.model.question import MAX_QUESTION, AskedQuestion, QuestionOutcome


def searched(message: Message, found: Article | Nearest | None) -> tuple[LastQuestion, QuestionOutcome]:
    """Note a question and what was found for it."""
    asked = LastQuestion(message.seq or 0, message.text[:MAX_QUESTION])
    match found:
        case Article(id=name):
            return replace(asked, article=name), QuestionOutcome.ANSWERED
        case Nearest(articles):
            return replace(
                asked, offered=tuple(entry.article for entry in articles)
            ), QuestionOutcome.SUGGESTED
    return asked, QuestionOutcome.UNANSWERED


def chosen(last: LastQuestion | None, message: Message, article: Article) -> LastQuestion:
    """Note that an article was chosen by its button: where it was offered for the last question, for that."""
    if last is not None and article.id in (*last.offered, last.article):
        return replace(last, article=article.id)
    return LastQuestion(message.seq or 0, article.title[:MAX_QUESTION], article.id, browsed=True)


def set_aside(last: LastQuestion | None) -> QuestionOutcome | None:
    """Tell what becomes of the last question when nothing that was offered is wanted; None: nothing was."""
    return QuestionOutcome.UNANSWERED if last and last.offered and last.article is None else None


def judged(last: LastQuestion | None, *, helped: bool) -> QuestionOutcome | None:
    """Tell what becomes of the last question when its answer helped or did not; None: it had no answer."""
    if last is None or last.article is None:
        return None
    return QuestionOutcome.HELPED if helped else QuestionOutcome.NOT_HELPED


def record(
    last: LastQuestion, outcome: QuestionOutcome, conversation: Conversation, lang: str, at: datetime
) -> AskedQuestion:
    """Put a question together as it is kept."""
    return AskedQuestion(
        conversation_id=conversation.id,
        seq=last.seq,
        lang=lang,
        channel=conversation.channel,
        text=last.text,
        outcome=outcome,
        article=last.article or next(iter(last.offered), None),
        at=at,
        browsed=last.browsed,
    )
