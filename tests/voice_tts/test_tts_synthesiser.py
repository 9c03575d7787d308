"""The synthesiser's contract, for the real engine and the scripted one; and what the real one survives."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.voice_tts.scripted_voice import ScriptedVoice
from voice.tts.pyttsx3 import Pyttsx3Synthesiser, Voice
from voice.tts.synthesiser import SpeechSynthesiser, SynthesisError

TEXTS = {
    "pl": [
        "Dzień dobry. W czym możemy pomóc?",
        "Zamówienie jeden zero zero, dwa trzy jest w drodze.",
        "Proszę podać numer zamówienia.",
        "Tak.",
        "Łączymy z konsultantem. Prosimy chwilę poczekać.",
        "Dostawa kosztuje czternaście złotych.",
        "Czy chcą Państwo przedłużyć ubezpieczenie?",
        "Do usłyszenia.",
        "Źródło: żółta gęś, ćma i śliwka.",
        "Przepraszamy, trwa to dłużej. Można czekać, zostawić wiadomość albo poprosić o telefon zwrotny.",
    ],
    "cs": [
        "Dobrý den, s čím mohu pomoci?",
        "Objednávka dva nula čtyři, jedna sedm byla doručena.",
        "Řekněte mi prosím číslo objednávky.",
        "Ano.",
        "Spojujeme vás, vydržte prosím.",
        "Cena je tisíc dvě stě čtyřicet korun.",
        "Chcete smlouvu prodloužit o další rok?",
        "Na shledanou.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "Omlouváme se, trvá to déle. Počkáte, necháte vzkaz, nebo máme zavolat zpět?",
    ],
    "en": [
        "Hello! How can I help you today?",
        "Order three zero five, five five has been cancelled.",
        "I'll gladly check. What's your order number?",
        "Yes.",
        "Please hold the line.",
        "The price is one thousand two hundred and forty pounds.",
        "Would you like to renew your policy?",
        "Goodbye.",
        "The quick brown fox jumps over the lazy dog.",
        "I didn't catch the number. It's in your confirmation e-mail. Please read it out slowly.",
    ],
}
ROOT = Path(__file__).parents[2]
LONG = "hello there my friend, " * 170


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for init to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
async def real() -> AsyncIterator[Pyttsx3Synthesiser]:
    made = Pyttsx3Synthesiser(children=1, deadline=60)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(params=["pyttsx3", "scripted"])
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[SpeechSynthesiser]:
    made: SpeechSynthesiser = (
        Pyttsx3Synthesiser(children=1, deadline=60) if request.param == "pyttsx3" else ScriptedVoice()
    )
    await made.start()
    yield made
    await made.stop()


async def test_it_speaks_every_language_that_it_names(voice: SpeechSynthesiser) -> None:
    assert voice.ready()
    for lang in voice.info.languages:
        pcm = await voice.synthesise("no", lang)
        assert len(pcm) > 0
        assert len(pcm) % 2 == 0


@pytest.mark.parametrize(("text", "lang"), [("", "en"), (" .,! ", "en"), ("Guten Tag", "de")])
async def test_what_cannot_be_said_is_an_error(voice: SpeechSynthesiser, text: str, lang: str) -> None:
    with pytest.raises(SynthesisError):
        await voice.synthesise(text, lang)


async def test_after_its_end_it_says_nothing(voice: SpeechSynthesiser) -> None:
    await voice.stop()
    assert not voice.ready()
    with pytest.raises(SynthesisError):
        await voice.synthesise("yes", "en")
    await voice.stop()


async def test_thirty_texts_are_as_long_as_people_take(real: Pyttsx3Synthesiser) -> None:
    for lang, texts in TEXTS.items():
        for text in texts:
            seconds = len(await real.synthesise(text, lang)) / 16000
            assert seconds > 0.3, text
            assert 0.035 * len(text) < seconds < 0.5 + 0.13 * len(text), (text, seconds)


async def test_the_languages_are_different_voices(real: Pyttsx3Synthesiser) -> None:
    said = [await real.synthesise("motor", lang) for lang in ("pl", "cs", "en")]
    assert len(set(said)) == 3


async def test_the_first_text_of_a_child_is_as_fast_as_the_second() -> None:
    """pyttsx3 takes the first text's rate back, one time in ten; it was heard at a screen reader's pace."""
    for _ in range(10):
        made = Pyttsx3Synthesiser(children=1, deadline=60)
        await made.start()
        try:
            for lang, texts in TEXTS.items():
                first, second = [len(await made.synthesise(texts[0], lang)) for _ in range(2)]
                assert abs(first - second) < 0.08 * second, (lang, first, second)
        finally:
            await made.stop()


async def test_many_at_once_are_each_their_own(real: Pyttsx3Synthesiser) -> None:
    texts = ["one", "one two three four five six", "one two three"] * 5
    said = await asyncio.gather(*(real.synthesise(text, "en") for text in texts))
    for text, pcm in zip(texts, said, strict=True):
        assert abs(len(pcm) - len(said[texts.index(text)])) < 3200
    assert len(said[0]) < len(said[2]) < len(said[1])


async def test_a_child_killed_at_its_work_is_replaced_and_the_text_is_spoken() -> None:
    events: list[str] = []
    made = Pyttsx3Synthesiser(children=1, deadline=60, on_event=lambda name, _value: events.append(name))
    await made.start()
    try:
        [killed] = made.pids()
        os.kill(killed, signal.SIGSTOP)  # so that it surely works on the text when it dies
        job = asyncio.create_task(made.synthesise("This sentence is spoken all the same.", "en"))
        await asyncio.sleep(0.1)
        os.kill(killed, signal.SIGKILL)
        assert len(await job) > 16000
        assert "retried" in events
        [now] = made.pids()
        assert now != killed
    finally:
        await made.stop()


async def test_a_text_that_outlives_three_children_is_given_up() -> None:
    made = Pyttsx3Synthesiser(children=1, deadline=60)
    await made.start()
    job = asyncio.create_task(made.synthesise("word " * 700, "en"))
    try:
        async with asyncio.timeout(60):
            while not job.done():
                for pid in made.pids():
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                await asyncio.sleep(0.01)
        with pytest.raises(SynthesisError):
            await job
    finally:
        await made.stop()


PARENT = """
import asyncio
from voice.tts.pyttsx3 import Pyttsx3Synthesiser

async def main():
    voice = Pyttsx3Synthesiser(children=1)
    await voice.start()
    print(*voice.pids(), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_children_die_with_a_parent_that_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert is_alive(pid)
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    async with asyncio.timeout(60):
        while is_alive(pid):
            await asyncio.sleep(0.05)


async def test_a_child_that_hangs_is_ended_within_the_deadline() -> None:
    made = Pyttsx3Synthesiser(children=1, deadline=1.0)
    await made.start()
    try:
        [stopped] = made.pids()
        os.kill(stopped, signal.SIGSTOP)
        with pytest.raises(SynthesisError):
            await made.synthesise("This is never said.", "en")
        async with asyncio.timeout(60):
            while stopped in made.pids() or not made.ready():
                await asyncio.sleep(0.05)
            while True:
                try:
                    assert await made.synthesise("But this is.", "en")
                    break
                except SynthesisError:  # the machine may be slower than a second
                    await asyncio.sleep(0.1)
    finally:
        await made.stop()


async def test_the_queue_is_bounded() -> None:
    made = Pyttsx3Synthesiser(children=1, queue_limit=2, deadline=60)
    await made.start()
    try:
        results = await asyncio.gather(
            *(made.synthesise("word " * 50, "en") for _ in range(12)), return_exceptions=True
        )
    finally:
        await made.stop()
    refused = [result for result in results if isinstance(result, SynthesisError)]
    assert len(refused) >= 9
    assert any(isinstance(result, bytes) for result in results)


async def test_a_text_of_four_thousand_signs_is_spoken_whole(real: Pyttsx3Synthesiser) -> None:
    pcm = await real.synthesise(LONG, "en")
    assert len(pcm) / 16000 > 100


async def test_a_machine_without_espeak_names_the_package(tmp_path: Path) -> None:
    for name in ("libespeak-ng.so.1", "libespeak.so.1"):
        (tmp_path / name).write_bytes(b"")  # found first, and no library
    made = Pyttsx3Synthesiser(environment={"LD_LIBRARY_PATH": str(tmp_path)})
    with pytest.raises(SynthesisError, match="apt-get install espeak-ng"):
        await made.start()
    assert not made.ready()


async def test_a_voice_that_is_not_there_is_told_at_the_start() -> None:
    made = Pyttsx3Synthesiser({"pl": Voice("zlw/nobody", 150)})
    with pytest.raises(SynthesisError, match="zlw/nobody"):
        await made.start()


async def test_children_end_with_the_engine(real: Pyttsx3Synthesiser) -> None:
    pids = real.pids()
    await real.stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_what_sounds_otherwise_has_another_version() -> None:
    slow = Pyttsx3Synthesiser({"pl": Voice("zlw/pl", 120)})
    fast = Pyttsx3Synthesiser({"pl": Voice("zlw/pl", 160)})
    assert slow.info.version != fast.info.version
