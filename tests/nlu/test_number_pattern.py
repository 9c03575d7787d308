"""The shop says what its order numbers look like, and a worker takes nothing else for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from nlu.pool import DialoguePool
from nlu.protocol import Entity
from tests.rasa_fixtures import RASA_PYTHON

pytestmark = [pytest.mark.rasa, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lettered(
    dialogue_models: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DialoguePool]:
    """A worker of a shop whose numbers are two letters and four figures."""
    pool = DialoguePool(
        RASA_PYTHON,
        {"pl": dialogue_models["pl"]},
        tmp_path_factory.mktemp("lettered"),
        workers=1,
        deadline=10.0,
        number_pattern="[A-Z]{2}[0-9]{4}",
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


def _number(entities: tuple[Entity, ...]) -> str | None:
    return next((e.value for e in entities if e.entity in ("order_number", "heard_number")), None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("gdzie jest paczka AB-1002", "AB1002"),
        ("zamówienie ab 1002", "AB1002"),
        ("gdzie jest zamówienie 10023", None),
        ("mieszkam w 31-154 Kraków", None),
    ],
)
async def test_only_what_the_shop_has(lettered: DialoguePool, text: str, number: str | None) -> None:
    assert _number((await lettered.parse("pl", text)).entities) == number


async def test_of_several_hearings_the_one_that_the_shop_could_have(lettered: DialoguePool) -> None:
    heard = await lettered.turn(
        "pl",
        None,
        "dziesięć zero dwa",
        channel="phone",
        source="spoken",
        alternatives=["a be dziesięć zero", "adam barbara dziesięć zero dwa"],
    )
    assert _number(heard.understood.entities) == "AB1002"


@pytest.mark.parametrize(
    "text", ["kod pocztowy 60200", "zapłaciłem 129,99", "kupione 12 11 2024", "jest 15:30"]
)
async def test_what_is_something_else_is_no_order(dialogue_pool: DialoguePool, text: str) -> None:
    assert _number((await dialogue_pool.parse("pl", text)).entities) is None


async def test_it_is_one_where_a_number_was_asked_for(dialogue_pool: DialoguePool) -> None:
    assert _number((await dialogue_pool.parse("pl", "00-950")).entities) is None
    assert _number((await dialogue_pool.parse("pl", "00-950", expecting="order_number")).entities) == "00950"
