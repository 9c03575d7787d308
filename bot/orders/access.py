"""Who may see an order: pure rules, compared in constant time."""

import hmac
import re
import unicodedata

from bot.model.contact import to_e164
from bot.model.identity import VerifiedIdentity
from bot.model.order import Order

_MAX_NUMBER = 32
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−._/\\#,:;]+")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_SHORTEST_PHONE = 7
"""Digits; of anything shorter the last four would be most of the secret's own source."""


def normalise_number(text: str) -> str | None:
    """Return an order number as it is stored: upper-case ASCII letters and digits, no separators.

    `text` is the number alone, as typed (`"ab-10 023"`, `"#10023"`). None where it is empty, longer
    than 32 characters, without any digit, or holds anything that is not a letter, digit or separator.
    """
    plain = unicodedata.normalize("NFKC", text[: 4 * _MAX_NUMBER])
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = _SEPARATORS.sub("", plain)
    if len(text) > 4 * _MAX_NUMBER or not 0 < len(plain) <= _MAX_NUMBER:
        return None
    if not (plain.isascii() and plain.isalnum() and any(c.isdigit() for c in plain)):
        return None
    return plain.upper()


def may_see(order: Order, *, verified_contact: VerifiedIdentity | None, verifier: str | None) -> bool:
    """Tell whether this customer may be told about `order`.

    Yes for a verified identity whose id, e-mail or phone is the order's contact's; else for a
    `verifier` (what the customer gave) that is the contact's full e-mail or exactly the last four
    digits of their phone. Every rule is evaluated, so that the time taken tells nothing.
    """
    contact = order.contact
    email, phone = _email(contact.email), to_e164(contact.phone, None)
    allowed = False
    if verified_contact is not None:
        allowed |= _same(verified_contact.id, contact.id)
        allowed |= _same(_email(verified_contact.email), email)
        allowed |= _same(to_e164(verified_contact.phone, None), phone)
    if verifier is not None:
        given = verifier.strip()
        allowed |= _same(_email(given), email)
        digits = given if _FOUR_DIGITS.fullmatch(given) else None
        allowed |= _same(digits, _last_four(phone or contact.phone))
    return allowed


def _email(text: str | None) -> str | None:
    """Fold an address's ASCII letters only: Unicode folding would make `K` (Kelvin) a `k`."""
    stripped = (text or "").strip()
    if not stripped.strip("@").count("@"):
        return None
    return "".join(c.lower() if c.isascii() else c for c in stripped)


def _last_four(phone: str | None) -> str | None:
    digits = "".join(c for c in phone or "" if c in "0123456789")
    return digits[-4:] if len(digits) >= _SHORTEST_PHONE else None


def _same(given: str | None, wanted: str | None) -> bool:
    """Compare in constant time; nothing equals nothing."""
    equal = hmac.compare_digest(_bytes(given), _bytes(wanted))
    return equal and bool(given) and bool(wanted)


def _bytes(text: str | None) -> bytes:
    # A lone surrogate from a JSON escape must not raise.
    return (text or "").encode("utf-8", "surrogatepass")
