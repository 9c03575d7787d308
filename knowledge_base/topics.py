"""Articles by topic, as a tree for the chat's buttons.

An article's `topic` is a path: `delivery`, or `delivery/abroad`. What customers read on a topic's button,
and in which order the topics come, stands in `topics.yml` beside the articles, `path: title`; a topic that
is missing there comes last, and is called by its name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge_base.loader import Article, KnowledgeBaseError

FILE = "topics.yml"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article's button."""

    article: str
    title: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's button, and what lies behind it. Never empty."""

    path: str
    title: str
    topics: tuple["Topic", ...]
    articles: tuple[Entry, ...]


def load_titles(folder: Path) -> dict[str, str]:
    """Read `topics.yml` of a language; nothing where there is none.

    Raises:
        KnowledgeBaseError: it is not `path: title` lines.
    """
    path = folder / FILE
    try:
        titles = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, yaml.YAMLError):
        raise KnowledgeBaseError(f"{path} cannot be read: save `topic: title` lines as UTF-8") from None
    lines = titles if titles is not None else {}
    if not isinstance(lines, dict) or not all(isinstance(x, str) for line in lines.items() for x in line):
        raise KnowledgeBaseError(f"{path} must be `topic: title` lines")
    return lines


def tree(articles: Iterable[Article], titles: Mapping[str, str]) -> tuple[Topic, ...]:
    """Return the topics of these articles, topmost first; articles without a topic are left out."""
    by_path: dict[str, list[Entry]] = {}
    for article in articles:
        if article.topic:
            by_path.setdefault(article.topic.strip("/"), []).append(Entry(article.id, article.title))
    order = {path: place for place, path in enumerate(titles)}
    paths = {
        "/".join(parts[: i + 1]) for parts in (path.split("/") for path in by_path) for i in range(len(parts))
    }
    ranked = sorted(paths, key=lambda path: (order.get(path, len(order)), path))
    return _below("", ranked, by_path, titles)


def _below(
    parent: str, paths: list[str], entries: Mapping[str, list[Entry]], titles: Mapping[str, str]
) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            path=path,
            title=titles.get(path) or path.rpartition("/")[2].replace("-", " ").capitalize(),
            topics=_below(path, paths, entries, titles),
            articles=tuple(sorted(entries.get(path, ()), key=lambda entry: entry.title)),
        )
        for path in paths
        if path.rpartition("/")[0] == parent
    )
