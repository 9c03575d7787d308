from datetime import date
from pathlib import Path

import pytest

from knowledge_base.loader import Article, KnowledgeBaseError, load_articles, load_folder

OWN = Path(__file__).resolve().parents[2] / "knowledge_base" / "articles"
GOOD = '---\ntitle: "Returns"\nshort: "Thirty days."\n---\nYou have 30 days.\n'


def write(folder: Path, text: str | bytes, name: str = "returns") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_our_own_articles_are_the_same_in_every_language(lang: str) -> None:
    articles = load_articles(OWN, lang)
    assert len(articles) >= 42
    assert {key(a) for a in articles} == {key(a) for a in load_articles(OWN, "en")}
    assert all(len(a.paraphrases) >= 8 for a in articles)
    assert all(len(a.title) <= 48 for a in articles), "a title stands on a button"
    assert all(len(a.short) <= 170 for a in articles), "a caller listens to it"


def key(article: Article) -> tuple[object, ...]:
    """What does not depend on the language."""
    return article.id, article.topic, article.audience, article.valid_from, article.valid_until


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_no_two_of_our_articles_are_asked_for_in_the_same_words(lang: str) -> None:
    asked = [p.casefold().strip(" ?.!") for a in load_articles(OWN, lang) for p in a.paraphrases]
    assert sorted({p for p in asked if asked.count(p) > 1}) == []


def test_every_field_is_read(tmp_path: Path) -> None:
    front = "title: T\nshort: S\ntopic: t\nparaphrases: [a b, c]\naudience: agents\n"
    write(
        tmp_path / "en", f"---\n{front}valid_from: 2026-01-01\nvalid_until: 2026-02-01\n---\n\nBody\n\nmore\n"
    )
    (article,) = load_articles(tmp_path, "en")
    assert (article.id, article.title, article.short, article.topic) == ("returns", "T", "S", "t")
    assert article.paraphrases == ("a b", "c")
    assert article.text == "Body\n\nmore"
    assert (article.valid_from, article.valid_until) == (date(2026, 1, 1), date(2026, 2, 1))
    assert not article.is_told(date(2026, 1, 15))


@pytest.mark.parametrize(
    ("day", "told"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-02-01", True), ("2026-02-02", False)],
)
def test_both_days_are_included(day: str, told: bool, tmp_path: Path) -> None:
    front = "title: T\nshort: S\nvalid_from: 2026-01-01\nvalid_until: 2026-02-01"
    write(tmp_path / "en", f"---\n{front}\n---\nBody")
    assert load_articles(tmp_path, "en")[0].is_told(date.fromisoformat(day)) is told


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("Just text", "begin it with front matter"),
        ("---\nshort: S\n---\nBody", "title"),
        ("---\ntitle: T\nshort: S\nparaphrase: [x]\n---\nBody", "paraphrase"),
        ("---\ntitle: T\nshort: S\nvalid_from: soon\n---\nBody", "valid_from"),
        ("---\ntitle: T\nshort: S\naudience: everybody\n---\nBody", "audience"),
        ("---\ntitle: T\nshort: S\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\nB", "exchange them"),
        ("---\ntitle: a: b\n---\nBody", "not YAML in line 2"),
        ("---\n- a\n---\nBody", "key: value"),
        ("---\ntitle: T\nshort: S\n---\n", "no answer below"),
        (b"---\ntitle: \xff\n---\nBody", "save it as UTF-8"),
        ("x" * 300_000, "split it"),
    ],
)
def test_an_error_names_the_file_and_the_mend(text: str | bytes, mend: str, tmp_path: Path) -> None:
    path = write(tmp_path / "en", text)
    with pytest.raises(KnowledgeBaseError) as caught:
        load_articles(tmp_path, "en")
    assert str(path) in str(caught.value)
    assert mend in str(caught.value)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="holds no article"):
        load_articles(tmp_path, "en")


@pytest.mark.parametrize(
    ("text", "title", "body", "short"),
    [
        (
            "You have 30 days.\n\nReally.",
            "returns and refunds",
            "You have 30 days.\n\nReally.",
            "You have 30 days.",
        ),
        ("# Sending back #\n\nYou have 30 days.", "Sending back", "You have 30 days.", "You have 30 days."),
        (GOOD, "Returns", "You have 30 days.", "Thirty days."),
        ("\ufeff---\r\ntitle: T\r\ntags: [a]\r\n---\r\nBody", "T", "Body", "Body"),
        ("---\n---\nBody", "returns and refunds", "Body", "Body"),
        ("---\ntitle: T\n---\nAbove\n\nbelow", "T", "Above\n\nbelow", "Above"),
        ("Above\n\n---\n\nbelow", "Above", "---\n\nbelow", "---"),
        ("How long have I got?\n30 days.", "How long have I got?", "30 days.", "30 days."),
        ("Q: **How long?**\r\n\r\n30 days.", "**How long?", "30 days.", "30 days."),
        ("30 days\nand no more", "returns and refunds", "30 days\nand no more", "30 days\nand no more"),
        ("How long?", "returns and refunds", "How long?", "How long?"),
        ("", "returns and refunds", "", ""),
    ],
)
def test_foreign_folders(text: str, title: str, body: str, short: str, tmp_path: Path) -> None:
    write(tmp_path, text, "returns-and_refunds")
    (article,) = load_folder(tmp_path, "en")
    assert (article.title, article.text, article.short) == (title, body, short)


def test_a_number_is_no_title(tmp_path: Path) -> None:
    write(tmp_path, "You have 30 days. " * 10 + "\nReally.", "faq-0012")
    write(tmp_path, "", "faq-0013")
    articles = load_folder(tmp_path, "en")
    assert [a.title for a in articles] == [
        "You have 30 days. You have 30 days. You have 30 days. You have 30 days. You…",
        "faq 0013",
    ]
