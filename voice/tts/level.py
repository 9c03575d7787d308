"""The loudness of a prompt: recorded and synthesised speech sound alike to the caller."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME_BYTES = 320
TARGET_RMS = 2900.0
"""Of what is spoken, pauses left out: about -21 dBFS, what telephone networks are set up for."""
PEAK = 29000.0
"""No sample beyond it: codecs distort near full scale."""
HIGHEST_GAIN = 8.0
"""A recording of next to nothing is not blown up to a roar of noise."""
_BLOCK = RATE // 50
_LOUD = 300.0
"""RMS of 20 ms from which they count as speech."""
_LEAD, _TAIL = int(0.02 * RATE), int(0.2 * RATE)
_FAINT = 120
"""Amplitude below which samples at either end are silence."""


def levelled(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Bring mono samples at 8 kHz to the house's loudness; silence stays silence."""
    whole = samples[: len(samples) // _BLOCK * _BLOCK].astype(np.float64)
    if not len(whole):
        return samples
    rms = np.sqrt(np.mean(whole.reshape(-1, _BLOCK) ** 2, axis=1))
    spoken = rms[rms > min(_LOUD, float(rms.max()) / 2)]
    peak = float(np.abs(samples.astype(np.float64)).max())
    if not len(spoken) or peak == 0:
        return samples
    gain = min(TARGET_RMS / float(np.sqrt(np.mean(spoken**2))), PEAK / peak, HIGHEST_GAIN)
    return np.asarray(np.rint(samples * gain), dtype=np.int16)


def trimmed(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Cut silence at the ends down to a breath: what comes first is heard at once, sentences follow close."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _FAINT)
    if not len(loud):
        return samples[:0]
    return samples[max(0, int(loud[0]) - _LEAD) : int(loud[-1]) + 1 + _TAIL]


def whole_frames(pcm: bytes) -> bytes:
    """Fill the last 20 ms up with silence, so that nothing of a prompt waits for a next one."""
    return pcm + bytes(-len(pcm) % FRAME_BYTES)
