"""The tables of forms, written before the reader was: one form a line, a tab, the number (or nothing)."""

from pathlib import Path

import pytest

from nlu.numbers import find

HERE = Path(__file__).parent
NEEDED = 0.97


def _table(lang: str) -> list[tuple[str, str]]:
    lines = (HERE / f"forms-{lang}.tsv").read_text(encoding="utf-8").splitlines()
    return [(form, value) for form, _, value in (line.partition("\t") for line in lines)]


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_forms(lang: str) -> None:
    table = _table(lang)
    heard = [(form, value, found.value if (found := find(form, lang)) else "") for form, value in table]
    wrong = [row for row in heard if row[1] != row[2]]
    assert len(table) >= 100
    assert 1 - len(wrong) / len(table) >= NEEDED, wrong


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_forms_without_case_and_diacritics(lang: str) -> None:
    """As a recogniser writes, or somebody in a hurry. Digits only: capitals tell letters from words."""
    plain = str.maketrans("ąćęłńóśźżáčďéěíňřšťúůýž", "acelnoszzacdeeinrstuuyz")
    told = [(form, value) for form, value in _table(lang) if not value or value.isdigit()]
    table = [(form.lower().translate(plain), value) for form, value in told]
    heard = [(form, value, found.value if (found := find(form, lang)) else "") for form, value in table]
    wrong = [row for row in heard if row[1] != row[2]]
    assert 1 - len(wrong) / len(table) >= NEEDED, wrong
