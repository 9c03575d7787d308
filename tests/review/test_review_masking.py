"""What may say who a customer is does not reach a draft."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.masking import mask, usable


@pytest.mark.parametrize(
    ("lang", "text", "masked"),
    [
        ("pl", "gdzie jest moja paczka 10023", "gdzie jest moja paczka …"),
        ("en", "my order is AB-12345, not 600-100-200", "my order is …, not …"),
        ("pl", "mój telefon +48 600 100 200, proszę dzwonić", "mój telefon …, proszę dzwonić"),
        ("cs", "volejte +420 601 200 300", "volejte …"),
        ("pl", "numer jeden zero zero dwa trzy", "numer …"),
        ("en", "call me at five five five one two three four five six", "…"),
        ("pl", "jan.kowalski@shop.example to mój mail", "… to mój mail"),
        ("pl", "piszcie na jan małpa gmail kropka com", "piszcie na …"),
        ("en", "look at https://shop.example/o?t=abc please", "look at … please"),
        ("pl", "karta 4111 1111 1111 1111", "karta …"),
        ("pl", "10 0 2 3", "…"),
    ],
)
def test_numbers_and_addresses_are_taken_out(lang: str, text: str, masked: str) -> None:
    assert mask(text, lang) == masked


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("pl", "mam 14 dni na zwrot i 100 zł"),
        ("en", "do you have size 42 or 44 for 19.99?"),
        ("cs", "otevřeno je od 8 do 16, v sobotu 9-14?"),
        ("en", "can I pay at home"),
    ],
)
def test_what_says_nothing_about_anybody_stays(lang: str, text: str) -> None:
    assert mask(text, lang) == text


def test_a_known_name_is_taken_out_in_its_other_forms_too() -> None:
    assert mask("tu Jan Kowalski, paczka dla Kowalskiego", "pl", "Jan Kowalski") == "tu …, paczka dla …"
    assert mask("jak to działa", "pl", "Ja") == "jak to działa"


@pytest.mark.parametrize(
    ("masked", "left"),
    [("mój telefon …, proszę", "mój telefon, proszę"), ("… zwrot", "zwrot"), ("…", ""), ("… 12!", "")],
)
def test_what_is_left_reads_well(masked: str, left: str) -> None:
    assert usable(masked) == left


@given(st.text(max_size=80), st.integers(10_000, 10**11))
def test_no_number_survives_anywhere(text: str, number: int) -> None:
    assert str(number) not in mask(f"{text} {number} {text}", "pl")
