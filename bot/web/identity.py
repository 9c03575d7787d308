"""Who is at the other end: visitors' own tokens, and identities that the shop signed (RFC 7519)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from bot.clock import Clock
from bot.errors import InvalidInputError
from bot.model.contact import to_e164
from bot.model.ids import is_uuid, new_id

ALGORITHM = "HS256"
VISITOR_DAYS = 400
"""A visitor token's life; browsers keep cookies no longer either."""
MAX_AHEAD = timedelta(minutes=5)
LEEWAY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, known by its token alone until it says something."""

    id: str
    conversation_id: str
    """The id of its first conversation; where it has others, SQL knows."""


class VisitorTokens:
    """Signs and reads visitors' tokens; nothing is stored for one who only looks."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def make(self) -> tuple[Visitor, str]:
        """Make a new visitor and the token that names it."""
        visitor = Visitor(new_id(), new_id())
        return visitor, self.sign(visitor)

    def sign(self, visitor: Visitor) -> str:
        """Write a visitor's token."""
        expires = self._clock.now() + timedelta(days=VISITOR_DAYS)
        claims = {"aud": "visitor", "sub": visitor.id, "cnv": visitor.conversation_id, "exp": expires}
        return jwt.encode(claims, self._secret, ALGORITHM)

    def read(self, token: str) -> Visitor:
        """Read a token; raises `InvalidInputError` with the code `token_invalid`."""
        claims = _decode(token, self._secret, self._clock, "token_invalid", audience="visitor")
        visitor, conversation = str(claims.get("sub")), str(claims.get("cnv"))
        if not (is_uuid(visitor) and is_uuid(conversation)):
            raise InvalidInputError("the visitor token names nobody", code="token_invalid")
        return Visitor(visitor, conversation)


class Identities:
    """Reads the identity tokens that the shop signs for its signed-in customers."""

    def __init__(self, secret: str | None, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def read(self, token: str) -> dict[str, str | None]:
        """Read `{id, email, phone}`; raises `InvalidInputError` with the code `identity_invalid`."""
        if self._secret is None:
            raise InvalidInputError("this gateway takes no identities", code="identity_invalid")
        claims = _decode(token, self._secret, self._clock, "identity_invalid")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 200 or "\x00" in subject:
            raise InvalidInputError("the identity names nobody", code="identity_invalid")
        ahead = claims["exp"] - self._clock.now().timestamp()
        if ahead > (MAX_AHEAD + LEEWAY).total_seconds():
            raise InvalidInputError("the identity lives longer than 5 minutes", code="identity_invalid")
        phone = _text(claims.get("phone"), 64)
        return {
            "id": subject,
            "email": _text(claims.get("email"), 320),
            "phone": to_e164(phone, None) if phone else None,
            "name": _text(claims.get("name"), 200),
        }


def sign_identity(secret: str, clock: Clock, subject: str, **claims: str) -> str:
    """Sign an identity as a shop does; the demo page's sign-in uses it."""
    expires = clock.now() + timedelta(minutes=4)
    return jwt.encode({"sub": subject, "exp": expires, **claims}, secret, ALGORITHM)


def _decode(
    token: str, secret: str, clock: Clock, code: str, *, audience: str | None = None
) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=audience,
            options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise InvalidInputError("the token is not valid", code=code) from None
    expires = claims["exp"]
    if isinstance(expires, bool) or not isinstance(expires, (int, float)):
        raise InvalidInputError("the token is not valid", code=code)
    if expires <= (clock.now() - LEEWAY).timestamp():
        raise InvalidInputError("the token has expired", code=code)
    return claims


def _text(value: Any, most: int) -> str | None:
    if not isinstance(value, str) or not value or len(value) > most or "\x00" in value:
        return None
    return value
