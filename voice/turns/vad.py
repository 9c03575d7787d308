"""Whether the caller speaks in a frame: webrtcvad's opinion, and standing out from the line's own noise.

webrtcvad alone (mode 3, 8 kHz) takes 8 to 11 % of the frames of steady noise for voice and a room full of
people for voice nearly always, and in a clean line it misses the weak ends of words. So it only opens: once
it has heard voice that stands out, whatever goes on standing out belongs to it. In noise, where the ends of
words drown, voice is held for up to 100 ms more.

One `Vad` lives as long as the call and is fed every frame, during prompts too, so that it knows the line
before the caller's first word.
"""

from collections import deque
from dataclasses import dataclass

import webrtcvad

from voice.audio.pcm import FRAME_BYTES, FRAME_SECONDS, RATE, level
from voice.turns.noise import Background, NoiseSettings

_RECENT = 10
"""Frames within which something may ring out."""
_DENSE = 3
_DENSE_OF = 5
"""Voice in so many of the newest frames is held; a single frame is not."""

_FORGIVING_SECONDS = 0.5
"""So long after voice nothing that stands out is taken for the line's noise."""


@dataclass(frozen=True, slots=True)
class VadSettings:
    """How voice is told from noise."""

    mode: int = 3
    """webrtcvad's aggressiveness, 0 to 3."""
    goes_on_seconds: float = 0.4
    """So long after webrtcvad last agreed, standing out is enough."""
    held_seconds: float = 0.1
    """Longest that voice is held after its last frame: at `drowned_snr` and below."""
    drowned_snr: float = 12.0
    clean_snr: float = 27.0
    """dB, at and above which nothing is held."""
    clear_deviations: float = 3.0
    """`clear` voice is louder than the noise by so many of its mean deviations."""
    fading_db: float = 12.0
    """What is so much quieter than the loudest of the last 0.2 s rings out, as after a knock: not `clear`."""
    known_seconds: float = 0.9
    """So long after a call's first frame nothing is `clear`: a crowd is not told from a caller yet."""

    def __post_init__(self) -> None:
        if not 0 <= self.mode <= 3:
            raise ValueError(f"webrtcvad knows modes 0 to 3, not {self.mode}")
        if self.drowned_snr >= self.clean_snr:
            raise ValueError("drowned_snr < clean_snr is needed")


class Vad:
    """One call's inbound audio, frame by frame."""

    def __init__(
        self, mode: int = 3, *, settings: VadSettings | None = None, noise: NoiseSettings | None = None
    ) -> None:
        """`settings` holds a mode of its own, which then wins over `mode`."""
        self._settings = settings or VadSettings(mode=mode)
        self._model = webrtcvad.Vad(self._settings.mode)
        self._background = Background(noise)
        self._newest: deque[bool] = deque(maxlen=_DENSE_OF)
        self._since_likely = self._settings.goes_on_seconds + FRAME_SECONDS
        self._levels: deque[float] = deque(maxlen=_RECENT)
        self._held = 0
        self._frames = 0
        self._speech_level = -25.0
        self.clear = False
        """Whether the last frame is voice without doubt, nothing held: what a barge-in is decided on."""

    @property
    def noise_level(self) -> float:
        """Of the line, dB below full scale."""
        return self._background.level

    @property
    def snr(self) -> float:
        """How far the caller's voice stood above the noise so far, in dB."""
        return self._speech_level - self._background.level

    def feed(self, frame: bytes) -> bool:
        """Take 20 ms; return whether the caller speaks. Raises `ValueError` for a frame of another length."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        self._frames += 1
        loud = level(frame)
        voiced = self._opened(frame, loud)
        self._newest.append(voiced)
        self._levels.append(loud)
        self.clear = voiced and self._is_clear(loud)
        if not voiced:
            self._held = max(0, self._held - 1)
            return self._held > 0
        self._speech_level += 0.05 * (loud - self._speech_level)
        if sum(self._newest) >= _DENSE:
            self._held = self._frames_held() + 1
        return True

    def _is_clear(self, loud: float) -> bool:
        above = self._settings.clear_deviations * self._background.wavering
        stands_out = loud >= self._background.level + above
        known = self._frames * FRAME_SECONDS >= self._settings.known_seconds
        return known and stands_out and loud >= max(self._levels) - self._settings.fading_db

    def _opened(self, frame: bytes, loud: float) -> bool:
        likely = bool(self._model.is_speech(frame, RATE))
        self._since_likely += FRAME_SECONDS
        goes_on = likely or self._since_likely <= self._settings.goes_on_seconds
        may_be_voice = likely or self._since_likely <= _FORGIVING_SECONDS
        stands_out = self._background.feed(frame, loud, may_be_voice=may_be_voice)
        if stands_out and likely:
            self._since_likely = 0.0
        return stands_out and goes_on

    def _frames_held(self) -> int:
        kept = self._settings
        drowned = (kept.clean_snr - self.snr) / (kept.clean_snr - kept.drowned_snr)
        return round(min(1.0, max(0.0, drowned)) * kept.held_seconds / FRAME_SECONDS)
