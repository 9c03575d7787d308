"""The questions that the search is calibrated with, and what it finds for them.

calibration/answerable/<lang>.txt has questions below the article that answers each;
calibration/unanswerable/<lang>.txt has sentences that no article answers; calibration/foreign/<lang>.txt is
somebody else's page of questions and answers, with what its readers might ask. Nothing here is taken from
the held-out questions of the tests.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge_base.encoder import SentenceEncoder, Vectors
from knowledge_base.evidence import Evidence
from knowledge_base.forms import Forms, find_forms
from knowledge_base.index import vocabulary
from knowledge_base.loader import Article, load_articles
from knowledge_base.meaning import MeaningIndex, texts
from knowledge_base.search import ArticleIndex

ROOT = Path(__file__).parent
_TODAY = date(2026, 1, 1)
"""Any day: the calibration is about words."""
_ASKED = 6
"""Paraphrases of an article that are asked of the article without them."""


@dataclass(frozen=True, slots=True)
class Case:
    """Articles, and what is asked of them."""

    name: str
    lang: str
    articles: tuple[Article, ...]
    questions: tuple[tuple[str, str], ...]
    """A question and the id of the article that answers it."""
    unanswerable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One question and the best article that was found."""

    best: Evidence | None
    right: bool
    kind: str
    """`answerable`; `far`: about something else; `near`: answerable, but the article was taken away."""


def cases(lang: str) -> Iterator[Case]:
    """Give a language's cases: its articles half known, without front matter, and somebody else's."""
    articles = tuple(a for a in load_articles(ROOT / "articles", lang) if a.is_told(_TODAY))
    known = {article.id for article in articles}
    far = tuple(_lines("unanswerable", lang))
    asked = tuple((question, name) for name, question in _below_headings("answerable", lang) if name in known)
    half = tuple(replace(a, paraphrases=a.paraphrases[::2]) for a in articles)
    rest = tuple((p, a.id) for a in articles for p in a.paraphrases[1::2])
    yield Case("half", lang, half, (*asked, *rest), far)
    bare = tuple(replace(a, paraphrases=(), short="") for a in articles)
    first = tuple((p, a.id) for a in articles for p in a.paraphrases[:_ASKED])
    yield Case("bare", lang, bare, (*asked, *first), far)
    foreign: dict[str, list[str]] = {}
    for title, line in _below_headings("foreign", lang):
        foreign.setdefault(title, []).append(line)
    if foreign:
        theirs = tuple(Article(title, lang, title, lines[0], lines[0]) for title, lines in foreign.items())
        questions = tuple((line[2:], title) for title, lines in foreign.items() for line in lines[1:])
        yield Case("foreign", lang, theirs, questions, far)


class Laboratory:
    """One case's index, whose weight can be changed."""

    def __init__(self, case: Case, forms: Forms, known: dict[str, Vectors]) -> None:
        """`known` has the vectors of the articles' texts and of the questions as they are corrected."""
        self.case = case
        self._forms = forms
        self._known = known
        self._meanings = MeaningIndex(case.articles, case.lang, known) if known else None

    def trials(self, weight: float) -> list[Trial]:
        """Ask everything; without vectors by the words alone."""
        index = ArticleIndex(self.case.articles, self.case.lang, self._forms, self._meanings, weight=weight)
        found = []
        for question, name in self.case.questions:
            hits = self._search(index, question)
            found.append(
                Trial(next(iter(hits), None), bool(hits) and hits[0].article.id == name, "answerable")
            )
            others = [hit for hit in hits if hit.article.id != name]
            found.append(Trial(_first(others), False, "near"))
        for sentence in self.case.unanswerable:
            found.append(Trial(next(iter(self._search(index, sentence)), None), False, "far"))
        return found

    def _search(self, index: ArticleIndex, question: str) -> list[Evidence]:
        near = None
        if self._meanings:
            near = self._meanings.nearness(self._known[index.corrected(question)][None])[0]
        return index.search(question, _TODAY, 3, near)


async def laboratories(lang: str, encoder: SentenceEncoder | None) -> list[Laboratory]:
    """Prepare a language's cases; without an encoder they are searched by the words alone."""
    prepared = []
    for case in cases(lang):
        forms = await find_forms(lang, vocabulary(case.articles))
        known: dict[str, Vectors] = {}
        if encoder is not None:
            index = ArticleIndex(case.articles, lang, forms, weight=1.0)
            asked = [question for question, _ in case.questions] + list(case.unanswerable)
            wanted = [*texts(case.articles), *dict.fromkeys(index.corrected(question) for question in asked)]
            known = dict(zip(wanted, encoder.encode(wanted), strict=True))
        prepared.append(Laboratory(case, forms, known))
    return prepared


def _first(others: Sequence[Evidence]) -> Evidence | None:
    """Return the best of what is left, its lead as it would be if the rest were all."""
    if not others:
        return None
    rival = others[1].worth if len(others) > 1 else 0.0
    return replace(others[0], lead=others[0].worth - rival)


def _below_headings(kind: str, lang: str) -> Iterator[tuple[str, str]]:
    heading = ""
    for line in _lines(kind, lang):
        if line.startswith("# "):
            heading = line[2:]
        else:
            yield heading, line


def _lines(kind: str, lang: str) -> list[str]:
    path = ROOT / "calibration" / kind / f"{lang}.txt"
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line] if path.is_file() else []
