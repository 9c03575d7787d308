"""A real dialogue pool for any test that wants one: `pytest_plugins = ["tests.rasa_fixtures"]` or import.

The models are trained once into var/ by hash, so a second run starts in seconds.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from nlu.pool import DialoguePool
from nlu.training import ROOT, ensure_models

LANGUAGES = ("pl", "cs", "en")
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@pytest.fixture(scope="session")
def dialogue_models() -> dict[str, Path]:
    """Every language's model, trained where it is missing or stale."""
    if not RASA_PYTHON.exists():
        pytest.skip("Rasa's environment is not there (scripts/setup.sh run)")
    return ensure_models(ROOT / "var", LANGUAGES, ROOT / "config.yml", lambda _line: None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dialogue_pool(
    dialogue_models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DialoguePool]:
    """One worker with all languages; stateless, so tests share it."""
    pool = DialoguePool(
        RASA_PYTHON, dialogue_models, tmp_path_factory.mktemp("dialogue"), workers=1, deadline=10.0
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()
