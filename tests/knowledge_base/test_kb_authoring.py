"""Articles that a review writes can be read, and those that it adds to stay as they were."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.authoring import MAX_PARAPHRASES, article, slug, with_paraphrases
from knowledge_base.loader import Article, KnowledgeBaseError, load_articles

OWN = Path(__file__).resolve().parents[2] / "knowledge_base" / "articles"
TODAY = date(2026, 11, 23)


def load(folder: Path, text: str) -> Article:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / "one.md").write_text(text, encoding="utf-8")
    return load_articles(folder, "en")[0]


def written(**more: object) -> str:
    fields = {
        "title": "Gift wrapping",
        "topic": "orders",
        "paraphrases": ["do you wrap gifts"],
        "short": "We do.",
        "text": "We wrap gifts.",
        "draft": False,
    }
    return article(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Czy pakujecie na PREZENT?", "czy-pakujecie-na-prezent"),
        ("Žluťoučký kůň, 20 %", "zlutoucky-kun-20"),
        ("../../etc/passwd", "etc-passwd"),
        ("don't", "dont"),
        ("👍 ?", ""),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_title_names_the_file(title: str, name: str) -> None:
    assert slug(title) == name


def test_a_finished_article_is_told(tmp_path: Path) -> None:
    found = load(tmp_path, written())
    assert (found.title, found.topic, found.short, found.text) == (
        "Gift wrapping",
        "orders",
        "We do.",
        "We wrap gifts.",
    )
    assert found.paraphrases == ("do you wrap gifts",)
    assert found.is_told(TODAY)


def test_a_draft_is_read_and_told_to_nobody(tmp_path: Path) -> None:
    found = load(tmp_path, written(draft=True, short=None, text="", topic=None))
    assert found.draft
    assert not found.is_told(TODAY)
    assert (found.text, found.short, found.topic) == ("", "", None)


def test_only_a_draft_may_lack_its_answer(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError, match="short"):
        load(tmp_path, written(short=None))
    with pytest.raises(KnowledgeBaseError, match="no answer"):
        load(tmp_path, written(text=""))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60)
def test_any_words_survive_the_file(title: str, other: str) -> None:
    front = yaml.safe_load(written(title=f"t{title}", paraphrases=[f"p{other}z"]).split("\n---\n")[0])
    assert letters(front["title"]) == letters(f"t{title}")
    assert front["paraphrases"][0].startswith("p")
    assert letters(front["paraphrases"][0]).endswith("z")


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize("path", sorted(OWN.glob("*/returns.md")), ids=lambda path: path.parent.name)
def test_more_ways_to_ask_change_nothing_else(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    text, added = with_paraphrases(source, ["co z „tym”: #5?", "CO Z „TYM”: #5"])
    assert added == 1
    before, after = source.splitlines(), text.splitlines()
    (new,) = [line for line in after if line not in before]
    assert new == '  - "co z „tym”: #5?"'
    assert [line for line in after if line != new] == before
    assert with_paraphrases(text, ["co z tym 5"]) == (text, 0)


@pytest.mark.parametrize(
    "front",
    [
        "title: A\n",
        "title: A\nparaphrases: [b, 'c d']\nshort: s\n",
        "title: A\nparaphrases:\n- b\n- c d  # as they say\nshort: s\n",
        "# kept\ntitle: A\nparaphrases:\n\n    - b\n\n    - 'c d'\n\nshort: s\n",
        "title: A\nparaphrases:\nshort: s\n",
        "title: A\nparaphrases: []\n",
        "title: A\r\nparaphrases:\r\n  - b\r\nshort: s\r\n",
        "title: A\nparaphrases:\n  - |\n    b\n    c\nshort: s\n",
    ],
)
def test_every_way_to_write_a_list_is_known(front: str) -> None:
    known = yaml.safe_load(front)
    text, added = with_paraphrases(f"---\n{front}---\nThe answer.\n", ["new one"])
    assert added == 1
    _, head, body = text.split("---\n")
    assert yaml.safe_load(head) == {**known, "paraphrases": [*(known.get("paraphrases") or []), "new one"]}
    assert body == "The answer.\n"


def test_what_cannot_be_added_to_is_said() -> None:
    with pytest.raises(KnowledgeBaseError, match="front matter"):
        with_paraphrases("no front matter", ["a"])
    with pytest.raises(KnowledgeBaseError, match="front matter"):
        with_paraphrases("---\n: [\n---\n", ["a"])
    with pytest.raises(KnowledgeBaseError, match=f"at most {MAX_PARAPHRASES}"):
        with_paraphrases(written(), [f"way {n}" for n in range(MAX_PARAPHRASES)])
