"""Recordings of any kind, loudness, sentences, emergency prompts and tones."""

import wave
from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import samples, seconds
from voice.tts.fallback import FOLDER, TEXTS, emergency
from voice.tts.level import levelled, trimmed, whole_frames
from voice.tts.numerals import grouped, numerals, spell
from voice.tts.recorded import load_recordings
from voice.tts.sentences import LONGEST_PIECE, sentences
from voice.tts.tones import beep, hold_music, ringing
from voice.tts.wording import for_the_ear


def record(path: Path, rate: int, channels: int, width: int, length: float, loudness: float = 0.2) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = np.sin(2 * np.pi * 300 * np.arange(int(rate * length)) / rate) * loudness
    whole = np.repeat(tone, channels)
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        if width == 1:
            file.writeframes((whole * 127 + 128).astype(np.uint8).tobytes())
        else:
            file.writeframes((whole * 32767).astype("<i2").tobytes())


@pytest.mark.parametrize(
    ("rate", "channels", "width"), [(8000, 1, 2), (44100, 2, 2), (48000, 1, 2), (11025, 2, 1), (96000, 6, 2)]
)
def test_a_recording_of_any_kind_is_played_as_loud_as_all(
    tmp_path: Path, rate: int, channels: int, width: int
) -> None:
    record(tmp_path / "pl" / "greet.wav", rate, channels, width, 1.0, loudness=0.05)
    found = load_recordings(tmp_path, ["pl"])
    assert found.problems == ()
    pcm = found.get("pl", "greet")
    assert pcm is not None
    assert len(pcm) % 320 == 0
    assert seconds(pcm) == pytest.approx(1.0, abs=0.3)
    rms = float(np.sqrt(np.mean(samples(pcm).astype(float) ** 2)))
    assert 2000 < rms < 4000


@pytest.mark.parametrize(
    ("length", "loudness", "said"),
    [(0.05, 0.2, "at the least"), (61.0, 0.2, "at the most"), (1.0, 0.0, "silent")],
)
def test_a_recording_that_is_none_says_why(tmp_path: Path, length: float, loudness: float, said: str) -> None:
    record(tmp_path / "pl" / "greet.wav", 8000, 1, 2, length, loudness)
    found = load_recordings(tmp_path, ["pl"])
    assert found.get("pl", "greet") is None
    [problem] = found.problems
    assert problem.startswith("pl/greet.wav")
    assert said in problem


def test_no_folder_holds_no_recordings(tmp_path: Path) -> None:
    assert load_recordings(tmp_path / "none", ["pl"]).prompts == {}


def test_loudness_never_distorts_and_silence_stays() -> None:
    click = np.zeros(8000, np.int16)
    click[4000] = 32767
    assert int(np.abs(levelled(click).astype(int)).max()) <= 32767
    assert not levelled(np.zeros(8000, np.int16)).any()
    assert len(trimmed(np.zeros(8000, np.int16))) == 0
    assert len(trimmed(click)) < 2200
    assert levelled(np.zeros(3, np.int16)).shape == (3,)
    assert len(whole_frames(b"ab")) == 320


def test_sentences_lose_nothing_and_are_never_too_long() -> None:
    assert sentences("One. Two! Three? Four") == ["One.", "Two!", "Three?", "Four"]
    assert sentences("A. Long one.") == ["A. Long one."]
    assert sentences("") == []
    long = "some words, " * 100
    pieces = sentences(long)
    assert max(map(len, pieces)) <= LONGEST_PIECE
    assert " ".join(pieces).split() == long.split()
    assert "".join(sentences("x" * 1000)) == "x" * 1000


@pytest.mark.parametrize("lang", ["pl", "cs", "en", "de"])
def test_nobody_hears_silence_where_nobody_can_speak(lang: str) -> None:
    for name in ("hold", "keypad", "call_back"):
        pcm = emergency(name, lang)
        assert len(pcm) % 320 == 0
        text = TEXTS.get(lang, TEXTS["en"])[name]
        assert 0.035 * len(text) < seconds(pcm) < 0.5 + 0.13 * len(text)


def test_every_emergency_text_has_its_file() -> None:
    named = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*.wav")}
    assert named == {(lang, name) for lang, texts in TEXTS.items() for name in texts}
    assert all(for_the_ear(text, lang) == text for lang, texts in TEXTS.items() for text in texts.values())


def test_ringing_is_one_second_in_five_at_425_hertz() -> None:
    tone = samples(ringing()).astype(float)
    assert len(tone) == 5 * 8000
    assert np.abs(np.fft.rfft(tone[:8000])).argmax() == 425
    assert not tone[8000:].any()


def test_music_on_hold_runs_round_without_a_click() -> None:
    music = samples(hold_music()).astype(float)
    assert len(hold_music()) == 20 * 16000
    assert 5000 < np.abs(music).max() <= 8000
    steps = np.abs(np.diff(music))
    assert abs(music[0] - music[-1]) <= np.percentile(steps, 99)
    quietest = min(np.sqrt(np.mean(part**2)) for part in music.reshape(20, -1))
    assert quietest > 300, "it must never sound as if the line were dead"


def test_the_beep_is_short() -> None:
    assert seconds(beep()) == pytest.approx(0.3)


@pytest.mark.parametrize("count", range(1, 40))
def test_digits_are_dictated_in_groups_that_an_ear_holds(count: int) -> None:
    groups = grouped(count)
    assert sum(groups) == count
    assert max(groups) <= 3
    assert count == 1 or min(groups) >= 2


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_no_two_numbers_sound_the_same(lang: str) -> None:
    numbers = numerals(lang)
    said = {numbers.cardinal(number) for number in range(3000)}
    assert len(said) == 3000
    assert len({numbers.ordinal(number) for number in range(1, 3000)}) == 2999
    assert not any("-" in word.split() for word in said)
    assert spell("", lang) == ""
