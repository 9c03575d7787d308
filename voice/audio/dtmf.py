"""Keys heard in the audio itself, for a transport that does not tell them apart (ITU-T Q.23, Q.24).

Goertzel's sums for the eight tones, over 20 ms every 10 ms. A key counts when three such windows in a row
agree (40 ms of tone; Q.24 asks for 40 ms to be taken and lets less than 23 ms be ignored), and it counts
once until the tone stops. Speech rarely puts nearly all of its energy into one low and one high tone of
like strength, and never for as long as that.
"""

import numpy as np

from voice.audio.pcm import FRAME_BYTES, FRAME_SAMPLES, RATE, samples

LOW = (697, 770, 852, 941)
HIGH = (1209, 1336, 1477, 1633)
KEYS = ("123A", "456B", "789C", "*0#D")
"""Rows are low tones, columns high ones."""

_HOP = FRAME_SAMPLES // 2
_AGREEING = 3
_MISSES_THAT_END = 2
_OFF = (0.9875, 1.0, 1.0125)
"""Tones may be 1.5 % off (Q.24); each is listened for at three places, of which one is near enough."""
_PURITY = 0.72
"""Least share of the window's energy in the two tones; noise 15 dB below them takes 3 % away."""
_TWIST = 6.5
"""Most energy ratio of the two tones, either way: 8 dB."""
_NEIGHBOUR = 4.0
"""Least energy ratio of a tone to the next strongest of its group."""
_QUIETEST = 1e-5
"""Mean power below full scale (-50 dB) under which nothing is looked for."""

_AT = np.arange(FRAME_SAMPLES) / RATE
_HERTZ = np.outer(_OFF, LOW + HIGH).reshape(-1)
_TONES = np.exp(-2j * np.pi * np.outer(_HERTZ, _AT)).astype(np.complex64)


class InBandDigits:
    """One call's inbound audio, frame by frame."""

    def __init__(self) -> None:
        self._before = np.zeros(_HOP, dtype=np.float32)
        self._candidate: str | None = None
        self._agreed = 0
        self._misses = 0
        self._told = False

    def feed(self, frame: bytes) -> str | None:
        """Take 20 ms; return a key of `0123456789*#ABCD` when it is first certain, else none.

        Raises `ValueError` for a frame of another length.
        """
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        now = samples(frame).astype(np.float32) / 32768.0
        held = np.concatenate((self._before, now))
        self._before = now[_HOP:]
        keys = [self._step(_key(held[at : at + FRAME_SAMPLES])) for at in (0, _HOP)]
        return keys[0] or keys[1]

    def _step(self, heard: str | None) -> str | None:
        if heard is None or heard != self._candidate:
            self._misses += 1
            if self._misses >= _MISSES_THAT_END or not self._told:
                self._candidate, self._agreed, self._misses, self._told = (
                    heard,
                    int(heard is not None),
                    0,
                    False,
                )
            return None
        self._misses = 0
        self._agreed += 1
        if self._told or self._agreed < _AGREEING:
            return None
        self._told = True
        return heard


def _key(window: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> str | None:
    energy = float(np.dot(window, window))
    if energy < _QUIETEST * len(window):
        return None
    power = (np.abs(_TONES @ window) ** 2).reshape(len(_OFF), -1).max(axis=0)
    low, high = int(power[:4].argmax()), int(power[4:].argmax())
    strength = float(power[low]), float(power[4 + high])
    if max(strength) > _TWIST * min(strength):
        return None
    if sum(strength) * 2 / len(window) < _PURITY * energy:
        return None
    others = np.delete(power[:4], low).max(), np.delete(power[4:], high).max()
    if strength[0] < _NEIGHBOUR * others[0] or strength[1] < _NEIGHBOUR * others[1]:
        return None
    return KEYS[low][high]
