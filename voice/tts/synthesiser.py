"""The seam of speech synthesis: a text in a language becomes audio."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from bot.errors import CentralaError


class SynthesisError(CentralaError):
    """A text cannot be spoken now."""

    code = "synthesis_failed"
    retryable = True


@dataclass(frozen=True, slots=True)
class SynthesiserInfo:
    """What an engine can do."""

    name: str
    """Part of the cache's key, with the voices: another engine's audio is never taken for this one's."""
    languages: tuple[str, ...]
    version: str
    """Changes whenever the same text would sound otherwise (voice, rate, wording)."""


class SpeechSynthesiser(ABC):
    """An engine, wherever it runs."""

    info: SynthesiserInfo

    @abstractmethod
    async def start(self) -> None:
        """Start what is needed. Raises `SynthesisError` that names the mend."""

    @abstractmethod
    async def stop(self) -> None:
        """End every process and task of the engine."""

    @abstractmethod
    async def synthesise(self, text: str, lang: str) -> bytes:
        """Speak `text` (already worded for the ear); returns 8 kHz s16le mono, never empty.

        Raises `SynthesisError` after the engine's own retries.
        """

    @abstractmethod
    def ready(self) -> bool:
        """Whether a text given now can be expected to be spoken."""
