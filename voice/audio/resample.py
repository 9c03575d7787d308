"""Resampling: soxr where the whole audio is there, a short filter of our own where it streams.

Streaming soxr at quality HQ holds back 75 to 170 ms of telephone audio (measured with 20 ms chunks), which
a caller would hear in every answer. The filter here is a Kaiser-windowed sinc in polyphase form: pass band
to 0.425 of the lower rate, 70 dB down at half of it, and at most 5 ms of audio held back at 8 kHz.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import soxr

from voice.audio.pcm import samples, saturated

MIN_RATE = 1000
MAX_RATE = 384_000

_ATTENUATION_DB = 70.0
_PASS = 0.425
_STOP = 0.5
_Floats = npt.NDArray[np.float32]


def _checked(rate: int) -> int:
    if not MIN_RATE <= rate <= MAX_RATE:
        raise ValueError(f"a sample rate between {MIN_RATE} and {MAX_RATE} Hz is needed, not {rate}")
    return rate


def resample(pcm: bytes, rate_in: int, rate_out: int) -> bytes:
    """Resample whole mono s16le audio with soxr. CPU-bound: seconds of audio belong into a thread."""
    _checked(rate_in), _checked(rate_out)
    if rate_in == rate_out or not pcm:
        return pcm
    resampled: npt.NDArray[np.int16] = soxr.resample(samples(pcm), rate_in, rate_out)
    return resampled.astype("<i2").tobytes()


@lru_cache(maxsize=16)
def _phases(up: int, down: int) -> _Floats:
    """Return the filter as one row a phase, `up` rows; each row is laid over an odd number of input samples.

    Row p yields the output that lies p / up of an input sample after the row's middle.
    """
    lower = min(1.0, up / down)
    width = 2 * math.pi * (_STOP - _PASS) * lower
    half = math.ceil((_ATTENUATION_DB - 7.95) / (2.285 * width) / 2)
    cutoff = (_STOP + _PASS) * lower
    at = np.arange(-half, half + 1)[None, :] - (np.arange(up) / up)[:, None]
    inside = np.clip(1.0 - (at / (half + 1)) ** 2, 0.0, None)
    beta = 0.1102 * (_ATTENUATION_DB - 8.7)
    rows = cutoff * np.sinc(cutoff * at) * np.i0(beta * np.sqrt(inside))
    table: _Floats = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    return table


class Resampler:
    """One stream of mono s16le audio from one rate to another, in chunks of any length."""

    def __init__(self, rate_in: int, rate_out: int) -> None:
        """Raises `ValueError` for a rate outside `MIN_RATE` to `MAX_RATE`."""
        divisor = math.gcd(_checked(rate_in), _checked(rate_out))
        self._up = rate_out // divisor
        self._down = rate_in // divisor
        self._rows = _phases(self._up, self._down)
        self._reach = self._rows.shape[1] // 2
        self._reset()

    def _reset(self) -> None:
        self._torn = b""
        self._held: _Floats = np.zeros(self._reach, dtype=np.float32)
        self._first = -self._reach
        """Number of the first held input sample."""
        self._taken = 0
        self._made = 0

    def feed(self, pcm: bytes) -> bytes:
        """Take audio of any length, half samples included; return what can be told by now."""
        data = self._torn + pcm
        whole = len(data) & ~1
        self._torn = data[whole:]
        if self._up == self._down:
            return data[:whole]
        if not whole:
            return b""
        self._taken += whole // 2
        self._held = np.concatenate((self._held, samples(data[:whole]).astype(np.float32)))
        return self._make()

    def flush(self) -> bytes:
        """Return the rest of the stream and begin a new one.

        All output of a stream together is ceil(samples in * rate out / rate in) long.
        """
        if self._up == self._down:
            self._torn = b""
            return b""
        missing = -(-self._taken * self._up // self._down) - self._made
        self._held = np.concatenate((self._held, np.zeros(self._reach, dtype=np.float32)))
        rest = self._make()[: 2 * missing]
        self._reset()
        return rest

    def _make(self) -> bytes:
        made_before = self._made
        last = self._first + len(self._held) - 1 - self._reach
        """The last input sample that has everything around it."""
        count = (last * self._up + self._up - 1) // self._down + 1 - made_before
        if count <= 0:
            return b""
        self._made += count
        position = np.arange(made_before, self._made) * self._down
        start = position // self._up - self._reach - self._first
        windows = np.lib.stride_tricks.sliding_window_view(self._held, self._rows.shape[1])
        if self._up == 1:
            mixed = windows[start[0] :: self._down][:count] @ self._rows[0]
        elif self._down == 1:
            whole = windows[start[0] : start[-1] + 1] @ self._rows.T
            skip = int(position[0] % self._up)
            mixed = whole.reshape(-1)[skip : skip + count]
        else:
            mixed = np.einsum("ij,ij->i", windows[start], self._rows[position % self._up])
        keep = self._made * self._down // self._up - self._reach - self._first
        self._held = self._held[keep:].copy()
        self._first += keep
        return saturated(np.rint(mixed).astype(np.int32))
