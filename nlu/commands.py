"""What the commands `centrala nlu ...` do; the command line itself is bot.cli."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.errors import InvalidInputError
from nlu.pool import DialoguePool
from nlu.protocol import Expecting, Understood

PATIENCE = 30.0
"""Seconds that a command waits for one answer: nobody is on the line."""
EXPECTED: Mapping[str, Expecting | None] = {
    "order_number": "order_number",
    "verifier": "verifier",
    "yes_no": "yes_no",
    "menu": "menu",
}
"""Values of `--expecting`."""


@asynccontextmanager
async def one_worker(
    python: Path, models: Mapping[str, Path], socket_dir: Path, number_pattern: str | None = None
) -> AsyncIterator[DialoguePool]:
    """Run one worker for as long as a command needs it. Raises `DialogueUnavailableError`."""
    pool = DialoguePool(
        python, models, socket_dir, workers=1, deadline=PATIENCE, number_pattern=number_pattern
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


async def interpret(
    pool: DialoguePool, lang: str, text: str, *, expecting: str | None = None, question: str | None = None
) -> dict[str, Any]:
    """Interpret one text: `{intent, confidence, entities, fallback}`.

    `question` names what was asked (`renewal`, `confirm_number`, ...): an answer is understood as an answer
    to it. Raises `InvalidInputError` for an `expecting` that does not exist.
    """
    if expecting is not None and expecting not in EXPECTED:
        raise InvalidInputError(f"expecting is one of {', '.join(sorted(EXPECTED))}")
    kind = EXPECTED.get(expecting or "")
    understood: Understood = await pool.parse(lang, text, expecting=kind, question=question)
    return understood.to_json()


async def interpret_batch(
    pool: DialoguePool, lang: str, lines: Iterable[Mapping[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    """Interpret `{text, expecting?, question?}` lines in order.

    Raises `InvalidInputError` for a line without text.
    """
    for number, line in enumerate(lines, start=1):
        text = line.get("text")
        if not isinstance(text, str):
            raise InvalidInputError(f"line {number} has no text")
        yield await interpret(
            pool, lang, text, expecting=line.get("expecting"), question=line.get("question")
        )
