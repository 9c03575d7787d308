"""Who a customer is, once a trusted party has said so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """A person vouched for by the shop's signed token, or by a caller's number that is trusted.

    Never built from what a customer typed or said.
    """

    id: str | None = None
    """The shop's own id of the contact (a token's `sub`); None where only the number is known."""
    email: str | None = None
    phone: str | None = None
    """E.164, or as the token wrote it: it is read as E.164 before it is compared."""
