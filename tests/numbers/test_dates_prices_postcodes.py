"""Dates, times, prices, telephone numbers and postcodes are no order numbers, however they are written."""

import pytest

from nlu.numbers import best, find

NEVER = [
    ("pl", "129,99 zł"),
    ("pl", "1 299,00 zł"),
    ("pl", "zapłaciłam 129,99"),
    ("pl", "zapłaciłem 1299"),
    ("pl", "+48 600 100 200"),
    ("pl", "0048 600 100 200"),
    ("pl", "plus czterdzieści osiem sześćset sto dwieście"),
    ("pl", "kod pocztowy 31-154"),
    ("pl", "ul. Długa 12/14, 31-154 Kraków"),
    ("pl", "kod pocztowy trzydzieści jeden sto pięćdziesiąt cztery"),
    ("pl", "dwunastego listopada dwa tysiące dwudziestego szóstego"),
    ("pl", "dwunasty listopada dwa tysiące dwadzieścia sześć"),
    ("cs", "v 10.00 h"),
    ("cs", "v 10:00 hod"),
    ("cs", "stálo to 1 299,- Kč"),
    ("cs", "zaplatil jsem 129,99"),
    ("cs", "00420 601 100 200"),
    ("cs", "bydlím na 110 00 Praha 1"),
    ("cs", "Dlouhá 12/14, 602 00 Brno"),
    ("cs", "PSČ 602 00"),
    ("cs", "psč šest set dva nula nula"),
    ("cs", "v patnáct třicet"),
    ("cs", "dvanáctého listopadu dva tisíce dvacet šest"),
    ("en", "3.30 pm"),
    ("en", "at three thirty p m"),
    ("en", "I paid 129.99"),
    ("en", "$1,299.00"),
    ("en", "+44 7700 900123"),
    ("en", "postcode SW1A 1AA"),
    ("en", "zip code 90210"),
    ("en", "the twelfth of november twenty twenty six"),
    ("en", "november third two thousand twenty six"),
]
DOUBTFUL = ["12 11 2024", "12.11.2024", "12. 11. 2024", "2024-11-12", "15:30", "00-950", "129,99", "1 299,00"]
STILL = [
    ("45 – 0,17", "45017"),
    ("62-200 14", "6220014"),
    ("10-023", "10023"),
    ("10.023", "10023"),
    ("5812 3", "58123"),
    ("1 0 0 2 3", "10023"),
    ("10023 12.11.2024", "10023"),
    ("33019, 129,99 zł", "33019"),
]


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(("lang", "text"), NEVER)
def test_what_is_named_is_never_ours(lang: str, text: str, asked: bool) -> None:
    assert find(text, lang, asked=asked) is None


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_only_looks_like_one_is_ours_where_a_number_was_asked_for(lang: str, text: str) -> None:
    figures = "".join(char for char in text if char.isdigit())
    assert find(text, lang) is None
    assert (found := find(text, lang, asked=True)) is not None
    assert found.value == figures


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_something_better_wins_though_a_number_was_asked_for(lang: str) -> None:
    for text in ("12 11 2024, 10023", "10023, 15:30", "00-950, 10023"):
        assert (found := find(text, lang, asked=True)) is not None
        assert found.value == "10023"
    assert (heard := best(["12 11 2024", "10023"], lang, asked=True)) is not None
    assert heard.value == "10023"


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize(("text", "number"), STILL)
def test_pieces_of_a_number_stay_one(lang: str, text: str, number: str) -> None:
    shop = f"[0-9]{{{len(number)}}}"
    assert (found := find(text, lang, pattern=shop)) is not None
    assert found.value == number


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_the_shop_says_what_its_numbers_look_like(lang: str) -> None:
    assert (found := find("62-200 14", lang, pattern="[0-9]{5}")) is not None
    assert found.value == "62214"
    assert find("10023", lang, pattern="[A-Z]{2}[0-9]{4}") is None
    assert (code := find("AB-1002", lang, pattern="[A-Z]{2}[0-9]{4}")) is not None
    assert code.value == "AB1002"
