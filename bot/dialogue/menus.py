"""The topics of the knowledge base as buttons: what they send, and what a click on one shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.ports import Entry, Topic
from bot.model.message import Choice

ENTRIES = 8
"""Buttons of topics and articles in one message; behind them is a button for more."""
MAX_PAYLOAD = 200
"""Characters; /chat/ws takes no longer ones, so what would need them has no button."""
TOPICS, ARTICLE = "/topics", "/article"
_NAMED = re.compile(rf"({TOPICS}|{ARTICLE}):([^\x00-\x1f\x7f]{{1,180}})")
_PAGE = re.compile(r"(.*)\?([1-9]\d{0,2})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Menu:
    """One level of the tree, or a page of it."""

    title: str | None
    """The topic's; none at the top."""
    choices: tuple[Choice, ...]


def names_something(payload: str) -> bool:
    """Tell whether a payload has the form of a topic's or an article's; whether that exists is not said."""
    return _NAMED.fullmatch(payload) is not None


def intent_of(payload: str) -> str:
    """Return what the dialogue is told of a click: the button's kind, without what it names."""
    named = _NAMED.fullmatch(payload)
    return named.group(1) if named else payload


def named_by(payload: str | None) -> str:
    """Return the topic's path or the article's id in a payload; empty where it names none."""
    named = _NAMED.fullmatch(payload or "")
    return named.group(2) if named else ""


def article_choices(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    """Make the buttons of articles."""
    return _fitting([Choice(entry.title, f"{ARTICLE}:{entry.article}") for entry in entries])


def menu(topics: Sequence[Topic], place: str, *, more: str, back: str) -> Menu | None:
    """Show what lies at `place`: a topic's path, `delivery/abroad`, a page of it, `delivery?2`, or the top.

    `more`, `back`: titles of the buttons that lead on and up. None: there is no such place.
    """
    path, number = _page(place)
    topic = find(topics, path) if path else None
    if path and topic is None:
        return None
    below, articles = (topic.topics, topic.articles) if topic else (topics, ())
    entries = _fitting([Choice(each.title, f"{TOPICS}:{each.path}") for each in below])
    entries += article_choices(articles)
    start = (number - 1) * ENTRIES
    shown = entries[start : start + ENTRIES]
    if not shown:
        return None
    ways = [Choice(more, f"{TOPICS}:{path}?{number + 1}")] if len(entries) > start + ENTRIES else []
    if number > 1:
        ways.append(Choice(back, _payload(path)))
    elif path:
        ways.append(Choice(back, _payload(path.rpartition("/")[0])))
    return Menu(topic.title if topic else None, shown + _fitting(ways))


def find(topics: Sequence[Topic], place: str) -> Topic | None:
    """Return the topic at a path, or page of one."""
    path = _page(place)[0]
    for topic in topics:
        if topic.path == path:
            return topic
        if path.startswith(f"{topic.path}/"):
            return find(topic.topics, path)
    return None


def _page(place: str) -> tuple[str, int]:
    paged = _PAGE.fullmatch(place)
    return (paged.group(1), int(paged.group(2))) if paged else (place, 1)


def _payload(path: str) -> str:
    return f"{TOPICS}:{path}" if path else TOPICS


def _fitting(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Leave out what a click could not send, because its name is too long or has odd characters in it."""
    return tuple(
        choice
        for choice in choices
        if choice.payload == TOPICS
        or (len(choice.payload) <= MAX_PAYLOAD and names_something(choice.payload))
    )
