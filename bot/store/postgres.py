"""PostgreSQL through asyncpg; several gateways may share one database."""

import asyncio
from typing import TypeVar

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import UnavailableError
from bot.store.engine import RunAgain, Work

T = TypeVar("T")
RETRIED = {"40001", "40P01", "23505"}
"""SQLSTATEs after which the same transaction may succeed: serialisation failure, deadlock, and a
unique value that another gateway stored first (the second run finds it there)."""
TRIES = 5


class PostgresStore:
    """A `Store` on a PostgreSQL database. `url` is `postgresql+asyncpg://…`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._engine = create_async_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=5, pool_pre_ping=True
        )

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a read-only, repeatable-read transaction; see `Store.read`."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(**options)
                async with connection.begin():
                    return await connection.run_sync(work)
        except (OSError, exc.InterfaceError, exc.TimeoutError) as error:
            raise UnavailableError("the database does not answer") from error

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction, again where the database asks for it; see `Store.write`."""
        for attempt in range(TRIES):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except RunAgain:
                await asyncio.sleep(0.01 * 2**attempt)
            except exc.DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if error.connection_invalidated or state not in RETRIED or attempt == TRIES - 1:
                    raise
                await asyncio.sleep(0.01 * 2**attempt)
            except (OSError, exc.TimeoutError) as error:
                raise UnavailableError("the database does not answer") from error
        raise UnavailableError("the row is changed faster than it can be read")

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()
