"""SQLite: WAL, one writer thread with group commit, a few reader threads.

A unit of work crosses into a thread once, not once a statement. Whatever writers queued up while
the last commit ran goes into one transaction, each under a savepoint: under load the disk's fsync
is shared, and one unit's failure undoes that unit alone.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event

from bot.errors import UnavailableError
from bot.store.engine import Work

T = TypeVar("T")
MAX_BATCH = 64
MAX_QUEUE = 4096


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


Jobs = queue.SimpleQueue[_Job | None]
"""SimpleQueue is written in C; its bound is kept by who puts into it."""


def make_engine(path: Path, synchronous: str) -> Engine:
    """Make a SQLAlchemy engine whose transactions we steer ourselves (driver in autocommit)."""
    engine = create_engine(
        f"sqlite:///{path}",
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "cached_statements": 512},
        query_cache_size=1000,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute("PRAGMA wal_autocheckpoint=1000")

    return engine


class SqliteStore:
    """A `Store` on one SQLite file."""

    def __init__(self, path: Path, *, synchronous: str = "normal", readers: int = 2) -> None:
        self._engine = make_engine(path, synchronous)
        self._writes: Jobs = queue.SimpleQueue()
        self._reads: Jobs = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._write_loop, name="store-writer", daemon=True)]
        self._threads += [
            threading.Thread(target=self._read_loop, name=f"store-reader-{n}", daemon=True)
            for n in range(readers)
        ]
        self._closed = False
        for thread in self._threads:
            thread.start()

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a reader thread; see `Store.read`."""
        return await self._submit(self._reads, work)

    async def write(self, work: Work[T]) -> T:
        """Queue `work` for the writer thread; see `Store.write`."""
        return await self._submit(self._writes, work)

    async def close(self) -> None:
        """Finish what is queued, then stop the threads."""
        if self._closed:
            return
        self._closed = True
        self._writes.put(None)
        for _ in self._threads[1:]:
            self._reads.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._engine.dispose()

    async def _submit(self, jobs: "Jobs", work: Work[T]) -> T:
        if self._closed:
            raise UnavailableError("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if jobs.qsize() >= MAX_QUEUE:
            raise UnavailableError("the store's queue is full")
        jobs.put(_Job(work, loop, future))
        return await future

    def _write_loop(self) -> None:
        with self._engine.connect() as connection:
            while True:
                batch, ended = _take(self._writes)
                if batch:
                    _commit_together(connection, batch)
                    _deliver(batch)
                if ended:
                    return

    def _read_loop(self) -> None:
        with self._engine.connect() as connection:
            raw = _raw(connection)
            raw.execute("PRAGMA query_only=ON")
            while (job := self._reads.get()) is not None:
                try:
                    raw.execute("BEGIN")
                    job.result = job.work(connection)
                except Exception as error:
                    job.error = error
                finally:
                    _end(raw, "ROLLBACK")
                _deliver([job])


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _take(jobs: "Jobs") -> tuple[list[_Job], bool]:
    """Wait for one job and take along what else is there; the second value says that it was the end."""
    batch: list[_Job] = []
    job = jobs.get()
    while job is not None:
        if not job.future.cancelled():
            batch.append(job)
        if len(batch) >= MAX_BATCH:
            return batch, False
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return batch, False
    return batch, True


def _commit_together(connection: Connection, batch: list[_Job]) -> None:
    raw = _raw(connection)
    try:
        raw.execute("BEGIN IMMEDIATE")
        if len(batch) == 1:
            batch[0].result = batch[0].work(connection)
        else:
            for job in batch:
                _under_savepoint(connection, raw, job)
        raw.execute("COMMIT")
    except Exception as error:
        _end(raw, "ROLLBACK")
        for job in batch:
            job.error = job.error or error


def _under_savepoint(connection: Connection, raw: sqlite3.Connection, job: _Job) -> None:
    raw.execute("SAVEPOINT unit")
    try:
        job.result = job.work(connection)
    except Exception as error:
        job.error = error
        raw.execute("ROLLBACK TO unit")
    raw.execute("RELEASE unit")


def _end(raw: sqlite3.Connection, statement: str) -> None:
    if raw.in_transaction:
        raw.execute(statement)


def _deliver(batch: list[_Job]) -> None:
    """Hand results to the loops that wait for them; one crossing a loop."""
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        call: Callable[[], None] = _Resolver(jobs)
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


class _Resolver:
    """Sets the futures of a finished batch, on their loop."""

    def __init__(self, jobs: list[_Job]) -> None:
        self._jobs = jobs

    def __call__(self) -> None:
        for job in self._jobs:
            if job.future.done():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
