"""What `centrala review` does: the desk's page "Review" for the command line."""

import asyncio
import json
import os
from collections.abc import Callable, Collection, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from bot.app.gateway import open_store, zone
from bot.app.reviewing import make_knowledge_base, make_reviews
from bot.clock import SystemClock, rfc3339
from bot.errors import InvalidInputError, NotFoundError
from bot.review.groups import Group
from bot.review.service import NewArticle, Reviews, Shown
from bot.settings import Settings, load
from knowledge_base.encoder import EncoderProcess

T = TypeVar("T")
Work = Callable[[Reviews], Coroutine[Any, Any, T]]
WORDINGS = 3
"""Of a group, in the list."""


def listed(config: Path, overrides: tuple[str, ...], lang: str | None, *, as_json: bool) -> list[str]:
    """Return the groups that wait, of one language or of all, as lines for a person or as JSON lines."""
    settings = load(config, environment=os.environ, overrides=overrides)
    languages = [_known(settings, lang)] if lang else list(settings.languages)

    async def work(reviews: Reviews) -> list[str]:
        lines: list[str] = []
        for one in languages:
            found, total = await reviews.groups(one)
            if as_json:
                lines += [json.dumps(_fields(one, shown), ensure_ascii=False) for shown in found]
            else:
                lines += [
                    f"{one}: {total} to review",
                    *(line for shown in found for line in _brief(shown)),
                    "",
                ]
        return lines

    return _with_reviews(settings, work, search=languages)


def shown(config: Path, overrides: tuple[str, ...], group_id: str, *, as_json: bool) -> list[str]:
    """Return one group with every wording, for a person or as one JSON line."""
    settings = load(config, environment=os.environ, overrides=overrides)

    async def work(reviews: Reviews) -> list[str]:
        lang, found = await _find(settings, reviews, group_id)
        if as_json:
            return [json.dumps(_fields(lang, found), ensure_ascii=False)]
        return [
            *_heading(found.group),
            *(f"  {one.id}  {one.text}" for one in found.group.entries),
            *_near(found),
        ]

    return _with_reviews(settings, work, search=settings.languages)


def accept_article(
    config: Path, overrides: tuple[str, ...], group_id: str, without: Collection[str], new: NewArticle
) -> str:
    """Write an article; return what is to be told."""
    settings = load(config, environment=os.environ, overrides=overrides)

    async def work(reviews: Reviews) -> str:
        lang, found = await _find(settings, reviews, group_id)
        name = await reviews.accept_article(lang, _left(found.group, without), new)
        path = settings.knowledge.articles_dir / lang / f"{name}.md"
        if new.publish:
            return f"{path} is written; customers are told it from now on."
        return f"{path} is written as a draft: write `short` and the text, then remove `draft: true`."

    return _with_reviews(settings, work)


def accept_paraphrases(
    config: Path, overrides: tuple[str, ...], group_id: str, without: Collection[str], article: str
) -> str:
    """Add to an article's paraphrases; return what is to be told."""
    settings = load(config, environment=os.environ, overrides=overrides)

    async def work(reviews: Reviews) -> str:
        lang, found = await _find(settings, reviews, group_id)
        added = await reviews.accept_paraphrases(lang, _left(found.group, without), article)
        return f"{added} new ways to ask for {article}; they count from now on."

    return _with_reviews(settings, work)


def accept_examples(
    config: Path, overrides: tuple[str, ...], group_id: str, without: Collection[str], intent: str
) -> str:
    """Add to an intent's training examples; return what is to be told."""
    settings = load(config, environment=os.environ, overrides=overrides)

    async def work(reviews: Reviews) -> str:
        lang, found = await _find(settings, reviews, group_id)
        added = await reviews.accept_examples(lang, _left(found.group, without), intent)
        return f"{added} new examples of {intent}; run `centrala model train` and start the gateway anew."

    return _with_reviews(settings, work)


def dismiss(config: Path, overrides: tuple[str, ...], group_id: str, without: Collection[str]) -> str:
    """Show a group no more; return what is to be told."""
    settings = load(config, environment=os.environ, overrides=overrides)

    async def work(reviews: Reviews) -> str:
        lang, found = await _find(settings, reviews, group_id)
        done = await reviews.dismiss(lang, _left(found.group, without))
        return f"{done} questions are dismissed."

    return _with_reviews(settings, work)


async def _find(settings: Settings, reviews: Reviews, group_id: str) -> tuple[str, Shown]:
    for lang in settings.languages:
        found = await reviews.group(lang, group_id)
        if found is not None:
            return lang, found
    raise NotFoundError("nothing of this id waits for a review; `centrala review` lists what does")


def _left(group: Group, without: Collection[str]) -> list[str]:
    ids = [entry.id for entry in group.entries]
    unknown = [one for one in without if one not in ids]
    if unknown:
        raise InvalidInputError(f"--without {unknown[0]}: the group has no such wording; see `review show`")
    left = [one for one in ids if one not in without]
    if not left:
        raise InvalidInputError("--without: nothing would be left of the group")
    return left


def _known(settings: Settings, lang: str) -> str:
    if lang not in settings.languages:
        raise InvalidInputError(f"languages: {lang} is not switched on")
    return lang


def _heading(group: Group) -> list[str]:
    days = f"{group.first_at:%Y-%m-%d} to {group.last_at:%Y-%m-%d}"
    return ["", f"{group.id}  {group.askers} customers, {group.times} times, {days}"]


def _brief(found: Shown) -> Iterator[str]:
    entries = found.group.entries
    yield from _heading(found.group)
    yield from (f"  {one.text}" for one in entries[:WORDINGS])
    if len(entries) > WORDINGS:
        yield f"  and {len(entries) - WORDINGS} more"
    yield from _near(found)


def _near(found: Shown) -> list[str]:
    return (
        [f"  nearest article: {found.nearest.article} ({found.nearest.score:.2f})"] if found.nearest else []
    )


def _fields(lang: str, found: Shown) -> dict[str, Any]:
    group, nearest = found.group, found.nearest
    return {
        "id": group.id,
        "lang": lang,
        "askers": group.askers,
        "times": group.times,
        "first_at": rfc3339(group.first_at),
        "last_at": rfc3339(group.last_at),
        "questions": [
            {"id": one.id, "text": one.text, "times": len(one.keys), "missed": one.missed}
            for one in group.entries
        ],
        "nearest": {"article": nearest.article, "score": round(nearest.score, 4)} if nearest else None,
    }


def _with_reviews(settings: Settings, work: Work[T], *, search: Collection[str] = ()) -> T:
    """Run `work`; in `search`'s languages the nearest articles are wanted, which takes some seconds more."""

    clock, encoder, home = SystemClock(), EncoderProcess(), zone(settings)

    async def run() -> T:
        store = await open_store(settings)
        articles = make_knowledge_base(settings, clock, home, encoder)
        reviews = make_reviews(settings, store, clock, articles, encoder)
        try:
            if search:
                waiting = await reviews.counts()
                await articles.warm([lang for lang in search if waiting.get(lang)])
                await articles.ready()
            return await work(reviews)
        finally:
            reviews.close()
            await articles.close()
            await store.close()

    return asyncio.run(run())
