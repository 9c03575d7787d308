"""What a line sounds like when nobody speaks, and whether a frame stands out from it.

Two looks at the same 20 ms. The level alone tells speech from a room full of people; the levels of eight
bands tell a weak s or m from a steady hiss or hum whose total level hides them. Of both the mean and the
wavering are followed while nothing stands out, so that a restless background asks for more than a calm one.
"""

import itertools
import math
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice.audio.pcm import FRAME_SAMPLES, FRAME_SECONDS, RATE, samples

_EDGES = (200, 400, 600, 900, 1300, 1800, 2400, 3000, 3700)
"""Of the bands, in Hz: the telephone's range, about as wide as the ear's."""
_POINTS = 256
_WINDOW = np.hamming(FRAME_SAMPLES) / 32768.0
_STANDARD_DEVIATION = 1.25
"""Of a normal distribution, as a multiple of its mean absolute deviation."""
_QUIET_POWER = 10**-7.5
_QUIET = -60.0
_DOUBTFUL_PACE = 0.5
"""What stands out and is no voice may still be the weak beginning of a word, so it is learnt from slowly."""
_LULLS = 0.05
"""With a larger share of frames in which nothing stood out there were pauses: it is speech, not the line."""
_STEADIEST_BAND = 1.5
"""dB; 20 ms of the steadiest noise waver so much in a band."""

_Floats = npt.NDArray[np.float64]


def _averaging() -> _Floats:
    hertz = np.fft.rfftfreq(_POINTS, 1 / RATE)
    rows = np.array(
        [(hertz >= low) & (hertz < high) for low, high in itertools.pairwise(_EDGES)],
        dtype=np.float64,
    )
    weights: _Floats = rows / rows.sum(axis=1, keepdims=True) / ((_WINDOW * 32768.0) ** 2).sum()
    return weights


_AVERAGING = _averaging()


def bands(frame: bytes) -> list[float]:
    """Return the level of each band of 20 ms, in dB."""
    spectrum = np.fft.rfft(samples(frame) * _WINDOW, _POINTS)
    powers = (_AVERAGING @ (spectrum.real**2 + spectrum.imag**2)).tolist()
    return [10.0 * math.log10(max(power, _QUIET_POWER)) for power in powers]


@dataclass(frozen=True, slots=True)
class NoiseSettings:
    """When a frame stands out. Levels are dB, deviations mean absolute ones."""

    quietest: float = -55.0
    """Below full scale; what is quieter never stands out."""
    margin: float = 4.0
    """By how much more than a steady noise's level..."""
    spread: float = 2.0
    """...and for each dB that it wavers, so much more..."""
    widest_margin: float = 8.0
    """...but never more than this, else speech at a low SNR is lost."""
    score: float = 1.0
    """The mean over the bands, each in its own standard deviations, that stands out..."""
    score_deviations: float = 2.7
    """...and at least so many standard deviations of that mean itself..."""
    highest_score: float = 3.0
    """...but never more than this."""
    memory_seconds: float = 0.5
    """Time constant with which the background is followed."""
    give_up_seconds: float = 3.0
    """What has stood out for so long with hardly a pause is the new background: nobody speaks so."""


class Background:
    """One line, frame by frame."""

    def __init__(self, settings: NoiseSettings | None = None) -> None:
        self._settings = settings or NoiseSettings()
        self._share = FRAME_SECONDS / self._settings.memory_seconds
        self._frames = 0
        self._bands = [0.0] * (len(_EDGES) - 1)
        self._bands_waver = [2.5] * (len(_EDGES) - 1)
        self._score = 0.0
        self._score_waver = 1.6
        self.level = _QUIET
        """Of the noise, dB below full scale."""
        self.wavering = 4.0
        """Restless until it is known better: the first second of a call must not take noise for speech."""
        recent = round(self._settings.give_up_seconds / FRAME_SECONDS)
        self._standing: deque[tuple[float, list[float]]] = deque(maxlen=recent)
        self._passed = 0

    def feed(self, frame: bytes, loud: float, *, may_be_voice: bool = True) -> bool:
        """Take 20 ms and its level; return whether it stands out.

        What may be voice and stands out is not learnt from; all else is.
        """
        heard = max(_QUIET, loud)
        now = bands(frame)
        self._frames += 1
        score = self._scored(heard, now)
        if heard > self._settings.quietest and (self._loud(heard) or score >= self._score_needed()):
            if may_be_voice:
                self._stood_out(heard, now)
            else:
                self._follow(heard, now, score, pace=_DOUBTFUL_PACE)
            return True
        self._passed += 1
        self._follow(heard, now, score)
        return False

    def _scored(self, heard: float, now: list[float]) -> float:
        """Return how far the bands stand out; while the line is new, a quieter frame is its background."""
        score = 0.0
        for loud, usual, wavering in zip(now, self._bands, self._bands_waver, strict=True):
            deviations = (loud - usual) / max(wavering * _STANDARD_DEVIATION, _STEADIEST_BAND)
            score += min(max(deviations, -2.0), 6.0) / len(now)
        fresh = self._frames <= 1 / self._share
        if self._frames == 1 or (
            fresh and (score < -self._settings.score or heard < self.level - self._settings.margin)
        ):
            self.level, self._bands = heard, list(now)
            return 0.0
        return score

    def _loud(self, heard: float) -> bool:
        kept = self._settings
        return heard >= self.level + min(kept.margin + kept.spread * self.wavering, kept.widest_margin)

    def _score_needed(self) -> float:
        kept = self._settings
        usual = self._score + kept.score_deviations * _STANDARD_DEVIATION * self._score_waver
        return min(max(kept.score, usual), kept.highest_score)

    def _stood_out(self, heard: float, now: list[float]) -> None:
        self._standing.append((heard, now))
        if self._passed > _LULLS * len(self._standing):
            self._standing.clear()
            self._passed = 0
        if len(self._standing) == self._standing.maxlen:
            self.level = float(np.quantile([loud for loud, _ in self._standing], 0.2))
            self._bands = np.quantile([each for _, each in self._standing], 0.2, axis=0).tolist()
            self._standing.clear()

    def _follow(self, heard: float, now: list[float], score: float, *, pace: float = 1.0) -> None:
        share = pace * max(self._share, 1 / (self._frames + 1))
        for band, loud in enumerate(now):
            off = loud - self._bands[band]
            self._bands_waver[band] += share * (abs(off) - self._bands_waver[band])
            self._bands[band] += share * off
        self._score_waver += share * (abs(score - self._score) - self._score_waver)
        self._score += share * (score - self._score)
        self.wavering += share * (abs(heard - self.level) - self.wavering)
        self.level += share * (heard - self.level)
