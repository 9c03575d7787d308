"""Callers for tests: spoken by espeak-ng, heard through a telephone line.

Voices come from `voice.training.voices`: TEST voices only, which no starter model was trained with.
"""

from voice.training.caller import RATE, speak
from voice.training.channel import Line
from voice.training.channel import telephone as _telephone
from voice.training.voices import voices_for_tests as voices_of

__all__ = ["RATE", "call", "silence", "speak", "telephone", "voices_of"]


def silence(seconds: float) -> bytes:
    """Nothing, 8 kHz s16le mono."""
    return bytes(int(seconds * RATE) * 2)


def telephone(pcm: bytes, snr_db: float = 25.0, seed: int = 0, peak_db: float = -6.0) -> bytes:
    """What arrives of `pcm` through 300-3400 Hz, noise and mu-law; the same length."""
    return _telephone(pcm, Line(snr_db=snr_db, seed=seed, peak_db=peak_db))


def call(
    text: str,
    lang: str,
    *,
    voice: str | None = None,
    rate: int = 150,
    snr_db: float = 25.0,
    seed: int = 0,
    before: float = 0.3,
    after: float = 0.6,
) -> bytes:
    """A whole utterance as the gateway hears it, line noise `before` and `after` it (seconds)."""
    spoken = silence(before) + speak(text, lang, voice, rate) + silence(after)
    return telephone(spoken, snr_db, seed)
