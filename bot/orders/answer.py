"""From the bytes of a shop's answer to an `Order`: everything is checked, unknown fields are ignored."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from bot.errors import OrderBackendError
from bot.model.contact import to_e164
from bot.model.order import Order, OrderContact, OrderState
from bot.orders.access import normalise_number

_Required = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


_Optional = Annotated[_Required | None, BeforeValidator(_blank_is_none)]


class _Model(BaseModel):
    # Shops send ids and numbers as JSON numbers too.
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)


class _Contact(_Model):
    id: _Required
    name: _Optional = None
    email: _Optional = None
    phone: _Optional = None


class _Answer(_Model):
    number: _Required
    contact: _Contact
    state: _Required
    carrier: _Optional = None
    parcel: _Optional = None
    delivery: _Optional = None


def read_order(body: bytes, number: str, region: str | None = None) -> Order:
    """Read the order `number` from a JSON `body`; phones without a country code are `region`'s.

    A delivery that is not an ISO 8601 date or time is left out: the customer is told the rest.

    Raises:
        OrderBackendError: not JSON, a field is missing or wrong, or it is another order's.
    """
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, e["loc"])) or "body" for e in error.errors()})[:5])
        raise OrderBackendError(f"the order system's answer is not an order: {fields}") from None
    if _comparable(answer.number) != _comparable(number):
        raise OrderBackendError("the order system answered with another order")
    contact = answer.contact
    phone = to_e164(contact.phone, region) or contact.phone
    return Order(
        number=number,
        contact=OrderContact(id=contact.id, name=contact.name or "", email=contact.email, phone=phone),
        state=_state(answer.state),
        carrier=answer.carrier,
        parcel=answer.parcel,
        delivery=_date(answer.delivery),
    )


def _comparable(number: str) -> str:
    return normalise_number(number) or number


def _state(word: str) -> str:
    known = word.lower().replace(" ", "_").replace("-", "_")
    return known if known in set(OrderState) else word


def _date(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return None
