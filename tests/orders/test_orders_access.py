import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model.identity import VerifiedIdentity
from bot.model.order import Order, OrderContact
from bot.orders.access import may_see, normalise_number

JAN = OrderContact("demo-jan", "Jan Kowalski", "jan.kowalski@shop.example", "+48600100200")


def order_of(contact: OrderContact = JAN) -> Order:
    return Order(number="10023", contact=contact, state="shipped")


def sees(
    verifier: str | None = None, identity: VerifiedIdentity | None = None, of: OrderContact = JAN
) -> bool:
    return may_see(order_of(of), verified_contact=identity, verifier=verifier)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10023", "10023"),
        (" #10023 ", "10023"),
        ("ab-10 023", "AB10023"),
        ("oc–7781", "OC7781"),
        ("10/023.", "10023"),
        ("１００２３", "10023"),
        ("10\u200b023", "10023"),
        ("", None),
        ("---", None),
        ("paczka", None),
        ("10023; drop table", "10023DROPTABLE"),
        ("zamówienie10023", None),
        ("10023'", None),
        ("../10023?x=1", None),
        ("1" * 32, "1" * 32),
        ("1" * 33, None),
        ("1" + " " * 500, None),
    ],
)
def test_normalise_number(text: str, number: str | None) -> None:
    assert normalise_number(text) == number


@given(st.text(max_size=60))
def test_a_normalised_number_is_plain_and_stays_as_it_is(text: str) -> None:
    number = normalise_number(text)
    if number is not None:
        assert number.isascii()
        assert number.isalnum()
        assert number == number.upper()
        assert normalise_number(number) == number


@pytest.mark.parametrize(
    "identity",
    [
        VerifiedIdentity("demo-jan"),
        VerifiedIdentity("other-id", email="Jan.Kowalski@SHOP.example"),
        VerifiedIdentity(None, phone="+48 600 100 200"),
        VerifiedIdentity("x", "nobody@shop.example", "+48600100200"),
    ],
)
def test_verified_identity_sees(identity: VerifiedIdentity) -> None:
    assert sees(identity=identity)


@pytest.mark.parametrize(
    "identity",
    [
        VerifiedIdentity(),
        VerifiedIdentity("", "", ""),
        VerifiedIdentity("DEMO-JAN"),
        VerifiedIdentity("demo-petra", "petra.novakova@shop.example", "+420601200300"),
        VerifiedIdentity(None, email="jan.kowalski@shop.example.evil"),
        VerifiedIdentity(None, email="jan.\u212aowalski@shop.example"),  # KELVIN SIGN folds to k
        VerifiedIdentity(None, phone="600100200"),
        VerifiedIdentity(None, phone="0200"),
    ],
)
def test_another_identity_does_not(identity: VerifiedIdentity) -> None:
    assert not sees(identity=identity)


@pytest.mark.parametrize(
    "verifier", ["jan.kowalski@shop.example", " JAN.Kowalski@shop.EXAMPLE ", "0200", " 0200 "]
)
def test_verifier_sees(verifier: str) -> None:
    assert sees(verifier)


@pytest.mark.parametrize(
    "verifier",
    [
        *("", " ", "@", "jan.kowalski", "shop.example", "@shop.example", "demo-jan", "Jan Kowalski", "None"),
        *("200", "00200", "100200", "600100200", "+48600100200", "0201", "0200 0200", "0200,0200"),
        *("２００", "٠٢٠٠", "\ud800"),
    ],
)
def test_nothing_else_does(verifier: str) -> None:
    assert not sees(verifier)


def test_an_identity_that_does_not_match_may_still_give_the_verifier() -> None:
    assert sees("0200", VerifiedIdentity("demo-petra"))


def test_nothing_equals_nothing() -> None:
    nobody = OrderContact("", "", None, None)
    for verifier in ("", "@", "0000", None):
        assert not sees(verifier, VerifiedIdentity("", None, None), nobody)
    assert not sees("0200", None, OrderContact("c", "C", None, "0200"))


@given(st.text(max_size=40), st.from_regex(r"\+48[5-7][0-9]{8}", fullmatch=True))
@example("0200", "+48600100200")
def test_a_verifier_is_the_email_or_four_digits(verifier: str, phone: str) -> None:
    contact = OrderContact("c-1", "C", "c@shop.example", phone)
    expected = verifier.strip() == phone[-4:] or verifier.strip().lower() == "c@shop.example"
    assert sees(verifier, None, contact) == expected


@given(st.integers(0, 9999), st.from_regex(r"\+48[5-7][0-9]{8}", fullmatch=True))
def test_of_all_four_digits_one_is_right(guess: int, phone: str) -> None:
    contact = OrderContact("c-1", "C", None, phone)
    assert sees(f"{guess:04}", None, contact) == (f"{guess:04}" == phone[-4:])


@given(st.builds(VerifiedIdentity, *[st.none() | st.text(max_size=30)] * 3))
def test_a_strangers_identity_never_sees(identity: VerifiedIdentity) -> None:
    assert not sees(None, identity)
