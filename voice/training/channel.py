"""A telephone line over clean speech: band, noise, level and mu-law. Pure, and the same for the same seed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""8 kHz mono, full scale at -1 and 1."""

RATE = 8000
_FRAME = 160
_SPEECH_BELOW_LOUDEST_DB = 30.0
_MU = 255.0


@dataclass(frozen=True, slots=True)
class Line:
    """What a telephone line does to speech."""

    snr_db: float = 25.0
    """Speech while it sounds, against the noise inside the band."""
    seed: int = 0
    """Of the noise."""
    low_hz: float = 300.0
    high_hz: float = 3400.0
    """Where the band's edges have lost 3 dB."""
    order: int = 4
    """How steep the edges are, as of a Butterworth filter."""
    peak_db: float = -6.0
    """The level of the loudest sample of speech, below full scale."""
    noise_slope: float = 0.0
    """0: white; towards 1: the noise falls off with the frequency, as in a street or an office."""
    ulaw: bool = True
    """Whether the samples went through G.711 mu-law."""


def telephone(pcm: bytes, line: Line) -> bytes:
    """Give what arrives when `pcm` (8 kHz s16le mono) is spoken into a line; the same length."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64) / 32768
    return to_pcm(through(samples, line))


def through(samples: Samples, line: Line) -> Samples:
    """Give what arrives of `samples`, as many of them."""
    if not len(samples):
        return samples
    speech = bandpass(samples, line.low_hz, line.high_hz, line.order)
    peak = float(np.abs(speech).max())
    if peak > 0:
        speech = speech / peak * 10 ** (line.peak_db / 20)
    noise = coloured_noise(len(speech), line.seed, line.noise_slope)
    noise = bandpass(noise, line.low_hz, line.high_hz, line.order)
    noise /= float(np.sqrt(np.mean(noise**2))) + 1e-12
    heard = speech + noise * speech_level(speech) * 10 ** (-line.snr_db / 20)
    return ulaw_and_back(heard) if line.ulaw else np.clip(heard, -1, 1)


def bandpass(samples: Samples, low_hz: float, high_hz: float, order: int) -> Samples:
    """Keep a band, with a Butterworth filter's magnitude and no delay."""
    size = 1 << (len(samples) + RATE // 10).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    with np.errstate(divide="ignore"):
        below = 1 / np.sqrt(1 + (low_hz / hertz) ** (2 * order))
    above = 1 / np.sqrt(1 + (hertz / high_hz) ** (2 * order))
    kept = np.fft.irfft(np.fft.rfft(samples, size) * below * above, size)[: len(samples)]
    return np.asarray(kept, dtype=np.float64)


def coloured_noise(length: int, seed: int, slope: float) -> Samples:
    """Give Gaussian noise, white (`slope` 0) to strongly low-pass (`slope` 1)."""
    white = np.random.default_rng(seed).normal(0.0, 1.0, length)
    if slope <= 0:
        return white
    size = 1 << max(length - 1, 1).bit_length()
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    shaped = np.fft.irfft(np.fft.rfft(white, size) / (1 + hertz / 300) ** (2 * slope), size)
    return np.asarray(shaped[:length], dtype=np.float64)


def speech_level(samples: Samples) -> float:
    """Give the root mean square of the frames of 20 ms in which somebody speaks; pauses do not count."""
    whole = samples[: max(len(samples) // _FRAME, 1) * _FRAME]
    frames = whole.reshape(-1, _FRAME) if len(whole) >= _FRAME else whole.reshape(1, -1)
    power = np.mean(frames**2, axis=1)
    speaking = power > power.max() * 10 ** (-_SPEECH_BELOW_LOUDEST_DB / 10)
    return float(np.sqrt(power[speaking].mean())) if speaking.any() else 0.0


def ulaw_and_back(samples: Samples) -> Samples:
    """Round to the 256 levels of the mu-law curve (ITU-T G.711 in its continuous form)."""
    clipped = np.clip(samples, -1, 1)
    squeezed = np.sign(clipped) * np.log1p(_MU * np.abs(clipped)) / np.log1p(_MU)
    levels = np.round(squeezed * 127) / 127
    return np.asarray(np.sign(levels) * np.expm1(np.abs(levels) * np.log1p(_MU)) / _MU, dtype=np.float64)


def to_pcm(samples: Samples) -> bytes:
    """Give s16le."""
    return np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2").tobytes()
