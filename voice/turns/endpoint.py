"""When a caller's turn begins and ends: a pure state machine, fed with seconds of audio, without a clock.

A single frame that a VAD takes for voice in noise neither begins a turn nor keeps one open: voice counts
where it is dense, `voice_seconds` of it within `window_seconds`. Where the silence has lasted long enough
while the newest frame is voiced, the decision waits for the few frames that tell which of the two it is.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

_HAIR = 1e-6
"""Sums of 0.02 are never exact."""


class Patience(Enum):
    """How much silence ends a turn, by what was heard so far."""

    NORMAL = "normal"
    COMPLETE = "complete"
    """What was heard already answers the question."""
    INSIDE_NUMBER = "inside_number"
    """Digits are still missing."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """All in seconds."""

    normal_seconds: float = 0.45
    complete_seconds: float = 0.25
    inside_number_seconds: float = 0.9
    no_speech_seconds: float = 6.0
    """Nothing said for so long ends the turn as `NoSpeech`."""
    max_seconds: float = 20.0
    """A turn is never longer than this; it is taken as it is."""
    voice_seconds: float = 0.06
    """Less voice than this within the window is a click."""
    window_seconds: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.voice_seconds <= self.window_seconds <= self.complete_seconds:
            raise ValueError("0 < voice_seconds <= window_seconds <= complete_seconds is needed")
        if not self.complete_seconds <= self.normal_seconds <= self.inside_number_seconds:
            raise ValueError("complete_seconds <= normal_seconds <= inside_number_seconds is needed")
        if not self.window_seconds < self.no_speech_seconds <= self.max_seconds:
            raise ValueError("window_seconds < no_speech_seconds <= max_seconds is needed")

    def silence(self, patience: Patience) -> float:
        """Return the silence that ends a turn."""
        return {
            Patience.NORMAL: self.normal_seconds,
            Patience.COMPLETE: self.complete_seconds,
            Patience.INSIDE_NUMBER: self.inside_number_seconds,
        }[patience]


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller speaks; told once, when it is certain."""

    speech_start: float
    """Seconds since the turn's start."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The caller has finished."""

    speech_end: float
    """Seconds since the turn's start: where the speech really ended, not where that was noticed."""


@dataclass(frozen=True, slots=True)
class NoSpeech:
    """Nothing was said."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The turn reached its limit and is taken as it is."""

    speech_end: float
    """Where the last speech so far ended."""


EndpointEvent = SpeechStarted | SpeechEnded | NoSpeech | TooLong


class Endpointer:
    """One turn."""

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self._settings = settings or EndpointSettings()
        self._window: deque[tuple[float, float, bool]] = deque()
        """Start, end and voice of the newest frames."""
        self._now = 0.0
        self._speech_end: float | None = None
        self.patience = Patience.NORMAL
        """May be set at any time; counts from the next frame on."""
        self.ended = False

    @property
    def started(self) -> bool:
        """Whether the caller has begun to speak."""
        return self._speech_end is not None

    @property
    def silence(self) -> float:
        """Seconds since the speech ended so far; 0 before it began."""
        return 0.0 if self._speech_end is None else self._now - self._speech_end

    def feed(self, seconds: float, voiced: bool) -> EndpointEvent | None:
        """Take audio of `seconds`; return what it brought about. After the turn's end nothing happens."""
        if seconds <= 0:
            raise ValueError(f"audio lasts longer than {seconds} s")
        if self.ended:
            return None
        started_before = self.started
        self._take(seconds, voiced)
        if self._dense():
            self._speech_end = self._now if voiced else self._speech_end
        event = self._end()
        if event is not None:
            self.ended = True
            return event
        if self.started and not started_before:
            return SpeechStarted(next(start for start, _, voice in self._window if voice))
        return None

    def _take(self, seconds: float, voiced: bool) -> None:
        self._window.append((self._now, self._now + seconds, voiced))
        self._now += seconds
        oldest = self._now - self._settings.window_seconds - _HAIR
        while len(self._window) > 1 and self._window[0][0] < oldest:
            self._window.popleft()

    def _voice(self) -> float:
        return sum(end - start for start, end, voice in self._window if voice)

    def _dense(self) -> bool:
        return self._voice() >= self._settings.voice_seconds - _HAIR

    def _undecided(self) -> bool:
        """Whether voice that just began, too little yet, may still turn out to be speech."""
        begun = next((start for start, _, voice in self._window if voice), None)
        if begun is None or not self._window[-1][2]:
            return False
        return self._now - begun < self._settings.window_seconds - _HAIR

    def _end(self) -> EndpointEvent | None:
        if self._now >= self._settings.max_seconds - _HAIR:
            return NoSpeech() if self._speech_end is None else TooLong(self._speech_end)
        if self._speech_end is None:
            over = self._now >= self._settings.no_speech_seconds - _HAIR
            return NoSpeech() if over and not self._undecided() else None
        over = self.silence >= self._settings.silence(self.patience) - _HAIR
        return SpeechEnded(self._speech_end) if over and not self._undecided() else None
