"""Sounds that are no speech, computed: ringing, music on hold, a beep. 8 kHz s16le mono in whole frames.

The first call of each computes it (the music about 0.1 s): `load_tones` in a thread at the start.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import RATE, saturated

RINGING_HZ = 425.0
"""Ringing in Poland, Czechia and most of Europe: 1 s on, 4 s off (ITU-T E.180)."""
HOLD_SECONDS = 20.0

_Signal = NDArray[np.float64]
_BAR = HOLD_SECONDS / 8
_CHORDS = ((45, 52, 57, 60, 64), (41, 48, 57, 60, 65), (48, 55, 60, 64, 67), (43, 50, 59, 62, 67)) * 2
"""A bar each, as MIDI notes: A minor, F, C, G, twice around. A progression is nobody's."""
_FIGURES = ((2, 3, 4, 3, 2, 3, 4, 3), (2, 4, 3, 4, 2, 4, 3, 2))
"""Which notes of the chord are plucked in a bar's eighths; the two figures take turns."""


def load_tones() -> None:
    """Compute every sound."""
    ringing()
    hold_music()
    beep()


@cache
def ringing() -> bytes:
    """Return one period of the ringing tone, 5 s: play it again and again."""
    tone = _tone(RINGING_HZ, 1.0, ramp=0.01) * 3000.0
    return saturated(np.concatenate([tone, np.zeros(4 * RATE)]))


@cache
def beep() -> bytes:
    """Return the short tone after which somebody may speak: 0.3 s."""
    return saturated(_tone(880.0, 0.3, ramp=0.02) * 4000.0)


@cache
def hold_music() -> bytes:
    """Return 20 s of quiet plucked chords whose end runs on into their beginning: play it again and again."""
    loop = np.zeros(int(HOLD_SECONDS * RATE))
    for bar, chord in enumerate(_CHORDS):
        start = bar * _BAR
        _pluck(loop, start, chord[0], loudness=0.9, lasting=2.4)
        _pluck(loop, start + _BAR / 2, chord[1], loudness=0.5, lasting=1.6)
        for eighth, note in enumerate(_FIGURES[bar % 2]):
            _pluck(loop, start + eighth * _BAR / 8, chord[note] + 12, loudness=0.55, lasting=0.9)
    for delay, share in ((0.11, 0.28), (0.19, 0.18), (0.31, 0.1)):  # a room, around the loop's end too
        loop = loop + share * np.roll(loop, int(delay * RATE))
    return saturated(loop / float(np.abs(loop).max()) * 8000.0)


def _tone(hertz: float, seconds: float, *, ramp: float) -> _Signal:
    """Return a sine with soft ends: a hard edge clicks."""
    count = int(seconds * RATE)
    sine: _Signal = np.sin(2 * np.pi * hertz * np.arange(count) / RATE)
    edge = np.minimum(1.0, np.arange(count) / (ramp * RATE))
    return sine * edge * edge[::-1]


def _pluck(loop: _Signal, start: float, note: int, *, loudness: float, lasting: float) -> None:
    """Lay a string that is plucked and fades over the loop, going round its end."""
    hertz = 440.0 * 2.0 ** ((note - 69) / 12)
    count = int(lasting * 3 * RATE)
    time = np.arange(count) / RATE
    sound = np.zeros(count)
    for harmonic, share in ((1, 1.0), (2, 0.45), (3, 0.2), (4, 0.08)):
        if hertz * harmonic < 3300:  # what a telephone carries
            fade = np.exp(-time * harmonic**0.7 * 2.2 / lasting)
            sound += share * fade * np.sin(2 * np.pi * hertz * harmonic * time)
    sound *= np.minimum(1.0, time / 0.006) * np.minimum(1.0, (time[-1] - time) / 0.05)
    at = (int(start * RATE) + np.arange(count)) % len(loop)
    np.add.at(loop, at, loudness * sound)
