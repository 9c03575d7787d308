"""The store's two engines behind one seam: a unit of work is a function of a SQLAlchemy connection.

Source for SQLite's WAL and `synchronous`: https://www.sqlite.org/wal.html and pragma.html. Why a
function and not an async session, and why SQLite has a thread of its own: docs/adr/0002-store.md.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]


class RunAgain(Exception):  # noqa: N818 - a request, not an error
    """Raised by a unit of work that saw something change under it: undo it and run it again."""


class Store(Protocol):
    """Runs units of work. What `write` returned is durable; what it raised changed nothing."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` in one consistent read-only snapshot."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction and return when it is committed.

        `work` may run again from the start if the database asks for it (serialisation failures)
        or the unit itself does (`RunAgain`),
        so it must have no effect outside its connection.
        """
        ...

    async def close(self) -> None:
        """Finish what is queued and let go of the database."""
        ...
