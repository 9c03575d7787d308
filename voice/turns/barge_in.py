"""Whether the caller speaks over a prompt: a pure state machine.

Fed with `Vad.clear`. Five frames of eight are few, so that "tak" and "stop" are enough: a caller is noticed
after 118 ms at the median and 224 ms at p95 (137 and 241 in noise at 15 dB); of 135 short phrases one was
missed. Ten frames of fifteen took 210 and 316 ms (242, 386) and missed 28. What a longer window was for is
left to `clear`, which knows the noise and what only rings out: of 500 prompts over noise one was stopped, and
one by 30 knocks (ten of fifteen: 6). A cough stops either. docs/quality.md tells how it was measured.
"""

from collections import deque


class BargeIn:
    """One prompt; feed it only while the prompt plays."""

    def __init__(self, needed: int = 5, window: int = 8) -> None:
        """`needed` voiced frames of the last `window`."""
        if not 0 < needed <= window:
            raise ValueError("0 < needed <= window is needed")
        self._needed = needed
        self._recent: deque[bool] = deque(maxlen=window)
        self.happened = False

    def feed(self, voiced: bool) -> bool:
        """Take a frame's voice (`Vad.clear`); return True once, when the caller has begun to speak."""
        self._recent.append(voiced)
        if self.happened or sum(self._recent) < self._needed:
            return False
        self.happened = True
        return True
