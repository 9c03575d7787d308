"""When a partial text already answers."""

import pytest

from voice.stt.completeness import Completeness, complete

C, I, O = Completeness.COMPLETE, Completeness.INCOMPLETE, Completeness.OPEN  # noqa: E741

NUMBERS = [
    ("en", "one two three", I),
    ("en", "one two three four five", C),
    ("en", "one two three four five six", O),
    ("en", "one two double three four", C),
    ("en", "one two double", I),
    ("en", "triple seven oh one", C),
    ("en", "ten thousand twenty three", C),
    ("en", "ten thousand", O),
    ("en", "ten thousand and", O),
    ("en", "twenty thousand four hundred and seventeen", C),
    ("en", "ten oh twenty three", C),
    ("en", "ten oh twenty", O),
    ("en", "twenty three four hundred five", C),
    ("en", "my order number is", I),
    ("en", "my order number is three oh five", I),
    ("en", "one two three four no", I),
    ("en", "one two three four six no five", O),
    ("en", "one two no sorry three four five six seven", C),
    ("en", "o c seven seven eight", O),
    ("en", "o c seven", I),
    ("en", "no", O),
    ("en", "hello there", O),
    ("en", "agent", C),
    ("pl", "dwadzieścia tysięcy czterysta siedemnaście", C),
    ("pl", "dwieście trzy czterdzieści pięć", C),
    ("pl", "dziesięć zero dwadzieścia trzy", C),
    ("pl", "dwa razy siedem zero trzy", I),
    ("pl", "dwa razy siedem zero trzy jeden", C),
    ("pl", "dwadzieścia dwa razy", I),
    ("pl", "sto dwa", I),
    ("cs", "třiadvacet čtyři sta pět", C),
    ("cs", "dvacet tisíc čtyři sta sedmnáct", C),
    ("cs", "deset nula dvacet tři", C),
]


@pytest.mark.parametrize(("lang", "text", "expected"), NUMBERS)
def test_order_numbers(lang: str, text: str, expected: Completeness) -> None:
    assert complete(text, "order_number", lang) is expected


@pytest.mark.parametrize(
    ("lang", "text", "digits", "expected"),
    [
        ("cs", "jedna dva tři čtyři", None, C),
        ("en", "one two three", None, I),
        ("pl", "dwadzieścia trzy", 2, C),
        ("pl", "jeden dwa trzy cztery", 6, I),
    ],
)
def test_other_lengths(lang: str, text: str, digits: int | None, expected: Completeness) -> None:
    assert complete(text, "verifier", lang, digits) is expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "yes", C),
        ("en", "yes please", C),
        ("en", "no thank", I),
        ("en", "yes no", O),
        ("en", "don't call", C),
        ("en", "don't call maybe never", O),
        ("en", "call me later", C),
        ("pl", "tak tak proszę", C),
        ("pl", "nie", C),
        ("pl", "proszę", O),
        ("pl", "proszę nie", I),
        ("pl", "konsultant", C),
        ("cs", "ano", C),
        ("cs", "jaké je počasí", O),
        ("cs", "", O),
    ],
)
def test_yes_no(lang: str, text: str, expected: Completeness) -> None:
    assert complete(text, "yes_no", lang) is expected


def test_menu_and_open_questions() -> None:
    assert complete("where is my order", "menu", "en") is C
    assert complete("where is my", "menu", "en") is O
    assert complete("one two three four five", None, "en") is O


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "hello", I),
        ("en", "where is", I),
        ("en", "i want to know", I),
        ("en", "where is my order", O),
        ("en", "no", O),
        ("pl", "dzień dobry", I),
        ("pl", "gdzie jest moja", I),
        ("pl", "gdzie jest moja paczka", O),
        ("cs", "dobrý den kde je", I),
        ("cs", "kde je můj balík", O),
        ("cs", "", O),
    ],
)
def test_a_request_that_stops_in_the_middle_goes_on(lang: str, text: str, expected: Completeness) -> None:
    assert complete(text, None, lang) is expected
