"""The pool with real workers: deadlines, a full queue, dead and stopped workers, a dead gateway."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import DialogueUnavailableError
from nlu.pool import DialoguePool, DialogueRefusedError
from nlu.protocol import MAX_FRAME
from tests.loop_clock import LoopClock
from tests.rasa_fixtures import RASA_PYTHON, ROOT

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(180)]


def _pids(socket_dir: Path) -> list[int]:
    """Processes whose command line names a socket in `socket_dir`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"{socket_dir}/dialogue-".encode() in command and b"nlu.worker" in command:
                found.append(int(entry.name))
    return found


async def _until(condition, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.05)


async def test_a_worker_killed_under_load_costs_nobody_an_answer(
    dialogue_models: dict[str, Path], tmp_path: Path
) -> None:
    events: list[str] = []
    pool = DialoguePool(
        RASA_PYTHON,
        dialogue_models,
        tmp_path,
        workers=2,
        deadline=20.0,
        on_event=lambda name, _: events.append(name),
    )
    await pool.start()
    try:
        await _until(lambda: pool.status().up == 2)

        async def customer() -> None:
            for _ in range(40):
                result = await pool.turn("pl", None, "gdzie jest moja paczka")
                assert result.outputs == ({"say": "ask_order_number"},)

        customers = [asyncio.create_task(customer()) for _ in range(6)]
        await asyncio.sleep(0.2)
        os.kill((await asyncio.to_thread(_pids, tmp_path))[0], signal.SIGKILL)
        await asyncio.gather(*customers)
        await _until(lambda: pool.status().deaths == 1)
        await _until(lambda: pool.status().up == 2)
        assert events.count("timeout") == 0
    finally:
        await pool.stop()
    assert not await asyncio.to_thread(_pids, tmp_path)
    assert not await asyncio.to_thread(lambda: list(tmp_path.iterdir()))


async def test_a_stopped_worker_is_given_up_and_replaced(
    dialogue_models: dict[str, Path], tmp_path: Path
) -> None:
    pool = DialoguePool(RASA_PYTHON, dialogue_models, tmp_path, workers=1, queue_limit=2, deadline=0.4)
    await pool.start()
    try:
        (pid,) = await asyncio.to_thread(_pids, tmp_path)
        os.kill(pid, signal.SIGSTOP)
        asked = [asyncio.create_task(pool.turn("pl", None, "hej")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(DialogueUnavailableError, match="full"):
            await pool.turn("pl", None, "hej")
        async with LoopClock() as clock:
            started = clock.now()
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert all(isinstance(answer, DialogueUnavailableError) for answer in answers)
            assert clock.now() - started < 1.0
        await _until(lambda: pool.status().deaths == 1)  # killed after three deadlines
        await _until(lambda: pool.ready)
        assert (
            await pool.turn("pl", None, "hej", deadline_at=asyncio.get_running_loop().time() + 60)
        ).outputs
        assert pool.status().queued == 0
    finally:
        await pool.stop()


async def test_refusals_are_named(dialogue_models: dict[str, Path], tmp_path: Path) -> None:
    pool = DialoguePool(RASA_PYTHON, dialogue_models, tmp_path, workers=1, deadline=10.0)
    await pool.start()
    try:
        for call, code in [
            (pool.turn("pl", None, "/nope", intent=True), "unknown_intent"),
            (pool.turn("de", None, "hallo"), "unknown_language"),
            (pool.turn("pl", None, "x" * MAX_FRAME), "too_large"),
        ]:
            with pytest.raises(DialogueRefusedError) as caught:
                await call
            assert caught.value.code == code
        for state in [
            "nonsense",
            [],
            {"v": 99, "events": [["u", "greet"]]},
            {"v": 1, "events": [["?"], 3, None]},
        ]:
            assert (await pool.turn("pl", state, "hej")).outputs == ({"say": "greet"},)
        understood = await pool.parse("pl", "0200", expecting="verifier")
        assert not understood.fallback
        assert pool.status().deaths == 0
    finally:
        await pool.stop()


async def test_long_socket_directories_work(dialogue_models: dict[str, Path], tmp_path: Path) -> None:
    pool = DialoguePool(RASA_PYTHON, dialogue_models, tmp_path / ("x" * 120), workers=1, deadline=10.0)
    await pool.start()
    try:
        assert (await pool.turn("en", None, "hello")).outputs
    finally:
        await pool.stop()


async def test_a_dead_start_is_told(dialogue_models: dict[str, Path], tmp_path: Path) -> None:
    pool = DialoguePool(Path(sys.executable), dialogue_models, tmp_path, workers=1)  # no Rasa in there
    with pytest.raises(DialogueUnavailableError):
        await pool.start(within=3.0)


GATEWAY = """
import asyncio, sys
from pathlib import Path
from nlu.pool import DialoguePool
async def main():
    models = dict(pair.split("=", 1) for pair in sys.argv[3:])
    models = {lang: Path(path) for lang, path in models.items()}
    pool = DialoguePool(Path(sys.argv[1]), models, Path(sys.argv[2]), workers=2)
    await pool.start()
    while pool.status().up < 2:
        await asyncio.sleep(0.05)
    print("up", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_workers_die_with_a_killed_gateway(dialogue_models: dict[str, Path], tmp_path: Path) -> None:
    models = [f"{lang}={path}" for lang, path in dialogue_models.items()]
    command = [sys.executable, "-c", GATEWAY, str(RASA_PYTHON), str(tmp_path), *models]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout is not None
        assert gateway.stdout.readline() == "up\n"
        assert len(_pids(tmp_path)) == 2
        gateway.kill()
    deadline = time.monotonic() + 20.0
    while _pids(tmp_path):
        assert time.monotonic() < deadline, "workers outlived their gateway"
        time.sleep(0.05)
    assert not list(tmp_path.iterdir())
