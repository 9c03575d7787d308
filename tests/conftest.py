"""Fixtures that every test may use; what fails here fails a test: blocking calls, leaked tasks."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as bot/cli.py does, and for the same reason

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_timeout
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings as hypothesis_settings

from bot.clock import ManualClock
from bot.store.engine import Store
from bot.store.migrate import upgrade_postgres, upgrade_sqlite
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.asterisk_fixtures import pbx, phones  # noqa: F401 - fixtures for whoever asks
from tests.postgres_server import PostgresServer, find_binaries

# The same examples at every run, and as long as they take: neither the dice nor a machine that stalls for
# 200 ms decides. `--hypothesis-profile=default` looks for new examples.
hypothesis_settings.load_profile("ci")

ROOT = Path(__file__).resolve().parent.parent
VOICE = [
    f"voice.{part}"
    for part in ("ari", "ear", "line", "pacer", "playout", "stt", "transports", "tts", "turns")
]
"""Not `voice.training`, by which tests speak, nor what reads recordings for them."""


def forgive(guard: BlockBuster) -> None:
    """Let libraries look at paths when they connect; no disk is waited for."""
    for name, function in guard.functions.items():
        if name.startswith(("os.path.", "os.stat", "os.access")):
            function.deactivate()


@pytest.fixture(autouse=True)
def no_blocking_calls() -> Iterator[BlockBuster]:
    """A blocking call on the event loop fails the test."""
    ours = ["bot", "handoff", "nlu", "knowledge_base", *VOICE]
    with blockbuster_ctx(scanned_modules=ours) as guard:
        forgive(guard)
        yield guard


@pytest.fixture(autouse=True)
async def no_leaked_tasks() -> AsyncIterator[None]:
    """A task that outlives its test fails it."""
    before = asyncio.all_tasks()
    yield
    for _ in range(200):  # 10 s: what a task ends with may be in a thread that a busy machine keeps waiting
        leaked = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()]
        if not leaked:
            return
        await asyncio.sleep(0.05)
    names = [task.get_name() for task in leaked]
    assert not leaked, f"tasks outlive the test: {names}"


@pytest.fixture
def clock() -> ManualClock:
    """A clock that only the test moves."""
    return ManualClock()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own."""
    if find_binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL's server is missing: apt-get install postgresql")
        pytest.skip("PostgreSQL's server is missing: apt-get install postgresql")
    with PostgresServer() as server:
        yield server


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty SQLite store with the present schema."""
    path = tmp_path / "centrala.db"
    await asyncio.to_thread(upgrade_sqlite, path)
    store = SqliteStore(path)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, no_blocking_calls: BlockBuster
) -> AsyncIterator[Store]:
    """An empty store, once of each kind: the contract suite runs on both."""
    if request.param == "sqlite":
        path = tmp_path / "centrala.db"
        await asyncio.to_thread(upgrade_sqlite, path)
        made: Store = SqliteStore(path)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = await asyncio.to_thread(server.new_database)
        no_blocking_calls.deactivate()  # migrations read files, on a loop and in a thread of their own
        await upgrade_postgres(url)
        no_blocking_calls.activate()
        forgive(no_blocking_calls)
        made = PostgresStore(url)
    yield made
    await made.close()


LONG = (
    "tests/asterisk/test_asterisk_calls.py",
    "tests/asterisk/test_asterisk_phones.py",
    "tests/e2e/test_calls_asterisk.py",
    "tests/e2e/test_calls_waiting.py",
)
"""Calls that take minutes, in real time, and want an unhurried machine: `make soak` runs them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the longest calls to the long form (CENTRALA_SOAK=full)."""
    if os.environ.get("CENTRALA_SOAK") == "full":
        return
    late = [item for item in items if item.nodeid.startswith(LONG)]
    config.hook.pytest_deselected(items=late)
    items[:] = [item for item in items if not item.nodeid.startswith(LONG)]


@pytest.hookimpl(trylast=True)
def pytest_exception_interact(node: Any) -> None:
    """Limit what follows a failure, the second try too: pytest-timeout's one clock is stopped by now."""
    if isinstance(node, pytest.Item) and (limit := pytest_timeout._get_item_settings(node)).timeout:
        node.config.pluginmanager.hook.pytest_timeout_set_timer(item=node, settings=limit)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what failed at first and passed at the second try (scripts/test.sh): each wants mending."""
    if reports := terminalreporter.stats.get("rerun"):
        terminalreporter.section("failed at first, tried once more")
        for report in reports:
            terminalreporter.line(f"{report.nodeid} ({report.when})", yellow=True)
            terminalreporter.line(str(report.longrepr))
