"""What stands behind `centrala kb`: searches whose results are lines of JSON."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.errors import InvalidInputError
from knowledge_base.answer import Hit
from knowledge_base.forms import find_forms
from knowledge_base.index import ArticleIndex, vocabulary
from knowledge_base.judge import Judge
from knowledge_base.loader import Article, load_articles, load_folder

_LIMIT = 5


def search(root: Path, lang: str, query: str, cache: Path | None = None) -> Iterator[str]:
    """Search the articles in `root/<lang>/`; yield an object a found article, best first.

    Each has `article`, `score` (0 to 1) and `answered`.

    Raises:
        KnowledgeBaseError: an article cannot be used, or the language has none.
    """
    searcher = _Searcher(load_articles(root, lang), lang, cache)
    for hit in searcher.hits(query):
        yield json.dumps(_fields(hit))


def batch(index: Path, lang: str, lines: Iterable[str], cache: Path | None = None) -> Iterator[str]:
    """Search the articles in the folder `index` for the `query` of every JSON line, in order.

    Each answer has the best `article` (null where none shares a word with the query), its `score`
    and whether it is good enough (`answered`), and `results`: the five best.

    Raises:
        InvalidInputError: a line is not an object with a `query`.
        KnowledgeBaseError: an article cannot be used, or there is none.
    """
    searcher = _Searcher(load_folder(index, lang), lang, cache)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        hits = searcher.hits(_query(number, line))
        best = _fields(hits[0]) if hits else {"article": None, "score": 0.0, "answered": False}
        results = [{"article": hit.article, "score": round(hit.score, 4)} for hit in hits]
        yield json.dumps({**best, "results": results}, ensure_ascii=False)


class _Searcher:
    """One folder's index, its words' forms learnt."""

    def __init__(self, articles: Sequence[Article], lang: str, cache: Path | None) -> None:
        forms = asyncio.run(find_forms(lang, vocabulary(articles), cache))
        self._index = ArticleIndex(articles, lang, forms)
        self._lang = lang
        self._judge = Judge.calibrated()
        self._today: date = datetime.now(UTC).date()

    def hits(self, query: str) -> list[Hit]:
        return self._judge.hits(self._lang, self._index.search(query, self._today, _LIMIT))


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
