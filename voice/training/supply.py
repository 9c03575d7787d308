"""Utterances made in a child process, ahead of the training that needs them.

libespeak-ng now and then dies of a voice variant that it was given some thousand voices ago; then only the
child dies, and the few utterances on which it did are left out.
"""

import multiprocessing
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from voice.training.corpus import Corpus, Utterance
from voice.training.errors import TrainingError
from voice.training.espeak import Speaker
from voice.training.lexicon import Lexicon, Phones, learn_lexicon, words_alone
from voice.training.texts import Texts
from voice.training.voices import training_voices

_AT_ONCE = 20
"""Utterances that are lost when the child dies."""
_MOST_DEATHS = 40


@dataclass(frozen=True)
class Vocabulary:
    """What the child finds out before it makes utterances."""

    texts: Texts
    lexicon: Lexicon
    alone: dict[str, list[Phones]]
    voices: tuple[str, ...]


class Supply:
    """An endless, numbered supply of utterances. Close it at the end."""

    def __init__(self, texts: Texts, seed: int) -> None:
        """Learn the vocabulary. Raises `TrainingError` where espeak-ng or the extra is missing."""
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._deaths = 0
        # Made here: a child that dies leaves its folder behind.
        self._folder = tempfile.TemporaryDirectory(prefix="centrala-voices-")
        self._process, self._pipe = _start(self._folder.name, texts, seed, None)
        try:
            found = self._pipe.recv()
        except EOFError:
            found = TrainingError("espeak-ng died of these phrases")
        if not isinstance(found, Vocabulary):
            self.close()
            raise found
        self.vocabulary = found

    def close(self) -> None:
        """End the child."""
        self._thread.shutdown(cancel_futures=True)
        self._pipe.close()
        self._process.join(5)
        self._process.kill()
        self._process.join()
        self._folder.cleanup()

    def ask(self, first: int, count: int) -> "Future[list[Utterance]]":
        """Have utterances made; only one such wish at a time is worked on, in the order of asking.

        The future raises `TrainingError` where none could be aligned, or espeak-ng dies all the time.
        """
        return self._thread.submit(self._collect, first, count)

    def _collect(self, first: int, count: int) -> list[Utterance]:
        made = [utterance for seeds in _chunks(first, count) for utterance in self._chunk(seeds)]
        if not made:
            raise TrainingError(
                "no utterance could be aligned: are the phrases in the language that was named?"
            )
        return made

    def _chunk(self, seeds: range) -> list[Utterance]:
        try:
            self._pipe.send(seeds)
            made: list[Utterance] = self._pipe.recv()
        except (EOFError, OSError):
            self._restart()
            return []
        return made

    def _restart(self) -> None:
        self._deaths += 1
        if self._deaths > _MOST_DEATHS:
            raise TrainingError("espeak-ng dies again and again: is another version installed?")
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process, self._pipe = _start(self._folder.name, self.vocabulary.texts, 0, self.vocabulary)


def _chunks(first: int, count: int) -> Iterator[range]:
    for begin in range(first, first + count, _AT_ONCE):
        yield range(begin, min(begin + _AT_ONCE, first + count))


def _start(folder: str, texts: Texts, seed: int, known: Vocabulary | None) -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, folder, texts, seed, known), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _serve(pipe: Connection, folder: str, texts: Texts, seed: int, known: Vocabulary | None) -> None:
    """Run in the child: answer each range of seeds with utterances, until the parent is gone."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            speaker = Speaker(Path(folder))
            vocabulary = known or _learn(texts, speaker, seed)
            corpus = Corpus(texts, vocabulary.lexicon, vocabulary.alone, vocabulary.voices, speaker)
        except TrainingError as error:
            pipe.send(error)
            return
        if known is None:
            pipe.send(vocabulary)
        while True:
            seeds: range = pipe.recv()
            made = (corpus.utterance(number) for number in seeds)
            pipe.send([utterance for utterance in made if utterance is not None and len(utterance.frames)])


def _learn(texts: Texts, speaker: Speaker, seed: int) -> Vocabulary:
    voices = tuple(voice for voice in training_voices(texts.lang) if speaker.knows(voice))
    if not voices:
        raise TrainingError(f"espeak-ng has no voice for the language {texts.lang}")
    alone = words_alone(texts, speaker, voices)
    return Vocabulary(texts, learn_lexicon(texts, speaker, voices, random.Random(seed)), alone, voices)
