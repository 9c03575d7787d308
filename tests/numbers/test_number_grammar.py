"""One way of saying a number after another."""

import pytest

from nlu.numbers import Found, best, digits, find


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        # tens, hundreds, thousands
        ("pl", "dwadzieścia trzy zero pięć", "2305"),
        ("pl", "dziesięć tysięcy dwadzieścia trzy", "10023"),
        ("pl", "sto dwadzieścia", "120"),
        ("pl", "sześćdziesiąt dwa dwieście czternaście", "62214"),
        ("pl", "tysiąc dwieście trzydzieści cztery", "1234"),
        ("pl", "dwadziescia szescset jeden", "20601"),
        ("pl", "dwadzieściatrzy zero siedem", "2307"),
        ("cs", "deset nula dva tři", "10023"),
        ("cs", "třiadvacet nula pět", "2305"),
        ("cs", "pětadvacet sto jedna", "25101"),
        ("cs", "dvacet čtyři sta sedmnáct", "20417"),
        ("cs", "tisíc dvě stě třicet čtyři", "1234"),
        ("cs", "stodvacet třicet", "12030"),
        ("en", "sixty-two, two hundred fourteen", "62214"),
        ("en", "twenty four hundred five", "2405"),
        ("en", "a hundred and five thirty", "10530"),
        ("en", "ten thousand and twenty three", "10023"),
        ("en", "four million five hundred thousand and one", "4500001"),
        ("en", "twenty seven thousand seven fifty", "27750"),
        # typed
        ("pl", "45 – 0,17", "45017"),
        ("pl", "62-200 14", "62214"),
        ("cs", "10 023", "10023"),
        ("en", "#10023", "10023"),
        ("en", "no. 10023", "10023"),
        ("pl", "10 tys. 23", "10023"),
        ("en", "１００２３", "10023"),
        # grammatical forms and things
        ("pl", "jedynka, dwa zera, dwójka, trójka", "10023"),
        ("pl", "od zera cztery pięć sześć siedem", "04567"),
        ("pl", "dwie siódemki i trzy zera", "77000"),
        ("pl", "trzy razy pięć zero jeden", "55501"),
        ("pl", "podwójne zero siedem", "007"),
        ("cs", "dvakrát nula sedm osm devět", "00789"),
        ("cs", "jednička, dvě nuly, dvojka, trojka", "10023"),
        ("cs", "nulka nulka pětka devítka jednička", "00591"),
        ("en", "double seven triple zero", "77000"),
        ("en", "three fives, two ones", "55511"),
        ("en", "nought nought oh o nil", "00000"),
        # slips
        ("pl", "szes pińć cztyry zero jeden", "65401"),
        ("cs", "štyři vosum sedum nula dva", "48702"),
        ("en", "to for ate won five", "24815"),
        ("en", "tree fife niner zero zero", "35900"),
        # corrections
        ("en", "one zero zero two three, no, nine", "10029"),
        ("pl", "jeden zero zero dwa trzy nie dziewięć", "10029"),
        ("cs", "jedna nula nula dva tři, ne, devět", "10029"),
        ("cs", "jedna nula nula dva tři, ten poslední je pět", "10025"),
        ("en", "10023, actually it's 4", "10024"),
        ("pl", "dziesięć zero dwadzieścia trzy, przepraszam, dwadzieścia cztery", "10024"),
        ("pl", "nie 10023 tylko 10024", "10024"),
        ("pl", "10024 a nie 10023", "10024"),
        ("en", "not 10023 but 10024", "10024"),
        ("en", "one zero, let me start again, two zero four one seven", "20417"),
        ("pl", "jeden pięć, nie, jeden zero, zero dwa trzy", "10023"),
        ("en", "10023. I repeat, one zero zero two three", "10023"),
        ("en", "10023 10023", "10023"),
        ("en", "30555, the first one is a two", "20555"),
        # codes
        ("en", "b as in bravo four seven", "B47"),
        ("en", "AB-10 023", "AB10023"),
        ("en", "x-ray yankee 9 9 1", "XY991"),
        ("en", "double u one double o five", "W1005"),
        ("pl", "A jak Adam, be jak Barbara, dwanaście trzydzieści", "AB1230"),
        ("cs", "té jako Tomáš čtyři sta jedna", "T401"),
        ("en", "my code is sw1a 2aa", "SW1A2AA"),
        ("pl", "ku jak quebec fał 1 2 3", "QV123"),
    ],
)  # fmt: skip
def test_find(lang: str, text: str, value: str) -> None:
    found = find(text, lang)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [
        (
            "pl",
            "dzień dobry, chciałam zapytać o zamówienie dziesięć zero dwadzieścia trzy, dziękuję",
            "10023",
        ),
        ("pl", "zamówiłem 3 dni temu 2 paczki, numer 10023, zapłaciłem 129,99 zł", "10023"),
        ("pl", "telefon 600 100 200, zamówienie 10023", "10023"),
        ("cs", "12.11.2024 jsem objednal číslo 20417 za 1 250 Kč", "20417"),
        ("cs", "volejte 601 200 300, objednávka dvacet čtyři sta sedmnáct", "20417"),
        ("en", "order 30555 of 12/11/2024, paid $1,250.00, call +44 7700 900123 at 10:30", "30555"),
        ("en", "emma99@shop.example about thirty five hundred and fifty five", "3555"),
        ("en", "it's for 10023 to be delivered", "10023"),
    ],
)
def test_in_a_sentence(lang: str, text: str, value: str) -> None:
    found = find(text, lang)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("order number 10 023, please", "10 023", "typed"),
        ("it is one zero zero two three thanks", "one zero zero two three", "spoken"),
        ("so 10 zero twenty three then", "10 zero twenty three", "mixed"),
        ("news for 10023 to share", "10023", "typed"),
    ],
)
def test_place_and_kind(text: str, place: str, kind: str) -> None:
    at = text.index(place)
    assert find(text, "en") == Found("10023", at, at + len(place), kind)  # type: ignore[arg-type]


def test_the_pattern_decides_between_readings() -> None:
    text = "dwadzieścia trzy zero pięć"
    assert find(text, "pl", pattern=r"\d{5}") == Found("20305", 0, len(text), "spoken")
    assert find(text, "pl", pattern=r"\d{6}") is None
    assert find("order AB10023", "en", pattern="[A-Z]{2}[0-9]{5}") is not None
    assert find("order 10023", "en", pattern="[A-Z]{2}[0-9]{5}") is None


def test_the_best_of_several_hearings() -> None:
    heard = ["trzydzieści zero dwadzieścia trzy", "trzynaście zero dwadzieścia trzy", "i tak dalej"]
    assert (first := best(heard, "pl")) is not None
    assert first.value == "30023"
    assert (known := best(heard, "pl", judge={"13023"}.__contains__)) is not None
    assert known.value == "13023"
    assert (unknown := best(heard, "pl", judge=lambda value: False)) is not None
    assert unknown.value == "30023"
    assert best(["no", "so what"], "en", judge=lambda value: True) is None
    assert best([], "en") is None
    assert (spoken := best(["one two", "one two three four five"], "en", pattern=r"\d{5}")) is not None
    assert spoken.value == "12345"


def test_a_judge_is_asked_a_few_times_only() -> None:
    asked: list[str] = []

    def judge(value: str) -> bool:
        asked.append(value)
        return False

    best([f"{number:05d}" for number in range(60)], "en", judge=judge)
    assert len(asked) == 8


@pytest.mark.parametrize(
    ("lang", "text", "length", "value"),
    [
        ("pl", "sześćset sto dwieście", None, "600100200"),
        ("pl", "plus czterdzieści osiem 600 100 200", None, "48600100200"),
        ("pl", "ostatnie cztery to zero dwa zero zero", None, "0200"),
        ("pl", "dwieście", 4, "200"),
        ("pl", "mój telefon kończy się na zero dwieście", 4, "0200"),
        ("cs", "šest set jedna dvě stě tři sta", None, "601200300"),
        ("cs", "poslední čtyři čísla jsou nula tři nula nula", None, "0300"),
        ("en", "the last four digits are oh one two three", None, "0123"),
        ("en", "seven seven double o nine double o one two three", None, "7700900123"),
        ("en", "four, no, five, one two three", None, "5123"),
        ("en", "twenty three forty", 4, "2340"),
        ("en", "twenty three four", 4, "2034"),
        ("en", "emma99@shop.example", None, ""),
        ("en", "nothing", None, ""),
        ("en", "", None, ""),
    ],
)
def test_digits(lang: str, text: str, length: int | None, value: str) -> None:
    assert digits(text, lang, length=length) == value
