"""What the commands beside `serve` do; `bot.cli` says how they are called."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.app.gateway import HOME, open_store, run_dir
from bot.app.serve import find_models, tell
from bot.calls.recordings import erase_files
from bot.clock import SystemClock
from bot.errors import InvalidInputError, NotFoundError
from bot.settings import Settings, load
from bot.store import contacts, privacy, recordings
from bot.store.engine import Store
from handoff import accounts
from handoff.passwords import Passwords
from knowledge_base import commands as kb_commands
from nlu import commands as nlu_commands
from nlu.check import report
from nlu.check.rehearsal import Played, play_all
from nlu.pool import DialoguePool
from nlu.scenarios.loading import ScenarioError, load_scenarios
from nlu.training import ensure_models

T = TypeVar("T")
Tell = Callable[[str], None]
"""Prints a line of data."""


def train(config: Path, overrides: tuple[str, ...], *, force: bool, show: Tell) -> None:
    """Train what is missing or stale, and say what the scenarios brought, if there are any.

    Raises `ScenarioError` where a scenario cannot be used or its conversation does not go as its test says.
    """
    settings = load(config, environment=os.environ, overrides=overrides)
    folder, languages = settings.scenarios.dir, settings.languages
    scenarios = load_scenarios(folder, languages, HOME / "nlu")
    models = ensure_models(settings.data_dir, languages, config, tell, force=force, scenarios=folder)
    if not scenarios:
        return
    python = HOME / settings.dialogue.python
    taken: dict[str, list[report.Taken]] = {}
    for lang in languages:
        tell(f"looking what the scenarios confuse: {lang}")
        taken[lang] = report.measure(python, lang, models[lang], folder)

    async def rehearse() -> Mapping[str, list[Played]]:
        sockets = run_dir(settings) / f"command-{os.getpid()}"
        pattern = settings.orders.number_pattern
        async with nlu_commands.one_worker(python, models, sockets, pattern) as pool:
            return await play_all(pool, scenarios, languages)

    played = asyncio.run(rehearse())
    for scenario in scenarios:
        report.describe(scenario, taken, show)
        for one in played[scenario.name]:
            show(str(one))
    ended = [one for conversations in played.values() for one in conversations]
    failed = sum(one.failure is not None for one in ended)
    show(report.verdict(failed, len(ended)))
    if failed:
        raise ScenarioError(f"{failed} of {len(ended)} conversations do not go as their tests say")


def add_agent(
    config: Path, overrides: tuple[str, ...], email: str, name: str, role: str, password: str
) -> None:
    """Store a new agent."""
    passwords = Passwords()
    _with_store(
        config,
        overrides,
        lambda store: accounts.add_agent(store, SystemClock(), passwords, email, name, role, password),
    )


def set_password(config: Path, overrides: tuple[str, ...], email: str, password: str) -> None:
    """Change an agent's password."""
    passwords = Passwords()
    _with_store(config, overrides, lambda store: accounts.set_password(store, passwords, email, password))


def export_contact(config: Path, overrides: tuple[str, ...], contact_id: str) -> str:
    """Return a contact's whole record as JSON."""

    async def work(store: Store) -> dict[str, Any]:
        found = await store.read(lambda c: privacy.export(c, contact_id))
        if found is None:
            raise NotFoundError(
                "there is no such contact; GET /api/v1/conversations/{id} names a conversation's contact"
            )
        return found

    return json.dumps(_with_store(config, overrides, work), ensure_ascii=False, indent=2)


def erase_contact(config: Path, overrides: tuple[str, ...], contact_id: str) -> None:
    """Erase a contact."""

    settings = load(config, environment=os.environ, overrides=overrides)
    folder = settings.recording.dir or settings.data_dir / "recordings"

    async def work(store: Store) -> None:
        kept = await store.read(lambda c: recordings.of_contact(c, contacts.current_id(c, contact_id)))
        await erase_files(folder, kept)
        if not await store.write(lambda c: privacy.erase(c, contact_id)):
            raise NotFoundError(
                "there is no such contact; GET /api/v1/conversations/{id} names a conversation's contact"
            )

    _with_store(config, overrides, work)


def json_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read JSON lines; raises `InvalidInputError` with the line's number."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError:
            raise InvalidInputError(f"line {number} is not JSON") from None
        if not isinstance(data, dict) or not isinstance(data.get("text", data.get("query")), str):
            raise InvalidInputError(f"line {number} needs a text")
        yield data


def parse(
    config: Path, overrides: tuple[str, ...], lang: str, requests: Iterable[dict[str, Any]], tell: Tell
) -> None:
    """Interpret texts with one dialogue worker; tells a JSON line for each, in order."""

    async def work(pool: DialoguePool) -> None:
        async for understood in nlu_commands.interpret_batch(pool, lang, requests):
            tell(json.dumps(understood, ensure_ascii=False))

    _with_worker(config, overrides, lang, work)


def _with_worker(
    config: Path,
    overrides: tuple[str, ...],
    lang: str,
    work: Callable[[DialoguePool], Coroutine[Any, Any, None]],
) -> None:
    settings = load(config, environment=os.environ, overrides=overrides)
    models = find_models(settings, config)
    if lang not in models:
        raise InvalidInputError(f"languages: {lang} is not switched on in {config}")

    async def run() -> None:
        sockets = run_dir(settings) / f"command-{os.getpid()}"
        python = HOME / settings.dialogue.python
        pattern = settings.orders.number_pattern
        async with nlu_commands.one_worker(python, {lang: models[lang]}, sockets, pattern) as pool:
            await work(pool)

    asyncio.run(run())


def kb_search(config: Path, overrides: tuple[str, ...], lang: str, query: str) -> Iterator[str]:
    """Search the articles; yields JSON lines, best first."""
    settings = load(config, environment=os.environ, overrides=overrides)
    cache = settings.data_dir / "knowledge"
    return kb_commands.search(HOME / settings.knowledge.articles_dir, lang, query, cache)


def kb_batch(
    config: Path, overrides: tuple[str, ...], lang: str, index: Path, lines: Iterable[str]
) -> Iterator[str]:
    """Search the articles of a folder for many queries; yields JSON lines in order."""
    cache = load(config, environment=os.environ, overrides=overrides).data_dir / "knowledge"
    return kb_commands.batch(index, lang, lines, cache)


def _with_store(
    config: Path, overrides: tuple[str, ...], work: Callable[[Store], Coroutine[Any, Any, T]]
) -> T:
    settings: Settings = load(config, environment=os.environ, overrides=overrides)

    async def run() -> T:
        store = await open_store(settings)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
