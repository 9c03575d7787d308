"""What stands behind `centrala kb`: searches whose results are lines of JSON."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.errors import InvalidInputError
from knowledge_base.answer import Hit
from knowledge_base.encoder import EncoderError, EncoderProcess
from knowledge_base.forms import find_forms
from knowledge_base.index import vocabulary
from knowledge_base.judge import Judge
from knowledge_base.loader import Article, load_articles, load_folder
from knowledge_base.meaning import MeaningIndex, texts
from knowledge_base.search import ArticleIndex

_LIMIT = 5
_AT_ONCE = 64
"""Questions that are encoded and compared together, which is three times as fast as one by one."""


def search(root: Path, lang: str, query: str, cache: Path | None = None) -> Iterator[str]:
    """Search the articles in `root/<lang>/`; yield an object a found article, best first.

    Each has `article`, `score` (0 to 1) and `answered`.

    Raises:
        KnowledgeBaseError: an article cannot be used, or the language has none.
    """
    with _Searcher(load_articles(root, lang), lang, cache) as searcher:
        for hit in searcher.hits([query])[0]:
            yield json.dumps(_fields(hit))


def batch(index: Path, lang: str, lines: Iterable[str], cache: Path | None = None) -> Iterator[str]:
    """Search the articles in the folder `index` for the `query` of every JSON line, in order.

    Each answer has the best `article` (null where none is alike in any way), its `score`
    and whether it is good enough (`answered`), and `results`: the five best.

    Raises:
        InvalidInputError: a line is not an object with a `query`.
        KnowledgeBaseError: an article cannot be used, or there is none.
    """
    with _Searcher(load_folder(index, lang), lang, cache) as searcher:
        asked = (_query(number, line) for number, line in enumerate(lines, 1) if line.strip())
        while queries := list(islice(asked, _AT_ONCE)):
            for hits in searcher.hits(queries):
                best = _fields(hits[0]) if hits else {"article": None, "score": 0.0, "answered": False}
                results = [{"article": hit.article, "score": round(hit.score, 4)} for hit in hits]
                yield json.dumps({**best, "results": results}, ensure_ascii=False)


class _Searcher:
    """One folder's index, all that is known of its articles learnt."""

    def __init__(self, articles: Sequence[Article], lang: str, cache: Path | None) -> None:
        self._lang = lang
        self._today: date = datetime.now(UTC).date()
        self._encoder = EncoderProcess()
        forms = asyncio.run(find_forms(lang, vocabulary(articles), cache))
        self._index = ArticleIndex(articles, lang, forms, self._meanings(articles))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._encoder.close()

    def _meanings(self, articles: Sequence[Article]) -> MeaningIndex | None:
        wanted = texts(articles)
        try:
            return MeaningIndex(
                articles, self._lang, dict(zip(wanted, self._encoder.encode(wanted), strict=True))
            )
        except EncoderError as error:
            sys.stderr.write(f"searching by the words alone: {error}\n")
            return None

    def hits(self, queries: Sequence[str]) -> list[list[Hit]]:
        near = None
        if self._index.understands:
            near = self._index.nearness(self._encoder.encode([self._index.corrected(q) for q in queries]))
        found = (
            self._index.search(query, self._today, _LIMIT, None if near is None else near[place])
            for place, query in enumerate(queries)
        )
        return [Judge.calibrated().hits(self._lang, evidence) for evidence in found]


def _fields(hit: Hit) -> dict[str, object]:
    return {"article": hit.article, "score": round(hit.score, 4), "answered": hit.answered}


def _query(number: int, line: str) -> str:
    try:
        request = json.loads(line)
    except ValueError:
        request = None
    query = request.get("query") if isinstance(request, dict) else None
    if not isinstance(query, str):
        raise InvalidInputError(f'line {number} is not an object with a text "query"')
    return query
