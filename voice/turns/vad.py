"""Whether the caller speaks in a frame: webrtcvad, and louder than the line's own noise.

webrtcvad alone (mode 3, 8 kHz) takes 8 to 11 % of the frames of steady noise for voice, and a room full of
people for voice all the time. Beside it the level of what is no speech is tracked, in dB, with its spread;
voice is what stands out from it. One `Vad` lives as long as the call, so that it knows the line before the
caller's first word.
"""

from collections import deque
from dataclasses import dataclass

import webrtcvad

from voice.audio.pcm import FRAME_BYTES, FRAME_SECONDS, RATE, level


@dataclass(frozen=True, slots=True)
class VadSettings:
    """How voice is told from noise. All levels are dB."""

    mode: int = 3
    """webrtcvad's aggressiveness, 0 to 3."""
    quietest: float = -55.0
    """Below full scale; what is quieter is never voice, whatever it sounds like."""
    margin: float = 4.0
    """How far voice stands above steady noise."""
    spread: float = 2.0
    """For each dB that the noise wavers (mean absolute deviation), so much more."""
    widest_margin: float = 8.0
    """Never ask for more than this, else speech at a low SNR is lost."""
    memory_seconds: float = 0.5
    """Time constant with which the noise is followed."""
    patience_seconds: float = 2.0
    """What has been louder than the noise for so long without a pause is the new noise: nobody speaks so."""

    def __post_init__(self) -> None:
        if not 0 <= self.mode <= 3:
            raise ValueError(f"webrtcvad knows modes 0 to 3, not {self.mode}")


class NoiseFloor:
    """The level of what is no speech: its mean and how much it wavers, in dB."""

    def __init__(self, settings: VadSettings) -> None:
        self._settings = settings
        self._share = FRAME_SECONDS / settings.memory_seconds
        self._recent: deque[float] = deque(maxlen=round(settings.patience_seconds / FRAME_SECONDS))
        self._frames = 0
        self.mean = settings.quietest
        self.wavering = 0.0

    @property
    def threshold(self) -> float:
        """The level from which on a frame stands out."""
        kept = self._settings
        margin = min(kept.margin + kept.spread * self.wavering, kept.widest_margin)
        return max(kept.quietest, self.mean + margin)

    def feed(self, loud: float) -> bool:
        """Take the level of 20 ms; return whether it stands out from the noise."""
        kept = self._settings
        self._recent.append(loud)
        self._frames += 1
        if self._frames == 1 or (self._frames <= 1 / self._share and loud < self.mean - kept.margin):
            self.mean = max(kept.quietest, loud)
            return False
        if loud < self.threshold:
            self._follow(loud)
            return False
        if len(self._recent) == self._recent.maxlen and min(self._recent) >= self.threshold:
            self.mean = min(self._recent)
        return True

    def _follow(self, loud: float) -> None:
        heard = max(self._settings.quietest, loud)
        self.wavering += self._share * (abs(heard - self.mean) - self.wavering)
        self.mean += self._share * (heard - self.mean)


class Vad:
    """One call's inbound audio, frame by frame."""

    def __init__(self, mode: int = 3, settings: VadSettings | None = None) -> None:
        """`settings` holds a mode of its own and then wins over `mode`."""
        self._settings = settings or VadSettings(mode=mode)
        self._model = webrtcvad.Vad(self._settings.mode)
        self.noise = NoiseFloor(self._settings)

    def feed(self, frame: bytes) -> bool:
        """Take 20 ms; return whether the caller speaks. Raises `ValueError` for a frame of another length."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        likely = bool(self._model.is_speech(frame, RATE))
        loud = level(frame)
        return self.noise.feed(loud) and likely
