"""The knowledge base over BM25, kept in memory, reloaded when a file changes."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from bot.clock import Clock, SystemClock
from knowledge_base.answer import Answer, Hit
from knowledge_base.forms import Forms, find_forms
from knowledge_base.index import ArticleIndex, vocabulary
from knowledge_base.judge import Judge
from knowledge_base.loader import Article, KnowledgeBaseError, load_articles

T = TypeVar("T")
_log = structlog.get_logger("knowledge_base")

_MAX_WAITING = 256
"""Searches at once; one takes about a millisecond, so more than this is an attack."""
_LOOK_AGAIN = 2.0
"""Seconds between two looks at the files."""

_Signature = tuple[tuple[str, int, int], ...]
"""Name, modification time and size of every file."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One language's articles as of some moment. Replaced as a whole, so that any thread may read it."""

    articles: dict[str, Article]
    index: ArticleIndex
    forms: Forms
    signature: _Signature
    looked_at: float
    """Monotonic time."""


class Bm25KnowledgeBase:
    """A `KnowledgeBase` over the Markdown files in `root/<lang>/`.

    Searching happens in a thread of its own. Inflected forms are learnt in the background; until then,
    and for words that are new since, a search goes by the letters alone, and never waits.
    """

    def __init__(
        self,
        root: Path,
        languages: Sequence[str],
        *,
        clock: Clock | None = None,
        zone: tzinfo = UTC,
        cache: Path | None = None,
    ) -> None:
        """`zone` says when an article's last day ends; `cache` is a folder that keeps the forms."""
        self._root = root
        self._languages = tuple(languages)
        self._clock = clock or SystemClock()
        self._zone = zone
        self._cache = cache
        self._shelves: dict[str, _Shelf] = {}
        self._learning: dict[str, asyncio.Task[None]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge-base")
        self._waiting = 0

    async def warm(self) -> None:
        """Load the articles and start learning their words' forms, which goes on in the background.

        Raises:
            KnowledgeBaseError: an article cannot be used, or a language has none.
        """
        await self._in_thread(Judge.calibrated)
        for lang in self._languages:
            await self._in_thread(partial(self._load, lang, {}))
            self._learn(lang)

    async def ready(self) -> None:
        """Wait until the forms are learnt."""
        await asyncio.gather(*self._learning.values())

    async def close(self) -> None:
        """Stop learning and searching."""
        for task in self._learning.values():
            task.cancel()
        await asyncio.gather(*self._learning.values(), return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def article(self, lang: str, name: str) -> Article | None:
        """Return an article that customers may read today, as it was last loaded."""
        shelf = self._shelves.get(lang)
        found = shelf.articles.get(name) if shelf else None
        return found if found and found.is_told(self._today()) else None

    async def search(self, lang: str, text: str, *, limit: int = 5) -> list[Hit]:
        """See `KnowledgeBase.search`."""
        if lang not in self._shelves:
            return []
        if self._waiting >= _MAX_WAITING:
            _log.warning("search refused", waiting=self._waiting)
            return []
        before = self._shelves[lang]
        hits = await self._in_thread(lambda: self._search(lang, text, limit))
        if self._shelves[lang].articles is not before.articles:
            self._learn(lang)
        return hits

    async def answer(self, lang: str, text: str, *, strict: bool) -> Answer | None:
        """See `KnowledgeBase.answer`."""
        hits = await self.search(lang, text, limit=1)
        if not hits or hits[0].score < Judge.calibrated().line(lang, strict=strict):
            return None
        best = hits[0]
        article = self.article(lang, best.article)
        if article is None:  # taken away between the two looks
            return None
        return Answer(article.id, article.title, article.text, article.short, best.score)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    # --- in the thread -----------------------------------------------------------------------

    def _search(self, lang: str, text: str, limit: int) -> list[Hit]:
        self._refresh(lang)
        return Judge.calibrated().hits(lang, self._shelves[lang].index.search(text, self._today(), limit))

    def _refresh(self, lang: str) -> None:
        shelf = self._shelves[lang]
        now = self._clock.monotonic()
        if now - shelf.looked_at < _LOOK_AGAIN:
            return
        # Looked at even where loading fails: a file that is wrong is not read again until it changes.
        self._shelves[lang] = replace(shelf, looked_at=now, signature=_signature(self._root / lang))
        if self._shelves[lang].signature == shelf.signature:
            return
        try:
            self._load(lang, shelf.forms)
        except KnowledgeBaseError as error:
            _log.warning("articles not reloaded, the old ones stay", lang=lang, why=str(error))

    def _load(self, lang: str, forms: Forms) -> None:
        signature = _signature(self._root / lang)
        articles = load_articles(self._root, lang)
        self._shelves[lang] = _Shelf(
            articles={article.id: article for article in articles},
            index=ArticleIndex(articles, lang, forms),
            forms=forms,
            signature=signature,
            looked_at=self._clock.monotonic(),
        )

    def _reindex(self, lang: str, forms: Forms) -> None:
        shelf = self._shelves[lang]
        index = ArticleIndex(tuple(shelf.articles.values()), lang, forms)
        self._shelves[lang] = replace(shelf, index=index, forms=forms)

    # --- on the loop -------------------------------------------------------------------------

    def _learn(self, lang: str) -> None:
        """Start learning, unless it is going on: the task itself sees what has changed meanwhile."""
        task = self._learning.get(lang)
        if task is None or task.done():
            self._learning[lang] = asyncio.create_task(self._learn_forms(lang), name=f"forms-{lang}")

    async def _learn_forms(self, lang: str) -> None:
        while True:
            articles = self._shelves[lang].articles
            forms = await find_forms(lang, vocabulary(articles.values()), self._cache)
            if not forms:
                _log.warning("no inflected forms", lang=lang)
                return
            await self._in_thread(partial(self._reindex, lang, forms))
            if self._shelves[lang].articles is articles:
                return


def _signature(folder: Path) -> _Signature:
    found = []
    for path in folder.glob("*.md"):
        try:
            stat = path.stat()
        except OSError:  # taken away while we look
            continue
        found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))
