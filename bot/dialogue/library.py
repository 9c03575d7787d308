"""The knowledge base's side of a turn: searching, articles and topics by button, and whether it helped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.dialogue import asking, menus
from bot.dialogue.ports import Answers, Article, Nearest
from bot.model.conversation import Channel, Conversation, LastQuestion, Memory
from bot.model.message import Choice, Message
from bot.model.question import AskedQuestion, QuestionOutcome
from bot.texts import Texts

TOLD = frozenset({"answer", "answer_asking"})
"""Texts that say an article."""


@dataclass(slots=True)
class Found:
    """What a turn has had from the knowledge base so far."""

    article: Article | None = None
    choices: tuple[Choice, ...] = ()
    """Buttons of articles and topics, for the text that is said next with them."""
    topic: str | None = None
    """The title of the topic that is shown."""
    asked: AskedQuestion | None = None
    """What is to be kept of the question."""


class Library:
    """Carries out what the dialogue wants of the knowledge base. Holds nothing of a conversation."""

    def __init__(self, answers: Answers, texts: Texts, languages: Sequence[str], clock: Clock) -> None:
        self._answers = answers
        self._texts = texts
        self._languages = languages
        self._clock = clock

    def button(self, lang: str, payload: str) -> str | None:
        """Return what stands on the button that sends `payload`; None: there is no such button.

        The article or topic of an old button may be gone, or be there in another language only: it is a
        button all the same, and its click gets an answer.
        """
        if payload in self._texts.payloads:
            return self._texts.title(lang, payload)
        if not menus.names_something(payload):
            return None
        for each in (lang, *self._languages):
            if (title := self._title(each, payload)) is not None:
                return title
        return self._texts.word(lang, "help_topic")

    async def search(
        self,
        message: Message,
        conversation: Conversation,
        lang: str,
        memory: Memory,
        found: Found,
        *,
        strict: bool,
    ) -> tuple[str, Memory]:
        """Look for an answer to what was written; on the phone nothing is offered instead of one."""
        best = await self._answers.answer(lang, message.text, strict)
        if isinstance(best, Nearest) and conversation.channel is Channel.PHONE:
            best = None
        last, outcome = asking.searched(message, best)
        memory = self._note(last, outcome, conversation, lang, memory, found)
        match best:
            case Article():
                found.article = best
                return told(conversation.channel), memory
            case Nearest(articles):
                found.choices = menus.article_choices(articles)
                return "outcome_suggested", memory
        return "outcome_unanswered", memory

    def show(
        self, message: Message, conversation: Conversation, lang: str, memory: Memory, found: Found
    ) -> tuple[str, Memory]:
        """Take the article whose button was clicked."""
        article = self._answers.article(lang, menus.named_by(message.payload))
        if article is None:
            found.choices = self._top(lang)
            return "outcome_no_article", memory
        found.article = article
        last = asking.chosen(memory.asked, message, article)
        memory = self._note(last, QuestionOutcome.ANSWERED, conversation, lang, memory, found)
        return told(conversation.channel), memory

    def browse(self, message: Message, lang: str, found: Found) -> str | None:
        """Take the topics behind the button that was clicked; returns an outcome where they are not there."""
        menu = self._menu(lang, menus.named_by(message.payload))
        if menu is None:
            found.choices = self._top(lang)
            return "outcome_no_article"
        found.choices, found.topic = menu.choices, menu.title
        return None

    def set_aside(self, conversation: Conversation, lang: str, memory: Memory, found: Found) -> Memory:
        """Note that none of the articles that were offered was meant."""
        return self._became(asking.set_aside(memory.asked), conversation, lang, memory, found)

    def judge(
        self, conversation: Conversation, lang: str, memory: Memory, found: Found, *, helped: bool
    ) -> Memory:
        """Note whether the article that was told last helped."""
        return self._became(asking.judged(memory.asked, helped=helped), conversation, lang, memory, found)

    def _became(
        self,
        outcome: QuestionOutcome | None,
        conversation: Conversation,
        lang: str,
        memory: Memory,
        found: Found,
    ) -> Memory:
        if outcome is None or memory.asked is None:
            return memory
        return self._note(memory.asked, outcome, conversation, lang, memory, found)

    def _note(
        self,
        last: LastQuestion,
        outcome: QuestionOutcome,
        conversation: Conversation,
        lang: str,
        memory: Memory,
        found: Found,
    ) -> Memory:
        found.asked = asking.record(last, outcome, conversation, lang, self._clock.now())
        return replace(memory, asked=last)

    def _title(self, lang: str, payload: str) -> str | None:
        name = menus.named_by(payload)
        if menus.intent_of(payload) == menus.ARTICLE:
            article = self._answers.article(lang, name)
            return article.title if article else None
        topic = menus.find(self._answers.topics(lang), name)
        return topic.title if topic else None

    def _menu(self, lang: str, place: str) -> menus.Menu | None:
        words = self._texts
        return menus.menu(
            self._answers.topics(lang),
            place,
            more=words.word(lang, "more_topics"),
            back=words.word(lang, "back_to_topics"),
        )

    def _top(self, lang: str) -> tuple[Choice, ...]:
        top = self._menu(lang, "")
        return top.choices if top else ()


def told(channel: Channel) -> str:
    """Name the outcome of an answer: in the chat it may be asked whether it helped."""
    return "outcome_shown" if channel is Channel.CHAT else "outcome_answered"


def unoffered(asked: AskedQuestion | None) -> AskedQuestion | None:
    """What is kept of a turn's question where a person is called instead of offering anything."""
    if asked is not None and asked.outcome is QuestionOutcome.SUGGESTED:
        return replace(asked, outcome=QuestionOutcome.UNANSWERED)
    return asked
