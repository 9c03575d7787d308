"""Customers' questions and what became of them: kept for a while, so that somebody may learn from them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, tuple_, update

from bot.model.conversation import Channel, Conversation
from bot.model.message import NOISE, Sender
from bot.model.question import MAX_QUESTION, AskedQuestion, QuestionOutcome
from bot.store.schema import contacts, conversations, messages
from bot.store.schema import questions as table

_q = table.c
MISSED = 2
"""Sentences of a customer that a handover for misunderstandings marks: those in a row that led to it."""
AT_ONCE = 200
"""Rows named in one statement."""
WITHOUT_HELP = (QuestionOutcome.UNANSWERED, QuestionOutcome.SUGGESTED, QuestionOutcome.NOT_HELPED)


class Review(StrEnum):
    """What a person made of a question that had found no answer."""

    ARTICLE = "article"
    PARAPHRASE = "paraphrase"
    EXAMPLE = "example"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Collected:
    """A question that found no answer, with what is needed to judge it."""

    asked: AskedQuestion
    contact_id: str
    name: str | None
    """The customer's name, so that it can be taken out of the text."""
    missed: bool
    """A person was called because the bot did not understand it."""
    first_at: datetime
    """When it was asked."""


def note(connection: Connection, asked: AskedQuestion) -> None:
    """Keep a question, or its newer outcome; the same one again changes nothing."""
    values = {
        "lang": asked.lang,
        "channel": asked.channel.value,
        "text": asked.text[:MAX_QUESTION],
        "outcome": asked.outcome.value,
        "article": asked.article,
        "browsed": asked.browsed,
        "at": asked.at,
    }
    _put(connection, asked.conversation_id, asked.seq, values, {"missed": False, "asked_at": asked.at})


def missed(connection: Connection, conversation: Conversation, seq: int, at: datetime) -> None:
    """Keep what led to a handover for misunderstandings: the customer's words at `seq` and those before.

    Buttons and speech without a word are left out. The same handover again changes nothing.
    """
    rows = connection.execute(
        select(messages.c.seq, messages.c.text)
        .where(
            messages.c.conversation_id == conversation.id,
            messages.c.sender == Sender.VISITOR.value,
            messages.c.seq <= seq,
            messages.c.payload.is_(None),
            messages.c.text != NOISE,
        )
        .order_by(messages.c.seq.desc())
        .limit(MISSED)
    ).all()
    fresh = {
        "lang": conversation.lang,
        "channel": conversation.channel.value,
        "outcome": QuestionOutcome.UNANSWERED.value,
        "article": None,
        "browsed": False,
        "asked_at": at,
        "at": at,
    }
    for row in rows:
        _put(
            connection,
            conversation.id,
            row.seq,
            {"missed": True},
            {**fresh, "text": row.text[:MAX_QUESTION]},
        )


def _put(
    connection: Connection, conversation_id: str, seq: int, values: dict[str, Any], first: dict[str, Any]
) -> None:
    """Change a row, or insert it with `first` besides.

    Two gateways cannot insert the same row: whoever commits the turn has locked the conversation's row.
    """
    mine = and_(_q.conversation_id == conversation_id, _q.seq == seq)
    if connection.execute(update(table).where(mine).values(**values)).rowcount == 0:
        connection.execute(insert(table), {"conversation_id": conversation_id, "seq": seq, **first, **values})


def waiting(connection: Connection, lang: str, since: datetime, limit: int) -> list[Collected]:
    """Read the newest questions of a language that found no answer and that nobody has reviewed.

    Oldest first; at most `limit`, none asked before `since`.
    """
    rows = connection.execute(
        select(table, conversations.c.contact_id, contacts.c.name)
        .join(conversations, conversations.c.id == _q.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(_open(since), _q.lang == lang)
        .order_by(_q.asked_at.desc(), _q.conversation_id.desc(), _q.seq.desc())
        .limit(limit)
    ).all()
    return [_to_collected(row) for row in reversed(rows)]


def counts(connection: Connection, since: datetime) -> dict[str, int]:
    """Count, by language, what `waiting` would read without a limit."""
    rows = connection.execute(select(_q.lang, func.count()).where(_open(since)).group_by(_q.lang))
    return {row[0]: row[1] for row in rows}


def dismissed(connection: Connection, lang: str, limit: int) -> list[str]:
    """Read the newest texts of a language that somebody said nobody need answer."""
    rows = connection.execute(
        select(_q.text)
        .where(_q.lang == lang, _q.review == Review.DISMISSED.value)
        .order_by(_q.reviewed_at.desc(), _q.conversation_id, _q.seq)
        .limit(limit)
    )
    return [row.text for row in rows]


def answers(connection: Connection, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Read what an agent wrote first after each of these questions, where one answered it."""
    said: dict[str, list[tuple[int, str]]] = {}
    wanted = sorted({conversation_id for conversation_id, _ in keys})
    for start in range(0, len(wanted), AT_ONCE):
        rows = connection.execute(
            select(messages.c.conversation_id, messages.c.seq, messages.c.text)
            .where(
                messages.c.conversation_id.in_(wanted[start : start + AT_ONCE]),
                messages.c.sender == Sender.AGENT.value,
                messages.c.seq.is_not(None),
            )
            .order_by(messages.c.conversation_id, messages.c.seq)
        )
        for row in rows:
            said.setdefault(row.conversation_id, []).append((row.seq, row.text))
    found = {}
    for key in keys:
        later = [text for seq, text in said.get(key[0], ()) if seq > key[1]]
        if later:
            found[key] = later[0]
    return found


def reviewed(connection: Connection, keys: Collection[tuple[str, int]], review: Review, at: datetime) -> int:
    """Note what became of questions, by conversation and `seq`; return how many are new to it."""
    wanted, done = sorted(keys), 0
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        done += connection.execute(
            update(table)
            .where(tuple_(_q.conversation_id, _q.seq).in_(part), _q.review.is_(None))
            .values(review=review.value, reviewed_at=at)
        ).rowcount
    return done


def purge(connection: Connection, before: datetime, limit: int) -> int:
    """Delete at most `limit` questions that were asked before then; return how many."""
    old = connection.execute(
        select(_q.conversation_id, _q.seq).where(_q.asked_at < before).order_by(_q.asked_at).limit(limit)
    ).all()
    for start in range(0, len(old), AT_ONCE):
        part = [(row.conversation_id, row.seq) for row in old[start : start + AT_ONCE]]
        connection.execute(delete(table).where(tuple_(_q.conversation_id, _q.seq).in_(part)))
    return len(old)


def of_contact(connection: Connection, contact_id: str) -> list[Collected]:
    """Read everything that is kept of a contact's questions, oldest first."""
    rows = connection.execute(
        select(table, conversations.c.contact_id, contacts.c.name)
        .join(conversations, conversations.c.id == _q.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.contact_id == contact_id)
        .order_by(_q.asked_at, _q.conversation_id, _q.seq)
    )
    return [_to_collected(row) for row in rows]


def _open(since: datetime) -> ColumnElement[bool]:
    lost = _q.outcome.in_([outcome.value for outcome in WITHOUT_HELP])
    return and_(_q.review.is_(None), _q.asked_at >= since, _q.browsed.is_(False), or_(lost, _q.missed))


def _to_collected(row: Row[Any]) -> Collected:
    asked = AskedQuestion(
        conversation_id=row.conversation_id,
        seq=row.seq,
        lang=row.lang,
        channel=Channel(row.channel),
        text=row.text,
        outcome=QuestionOutcome(row.outcome),
        article=row.article,
        at=row.at,
        browsed=row.browsed,
    )
    return Collected(asked, row.contact_id, row.name, row.missed, row.asked_at)
