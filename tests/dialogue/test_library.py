"""What the knowledge base says in a turn, and what is kept of the question, from turn to turn."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.dialogue.library import Found, Library, unoffered
from bot.dialogue.ports import Article, Nearest
from bot.model.conversation import Channel, Conversation, Memory, State
from bot.model.message import Link, Message, Sender
from bot.model.question import MAX_QUESTION, AskedQuestion, QuestionOutcome
from bot.texts import load_texts
from knowledge_base.topics import Entry, Topic

CATALOGUE = Path(__file__).resolve().parents[2] / "nlu" / "catalogue"
TEXTS = load_texts(CATALOGUE, ("en", "pl"), "Shop")
NAMES = ("returns", "delivery")


class Shelf:
    """A knowledge base of two articles, in English; it finds what is named, and is unsure of "hm"."""

    async def answer(self, lang: str, question: str, strict: bool) -> Article | Nearest | None:
        if question == "hm" and not strict:
            return Nearest(tuple(Entry(name, name.title()) for name in NAMES))
        return self.article(lang, question)

    def article(self, lang: str, name: str) -> Article | None:
        if lang != "en" or name not in NAMES:
            return None
        return Article(
            name, f"All about {name}.", name, name.title(), Link(name.title(), f"https://x/{name}")
        )

    def topics(self, lang: str) -> Sequence[Topic]:
        return (
            (Topic("all", "All", (), tuple(Entry(name, name.title()) for name in NAMES)),)
            if lang == "en"
            else ()
        )


class Talk:
    """One conversation with the library, turn by turn."""

    def __init__(self, clock: ManualClock, channel: Channel = Channel.CHAT) -> None:
        self.library = Library(Shelf(), TEXTS, ("en", "pl"), clock)
        now = clock.now()
        self.conversation = Conversation(
            "c1", channel, "en", "en", State.BOT, "k", "v", None, 1, 0, 0, 0, 0, None, None, Memory(), None,
            now, now, None, None, None, None, (), None,
        )  # fmt: skip
        self.memory = Memory()
        self.seq = 0
        self.found = Found()

    def message(self, text: str, payload: str | None = None) -> Message:
        self.seq += 1
        self.found = Found()
        at = self.conversation.created_at
        return Message("c1", self.seq, self.seq, Sender.VISITOR, None, text, at, payload=payload)

    async def ask(self, text: str, *, strict: bool = False) -> str:
        outcome, self.memory = await self.library.search(
            self.message(text), self.conversation, "en", self.memory, self.found, strict=strict
        )
        return outcome

    def click(self, payload: str) -> str:
        outcome, self.memory = self.library.show(
            self.message("Title", payload), self.conversation, "en", self.memory, self.found
        )
        return outcome

    def judge(self, *, helped: bool) -> AskedQuestion | None:
        self.message("Yes")
        self.memory = self.library.judge(self.conversation, "en", self.memory, self.found, helped=helped)
        return self.found.asked

    def none_of_them(self) -> AskedQuestion | None:
        self.message("Something else")
        self.memory = self.library.set_aside(self.conversation, "en", self.memory, self.found)
        return self.found.asked

    def kept(self) -> tuple[int, str, QuestionOutcome, str | None, bool]:
        asked = self.found.asked
        assert asked is not None
        return asked.seq, asked.text, asked.outcome, asked.article, asked.browsed


@pytest.fixture
def talk(clock: ManualClock) -> Talk:
    return Talk(clock)


async def test_an_answer_that_helped(talk: Talk) -> None:
    assert await talk.ask("returns") == "outcome_shown"
    assert talk.found.article is not None
    assert talk.kept() == (1, "returns", QuestionOutcome.ANSWERED, "returns", False)
    talk.judge(helped=True)
    assert talk.kept() == (1, "returns", QuestionOutcome.HELPED, "returns", False)


async def test_an_answer_that_did_not_help(talk: Talk) -> None:
    await talk.ask("returns")
    talk.judge(helped=False)
    assert talk.kept() == (1, "returns", QuestionOutcome.NOT_HELPED, "returns", False)


async def test_the_other_one_of_two_is_picked(talk: Talk) -> None:
    assert await talk.ask("hm") == "outcome_suggested"
    assert talk.kept() == (1, "hm", QuestionOutcome.SUGGESTED, "returns", False)
    assert [choice.payload for choice in talk.found.choices] == ["/article:returns", "/article:delivery"]
    assert talk.click("/article:delivery") == "outcome_shown"
    assert talk.kept() == (1, "hm", QuestionOutcome.ANSWERED, "delivery", False)
    talk.judge(helped=True)
    assert talk.kept() == (1, "hm", QuestionOutcome.HELPED, "delivery", False)


async def test_none_of_two(talk: Talk) -> None:
    await talk.ask("hm")
    talk.none_of_them()
    assert talk.kept() == (1, "hm", QuestionOutcome.UNANSWERED, "returns", False)
    assert talk.none_of_them() is not None, "said twice it is the same again"
    assert await talk.ask("nothing at all") == "outcome_unanswered"
    assert talk.kept() == (4, "nothing at all", QuestionOutcome.UNANSWERED, None, False)
    assert talk.none_of_them() is None
    assert talk.judge(helped=True) is None, "a button of an answer before it"


async def test_what_was_only_browsed_is_told_apart(talk: Talk) -> None:
    await talk.ask("nothing at all")
    assert talk.click("/article:returns") == "outcome_shown"
    assert talk.kept() == (2, "Returns", QuestionOutcome.ANSWERED, "returns", True)
    talk.judge(helped=False)
    assert talk.kept() == (2, "Returns", QuestionOutcome.NOT_HELPED, "returns", True)


async def test_on_the_phone_nothing_is_offered(clock: ManualClock) -> None:
    talk = Talk(clock, Channel.PHONE)
    assert await talk.ask("hm") == "outcome_unanswered"
    assert talk.kept() == (1, "hm", QuestionOutcome.UNANSWERED, None, False)
    assert await talk.ask("returns") == "outcome_answered"


async def test_a_long_question_is_cut_and_an_offer_that_was_not_made_is_none(talk: Talk) -> None:
    await talk.ask("x" * 2 * MAX_QUESTION, strict=True)
    assert len(talk.kept()[1]) == MAX_QUESTION
    await talk.ask("hm")
    kept = unoffered(talk.found.asked)
    assert kept is not None
    assert kept.outcome is QuestionOutcome.UNANSWERED
    assert unoffered(None) is None


async def test_what_is_gone_is_answered_with_the_topics(talk: Talk) -> None:
    assert talk.click("/article:gone") == "outcome_no_article"
    assert [choice.payload for choice in talk.found.choices] == ["/topics:all"]
    assert talk.found.asked is None
    assert talk.library.browse(talk.message("x", "/topics:gone"), "en", talk.found) == "outcome_no_article"
    assert talk.library.browse(talk.message("x", "/topics"), "pl", talk.found) == "outcome_no_article"
    assert talk.found.choices == ()


async def test_topics_are_shown(talk: Talk) -> None:
    assert talk.library.browse(talk.message("Topics", "/topics"), "en", talk.found) is None
    assert talk.found.topic is None
    assert talk.library.browse(talk.message("All", "/topics:all"), "en", talk.found) is None
    assert talk.found.topic == "All"
    assert [choice.title for choice in talk.found.choices] == ["Returns", "Delivery", "Back"]


@pytest.mark.parametrize(
    ("payload", "title"),
    [
        ("/order_status", "Where is my order?"),
        ("/topics", "Browse topics"),
        ("/topics:all", "All"),
        ("/article:returns", "Returns"),
        ("/article:gone", "Help topic"),
        ("/article:../../etc/passwd", "Help topic"),
        ("/restart", None),
        ("/outcome_shown", None),
        ("", None),
    ],
)
def test_a_button_has_its_title(talk: Talk, payload: str, title: str | None) -> None:
    assert talk.library.button("en", payload) == title


def test_an_article_of_another_language_has_a_title_too(talk: Talk) -> None:
    assert talk.library.button("pl", "/article:returns") == "Returns"


async def test_a_memory_of_before_goes_on(talk: Talk) -> None:
    talk.memory = replace(talk.memory, misses=1, asked=None)
    assert talk.judge(helped=True) is None
    assert talk.none_of_them() is None
    assert talk.memory.misses == 1
