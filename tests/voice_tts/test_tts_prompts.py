"""From a text to audio: recorded before kept before rendered, once for many, and sentence by sentence."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from tests.voice_tts.scripted_voice import ScriptedVoice
from voice.audio import wav
from voice.tts.prompts import Prompts
from voice.tts.pyttsx3 import Pyttsx3Synthesiser
from voice.tts.synthesiser import SynthesisError


class Scene:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.voice = ScriptedVoice()
        self.events: list[str] = []
        self.prompts = Prompts(
            self.voice,
            folder / "prompts",
            folder / "recorded",
            keys=("greet", "goodbye"),
            on_event=self.events.append,
        )

    def files(self) -> list[Path]:
        return sorted((self.folder / "prompts").iterdir())

    def record(self, lang: str, key: str, seconds: float = 1.0) -> None:
        tone = (np.sin(np.arange(int(seconds * 8000)) / 5) * 3000).astype("<i2")
        path = self.folder / "recorded" / lang / f"{key}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        wav.write(path, tone.tobytes())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path)
    await made.voice.start()
    await made.prompts.start()
    yield made
    made.voice.gate.set()
    await made.prompts.stop()


async def test_a_prompt_is_rendered_once_and_kept(scene: Scene) -> None:
    first = await scene.prompts.render("Hello there", "en")
    assert len(first) % 320 == 0
    assert await scene.prompts.render("Hello there", "en") == first
    assert scene.events == ["rendered", "kept"]
    assert scene.voice.said == [("Hello there", "en")]


async def test_it_is_worded_for_the_ear(scene: Scene) -> None:
    await scene.prompts.render("Order 10023 is on its way.", "en", keep=False)
    assert scene.voice.said == [("Order one zero zero, two three is on its way.", "en")]


@pytest.mark.parametrize(
    ("text", "keep"),
    [
        ("Hello Jan Kowalski", False),
        ("Order 10023 is on its way.", True),
        ("Write to jan@shop.example", True),
        ("Call +48 600 100 200", True),
        ("Policy OC-77 ends.", True),
        ("The price is 1 240 zł", True),
    ],
)
async def test_what_is_personal_never_lies_on_a_disk(scene: Scene, text: str, keep: bool) -> None:
    assert await scene.prompts.render(text, "en", keep=keep)
    assert scene.files() == []


async def test_no_text_can_be_read_off_the_disk(scene: Scene) -> None:
    await scene.prompts.render("Hello there", "en")
    [path] = scene.files()
    assert "Hello" not in path.name
    assert b"Hello" not in path.read_bytes()


async def test_many_who_ask_at_once_share_one_rendering(scene: Scene) -> None:
    scene.voice.gate.clear()
    asked = [asyncio.create_task(scene.prompts.render("Hello there", "en", keep=False)) for _ in range(20)]
    while not scene.voice.said:
        await asyncio.sleep(0)
    asked[0].cancel()  # one hangs up
    scene.voice.gate.set()
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert len({result for result in results[1:] if isinstance(result, bytes)}) == 1
    assert len(scene.voice.said) == 1


async def test_the_first_sentence_comes_while_the_second_is_rendered(scene: Scene) -> None:
    stream = scene.prompts.stream("The first. The second! And a third?", "en")
    first = await anext(stream)
    assert first
    scene.voice.gate.clear()
    async with asyncio.timeout(30):
        while len(scene.voice.said) < 2:
            await asyncio.sleep(0)
    scene.voice.gate.set()
    rest = [pcm async for pcm in stream]
    assert len(rest) == 2
    assert [text for text, _ in scene.voice.said] == ["The first.", "The second!", "And a third?"]
    assert b"".join([first, *rest]) == await scene.prompts.render("The first. The second! And a third?", "en")


async def test_a_stream_that_is_broken_off_leaves_nothing_behind(scene: Scene) -> None:
    stream = scene.prompts.stream("The first. The second. The third.", "en")
    await anext(stream)
    await stream.aclose()  # the caller spoke over it
    assert len(scene.voice.said) <= 2


async def test_a_dead_synthesiser_still_has_what_was_kept(scene: Scene) -> None:
    kept = await scene.prompts.render("Hello there", "en")
    scene.voice.broken = True
    assert await scene.prompts.render("Hello there", "en") == kept
    with pytest.raises(SynthesisError):
        await scene.prompts.render("Something else", "en")
    assert scene.events[-1] == "failed"


async def test_a_broken_file_is_rendered_anew(scene: Scene) -> None:
    whole = await scene.prompts.render("Hello there", "en")
    [path] = scene.files()
    path.write_bytes(path.read_bytes()[:-100])
    assert await scene.prompts.render("Hello there", "en") == whole
    assert len(scene.voice.said) == 2


async def test_a_recording_takes_precedence(scene: Scene) -> None:
    scene.record("en", "greet")
    await scene.prompts.start()
    said = await scene.prompts.render("Hello!", "en", key="greet")
    assert 0.9 < len(said) / 16000 < 1.3
    assert scene.voice.said == []
    assert await scene.prompts.render("Bye.", "en", key="goodbye")
    assert await scene.prompts.render("Ahoj.", "cs", key="greet")
    assert len(scene.voice.said) == 2


async def test_a_broken_recording_is_named_and_the_voice_speaks(scene: Scene) -> None:
    scene.record("en", "greet")
    path = scene.folder / "recorded" / "en" / "greet.wav"
    path.write_bytes(path.read_bytes()[:30])
    scene.record("en", "gret")
    scene.record("de", "greet")
    scene.record("en", "goodbye", seconds=0.01)
    await scene.prompts.start()
    told = "\n".join(scene.prompts.recordings.problems)
    assert "en/greet.wav" in told
    assert "is it greet.wav?" in told
    assert "de/greet.wav" in told
    assert "en/goodbye.wav" in told
    assert await scene.prompts.render("Hello!", "en", key="greet")
    assert scene.voice.said == [("Hello!", "en")]


async def test_prompts_are_rendered_ahead_only_while_nobody_waits(scene: Scene) -> None:
    scene.voice.gate.clear()
    call = asyncio.create_task(scene.prompts.render("Somebody waits", "en"))
    while not scene.voice.said:
        await asyncio.sleep(0)
    ahead = asyncio.create_task(
        scene.prompts.ahead([("greet", "Hello! Good day.", "en"), ("x", "Ahoj", "cs")])
    )
    await asyncio.sleep(0.05)
    assert len(scene.voice.said) == 1
    scene.voice.gate.set()
    await call
    assert await ahead == 2
    assert len(scene.files()) == 4


async def test_rendering_ahead_ends_where_nothing_can_be_rendered(scene: Scene) -> None:
    scene.voice.broken = True
    assert await scene.prompts.ahead([("greet", "Hello!", "en"), ("goodbye", "Bye", "en")]) == 0


async def test_a_picture_is_nothing_to_hear(scene: Scene) -> None:
    assert await scene.prompts.render("🎉", "en") == b""
    with pytest.raises(SynthesisError):
        await scene.prompts.render("Guten Tag", "de")


async def test_prompts_that_are_stopped_say_so(scene: Scene) -> None:
    scene.voice.gate.clear()
    waiting = asyncio.create_task(scene.prompts.render("Hello there", "en"))
    while not scene.voice.said:
        await asyncio.sleep(0)
    await scene.prompts.stop()
    with pytest.raises(SynthesisError):
        await waiting


async def test_the_real_voice_says_a_whole_reply(tmp_path: Path) -> None:
    voice = Pyttsx3Synthesiser(children=2, deadline=60)
    await voice.start()
    prompts = Prompts(voice, tmp_path)
    await prompts.start()
    text = "Zamówienie nr 10023 jest już w drodze. Przewidywany termin dostawy: 24 listopada."
    try:
        pieces = [pcm async for pcm in prompts.stream(text, "pl", keep=False)]
    finally:
        await prompts.stop()
        await voice.stop()
    assert len(pieces) == 2
    assert all(len(pcm) > 32000 and len(pcm) % 320 == 0 for pcm in pieces)
