"""Signals for the tests of audio and turns: speech of espeak-ng, noise of several kinds, mixed at an SNR."""

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.audio import pcm, wav

Floats = npt.NDArray[np.float64]

SENTENCES = {
    "en": ("where is my order number one zero zero two three", "no thank you", "yes", "I would like to talk"),
    "pl": ("gdzie jest moja paczka numer jeden zero zero dwa trzy", "nie dziękuję", "tak", "chcę rozmawiać"),
    "cs": (
        "kde je moje objednávka číslo jedna nula nula dva tři",
        "ne děkuji",
        "ano",
        "chci mluvit s člověkem",
    ),
}


@lru_cache(maxsize=256)
def spoken(text: str, lang: str, *, rate: int = 165, pitch: int = 50) -> bytes:
    """What espeak-ng says, as the house's audio."""
    voice = {"en": "en-us"}.get(lang, lang)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "-w", str(path), "--", text]
        subprocess.run(command, check=True)
        return wav.read(path)


def floats(audio: bytes) -> Floats:
    return pcm.samples(audio).astype(np.float64)


def trimmed(audio: bytes, *, below_db: float = 40.0) -> bytes:
    """Cut silence before and after, so that begin and end are where somebody speaks."""
    wide = np.abs(floats(audio))
    loud = np.flatnonzero(wide > wide.max() * 10 ** (-below_db / 20))
    return audio[2 * int(loud[0]) : 2 * int(loud[-1]) + 2]


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * pcm.RATE))


def white(seconds: float, seed: int) -> Floats:
    return np.random.default_rng(seed).standard_normal(round(seconds * pcm.RATE))


def car(seconds: float, seed: int) -> Floats:
    """Noise that is strong at low frequencies, as in a car or a draught."""
    spectrum = np.fft.rfft(white(seconds, seed))
    hertz = np.fft.rfftfreq(round(seconds * pcm.RATE), 1 / pcm.RATE)
    return np.fft.irfft(spectrum / np.maximum(hertz, 100.0), round(seconds * pcm.RATE))


def babble(seconds: float, seed: int, *, voices: int = 24) -> Floats:
    """A room full of people: espeak voices at once, each from another place in its sentence."""
    rng = np.random.default_rng(seed)
    length = round(seconds * pcm.RATE)
    total = np.zeros(length)
    for number in range(voices):
        lang = ("en", "pl", "cs")[number % 3]
        text = ". ".join(SENTENCES[lang])
        one = floats(spoken(text, lang, rate=140 + 10 * (number % 8), pitch=20 + 8 * (number % 8)))
        start = int(rng.integers(len(one)))
        total += np.resize(np.roll(one, -start), length)
    return total


NOISES = {"white": white, "car": car, "babble": babble}


def noisy(audio: bytes, noise: Floats, snr_db: float, *, speech: bytes | None = None) -> bytes:
    """Lay noise under `audio`, `snr_db` below the level of `speech` (by default of all of `audio`)."""
    signal = floats(audio)
    reference = floats(speech or audio)
    loudness = np.sqrt(np.mean(reference**2))
    under = noise[: len(signal)] / np.sqrt(np.mean(noise**2)) * loudness * 10 ** (-snr_db / 20)
    return pcm.saturated(np.rint(signal + under))


def telephone(audio: bytes) -> bytes:
    """The telephone's band, 300 to 3400 Hz."""
    spectrum = np.fft.rfft(floats(audio))
    hertz = np.fft.rfftfreq(len(audio) // 2, 1 / pcm.RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return pcm.saturated(np.rint(np.fft.irfft(spectrum, len(audio) // 2)))


def frames(audio: bytes) -> list[bytes]:
    return pcm.Framer().feed(audio)
