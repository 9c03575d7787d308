from pathlib import Path

import pytest

from knowledge_base.loader import Article, KnowledgeBaseError, load_articles
from knowledge_base.topics import load_titles, tree

OWN = Path(__file__).resolve().parents[2] / "knowledge_base" / "articles"


def article(name: str, topic: str | None) -> Article:
    return Article(name, "en", name.title(), "Text.", "Text.", topic=topic)


def test_topics_are_a_tree_in_the_order_of_the_file() -> None:
    articles = [
        article(*each) for each in (("b", "delivery"), ("a", "delivery"), ("c", "pay/by-card"), ("d", None))
    ]
    pay, delivery = tree(articles, {"pay": "Paying", "unused": "Nothing"})
    assert (pay.path, pay.title, pay.articles) == ("pay", "Paying", ())
    (card,) = pay.topics
    assert (card.path, card.title, [entry.article for entry in card.articles]) == (
        "pay/by-card",
        "By card",
        ["c"],
    )
    assert (delivery.title, [entry.title for entry in delivery.articles]) == ("Delivery", ["A", "B"])


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_every_topic_of_ours_has_a_title(lang: str) -> None:
    titles = load_titles(OWN / lang)
    assert {a.topic for a in load_articles(OWN, lang)} <= titles.keys()
    assert titles.keys() == load_titles(OWN / "en").keys()


@pytest.mark.parametrize("text", ["- a", "a: [b]", "a: {b: c}", "a: [", "1: x"])
def test_wrong_titles_name_the_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "topics.yml").write_text(text)
    with pytest.raises(KnowledgeBaseError, match=r"topics\.yml"):
        load_titles(tmp_path)


@pytest.mark.parametrize("text", ["", "# nothing yet"])
def test_no_titles_are_none(text: str, tmp_path: Path) -> None:
    assert load_titles(tmp_path) == {}
    (tmp_path / "topics.yml").write_text(text)
    assert load_titles(tmp_path) == {}
