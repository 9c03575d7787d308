"""One turn in libvosk, and the second look at it. Only a speech worker imports this.

Vosk tells confidences of words or alternatives, never both: asking for alternatives (SetMaxAlternatives)
takes the confidences away. The turn is decoded with confidences, which every turn needs. At its end, and
only where the caller will not notice (see `SECOND_LOOK`), the same audio is decoded once more:

- for alternatives, where a word is doubtful;
- with the open vocabulary, where the grammar fitted less than half of what was said, so that a question in
  the middle of a form is heard as a question, and not as the 'no' that it seems to hold. A reading of which
  Vosk is unsure is not believed.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from vosk import KaldiRecognizer, Model

from voice.audio.resample import Resampler
from voice.stt.frames import RATE
from voice.stt.grammar import UNKNOWN
from voice.stt.models import VoskModel
from voice.stt.recogniser import Expecting, Transcript, Word

SECOND_LOOK = 0.06
"""Seconds of CPU that the first decoding may have taken for the second to be worth its time."""
LOOK_AT_NUMBERS = 0.1
"""The same where an order number was asked for, whose other readings mend what noise took: a call waits 0.1 s
longer at most, and where all was heard well not at all."""
LOOK_AT_ANSWERS = 0.6
"""The same where a yes or no was asked for: what is taken for a yes must be one (`voice.stt.doubt`)."""
DOUBTFUL = 0.9
"""A word's confidence below which other readings are asked for."""
BELIEVED = 0.7
"""Mean confidence from which on an open reading replaces a grammar's that hardly fitted."""
FITTED = 0.5
"""Share of the speech that must be words of the grammar for the grammar to be believed."""
ALTERNATIVES = 4
NUMBER_ALTERNATIVES = 10
"""As many as the dialogue looks at: a number that is told again is looked for in those of both tellings. A
yes is not given more: each reading may make it doubtful (`voice.stt.doubt`)."""


def look(expecting: Expecting | None) -> tuple[float, int]:
    """Return the second look's time and how many alternatives, by what was asked for: the last parameters."""
    if expecting == "order_number":
        return LOOK_AT_NUMBERS, NUMBER_ALTERNATIVES
    return LOOK_AT_ANSWERS if expecting == "yes_no" else SECOND_LOOK, ALTERNATIVES


class VoskDecoding:
    """One turn. Used from one thread at a time; a new recogniser each time it is made, 0.2 to 3 ms."""

    def __init__(
        self,
        model: Model,
        facts: VoskModel,
        grammar: str | None,
        max_bytes: int,
        second_look: float = SECOND_LOOK,
        alternatives: int = ALTERNATIVES,
    ) -> None:
        self._alternatives = alternatives
        self._second_look = second_look
        self._model = model
        self._rate = facts.rate
        self._grammar = grammar
        self._max_bytes = max_bytes
        self._resampler = Resampler(RATE, facts.rate) if facts.rate != RATE else None
        self._recogniser = self._new(grammar)
        self._recogniser.SetWords(True)
        self._audio = bytearray()
        self._segments: list[dict[str, Any]] = []
        """What Vosk's own endpointer closed already: it does so at a pause inside a turn."""
        self._cpu = 0.0

    def _new(self, grammar: str | None) -> KaldiRecognizer:
        if grammar is None:
            return KaldiRecognizer(self._model, self._rate)
        return KaldiRecognizer(self._model, self._rate, grammar)

    def accept(self, pcm: bytes) -> None:
        """Take audio, 8 kHz s16le mono."""
        begun = time.thread_time()
        self._decode(self._resampler.feed(pcm) if self._resampler else pcm)
        self._cpu += time.thread_time() - begun

    def _decode(self, pcm: bytes) -> None:
        room = self._max_bytes - len(self._audio)
        self._audio += pcm[:room]
        if pcm and self._recogniser.AcceptWaveform(pcm):
            self._segments.append(json.loads(self._recogniser.Result()))

    def partial(self) -> str:
        """Return the text so far, without what fitted nothing."""
        now = json.loads(self._recogniser.PartialResult()).get("partial", "")
        return _known(" ".join([*(segment.get("text", "") for segment in self._segments), now]))

    def finish(self) -> Transcript:
        """Force the result; without a second look it takes 1 to 9 ms."""
        begun = time.thread_time()
        if self._resampler:
            self._decode(self._resampler.flush())
        self._segments.append(json.loads(self._recogniser.FinalResult()))
        words = _words(self._segments)
        text = _known(" ".join(word.text for word in words))
        self._cpu += time.thread_time() - begun
        if self._cpu > self._second_look or not words:
            return self._told(text, words)
        if self._grammar is not None and _fitted(words) < FITTED and (heard := self._heard_openly()):
            return heard
        if any(word.confidence < DOUBTFUL for word in words if word.text != UNKNOWN):
            return self._told(text, words, self._other_readings(text))
        return self._told(text, words)

    def _told(self, text: str, words: tuple[Word, ...], others: tuple[str, ...] = ()) -> Transcript:
        return Transcript(text, words, others, whole_vocabulary=self._grammar is None)

    def _heard_openly(self) -> Transcript | None:
        recogniser = self._new(None)
        recogniser.SetWords(True)
        words = _words(self._again(recogniser))
        text = _known(" ".join(word.text for word in words))
        heard = Transcript(text, words, whole_vocabulary=True)
        return heard if text and heard.confidence >= BELIEVED else None

    def _other_readings(self, text: str) -> tuple[str, ...]:
        recogniser = self._new(self._grammar)
        recogniser.SetMaxAlternatives(self._alternatives + 1)
        segments = [
            [choice.get("text", "") for choice in segment.get("alternatives", [])] or [""]
            for segment in self._again(recogniser)
        ]
        best = [choices[0] for choices in segments]
        readings: dict[str, None] = {}
        for at, choices in enumerate(segments):
            for choice in choices:
                readings[_known(" ".join([*best[:at], choice, *best[at + 1 :]]))] = None
        return tuple(reading for reading in readings if reading not in ("", text))[: self._alternatives]

    def _again(self, recogniser: KaldiRecognizer) -> Iterator[dict[str, Any]]:
        """Decode the turn's audio once more, in the steps that Vosk's endpointer needs."""
        step = self._rate // 5 * 2
        for at in range(0, len(self._audio), step):
            if recogniser.AcceptWaveform(bytes(self._audio[at : at + step])):
                yield json.loads(recogniser.Result())
        yield json.loads(recogniser.FinalResult())


def _known(text: str) -> str:
    return " ".join(word for word in text.split() if word != UNKNOWN)


def _fitted(words: tuple[Word, ...]) -> float:
    """Return the share of speech, in time, that is made of known words."""
    known = sum(word.end - word.start for word in words if word.text != UNKNOWN)
    return known / max(sum(word.end - word.start for word in words), 0.01)


def _words(segments: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> tuple[Word, ...]:
    """Read the words; what fitted nothing is kept as a word with confidence 0."""
    return tuple(
        Word(
            text=word["word"],
            confidence=0.0 if word["word"] == UNKNOWN else min(1.0, max(0.0, word["conf"])),
            start=word["start"],
            end=word["end"],
        )
        for segment in segments
        for word in segment.get("result", [])
    )
