"""The one shape that audio has inside the house: signed 16-bit little-endian mono PCM at 8 kHz."""

import math

import numpy as np
import numpy.typing as npt

RATE = 8000
"""Samples a second."""
FRAME_SECONDS = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
"""One frame in which nothing is said."""

Samples = npt.NDArray[np.int16]

_FULL_SCALE = 32768.0
_QUIETEST = -100.0


def seconds(pcm: bytes) -> float:
    """Return how long `pcm` lasts."""
    return len(pcm) / (2 * RATE)


def samples(pcm: bytes) -> Samples:
    """View `pcm` as samples without copying. Raises `ValueError` on half a sample."""
    return np.frombuffer(pcm, dtype="<i2")


def saturated(mix: npt.NDArray[np.float64] | npt.NDArray[np.int32]) -> bytes:
    """Return wider samples as PCM; what is too loud is clipped, never wrapped."""
    return np.clip(mix, -32768, 32767).astype("<i2").tobytes()


def level(pcm: bytes) -> float:
    """Return the mean level in dB below full scale (0 is a full-scale square wave, silence is -100)."""
    if not pcm:
        return _QUIETEST
    wide = samples(pcm).astype(np.float64)
    power = float(np.dot(wide, wide)) / len(wide)
    return max(_QUIETEST, 10.0 * math.log10(power / _FULL_SCALE**2)) if power else _QUIETEST


class Framer:
    """Cuts audio of any length, half samples included, into whole 20 ms frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, pcm: bytes) -> list[bytes]:
        """Take audio; return the frames that it completes, each `FRAME_BYTES` long."""
        held = self._rest + pcm
        whole = len(held) - len(held) % FRAME_BYTES
        self._rest = held[whole:]
        return [held[at : at + FRAME_BYTES] for at in range(0, whole, FRAME_BYTES)]

    def flush(self) -> bytes | None:
        """Return what is left, filled up with silence to a whole frame; none where nothing is left."""
        rest, self._rest = self._rest[: len(self._rest) // 2 * 2], b""
        return rest.ljust(FRAME_BYTES, b"\0") if rest else None
