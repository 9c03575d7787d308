"""The seam to the shop's orders."""

from typing import Protocol

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
