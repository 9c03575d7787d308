"""From phrases to a model that libvosk loads: what `centrala voice train` does."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voice.training.corpus import Corpus, Utterance
from voice.training.errors import TrainingError
from voice.training.espeak import Speaker
from voice.training.graph import MISSING, write_graph
from voice.training.language_model import language_model
from voice.training.lexicon import Lexicon, learn_lexicon, words_alone
from voice.training.network import Array, Layers, Network
from voice.training.nnet3 import Tuning, phone_table, write_acoustic_model
from voice.training.texts import Texts, with_grammars
from voice.training.voices import training_voices

Tell = Callable[[str], None]
"""Takes a line for the terminal."""

_ROUND = 400
"""Utterances that are held in memory at once."""
_SHARE = 0.5
"""Of an utterance's frames that are learnt: neighbours are alike."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how large."""

    utterances: int = 8000
    """New ones in each epoch; nothing is heard twice."""
    epochs: int = 2
    hidden: int = 320
    """Units in each of three layers."""
    seed: int = 5
    tuning: Tuning = field(default_factory=Tuning)


def train(texts: Texts, out: Path, plan: Plan, tell: Tell) -> None:
    """Train a model and put it into `out`, which is replaced.

    Blocks for minutes. Raises `TrainingError` where a tool is missing or the language has no voice.
    """
    if shutil.which("fstcompile") is None:
        raise TrainingError(MISSING)
    texts = with_grammars(texts)
    speaker = Speaker()
    try:
        lexicon, layers = _learn(texts, speaker, plan, tell)
    finally:
        speaker.close()
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    write_model(part, texts, lexicon, layers, plan)
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    tell(f"{out}: {len(texts.words)} words, {len(lexicon.units)} sounds")


def write_model(folder: Path, texts: Texts, lexicon: Lexicon, layers: Layers, plan: Plan) -> None:
    """Write everything that libvosk reads."""
    table = phone_table(lexicon)
    write_acoustic_model(folder, layers, table, plan.tuning)
    write_graph(folder, lexicon, table, language_model(texts, random.Random(plan.seed)), plan.tuning)


def _learn(texts: Texts, speaker: Speaker, plan: Plan, tell: Tell) -> tuple[Lexicon, Layers]:
    voices = tuple(voice for voice in training_voices(texts.lang) if speaker.knows(voice))
    if not voices:
        raise TrainingError(f"espeak-ng has no voice for the language {texts.lang}")
    tell(f"{len(texts.words)} words, {len(texts.phrases)} phrases, {len(voices)} voices and invented ones")
    alone = words_alone(texts, speaker, voices)
    lexicon = learn_lexicon(texts, speaker, voices, random.Random(plan.seed))
    corpus = Corpus(texts, lexicon, alone, voices, speaker)
    return lexicon, _layers(lexicon, corpus, plan, tell)


def _layers(lexicon: Lexicon, corpus: Corpus, plan: Plan, tell: Tell) -> Layers:
    kept = _some(corpus, plan.seed * 1_000_003 - _ROUND, _ROUND // 2)
    mean, deviation = _normal(kept)
    network = Network(len(lexicon.units), plan.hidden, mean, deviation, plan.seed)
    total = plan.epochs * plan.utterances
    began = time.monotonic()
    done = 0
    for size in _rounds(total):
        loss = network.learn(_some(corpus, plan.seed * 1_000_003 + done, size), _SHARE, done / total)
        done += size
        spent = time.monotonic() - began
        if done % (5 * _ROUND) < _ROUND or done >= total:
            tell(
                f"epoch {(done - 1) // plan.utterances + 1}/{plan.epochs}, {done}/{total} utterances, "
                f"loss {loss:.3f}, right {network.accuracy(kept):.1%}, "
                f"{spent:.0f} s, {spent / done * (total - done):.0f} s to go"
            )
    return network.layers()


def _rounds(total: int) -> Iterator[int]:
    while total > 0:
        yield min(_ROUND, total)
        total -= _ROUND


def _some(corpus: Corpus, first_seed: int, count: int) -> list[Utterance]:
    made = (corpus.utterance(first_seed + number) for number in range(count))
    found = [utterance for utterance in made if utterance is not None and len(utterance.frames)]
    if not found:
        raise TrainingError("no utterance could be aligned: are the phrases in the language that was named?")
    return found


def _normal(utterances: list[Utterance]) -> tuple[Array, Array]:
    frames = np.concatenate([utterance.frames for utterance in utterances])
    return frames.mean(0), np.maximum(frames.std(0), 1e-3)
