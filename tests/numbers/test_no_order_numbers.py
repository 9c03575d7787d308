"""What has numbers in it and no order number."""

import time

import pytest

from nlu.numbers import find

NONE = {
    "pl": [
        "",
        "   ",
        "?!",
        "dzień dobry",
        "to jest to",
        "nie, to nie to",
        "raz na jakiś czas",
        "zamówiłam 2 paczki",
        "zamówiłem trzy dni temu",
        "za 50 zł",
        "za pięćdziesiąt złotych",
        "zapłaciłem 1 250 zł",
        "zapłaciłem 1250,00 zł",
        "dwa tysiące pięćset złotych",
        "kosztuje 1299 PLN",
        "o 10:30",
        "po 10.30",
        "od 12.11.",
        "12.11.2024",
        "od 12. 11.",
        "2024-11-12",
        "12 listopada 2024",
        "w 2024 roku",
        "kupione w 2024",
        "mój telefon to 600100200",
        "600 100 200",
        "600-100-200",
        "+48 600 100 200",
        "proszę dzwonić na sześćset sto dwieście",
        "jan2305@shop.example",
        "https://shop.example/12345",
        "na sto procent",
        "ile jest siedem razy osiem",
        "mam pięć minut",
        "dwie sprawy",
        "jestem pierwszy raz",
        "potrzebuję pożyczki pięćdziesiąt tysięcy",
    ],
    "cs": [
        "dobrý den",
        "to je jedno",
        "to už je jedno",
        "ale nic, to je jedno",
        "kdo ste",
        "objednala jsem 2 balíky",
        "před třemi dny",
        "za 50 korun",
        "za padesát korun",
        "zaplatil jsem 1 250 Kč",
        "dva tisíce pět set korun",
        "v 10:30",
        "po 10.30",
        "od 12.11.",
        "12. listopadu 2024",
        "v roce 2024",
        "601 200 300",
        "+420 601 200 300",
        "můj telefon je šest set jedna dvě stě tři sta",
        "petra2041@shop.example",
        "na sto procent",
        "mám jednu otázku",
        "ani za milion",
    ],
    "en": [
        "hello",
        "no",
        "for you to call me",
        "not for now",
        "I have to go too",
        "I ordered 2 parcels",
        "3 days ago",
        "for 50 pounds",
        "for fifty pounds",
        "I paid $1,250.00",
        "I paid 1250 pounds",
        "two thousand five hundred dollars",
        "at 10:30",
        "at 10.30",
        "around ten thirty",
        "since 12.11.",
        "on 12/11/2024",
        "November 12th, 2024",
        "the 12th of November",
        "in 2024",
        "my phone number is 07700 900123",
        "my number is +44 7700 900123",
        "call me on seven seven double o nine double o one two three",
        "emma1234@shop.example",
        "100%",
        "thanks a million",
        "fifty fifty",
        "I'd like to book a table for two at eight",
        "someone else",
        "can u get some1 to help me",
        "I owe you one",
        "is this one for you",
        "covid-19",
        "620011223344556677889900",
    ],
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in NONE.items() for text in texts])
def test_none(lang: str, text: str) -> None:
    assert find(text, lang) is None


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "9",
        "a@",
        "sto",
        "x",
        "no 1 ",
        ",",
        "double ",
        "dva krát ",
        "twenty-",
        "AB-1",
        "10.10",
        "b jak b ",
    ],
)
def test_long_nonsense_ends(lang: str, piece: str) -> None:
    """The limit is generous: what is meant is that nothing grows with the square of a text."""
    text = piece * (200_000 // len(piece))
    before = time.process_time()
    find(text, lang)
    assert time.process_time() - before < 2.0


def test_any_character_is_taken() -> None:
    for block in range(0, 0x2FFFF, 256):
        text = "".join(chr(code) for code in range(block, block + 256) if not 0xD800 <= code < 0xE000)
        find(f"{text}1 {text}", "pl")
