"""Speech workers that die, hang, or never come up."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.voice_stt.conftest import PATIENT, Say
from voice.stt.models import STARTER_MODELS
from voice.stt.pool import PoolLimits
from voice.stt.recogniser import RecognitionError, Request
from voice.stt.vosk import VoskRecogniser
from voice.stt.worker_process import ROOT

TEXT = "one two three four five"


async def until(condition) -> None:
    async with asyncio.timeout(PATIENT):
        while not condition():
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and waits for init to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_worker_killed_in_mid_sentence_is_replaced_unnoticed(vosk: VoskRecogniser, say: Say) -> None:
    await until(lambda: len(vosk.pids()) == 2)
    pcm = say(TEXT, "en")
    heard: list[str] = []
    recognition = vosk.recognise(Request("en", "order_number"), heard.append)
    middle = len(pcm) * 2 // 3
    for at in range(0, middle, 320):
        recognition.feed(pcm[at : min(at + 320, middle)])
        await asyncio.sleep(0.001)
    await until(lambda: heard)
    os.kill(vosk.pids()[0], signal.SIGKILL)
    recognition.feed(pcm[middle:])
    assert (await recognition.finish()).text == TEXT
    await until(lambda: len(vosk.pids()) == 2)
    assert vosk.status().deaths == 1


async def test_a_worker_killed_after_the_turn_ended_still_answers(vosk: VoskRecogniser, say: Say) -> None:
    await until(lambda: len(vosk.pids()) == 2)
    os.kill(vosk.pids()[0], signal.SIGSTOP)
    recognition = vosk.recognise(Request("en", "order_number"))
    recognition.feed(say(TEXT, "en"))
    waiting = asyncio.create_task(recognition.finish())
    await asyncio.sleep(0.05)
    os.kill(vosk.pids()[0], signal.SIGKILL)
    assert (await waiting).text == TEXT


async def test_without_a_spare_the_turn_waits_for_the_next_worker(tmp_path: Path, say: Say) -> None:
    recogniser = VoskRecogniser(["en"], tmp_path, limits=PoolLimits(spares=0, deadline=PATIENT))
    await recogniser.start()
    try:
        os.kill(recogniser.pids()[0], signal.SIGKILL)
        await until(lambda: not recogniser.ready())
        recognition = recogniser.recognise(Request("en", "order_number"))
        recognition.feed(say(TEXT, "en"))
        assert (await recognition.finish()).text == TEXT
    finally:
        await recogniser.stop()


async def test_after_two_replays_a_turn_is_given_up(vosk: VoskRecogniser, say: Say) -> None:
    recognition = vosk.recognise(Request("en", "order_number"))
    recognition.feed(say(TEXT, "en") * 8)  # so much that no worker answers before it is killed
    waiting = asyncio.create_task(recognition.finish())
    for number in range(3):
        await until(lambda: waiting.done() or vosk.ready())
        if waiting.done():
            pytest.skip("the machine answered before its worker could be killed")
        os.kill(vosk.pids()[0], signal.SIGKILL)
        await until(lambda number=number: vosk.status().deaths > number)
    with pytest.raises(RecognitionError) as gone:
        await waiting
    assert (gone.value.code, gone.value.retryable) == ("speech_unavailable", True)
    assert vosk.status().turns == 0


async def test_a_worker_that_hangs_is_killed_and_replaced(tmp_path: Path, say: Say) -> None:
    events: list[str] = []
    recogniser = VoskRecogniser(
        ["en"],
        tmp_path,
        limits=PoolLimits(workers=1, spares=1, deadline=3.0),
        on_event=lambda name, _value: events.append(name),
    )
    await recogniser.start()
    try:
        await until(lambda: len(recogniser.pids()) == 2)
        stopped = recogniser.pids()[0]
        os.kill(stopped, signal.SIGSTOP)
        recognition = recogniser.recognise(Request("en", "order_number"))
        recognition.feed(say(TEXT, "en"))
        assert (await recognition.finish()).text == TEXT
        assert "stuck" in events
        await until(lambda: stopped not in recogniser.pids())
    finally:
        await recogniser.stop()


async def test_stop_leaves_no_process(vosk: VoskRecogniser) -> None:
    await until(lambda: len(vosk.pids()) == 2)
    pids = vosk.pids()
    await vosk.stop()
    assert not any(alive(pid) for pid in pids)


async def test_workers_end_with_a_gateway_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib\n"
        "from voice.stt.vosk import VoskRecogniser\n"
        "async def main():\n"
        f"    recogniser = VoskRecogniser(['en'], pathlib.Path({str(tmp_path)!r}))\n"
        "    await recogniser.start()\n"
        "    print(*recogniser.pids(), flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    gateway = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert gateway.stdout is not None
    pids = [int(pid) for pid in (await gateway.stdout.readline()).split()]
    assert pids
    gateway.kill()
    await gateway.wait()
    await until(lambda: not any(alive(pid) for pid in pids))


async def test_a_missing_model_stops_the_start_and_names_the_mend(tmp_path: Path) -> None:
    recogniser = VoskRecogniser(["en", "de"], tmp_path)
    with pytest.raises(RecognitionError, match=r"no speech model for 'de'.*unpack"):
        await recogniser.start()
    assert not recogniser.ready()


async def test_a_broken_model_stops_the_start(tmp_path: Path) -> None:
    shutil.copytree(STARTER_MODELS / "en", tmp_path / "en")
    (tmp_path / "en" / "am" / "final.mdl").write_bytes(b"no model")
    recogniser = VoskRecogniser(["en"], tmp_path)
    with pytest.raises(RecognitionError):
        await recogniser.start()
    assert recogniser.pids() == ()
