"""From phrases to a model that libvosk loads: what `centrala voice train` does."""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voice.training.corpus import Utterance
from voice.training.errors import TrainingError
from voice.training.graph import MISSING, write_graph
from voice.training.language_model import language_model
from voice.training.lexicon import Lexicon
from voice.training.network import Array, Layers, Network
from voice.training.nnet3 import Tuning, phone_table, write_acoustic_model
from voice.training.supply import Supply
from voice.training.texts import Texts, with_grammars

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
    supply = Supply(texts, plan.seed)
    try:
        known = supply.vocabulary
        heard = f"{len(texts.words)} words, {len(texts.phrases)} phrases"
        tell(f"{heard}, {len(known.voices)} voices and invented ones")
        layers = _layers(known.lexicon, supply, plan, tell)
    finally:
        supply.close()
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    write_model(part, texts, known.lexicon, layers, plan)
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    tell(f"{out}: {len(texts.words)} words, {len(known.lexicon.units)} sounds")


def write_model(folder: Path, texts: Texts, lexicon: Lexicon, layers: Layers, plan: Plan) -> None:
    """Write everything that libvosk reads."""
    table = phone_table(lexicon)
    write_acoustic_model(folder, layers, table, plan.tuning)
    write_graph(folder, lexicon, table, language_model(texts, random.Random(plan.seed)), plan.tuning)


def _layers(lexicon: Lexicon, supply: Supply, plan: Plan, tell: Tell) -> Layers:
    first = plan.seed * 1_000_003
    kept = supply.ask(first - _ROUND, _ROUND // 2).result()
    mean, deviation = _normal(kept)
    network = Network(len(lexicon.units), plan.hidden, mean, deviation, plan.seed)
    total = plan.epochs * plan.utterances
    began = time.monotonic()
    coming = supply.ask(first, min(_ROUND, total))
    done = 0
    for size in _rounds(total):
        utterances = coming.result()
        if done + size < total:
            coming = supply.ask(first + done + size, min(_ROUND, total - done - size))
        loss = network.learn(utterances, _SHARE, done / total)
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


def _normal(utterances: list[Utterance]) -> tuple[Array, Array]:
    frames = np.concatenate([utterance.frames for utterance in utterances])
    return frames.mean(0), np.maximum(frames.std(0), 1e-3)
