"""Audio that arrives irregularly, given out as one frame a tick.

Two clocks never agree, so a buffer that only waits and only drops when it is full ends up a second late. Here
what lies in it longer than it must is given up: where even the emptiest moment of a second found more than
needed, half of the excess is dropped, with a short cross-fade so that nothing clicks.
"""

import numpy as np

from voice.audio.pcm import FRAME_BYTES, FRAME_SECONDS, RATE, SILENCE, samples, saturated

_FADE_SAMPLES = RATE * 5 // 1000
_LOOK_TICKS = round(1.0 / FRAME_SECONDS)


def _whole_frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS) * FRAME_BYTES


def faded(pcm: bytes, *, out: bool) -> bytes:
    """Fade the first 5 ms of `pcm` in, or its last 5 ms out."""
    shape = np.linspace(0.0, 1.0, _FADE_SAMPLES)
    wide = samples(pcm).astype(np.float64)
    length = min(len(wide), _FADE_SAMPLES)
    if out and length:
        wide[-length:] *= shape[::-1][-length:]
    elif length:
        wide[:length] *= shape[:length]
    return saturated(np.rint(wide))


class JitterBuffer:
    """One direction of one call. `feed` what arrives, take one frame a tick."""

    def __init__(self, *, target_seconds: float, max_seconds: float) -> None:
        """`target_seconds` are gathered before anything is given out: at first, and after it ran dry."""
        if not 0 <= target_seconds < max_seconds:
            raise ValueError("0 <= target_seconds < max_seconds is needed")
        self._target = _whole_frames(target_seconds)
        self._max = _whole_frames(max_seconds)
        self._held = bytearray()
        self._flowing = False
        self._least: int | None = None
        self._ticks = 0
        self._torn = b""
        self.dropped_seconds = 0.0
        """Audio that came too fast or too late and was given up."""
        self.starved_seconds = 0.0
        """Silence that was given out because nothing had come, after the first audio."""

    @property
    def depth_seconds(self) -> float:
        """How much is held."""
        return len(self._held) / (2 * RATE)

    def feed(self, pcm: bytes) -> None:
        """Take audio of any length; the oldest is dropped when too much is held."""
        data = self._torn + pcm
        whole = len(data) & ~1
        self._torn = data[whole:]
        self._held += data[:whole]
        if len(self._held) > self._max:
            self._drop(len(self._held) - max(self._target, FRAME_BYTES))

    def next_frame(self) -> bytes:
        """Return 20 ms; silence where nothing has come."""
        if not self._flowing:
            if len(self._held) < max(self._target, FRAME_BYTES):
                self.starved_seconds += FRAME_SECONDS if self._held or self._least is not None else 0.0
                return SILENCE
            self._flowing = True
        frame = bytes(self._held[:FRAME_BYTES])
        del self._held[:FRAME_BYTES]
        if len(frame) < FRAME_BYTES:
            self._flowing, self._least, self._ticks = False, 0, 0
            self.starved_seconds += (FRAME_BYTES - len(frame)) / (2 * RATE)
            return faded(frame, out=True).ljust(FRAME_BYTES, b"\0")
        self._watch()
        return frame

    def clear(self) -> None:
        """Forget what is held."""
        self._held.clear()
        self._flowing = False

    def _watch(self) -> None:
        depth = len(self._held)
        self._least = depth if self._least is None else min(self._least, depth)
        self._ticks += 1
        if self._ticks < _LOOK_TICKS:
            return
        excess = self._least - self._target
        if excess >= FRAME_BYTES:
            self._drop(max(FRAME_BYTES, excess // (2 * FRAME_BYTES) * FRAME_BYTES))
        self._least, self._ticks = depth, 0

    def _drop(self, size: int) -> None:
        """Give up the oldest `size` bytes, fading from them into what follows."""
        overlap = 2 * min(_FADE_SAMPLES, size // 2, (len(self._held) - size) // 2)
        old, new = bytes(self._held[:overlap]), bytes(self._held[size : size + overlap])
        if overlap:
            shape = np.linspace(0.0, 1.0, overlap // 2)
            joined = samples(old) * (1.0 - shape) + samples(new) * shape
            self._held[size : size + overlap] = saturated(np.rint(joined))
        del self._held[:size]
        self.dropped_seconds += size / (2 * RATE)
