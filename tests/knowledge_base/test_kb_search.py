"""What the search finds: our own articles, in three languages, as customers type."""

import asyncio
import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import InvalidInputError
from knowledge_base import commands
from knowledge_base.evidence import Mode
from knowledge_base.forms import find_forms
from knowledge_base.judge import OTHER, Judge
from knowledge_base.loader import Article, KnowledgeBaseError, load_articles
from knowledge_base.search import ArticleIndex
from knowledge_base.text import fold, stopwords, words
from knowledge_base.typos import repairs

ROOT = Path(__file__).resolve().parents[2] / "knowledge_base"
OWN = ROOT / "articles"
TODAY = date(2026, 11, 23)
ENGLISH = ArticleIndex(load_articles(OWN, "en"), "en", {})

ASKED = [
    ("en", "how much is the delivery please", "delivery-cost"),
    ("en", "can i get an invioce for my company", "invoice"),
    ("en", "hi there, I bought shoes and they are too small, can I swap them for a bigger size?", "exchange"),
    ("cs", "kolik stoji doprava", "delivery-cost"),
    ("cs", "zapomel jsem heslo", "account-password"),
    ("cs", "chci vratit zbozi", "returns"),
    ("pl", "ile kosztuje dostawa", "delivery-cost"),
    ("pl", "nie pamietam hasla", "account-password"),
    ("pl", "jak dlugo trwa gwarnacja", "warranty"),
]


@pytest.mark.parametrize(("lang", "question", "article"), ASKED)
def test_it_answers(lang: str, question: str, article: str) -> None:
    index = ArticleIndex(load_articles(OWN, lang), lang, {})
    best = Judge.calibrated().hits(lang, index.search(question, TODAY, 1))[0]
    assert (best.article, best.answered) == (article, True)


async def test_forms_read_inflections_without_diacritics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = await find_forms("cs", ["zásilka", "vrátit"], tmp_path)
    assert forms["zasilkami"] == ("zasilka",)
    assert "vratit" in forms["vratil"]
    monkeypatch.delattr(asyncio, "create_subprocess_exec")  # the second time it comes from the cache
    assert await find_forms("cs", ["vrátit", "zásilka", "zásilka"], tmp_path) == forms


async def test_a_broken_cache_is_made_again(tmp_path: Path) -> None:
    forms = await find_forms("en", ["parcel"], tmp_path)
    await asyncio.to_thread(lambda: [kept.write_text("{") for kept in tmp_path.iterdir()])
    assert await find_forms("en", ["parcel"], tmp_path) == forms


async def test_the_cache_does_not_grow(tmp_path: Path) -> None:
    for number in range(6):
        await find_forms("en", [f"parcel{number}"], tmp_path)
    assert await asyncio.to_thread(lambda: len(list(tmp_path.iterdir()))) == 4


async def test_an_unknown_language_has_no_forms() -> None:
    assert await find_forms("xx", ["word"]) == {}


@pytest.mark.parametrize("mode", ["words", "both"])
def test_an_unknown_language_is_judged_like_a_mixture(mode: Mode) -> None:
    judge = Judge.calibrated()
    assert judge.scale("de", mode) == judge.scale(OTHER, mode)
    assert judge.weight("de") == judge.weight(OTHER)


@given(st.text(max_size=300) | st.sampled_from([q for _, q, _ in ASKED]))
@settings(max_examples=150, deadline=None)
def test_anything_can_be_asked(question: str) -> None:
    hits = Judge.calibrated().hits("en", ENGLISH.search(question, TODAY, 5))
    assert len(hits) <= 5
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_long_story_costs_little() -> None:
    story = " ".join(f"slovo{i}x invioce parzel{i}" for i in range(20_000))
    started = time.process_time()
    ENGLISH.search(story, TODAY, 5)
    assert time.process_time() - started < 0.5


def test_what_is_not_for_customers_is_not_found() -> None:
    def article(name: str, **fields: object) -> Article:
        return Article(name, "en", "Refund rules", "Refund rules of the shop", "Refund", **fields)  # type: ignore[arg-type]

    articles = [
        article("open"),
        article("secret", audience="agents"),
        article("over", valid_until=date(2026, 11, 22)),
        article("soon", valid_from=date(2026, 11, 24)),
    ]
    found = ArticleIndex(articles, "en", {}).search("refund rules", TODAY, 5)
    assert [e.article.id for e in found] == ["open"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("invioce", ["invoice"]),
        ("invoce", ["invoice"]),
        ("invoicee", ["invoice"]),
        ("invoise", ["invoice"]),
        ("invcei", []),
        ("bil", []),
        ("inv0ice", []),
        ("", []),
        ("x" * 5000, []),
    ],
)
def test_repairs(word: str, found: list[str]) -> None:
    assert repairs(word, {"invoice", "bill"}) == found


def test_words_and_folding() -> None:
    assert words("Can't you—PRZESYŁKĘ? e-mail 10023 it’s") == [
        "can't",
        "you",
        "przesyłkę",
        "e",
        "mail",
        "10023",
        "it's",
    ]
    assert fold("Przesyłkę Žluťoučký ĐØß") == "przesylke zlutoucky doss"
    assert all(fold(word) == word for lang in ("pl", "cs", "en") for word in stopwords(lang))


def test_batch_over_a_foreign_folder(tmp_path: Path) -> None:
    (tmp_path / "bikes.md").write_text("# Renting bikes\n\nA bike costs five pounds an hour.")
    (tmp_path / "boats.md").write_text("Boats are rented at the pier from May to September.")
    queries = ["what does a bike cost per hour", "when can I rent a boat", "zzz qqq"]
    lines = [json.dumps({"query": q, "id": 1}) for q in queries]
    out = [json.loads(line) for line in commands.batch(tmp_path, "en", lines)]
    assert [o["article"] for o in out[:2]] == ["bikes", "boats"]
    assert [o["answered"] for o in out] == [True, True, False]
    assert all(len(o["results"]) == 2 for o in out)
    assert out[0]["results"][0] == {"article": "bikes", "score": out[0]["score"]}


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"query": 7}', "{}"])
def test_a_line_that_is_not_a_query_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    with pytest.raises(InvalidInputError, match="line 2"):
        list(commands.batch(tmp_path, "en", ['{"query": "x"}', line]))


def test_search_prints_the_best_first() -> None:
    hits = [json.loads(line) for line in commands.search(OWN, "en", "do you sell gift cards")]
    assert hits[0].keys() == {"article", "score", "answered"}
    assert hits[0]["article"] == "gift-cards"
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)


def test_a_language_without_articles_is_an_error() -> None:
    with pytest.raises(KnowledgeBaseError, match="holds no article"):
        list(commands.search(OWN, "de", "hallo"))
