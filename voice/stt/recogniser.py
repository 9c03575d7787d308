"""The seam of speech recognition: one recognition a turn, fed as the caller speaks."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.errors import CentralaError

Expecting = Literal["order_number", "verifier", "yes_no", "menu"]
"""What the dialogue expects next; it chooses the grammar. None: open vocabulary."""


class RecognitionError(CentralaError):
    """Speech cannot be recognised now: no worker, no model, or no room for another open decoding."""

    code = "speech_unavailable"
    retryable = True


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    confidence: float
    """0 to 1. Under a grammar often 1.0 whatever was said: never rest a yes on it alone."""
    start: float
    """Seconds since the first audio of the turn."""
    end: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in one turn."""

    text: str
    """Lower case, without punctuation; empty where nothing was recognised."""
    words: tuple[Word, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Other readings, best first, `text` not among them."""
    seconds: float = 0.0
    """Of audio."""
    decode_seconds: float = 0.0
    """Of CPU that the decoding took, as the worker measured it."""
    whole_vocabulary: bool = False
    """Heard without the question's grammar: anything may have been said."""

    @property
    def confidence(self) -> float:
        """The mean confidence of the words; 0 where there are none."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


@dataclass(frozen=True, slots=True)
class RecogniserInfo:
    """What an engine can do."""

    name: str
    languages: tuple[str, ...]
    partials: bool
    """It tells what it has heard so far."""
    grammars: bool
    """`expecting` narrows the vocabulary."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one turn needs."""

    lang: str
    expecting: Expecting | None = None
    phrases: tuple[str, ...] = field(default=())
    """Words beside the grammar's own, such as an announced policy number."""


OnPartial = Callable[[str], None]
"""Called on the event loop with the whole text heard so far, whenever it changes."""


class Recognition(ABC):
    """One turn's recognition. Its audio is kept, so that a worker that dies is replaced unnoticed."""

    @abstractmethod
    def feed(self, pcm: bytes) -> None:
        """Take audio (8 kHz s16le mono, any length); never blocks. What is beyond the bound is dropped."""

    @abstractmethod
    async def finish(self) -> Transcript:
        """Say that the turn is over and wait for its final text. Raises `RecognitionError`."""

    @abstractmethod
    def cancel(self) -> None:
        """Forget this turn. After `finish` it does nothing."""


class SpeechRecogniser(ABC):
    """An engine, wherever it runs."""

    info: RecogniserInfo

    @abstractmethod
    async def start(self) -> None:
        """Load what is needed. Raises `RecognitionError` that names the mend."""

    @abstractmethod
    async def stop(self) -> None:
        """End every process and task of the engine."""

    @abstractmethod
    def recognise(self, request: Request, on_partial: OnPartial | None = None) -> Recognition:
        """Begin a turn. Raises `RecognitionError` where there is no room or no such language."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether a turn that begins now can be expected to be heard."""
