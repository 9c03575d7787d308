"""Keys in the audio: all sixteen in noise, none in speech, each once."""

import numpy as np
import pytest

from tests.voice.speech_signals import (
    NOISES,
    SENTENCES,
    babble,
    frames,
    noisy,
    silence,
    spoken,
    telephone,
    white,
)
from voice.audio import pcm
from voice.audio.dtmf import HIGH, KEYS, LOW, InBandDigits

ALL = "".join(KEYS)


def key(
    digit: str, *, seconds: float = 0.08, off: float = 1.0, twist_db: float = 0.0, loud: float = 6000
) -> bytes:
    row = next(number for number, keys in enumerate(KEYS) if digit in keys)
    at = np.arange(round(seconds * pcm.RATE)) / pcm.RATE
    low = np.sin(2 * np.pi * LOW[row] * off * at)
    high = np.sin(2 * np.pi * HIGH[KEYS[row].index(digit)] * off * at) * 10 ** (twist_db / 20)
    return pcm.saturated(np.rint(loud * (low + high)))


def heard(audio: bytes) -> str:
    digits = InBandDigits()
    return "".join(digits.feed(frame) or "" for frame in frames(audio + silence(0.1)))


@pytest.mark.parametrize("noise", NOISES)
def test_all_sixteen_keys_are_heard_at_15_db_wherever_they_begin(noise: str) -> None:
    wrong = []
    for number, digit in enumerate(ALL * 4):
        tone = key(digit)
        audio = silence(0.1 + 0.0013 * number) + tone + silence(0.1)
        audio = noisy(audio, NOISES[noise](1.0, number), 15, speech=tone)
        if heard(audio) != digit:
            wrong.append((digit, heard(audio)))
    assert not wrong


def test_a_number_dialled_fast_is_heard_key_by_key() -> None:
    number = "10023#1111*"
    audio = b"".join(key(digit, seconds=0.06) + silence(0.05) for digit in number)
    assert heard(noisy(audio, white(3, 1), 20, speech=key("5"))) == number


@pytest.mark.parametrize("off", [0.985, 1.015])
@pytest.mark.parametrize("twist_db", [-4.0, 0.0, 4.0])
def test_tones_may_be_off_by_the_tolerance_of_q24(off: float, twist_db: float) -> None:
    assert "".join(heard(key(digit, off=off, twist_db=twist_db, loud=3000)) for digit in ALL) == ALL


def test_a_key_that_is_held_counts_once_and_a_short_break_does_not_double_it() -> None:
    held = bytearray(key("7", seconds=2.0))
    held[8000:8064] = bytes(64)
    assert heard(bytes(held)) == "7"


def test_a_tone_shorter_than_23_ms_and_a_single_tone_are_nothing() -> None:
    assert heard(silence(0.05) + key("5", seconds=0.022)) == ""
    at = np.arange(8000) / pcm.RATE
    for hertz in LOW + HIGH:
        assert heard(pcm.saturated(np.rint(8000 * np.sin(2 * np.pi * hertz * at)))) == ""
    dial = np.sin(2 * np.pi * 350 * at) + np.sin(2 * np.pi * 440 * at)
    assert heard(pcm.saturated(np.rint(6000 * dial))) == ""


@pytest.mark.parametrize("lang", SENTENCES)
def test_speech_is_never_a_key(lang: str) -> None:
    for pitch in (10, 30, 50, 70, 95):
        for rate in (130, 180):
            speech = spoken(". ".join(SENTENCES[lang]), lang, rate=rate, pitch=pitch)
            assert heard(speech) == ""
            assert heard(telephone(speech)) == ""


def test_noise_and_a_room_full_of_people_are_never_a_key() -> None:
    assert heard(pcm.saturated(np.rint(3000 * white(60, 3)))) == ""
    assert heard(pcm.saturated(np.rint(babble(60, 4)))) == ""


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        InBandDigits().feed(bytes(160))
