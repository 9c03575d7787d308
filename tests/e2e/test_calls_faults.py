"""What breaks while somebody is on the phone: no call hangs or falls silent, and nothing is left behind."""

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.call_scene import (
    ORDERS,
    PHONES,
    STRANGER,
    AgentVoice,
    House,
    eventually,
    phone_gateway,
    utterance,
)
from tests.e2e.test_faults import children
from tests.gateway_process import GatewayProcess
from tests.phone_caller import FRAME, PhoneCaller, frame

pytestmark = [pytest.mark.rasa, pytest.mark.soak, pytest.mark.timeout(600)]
SETTINGS = {"voice.no_speech_seconds": 3, "voice.drain_seconds": 20, "voice.max_calls": 40}
CALLS = 200 if os.environ.get("CENTRALA_SOAK") == "full" else 20
END_SECONDS = 90
"""20 s for calls (SETTINGS), twice 20 for turns and requests (`web.drain_seconds`), and what workers take."""
WORKERS = {"speech": "voice.stt", "voice": "voice.tts", "dialogue": "nlu.worker"}


def kill(house: House, what: str) -> list[int]:
    """Kill -9 every child of a kind; their ids."""
    assert house.gateway.process is not None
    found = children(house.gateway.process.pid)
    victims = [pid for pid, command in found.items() if WORKERS[what] in command]
    assert victims, f"no {what} among {found}"
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    return victims


async def healthy(house: House) -> None:
    """Wait until everything is up again."""

    async def ready() -> int:
        async with house.session.get(f"{house.gateway.url}/readyz") as answer:
            return answer.status

    await eventually(ready, lambda status: status == 200, 120)


async def talking(house: House) -> list[str]:
    """Ids of calls that are going on, as SQL has them."""

    def read() -> list[str]:
        uri = f"file:{house.gateway.data_dir / 'centrala.db'}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM calls WHERE state = 'talking'")]

    return await asyncio.to_thread(read)


async def test_a_speech_worker_dies_in_mid_sentence(house: House) -> None:
    async with await house.ring("en", STRANGER["en"]) as caller:
        await caller.told("greet")
        await caller.rest()
        words = await utterance("where is my order", "en")
        middle = len(words) // 2 // FRAME * FRAME
        await caller.say(words[:middle])
        kill(house, "speech")
        await caller.say(words[middle:])
        # Heard all the same, or asked again: never silence.
        await caller.said(lambda _: True, 40, "anything after the worker died")
        caller.press(f"{ORDERS['en']}#")
        await caller.told("ask_verifier")
    await healthy(house)


async def test_without_speech_workers_there_is_the_keypad(house: House) -> None:
    over = asyncio.Event()

    async def keep_killing() -> None:
        while not over.is_set():
            with contextlib.suppress(AssertionError, ProcessLookupError):
                kill(house, "speech")
            await asyncio.sleep(0.02)

    killing = asyncio.create_task(keep_killing())
    try:
        async with await house.ring("en", PHONES["en"]) as caller:
            await caller.told("greet")
            await caller.rest()
            heard = len(caller.frames)
            for seed in range(1, 4):
                await caller.speak("where is my order", seed=seed)
                await asyncio.sleep(2)
            assert any(max(pcm) > 5 for _, pcm in caller.frames[heard:]), "something was said"
            caller.press(f"{ORDERS['en']}#")
            await caller.said(lambda text: "cancelled" in text or "nobody is available" in text, 60, "help")
    finally:
        over.set()
        await killing
    await healthy(house)


async def test_the_synthesiser_dies(house: House) -> None:
    async with await house.ring("cs", PHONES["cs"]) as caller:
        await caller.told("greet")
        kill(house, "voice")
        caller.press(f"{ORDERS['cs']}#")
        await caller.told_state()
        await caller.rest()
        assert (await caller.conversation())["state"] in ("bot", "waiting")
    assert (await caller.ended())["outcome"] in ("contained", "missed")
    await healthy(house)


async def test_the_dialogue_dies(house: House) -> None:
    async with await house.ring("pl", PHONES["pl"]) as caller:
        await caller.told("greet")
        kill(house, "dialogue")
        caller.press(f"{ORDERS['pl']}#")
        await caller.said(lambda _: True, 60, "an answer, an apology or a person")
    await healthy(house)


async def test_lost_and_late_frames(house: House) -> None:
    """5 % are lost and the others are up to 60 ms late."""
    dice = random.Random(5)
    async with await house.ring("en", STRANGER["en"]) as caller:
        await caller.told("greet")
        await caller.rest()
        words = await utterance("where is my order", "en")
        pieces = [words[at : at + FRAME] for at in range(0, len(words), FRAME)]
        caller.mute()
        for pcm in pieces:
            if dice.random() > 0.05:
                await asyncio.sleep(dice.choice((0, 0.01, 0.03)))
                caller.send(pcm.ljust(FRAME, b"\0"))
        await caller.said(lambda _: True, 40, "an answer")


async def test_frames_of_thirty_milliseconds(house: House) -> None:
    async with await house.ring("en", STRANGER["en"]) as caller:
        await caller.told("greet")
        await caller.rest()
        caller.mute()
        words = await utterance("where is my order", "en")
        for at in range(0, len(words), 480):
            caller.send(words[at : at + 480])
            await asyncio.sleep(0.03)
        await caller.said(lambda _: True, 40, "an answer")
    [first, *_] = (await caller.ended())["turns"][1:]
    assert first["heard"] is not None


async def test_peers_that_misbehave(house: House) -> None:
    """They say nothing, flood, send nonsense, or come again: they are hung up, and others are served."""
    used = await house.announce(lang="en")
    async with PhoneCaller(house.port, used):
        await eventually(lambda: house.status(used), lambda call: call["state"] == "talking")
        async with PhoneCaller(house.port, used) as twice, asyncio.timeout(30):
            await twice.gone.wait()
        assert (await house.status(used))["state"] == "talking", "the first one goes on"
    await eventually(lambda: house.status(used), lambda call: call["state"] == "ended")
    async with PhoneCaller(house.port, used) as ended, asyncio.timeout(30):
        await ended.gone.wait()

    async def hung_up(first: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        with contextlib.suppress(ConnectionError):
            writer.write(first)
            await writer.drain()
        async with asyncio.timeout(40):
            with contextlib.suppress(ConnectionError):
                while await reader.read(65536):
                    pass
        writer.close()

    hello = frame(0x01, uuid.uuid4().bytes)
    flood = frame(0x01, uuid.uuid4().bytes) + frame(0x10, bytes(FRAME)) * 5000
    await asyncio.gather(
        hung_up(b""),
        hung_up(hello),
        hung_up(flood),
        hung_up(b"GET / HTTP/1.1\r\n\r\n"),
        hung_up(struct.pack(">BH", 0x10, 65535)),
    )
    async with await house.ring("en", PHONES["en"]) as caller:
        await caller.told("greet")
    await caller.ended()
    await eventually(lambda: talking(house), lambda calls: not calls)


async def test_who_hangs_up_at_any_moment_leaves_nothing_behind(house: House) -> None:
    dice = random.Random(7)

    async def short(number: int) -> str:
        caller = await house.ring("pl", STRANGER["pl"] if number % 2 else None)
        async with caller:
            await asyncio.sleep(dice.random() ** 2 * 6)
            if number % 3 == 0:
                caller.press(dice.choice(("0#", "10023#", "1")))
                await asyncio.sleep(dice.random() * 1.5)
        return caller.call_id

    ids: list[str] = []
    for batch in range(6):
        ids += await asyncio.gather(*(short(5 * batch + n) for n in range(5)))
    await eventually(lambda: talking(house), lambda calls: not calls)
    for call_id in ids:
        call = await house.status(call_id)
        assert call["state"] in ("ended", "announced"), call
        if call["conversation_id"]:
            assert (await house.read(f"/conversations/{call['conversation_id']}"))["state"] == "closed"
            assert call["outcome"] in ("abandoned", "contained", "missed")


def size(pid: int) -> tuple[int, int, int]:
    """Resident kilobytes, open files and threads of a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return int(status["VmRSS"].split()[0]), files, int(status["Threads"])


async def test_many_short_calls_leave_nothing_behind(house: House) -> None:
    assert house.gateway.process is not None
    pid = house.gateway.process.pid

    async def short(lang: str) -> None:
        async with await house.ring(lang, PHONES[lang]) as caller:
            await caller.told("greet")
            caller.press(f"{ORDERS[lang]}#")
            await caller.told_state()
        await caller.ended()

    async def some(count: int) -> None:
        for _ in range(count // 5):
            await asyncio.gather(*(short(("pl", "cs", "en")[n % 3]) for n in range(5)))

    # What is loaded once is loaded: over a thousand calls all growth but 2 % was seen in the first hundred.
    await some(CALLS if CALLS < 100 else 100)
    await eventually(lambda: talking(house), lambda calls: not calls)
    before, processes = size(pid), children(pid)
    await some(CALLS)
    await eventually(lambda: talking(house), lambda calls: not calls)

    async def now() -> tuple[int, int, int]:
        return size(pid)

    after = await eventually(now, lambda s: s[1] <= before[1] + 4 and s[2] <= before[2] + 4)
    assert after[0] < before[0] * 1.1 + 2000, f"{before} became {after}"
    assert len(children(pid)) == len(processes)


@pytest.fixture
def victim(tmp_path: Path, trained: None) -> Iterator[tuple[GatewayProcess, int]]:
    """A gateway of the test's own, not spared."""
    with phone_gateway(tmp_path, SETTINGS) as found:
        yield found


def test_a_gateway_that_is_killed_finds_its_calls_again(victim: tuple[GatewayProcess, int]) -> None:
    """One after the other: killed in a call, the call is lost and its recording kept; ended, it drains."""

    async def killed() -> str:
        async with aiohttp.ClientSession() as session:
            house = House(*victim, session)
            async with await house.ring("en", PHONES["en"]) as caller:
                await caller.told("greet")
                await caller.rest()
                await asyncio.to_thread(house.gateway.kill)
                await caller.gone_by_itself()
            return caller.call_id

    async def looked_after(call_id: str) -> None:
        async with aiohttp.ClientSession() as session:
            house = House(*victim, session)
            call = await house.status(call_id)
            assert (call["state"], call["outcome"]) == ("ended", "lost")
            conversation = await house.read(f"/conversations/{call['conversation_id']}")
            assert (conversation["state"], conversation["outcome"]) == ("closed", "lost")
            [recording] = conversation["recordings"]
            assert recording["seconds"] > 2
            path = f"/conversations/{conversation['id']}/recordings/1"
            peaks = await house.read(f"{path}/peaks")
            assert peaks["seconds"] == pytest.approx(recording["seconds"], abs=0.1)
            await drains(house)

    async def drains(house: House) -> None:
        async with await house.ring("en", PHONES["en"]) as caller:
            await caller.told("greet")
            assert house.gateway.process is not None
            house.gateway.process.send_signal(signal.SIGTERM)
            await refused(house)
            caller.press(f"{ORDERS['en']}#")
            heard = len(caller.frames)
            async with asyncio.timeout(30):
                while not any(max(pcm) > 5 for _, pcm in caller.frames[heard + 50 :]):
                    await asyncio.sleep(0.05)
            assert not caller.gone.is_set(), "who talks may go on"
        assert await asyncio.to_thread(house.gateway.process.wait, END_SECONDS) == 0

    async def refused(house: House) -> None:
        for _ in range(600):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", house.port)
                writer.close()
            except ConnectionError:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("new calls are still taken")

    call_id = asyncio.run(killed())
    victim[0].start()
    asyncio.run(victim[0].ready(180))
    asyncio.run(looked_after(call_id))


@pytest.mark.skipif(CALLS < 200, reason="long; set CENTRALA_SOAK=full")
def test_a_gateway_with_calls_of_every_kind_ends_in_time(victim: tuple[GatewayProcess, int]) -> None:
    """After many calls, with one greeted, one waiting, one with an agent, one mute: no process is left."""
    gateway = victim[0]
    assert gateway.process is not None
    pid = gateway.process.pid

    async def mixed() -> None:
        dice = random.Random(11)
        async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as open_calls:
            house = House(*victim, session)

            async def short(number: int) -> None:
                async with await house.ring("pl", STRANGER["pl"] if number % 2 else None) as caller:
                    await asyncio.sleep(dice.random() * 3)
                    caller.press(dice.choice(("0#", "10023#", "1", "*#")))
                    await asyncio.sleep(dice.random() * 3)

            for batch in range(8):
                await asyncio.gather(*(short(10 * batch + number) for number in range(10)))
            anna = await house.agent("anna")
            talker = await open_calls.enter_async_context(await house.ring("en", PHONES["en"]))
            await talker.told("greet")
            talker.press("0#")
            conversation = await talker.until_state("waiting")
            status, body = await anna.call("POST", f"/conversations/{conversation['id']}/claim", None)
            assert status < 300, body
            await open_calls.enter_async_context(AgentVoice(house, anna, conversation["id"]))
            waiter = await open_calls.enter_async_context(await house.ring("cs", PHONES["cs"]))
            await waiter.told("greet")
            waiter.press("0#")
            await waiter.until_state("waiting")
            mute = await open_calls.enter_async_context(await house.ring("pl", PHONES["pl"]))
            mute.mute()
            greeted = await open_calls.enter_async_context(await house.ring("en", STRANGER["en"]))
            await greeted.told("greet")
            family = children(pid)
            assert gateway.process is not None
            gateway.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(gateway.process.wait, END_SECONDS) == 0
            left = [command for child, command in family.items() if Path(f"/proc/{child}").exists()]
            assert left == []

    asyncio.run(mixed())
