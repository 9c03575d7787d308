"""The seam to the shop's orders."""

from typing import Protocol

from bot.errors import OrderBackendError
from bot.model.order import Order


class OrderBackend(Protocol):
    """Where orders are looked up: a shop's HTTP interface, or the demo shop."""

    async def find(self, number: str) -> Order | None:
        """Return the order of that number (as `normalise_number` gives it), None where there is none.

        Says nothing about who may see it: that is `access.may_see`.

        Raises:
            OrderBackendError: there was no usable answer in time.
        """
        ...


class NoOrders:
    """A shop that has connected no order system yet: who asks for an order is offered a person."""

    async def find(self, number: str) -> Order | None:
        """Raise `OrderBackendError`."""
        raise OrderBackendError("orders.url is not set: no order system is connected")
