"""How well and how fast the knowledge base answers: `python -m bench.knowledge [quality|calibration|speed]`.

Quality: the questions in tests/language/questions, whose authors saw the titles alone, asked of our articles
by plain BM25 (bm25s as it comes, on words in lower case), by the sentence encoder alone (the nearest of
title, paraphrases, sentences), and by both as we add them up; then the same with the articles' titles and
texts alone, as in a folder without front matter. `right` is the share of answerable questions whose article
came first; `right at 10 %` the share that would be answered rightly with the line put where one in ten of
the unanswerable questions gets an answer.

Calibration: the same with the questions in knowledge_base/calibration, which one weight and three numbers a
language were fitted to. They are many more.

Speed: one question at a time against 5,000 articles made of our own sentences.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from knowledge_base.encoder import EncoderProcess, SentenceEncoder
from knowledge_base.forms import find_forms
from knowledge_base.index import vocabulary
from knowledge_base.judge import Judge
from knowledge_base.loader import Article, load_articles
from knowledge_base.meaning import MeaningIndex, pieces, texts
from knowledge_base.search import ArticleIndex
from knowledge_base.trials import cases

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 1, 1)
LANGUAGES = ("pl", "en", "cs")
FALSE = 0.10

Scores = npt.NDArray[np.float64]
Found = list[tuple[str | None, float]]
"""For each question the best article and its score."""


def questions(lang: str) -> list[tuple[str, str | None]]:
    path = ROOT / "tests/language/questions" / f"{lang}.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line["query"], line["article"]) for line in lines]


def plain(articles: Sequence[Article], asked: Sequence[str]) -> Found:
    cut = [re.findall(r"\w+", " ".join([a.title, *a.paraphrases, a.text]).lower()) for a in articles]
    index = bm25s.BM25()
    index.index(cut, show_progress=False)
    found: Found = []
    for question in asked:
        known = [word for word in re.findall(r"\w+", question.lower()) if word in index.vocab_dict]
        scores = index.get_scores(known) if known else np.zeros(len(articles))
        found.append((articles[int(scores.argmax())].id, float(scores.max())))
    return found


def encoder_alone(articles: Sequence[Article], asked: Sequence[str], encoder: SentenceEncoder) -> Found:
    owners, wanted = [], []
    for place, part in enumerate(pieces(articles)):
        for text in (*part.asked, *part.told):
            owners.append(place)
            wanted.append(text)
    near = encoder.encode(asked) @ encoder.encode(wanted).T
    return [(articles[owners[int(row.argmax())]].id, float(row.max())) for row in near]


def ours(
    articles: Sequence[Article], lang: str, asked: Sequence[str], encoder: SentenceEncoder | None
) -> Found:
    index = _index(articles, lang, encoder)
    near = index.nearness(encoder.encode([index.corrected(q) for q in asked])) if encoder else None
    found: Found = []
    for place, question in enumerate(asked):
        hits = Judge.calibrated().hits(
            lang, index.search(question, TODAY, 1, None if near is None else near[place])
        )
        found.append((hits[0].article, hits[0].score) if hits else (None, 0.0))
    return found


def _index(articles: Sequence[Article], lang: str, encoder: SentenceEncoder | None) -> ArticleIndex:
    forms = asyncio.run(find_forms(lang, vocabulary(articles), ROOT / "var" / "bench"))
    if encoder is None:
        return ArticleIndex(articles, lang, forms)
    wanted = texts(articles)
    vectors = dict(zip(wanted, encoder.encode(wanted), strict=True))
    return ArticleIndex(articles, lang, forms, MeaningIndex(articles, lang, vectors))


def measures(found: Found, expected: Sequence[str | None]) -> tuple[float, float]:
    """Return `right` and `right at 10 %`."""
    right = np.array([e is not None and e == f for (f, _), e in zip(found, expected, strict=True)])
    scores = np.array([score for _, score in found])
    answerable = np.array([e is not None for e in expected])
    line = np.quantile(scores[~answerable], 1 - FALSE)
    return right[answerable].mean(), (right & (scores > line))[answerable].mean()


def quality(encoder: SentenceEncoder) -> None:
    for lang in LANGUAGES:
        articles = _told(lang)
        compare(lang, "all articles", articles, questions(lang), encoder)


def calibration(encoder: SentenceEncoder) -> None:
    for lang in LANGUAGES:
        case = next(cases(lang))
        asked = [*case.questions, *((text, None) for text in case.unanswerable)]
        compare(lang, "calibration questions, every second paraphrase known", case.articles, asked, encoder)


def compare(
    lang: str,
    name: str,
    known: Sequence[Article],
    labelled: Sequence[tuple[str, str | None]],
    encoder: SentenceEncoder,
) -> None:
    bare = [replace(article, paraphrases=(), short="") for article in known]
    asked, expected = zip(*labelled, strict=True)
    answerable = sum(e is not None for e in expected)
    others = len(expected) - answerable
    print(f"\n### {lang}, {name}: {answerable} answerable, {others} not, {len(known)} articles\n")
    print("| | right | right at 10 % | without front matter: right | right at 10 % |")
    print("| --- | --- | --- | --- | --- |")
    ways: dict[str, Callable[[Sequence[Article]], Found]] = {
        "plain BM25": partial(plain, asked=asked),
        "the encoder alone": partial(encoder_alone, asked=asked, encoder=encoder),
        "ours, by the words alone": partial(ours, lang=lang, asked=asked, encoder=None),
        "ours": partial(ours, lang=lang, asked=asked, encoder=encoder),
    }
    for way, find in ways.items():
        figures = [*measures(find(known), expected), *measures(find(bare), expected)]
        print(f"| {way} | " + " | ".join(f"{100 * figure:.0f}%" for figure in figures) + " |")
    found = ours(known, lang, asked, encoder)
    line = Judge.calibrated().scale(lang, "both").answer
    told = [score >= line for _, score in found]
    right = sum(t and f == e for t, (f, _), e in zip(told, found, expected, strict=True))
    wrong = sum(t for t, e in zip(told, expected, strict=True) if e is None)
    print(f"\nWith the line in lines.json: {100 * right / answerable:.0f} % answered rightly,", end=" ")
    print(f"and {100 * wrong / others:.0f} % of what cannot be answered.")


def _told(lang: str) -> list[Article]:
    return [each for each in load_articles(ROOT / "knowledge_base/articles", lang) if each.is_told(TODAY)]


def speed(encoder: SentenceEncoder, count: int = 5000) -> None:
    rng = random.Random(1)
    own = load_articles(ROOT / "knowledge_base/articles", "en")
    parts = [part for each in pieces(own) for part in (*each.asked, *each.told)]
    articles = [
        Article(
            f"made-{i}", "en", f"{rng.choice(parts)} {i}", f"{rng.choice(parts)} {rng.choice(parts)}.", ""
        )
        for i in range(count)
    ]
    started = time.perf_counter()
    index = _index(articles, "en", encoder)
    print(f"index of {count} articles: {time.perf_counter() - started:.0f} s")
    asked = [question for question, _ in questions("en")] * 4
    times = []
    for question in asked:
        began = time.perf_counter()
        near = index.nearness(encoder.encode([index.corrected(question)]))
        assert near is not None
        index.search(question, TODAY, 5, near[0])
        times.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.quantile(times, [0.5, 0.95])
    print(f"an answer: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def main() -> None:
    wanted = sys.argv[1:] or ["quality", "speed"]
    encoder = EncoderProcess()
    try:
        if "quality" in wanted:
            quality(encoder)
        if "calibration" in wanted:
            calibration(encoder)
        if "speed" in wanted:
            speed(encoder)
    finally:
        encoder.close()


if __name__ == "__main__":
    main()
