import numpy as np
import pytest

from tests.speech import RATE, call, silence, speak, telephone, voices_of
from voice.training.channel import Line, bandpass, coloured_noise, speech_level, through


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def power(samples: np.ndarray) -> float:
    return float(np.mean(samples**2))


@pytest.mark.parametrize(("hertz", "lost_db"), [(50, 40), (100, 30), (3950, 4)])
def test_what_lies_outside_the_band_is_lost(hertz: float, lost_db: float) -> None:
    sound = tone(hertz)
    assert 10 * np.log10(power(sound) / power(bandpass(sound, 300, 3400, 4))) > lost_db


def test_what_lies_inside_the_band_stays() -> None:
    sound = tone(1000)
    assert power(bandpass(sound, 300, 3400, 4)) == pytest.approx(power(sound), rel=0.02)


@pytest.mark.parametrize("snr_db", [25.0, 12.0, 6.0])
def test_the_noise_is_as_loud_as_said(snr_db: float) -> None:
    # Half of it is silence: pauses do not make the speech quieter.
    sound = np.concatenate([tone(800, 0.5), np.zeros(RATE)])
    heard = through(sound, Line(snr_db=snr_db, seed=3, ulaw=False))
    spoken, noise = heard[: RATE // 2], heard[RATE:]
    assert 10 * np.log10((power(spoken) - power(noise)) / power(noise)) == pytest.approx(snr_db, abs=1)


def test_the_same_seed_gives_the_same_line_and_another_one_another() -> None:
    spoken = speak("ano", "cs")
    assert telephone(spoken, 12, seed=1) == telephone(spoken, 12, seed=1)
    assert telephone(spoken, 12, seed=1) != telephone(spoken, 12, seed=2)
    assert len(telephone(spoken)) == len(spoken)


def test_nothing_in_nothing_out() -> None:
    assert telephone(b"") == b""
    assert telephone(silence(0.1)) == silence(0.1)


def test_noise_of_a_street_is_low() -> None:
    flat, street = (np.abs(np.fft.rfft(coloured_noise(RATE, 1, slope))) for slope in (0.0, 0.8))
    assert street[100:500].mean() / street[3000:].mean() > 3 * flat[100:500].mean() / flat[3000:].mean()


def test_the_level_counts_the_speech_only() -> None:
    sound = np.concatenate([tone(500, 1.0), np.zeros(3 * RATE)])
    assert speech_level(sound) == pytest.approx(np.sqrt(0.5), rel=0.02)


@pytest.mark.parametrize("lang", ["pl", "cs", "en"])
def test_every_test_voice_speaks(lang: str) -> None:
    lengths = {voice: len(speak("zero", lang, voice)) for voice in voices_of(lang)}
    assert min(lengths.values()) > 0.2 * RATE * 2
    faster = speak("zero", lang, rate=200)
    assert len(faster) < len(speak("zero", lang, rate=120))


def test_an_utterance_has_line_noise_around_it() -> None:
    heard = call("halo", "pl", before=0.5, after=0.5)
    edge = np.frombuffer(heard[: RATE // 2], "<i2")
    assert 0 < np.abs(edge).max() < np.abs(np.frombuffer(heard, "<i2")).max() / 3
