"""Tokens: only what we or the shop signed, only while it lives."""

import jwt
import pytest

from bot.clock import ManualClock
from bot.errors import InvalidInputError
from bot.web.identity import Identities, VisitorTokens, sign_identity

SECRET = "s" * 40
OTHER = "o" * 40


def test_a_visitor_comes_back(clock: ManualClock) -> None:
    tokens = VisitorTokens(SECRET, clock)
    visitor, token = tokens.make()
    assert tokens.read(token) == visitor
    clock.advance(399 * 86400)
    assert tokens.read(token) == visitor


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "\ud800", "." * 5000])
def test_what_is_no_token_is_refused(clock: ManualClock, token: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        VisitorTokens(SECRET, clock).read(token)
    assert caught.value.code == "token_invalid"
    with pytest.raises(InvalidInputError) as caught:
        Identities(SECRET, clock).read(token)
    assert caught.value.code == "identity_invalid"


def test_forged_tokens_are_refused(clock: ManualClock) -> None:
    tokens = VisitorTokens(SECRET, clock)
    _, token = VisitorTokens(OTHER, clock).make()
    identity = sign_identity(SECRET, clock, "demo-jan")
    for forged in (token, identity):
        with pytest.raises(InvalidInputError):
            tokens.read(forged)
    none = jwt.encode({"sub": "demo-jan", "exp": clock.now()}, None, algorithm="none")
    for forged in (none, sign_identity(OTHER, clock, "demo-jan"), tokens.make()[1]):
        with pytest.raises(InvalidInputError):
            Identities(SECRET, clock).read(forged)


def test_an_identity_lives_five_minutes_at_most(clock: ManualClock) -> None:
    identities = Identities(SECRET, clock)
    token = sign_identity(SECRET, clock, "demo-jan", email="jan@shop.example", phone="+48 600 100 200")
    assert identities.read(token) == {
        "id": "demo-jan",
        "email": "jan@shop.example",
        "phone": "+48600100200",
        "name": None,
    }
    far = jwt.encode({"sub": "x", "exp": clock.now().timestamp() + 3600}, SECRET, "HS256")
    with pytest.raises(InvalidInputError, match="5 minutes"):
        identities.read(far)
    clock.advance(300)
    with pytest.raises(InvalidInputError, match="expired"):
        identities.read(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"sub": "x"},
        {"sub": "", "exp": 10**10},
        {"sub": 7, "exp": 10**10},
        {"sub": "x", "exp": "soon"},
        {"sub": "x" * 300, "exp": 1},
        {"sub": "x", "exp": True},
    ],
)
def test_odd_claims_are_refused(clock: ManualClock, claims: dict[str, object]) -> None:
    if claims.get("exp") == 1 and claims["exp"] is not True:
        claims = claims | {"exp": clock.now().timestamp() + 60}
    token = jwt.api_jws.PyJWS().encode(__import__("json").dumps(claims).encode(), SECRET, "HS256")
    with pytest.raises(InvalidInputError):
        Identities(SECRET, clock).read(token)


def test_a_gateway_without_a_secret_takes_nobody(clock: ManualClock) -> None:
    with pytest.raises(InvalidInputError):
        Identities(None, clock).read(sign_identity(SECRET, clock, "x"))
