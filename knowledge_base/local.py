"""The knowledge base over Markdown files, kept in memory, reloaded when a file changes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from bot.clock import Clock, SystemClock
from knowledge_base.answer import Answer, Hit, Suggestion
from knowledge_base.encoder import EncoderError, SentenceEncoder, Vectors
from knowledge_base.evidence import Evidence
from knowledge_base.forms import Forms, find_forms
from knowledge_base.index import vocabulary
from knowledge_base.judge import Judge
from knowledge_base.loader import Article, KnowledgeBaseError, load_articles
from knowledge_base.meaning import MeaningIndex, texts
from knowledge_base.search import ArticleIndex
from knowledge_base.topics import FILE, Entry, Topic, load_titles, tree

T = TypeVar("T")
_log = structlog.get_logger("knowledge_base")

_MAX_WAITING = 256
"""Searches at once; one takes some milliseconds, so more than this is an attack."""
_LOOK_AGAIN = 2.0
"""Seconds between two looks at the files."""
_ENCODE_AT_ONCE = 32
"""Texts: an article's search waits no longer than for these, 20 ms, while a new index is being made."""

_Signature = tuple[tuple[str, int, int], ...]
"""Name, modification time and size of every file."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One language's articles as of some moment. Replaced as a whole, so that any thread may read it."""

    articles: dict[str, Article]
    titles: dict[str, str]
    """Of the topics."""
    index: ArticleIndex
    forms: Forms
    vectors: dict[str, Vectors]
    """Of the articles' texts, as far as they are known."""
    signature: _Signature
    looked_at: float
    """Monotonic time."""


class LocalKnowledgeBase:
    """A `KnowledgeBase` over the Markdown files in `root/<lang>/`.

    Searching happens in a thread of its own, encoding in a process of its own. What sentences mean and
    inflected forms are learnt in the background; until then, and for words that are new since, a search
    goes by the letters alone, and never waits. Without an encoder, or while it is not there, it goes by the
    words.
    """

    def __init__(
        self,
        root: Path,
        languages: Sequence[str],
        *,
        clock: Clock | None = None,
        zone: tzinfo = UTC,
        cache: Path | None = None,
        encoder: SentenceEncoder | None = None,
    ) -> None:
        """`zone` says when an article's last day ends; `cache` is a folder that keeps the forms.

        The encoder is closed with the knowledge base.
        """
        self._root = root
        self._languages = tuple(languages)
        self._clock = clock or SystemClock()
        self._zone = zone
        self._cache = cache
        self._encoder = encoder
        self._shelves: dict[str, _Shelf] = {}
        self._learning: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge-base")
        self._waiting = 0

    async def warm(self, languages: Sequence[str] | None = None) -> None:
        """Load the articles, and start learning in the background what they mean and their words' forms.

        `languages`: only these; none: all.

        Raises:
            KnowledgeBaseError: an article cannot be used, or a language has none.
        """
        await self._in_thread(Judge.calibrated)
        for lang in self._languages if languages is None else languages:
            await self._in_thread(partial(self._load, lang, {}, {}))
            self._learn(lang)

    async def ready(self) -> None:
        """Wait until what is known of the articles is learnt."""
        await asyncio.gather(*self._learning.values())

    async def close(self) -> None:
        """Stop learning and searching."""
        tasks = [*self._learning.values(), *self._looking.values()]
        for task in tasks:
            task.cancel()
        if self._encoder is not None:
            self._encoder.close()  # before the thread, which may be waiting for it
        await asyncio.gather(*tasks, return_exceptions=True)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def topics(self, lang: str) -> tuple[Topic, ...]:
        """See `KnowledgeBase.topics`."""
        self._look(lang)
        shelf = self._shelves.get(lang)
        if shelf is None:
            return ()
        today = self._today()
        return tree((article for article in shelf.articles.values() if article.is_told(today)), shelf.titles)

    def edition(self, lang: str) -> object:
        """Return what is another object after every change of what a search may find."""
        shelf = self._shelves.get(lang)
        return shelf.index if shelf else None

    def articles(self, lang: str) -> tuple[Article, ...]:
        """Return every article as it was last loaded: those for agents and drafts too."""
        shelf = self._shelves.get(lang)
        return tuple(shelf.articles.values()) if shelf else ()

    def article(self, lang: str, name: str) -> Article | None:
        """Return an article that customers may read today, as it was last loaded."""
        self._look(lang)
        shelf = self._shelves.get(lang)
        found = shelf.articles.get(name) if shelf else None
        return found if found and found.is_told(self._today()) else None

    async def search(self, lang: str, text: str, *, limit: int = 5) -> list[Hit]:
        """See `KnowledgeBase.search`."""
        return Judge.calibrated().hits(lang, await self._find(lang, text, limit))

    async def answer(self, lang: str, text: str, *, strict: bool) -> Answer | Suggestion | None:
        """See `KnowledgeBase.answer`."""
        found = await self._find(lang, text, 2)
        if not found:
            return None
        judge, best = Judge.calibrated(), found[0]
        scale = judge.scale(lang, best.mode)
        score = scale.score(best.worth, best.lead)
        if score >= (scale.strict if strict else scale.answer):
            article = best.article
            return Answer(article.id, article.title, article.text, article.short, score)
        if len(found) < 2 or score < (scale.answer if strict else scale.suggest):
            return None
        first, second = (Entry(evidence.article.id, evidence.article.title) for evidence in found)
        return Suggestion((first, second))

    def _look(self, lang: str) -> None:
        """Have changed files loaded, for the next one who asks: who asks now does not wait for a disk."""
        shelf, looking = self._shelves.get(lang), self._looking.get(lang)
        if shelf is None or (looking is not None and not looking.done()):
            return
        if self._clock.monotonic() - shelf.looked_at >= _LOOK_AGAIN:
            self._looking[lang] = asyncio.create_task(self._reload(lang), name=f"reload-{lang}")

    async def _reload(self, lang: str) -> None:
        before = self._shelves[lang]
        await self._in_thread(partial(self._refresh, lang))
        if self._shelves[lang].articles is not before.articles:
            self._learn(lang)

    async def _find(self, lang: str, text: str, limit: int) -> list[Evidence]:
        if lang not in self._shelves:
            return []
        if self._waiting >= _MAX_WAITING:
            _log.warning("search refused", waiting=self._waiting)
            return []
        before = self._shelves[lang]
        self._waiting += 1
        try:
            found = await self._in_thread(partial(self._search, lang, text, limit))
        finally:
            self._waiting -= 1
        if self._shelves[lang].articles is not before.articles:
            self._learn(lang)
        return found

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    # --- in the thread -----------------------------------------------------------------------

    def _search(self, lang: str, text: str, limit: int) -> list[Evidence]:
        self._refresh(lang)
        index = self._shelves[lang].index
        vectors = self._encode([index.corrected(text)]) if index.understands else None
        near = None if vectors is None else index.nearness(vectors)
        return index.search(text, self._today(), limit, None if near is None else near[0])

    def _encode(self, wanted: Sequence[str]) -> Vectors | None:
        """Ask the encoder, if there is one now."""
        if self._encoder is None:
            return None
        try:
            return self._encoder.encode(wanted)
        except EncoderError as error:
            _log.warning("searching by the words alone", why=str(error))
            return None

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
            self._load(lang, shelf.forms, shelf.vectors)
        except KnowledgeBaseError as error:
            _log.warning("articles not reloaded, the old ones stay", lang=lang, why=str(error))

    def _load(self, lang: str, forms: Forms, vectors: dict[str, Vectors]) -> None:
        signature = _signature(self._root / lang)
        articles = load_articles(self._root, lang)
        titles = load_titles(self._root / lang)
        self._shelves[lang] = _Shelf(
            articles={article.id: article for article in articles},
            titles=titles,
            index=_index(articles, lang, forms, vectors),
            forms=forms,
            vectors=vectors,
            signature=signature,
            looked_at=self._clock.monotonic(),
        )

    def _reindex(self, lang: str, forms: Forms, vectors: dict[str, Vectors]) -> None:
        shelf = self._shelves[lang]
        index = _index(tuple(shelf.articles.values()), lang, forms, vectors)
        self._shelves[lang] = replace(shelf, index=index, forms=forms, vectors=vectors)

    # --- on the loop -------------------------------------------------------------------------

    def _learn(self, lang: str) -> None:
        """Start learning, unless it is going on: the task itself sees what has changed meanwhile."""
        task = self._learning.get(lang)
        if task is None or task.done():
            self._learning[lang] = asyncio.create_task(self._learn_all(lang), name=f"learn-{lang}")

    async def _learn_all(self, lang: str) -> None:
        while True:
            articles = self._shelves[lang].articles
            vectors = await self._learn_meanings(lang, articles)
            await self._in_thread(partial(self._reindex, lang, self._shelves[lang].forms, vectors))
            forms = await find_forms(lang, vocabulary(articles.values()), self._cache)
            if forms:
                await self._in_thread(partial(self._reindex, lang, forms, vectors))
            else:
                _log.warning("no inflected forms", lang=lang)
            if self._shelves[lang].articles is articles:
                return

    async def _learn_meanings(self, lang: str, articles: Mapping[str, Article]) -> dict[str, Vectors]:
        """Return the vectors of the articles' texts; those known already are not asked for again."""
        known = self._shelves[lang].vectors
        wanted = await self._in_thread(partial(texts, tuple(articles.values())))
        found = {text: known[text] for text in wanted if text in known}
        missing = [text for text in wanted if text not in known]
        for start in range(0, len(missing), _ENCODE_AT_ONCE):
            part = missing[start : start + _ENCODE_AT_ONCE]
            vectors = await self._in_thread(partial(self._encode, part))
            if vectors is None:
                return found
            found |= zip(part, vectors, strict=True)
        return found


def _index(
    articles: Sequence[Article], lang: str, forms: Forms, vectors: Mapping[str, Vectors]
) -> ArticleIndex:
    """Make an index; it understands what it finds only where every text's vector is known."""
    known = bool(vectors) and all(text in vectors for text in texts(articles))
    return ArticleIndex(articles, lang, forms, MeaningIndex(articles, lang, vectors) if known else None)


def _signature(folder: Path) -> _Signature:
    found = []
    for path in (*folder.glob("*.md"), folder / FILE):
        try:
            stat = path.stat()
        except OSError:  # taken away while we look
            continue
        found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))
