"""Vosk: grammars, partial texts, second looks, models of another rate."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.voice_stt.conftest import PATIENT, Say
from voice.stt.models import STARTER_MODELS
from voice.stt.pool import PoolLimits
from voice.stt.recogniser import RecognitionError, Request, Transcript
from voice.stt.vosk import VoskRecogniser

NUMBERS = {
    "en": "one two three four five",
    "pl": "jeden dwa trzy cztery pięć",
    "cs": "jedna dva tři čtyři pět",
}
YES = {"en": "yes please", "pl": "tak proszę", "cs": "ano prosím"}


async def hear(recogniser: VoskRecogniser, request: Request, pcm: bytes) -> Transcript:
    recognition = recogniser.recognise(request)
    recognition.feed(pcm)
    return await recognition.finish()


@pytest.mark.parametrize("lang", ["en", "pl", "cs"])
async def test_each_language_with_the_grammar_of_the_question(
    vosk: VoskRecogniser, say: Say, lang: str
) -> None:
    number = await hear(vosk, Request(lang, "order_number"), say(NUMBERS[lang], lang))
    assert number.text == NUMBERS[lang]
    assert [word.text for word in number.words] == NUMBERS[lang].split()
    assert (await hear(vosk, Request(lang, "yes_no"), say(YES[lang], lang))).text == YES[lang]
    assert (await hear(vosk, Request(lang), say(YES[lang], lang))).text == YES[lang]


async def test_partial_texts_grow_on_the_loop_and_say_each_thing_once(vosk: VoskRecogniser, say: Say) -> None:
    heard: list[str] = []
    recognition = vosk.recognise(Request("en", "order_number"), heard.append)
    pcm = say(NUMBERS["en"], "en")
    for at in range(0, len(pcm), 1600):
        recognition.feed(pcm[at : at + 1600])
        await asyncio.sleep(0.02)
    async with asyncio.timeout(PATIENT):
        while not heard:
            await asyncio.sleep(0.01)
    final = await recognition.finish()
    assert len(heard) == len(set(heard))
    assert all("[unk]" not in text for text in heard)
    assert final.text == NUMBERS["en"]


async def test_a_listener_that_fails_harms_nobody(vosk: VoskRecogniser, say: Say) -> None:
    def fails(_text: str) -> None:
        raise ValueError

    recognition = vosk.recognise(Request("en", "order_number"), fails)
    pcm = say(NUMBERS["en"], "en")
    for at in range(0, len(pcm), 1600):
        recognition.feed(pcm[at : at + 1600])
        await asyncio.sleep(0.02)
    assert (await recognition.finish()).text == NUMBERS["en"]


async def test_a_question_in_the_middle_of_a_form_is_heard_openly(vosk: VoskRecogniser, say: Say) -> None:
    heard = await hear(vosk, Request("en", "yes_no"), say("what are your opening hours", "en"))
    assert heard.text == "what are your opening hours"
    assert heard.confidence > 0.7


async def test_a_pause_inside_a_turn_ends_nothing(vosk: VoskRecogniser, say: Say) -> None:
    pcm = say("one two three", "en") + bytes(32000) + say("four five", "en")
    heard = await hear(vosk, Request("en", "order_number"), pcm)
    assert heard.text == NUMBERS["en"]
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert starts[3] > heard.words[2].end + 1.0


async def test_open_vocabulary_has_a_bound_of_its_own(vosk: VoskRecogniser) -> None:
    open_turns = [vosk.recognise(Request("en")) for _ in range(2)]
    with pytest.raises(RecognitionError) as full:
        vosk.recognise(Request("pl"))
    assert full.value.code == "speech_busy"
    narrow = vosk.recognise(Request("pl", "yes_no"))
    assert vosk.status().open_turns == 2
    for turn in (*open_turns, narrow):
        turn.cancel()
    assert vosk.status().turns == 0


async def test_a_turn_that_a_call_forgot_gives_way(tmp_path: Path, say: Say) -> None:
    limits = PoolLimits(spares=0, turns=1, deadline=PATIENT, forgotten_after=0.0)
    recogniser = VoskRecogniser(["en"], tmp_path, limits=limits)
    await recogniser.start()
    try:
        forgotten = recogniser.recognise(Request("en"))
        await asyncio.sleep(0.01)
        assert (await hear(recogniser, Request("en", "yes_no"), say("yes please", "en"))).text == "yes please"
        with pytest.raises(RecognitionError) as gone:
            await forgotten.finish()
        assert gone.value.code == "speech_cancelled"
    finally:
        await recogniser.stop()


async def test_audio_beyond_the_bound_is_dropped(tmp_path: Path, say: Say) -> None:
    pcm = say("one two three", "en")
    limits = PoolLimits(spares=0, deadline=PATIENT, max_seconds=len(pcm) / 16000)
    recogniser = VoskRecogniser(["en"], tmp_path, limits=limits)
    await recogniser.start()
    try:
        heard = await hear(recogniser, Request("en", "order_number"), pcm + say("four five six", "en") * 20)
    finally:
        await recogniser.stop()
    assert heard.text == "one two three"
    assert heard.seconds == pytest.approx(len(pcm) / 16000, abs=0.01)


async def test_a_model_for_16_khz_hears_telephone_audio(tmp_path: Path, say: Say) -> None:
    """The starter model, told that its features are of 16 kHz, with the same band of the same frames."""
    shutil.copytree(STARTER_MODELS / "pl", tmp_path / "pl")
    conf = tmp_path / "pl" / "conf" / "mfcc.conf"
    conf.write_text(conf.read_text().replace("--sample-frequency=8000", "--sample-frequency=16000"))
    recogniser = VoskRecogniser(["pl"], tmp_path, limits=PoolLimits(spares=0, deadline=PATIENT))
    await recogniser.start()
    try:
        heard = await hear(recogniser, Request("pl", "order_number"), say(NUMBERS["pl"], "pl"))
    finally:
        await recogniser.stop()
    assert heard.text == NUMBERS["pl"]
    assert heard.words[-1].end <= heard.seconds + 0.1
