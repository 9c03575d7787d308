"""Whether the caller speaks over a prompt: a pure state machine.

A stricter bar than a turn's beginning: a cough or a slammed door must not silence the bot. Ten voiced frames
of fifteen notice a caller after 205 ms at the median.
"""

from collections import deque


class BargeIn:
    """One prompt; feed it only while the prompt plays."""

    def __init__(self, needed: int = 10, window: int = 15) -> None:
        """`needed` voiced frames of the last `window`."""
        if not 0 < needed <= window:
            raise ValueError("0 < needed <= window is needed")
        self._needed = needed
        self._recent: deque[bool] = deque(maxlen=window)
        self.happened = False

    def feed(self, voiced: bool) -> bool:
        """Take a frame's voice (`Vad.feed`); return True once, when the caller has begun to speak."""
        self._recent.append(voiced)
        if self.happened or sum(self._recent) < self._needed:
            return False
        self.happened = True
        return True
