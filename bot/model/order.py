"""A shop's order, as far as a conversation needs it."""

from dataclasses import dataclass
from enum import StrEnum


class OrderState(StrEnum):
    """States that the catalogue has words for; a shop's other states are told as they are."""

    BEING_PACKED = "being_packed"
    AWAITING_PAYMENT = "awaiting_payment"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderContact:
    """Whose order it is, as the shop knows them."""

    id: str
    """The shop's own id of the contact; the `sub` of an identity token."""
    name: str
    email: str | None = None
    phone: str | None = None
    """E.164 where the shop's number could be read as one, else as the shop wrote it."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Never shown to anybody but its contact."""

    number: str
    """Upper-case letters and digits, no separators."""
    contact: OrderContact
    state: str
    """An `OrderState`, or a word of the shop's own."""
    carrier: str | None = None
    parcel: str | None = None
    delivery: str | None = None
    """ISO 8601 date of the delivery, expected or done."""
