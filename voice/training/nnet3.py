"""The acoustic model as Kaldi reads it: a transition model of one state a phone, and the network as nnet3."""

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.training import kaldi_io as io
from voice.training.features import CONFIGURATION, DIMENSION
from voice.training.lexicon import Lexicon, Phones, is_among_neighbours
from voice.training.network import CONTEXT, OFFSETS, Layers

SILENCE_PHONE = "SIL"
STRANGE_PHONE = "SPN"
_PLACES = ("_I", "_E", "_B", "_S")
"""Behind a sound alone: inside, at the end, at the beginning, all of the word."""
_HALF = 0.5
"""The probability of staying in a phone; durations decide nothing here."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was chosen by measuring on voices that are neither trained nor tested with."""

    acoustic_scale: float = 0.35
    strange_bonus: float = 0.7
    """Added to the score of the strange-word sound: more of it, and more is `[unk]`."""
    word_cost: float = -1.0
    """For each word: more of it, and fewer short words are imagined; less, and `tři tři` is heard as two."""
    silence_bonus: float = 1.0


@dataclass(frozen=True)
class PhoneTable:
    """Kaldi's phones: silence, the units, the strange word's sound; from 1, each with one state.

    Kaldi finds the words again by where in a word a phone stands. A unit that knows its neighbours stands in
    one place; one that is a sound alone is as many phones as there are places, with one output.
    """

    names: tuple[str, ...]
    outputs: tuple[int, ...]
    """Which of the network's outputs each one has."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Each phone's number by its name."""
        return {name: number for number, name in enumerate(self.names, 1)}

    @staticmethod
    def stay(phone: int) -> int:
        """Give the transition that stays in the phone's state."""
        return 2 * phone - 1

    @staticmethod
    def leave(phone: int) -> int:
        """Give the transition that leaves it."""
        return 2 * phone


def phone_table(lexicon: Lexicon) -> PhoneTable:
    """Give every unit its numbers."""
    named = [(SILENCE_PHONE, 0)]
    for output, unit in enumerate(lexicon.units, 1):
        places = ("",) if is_among_neighbours(unit) else _PLACES
        named += [(unit + place, output) for place in places]
    named.append((STRANGE_PHONE, len(lexicon.units) + 1))
    return PhoneTable(tuple(name for name, _ in named), tuple(output for _, output in named))


def word_phones(lexicon: Lexicon, table: PhoneTable, phones: Phones) -> tuple[int, ...] | None:
    """Give the phones of a pronunciation; None where one of its sounds has no unit."""
    numbers = []
    for place, unit in enumerate(lexicon.units_of(phones)):
        if unit is None:
            return None
        number = table.numbers.get(unit)
        if number is None:
            number = table.numbers[unit + _PLACES[2 * (place == 0) + (place == len(phones) - 1)]]
        numbers.append(number)
    return tuple(numbers)


def place_in_word(name: str) -> str:
    """Say where in a word a phone stands, in Kaldi's words."""
    if name == SILENCE_PHONE:
        return "nonword"
    if name == STRANGE_PHONE:
        return "singleton"
    for begins, ends, place in (("#-", "+#", "singleton"), ("#-", "", "begin"), ("", "+#", "end")):
        if is_among_neighbours(name) and name.startswith(begins) and name.endswith(ends):
            return place
    return dict(zip(_PLACES, ("internal", "end", "begin", "singleton"), strict=True)).get(
        name[-2:], "internal"
    )


def write_acoustic_model(folder: Path, layers: Layers, table: PhoneTable, tuning: Tuning) -> None:
    """Write `am/final.mdl` and `conf/`."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "am" / "final.mdl").write_bytes(io.BINARY + _transitions(table) + _network(layers, tuning))
    (folder / "conf" / "mfcc.conf").write_text(CONFIGURATION)
    (folder / "conf" / "model.conf").write_text(
        f"--min-active=200\n--max-active=3000\n--beam=12.0\n--lattice-beam=3.0\n"
        f"--acoustic-scale={tuning.acoustic_scale}\n--frame-subsampling-factor=3\n--endpoint.silence-phones=1\n"
        "--endpoint.rule2.min-trailing-silence=0.5\n--endpoint.rule3.min-trailing-silence=0.8\n"
        "--endpoint.rule4.min-trailing-silence=1.5\n"
    )


def _transitions(table: PhoneTable) -> bytes:
    phones = len(table.names)
    chances = np.array([0.0] + [math.log(_HALF)] * (2 * phones))
    triples = b"".join(
        io.integer(phone) + io.integer(0) + io.integer(output)
        for phone, output in enumerate(table.outputs, 1)
    )
    return (
        io.token("<TransitionModel>") + _topology(phones)
        + io.token("<Triples>") + io.integer(phones) + triples + io.token("</Triples>")
        + io.token("<LogProbs>") + io.vector(chances) + io.token("</LogProbs>")
        + io.token("</TransitionModel>")
    )  # fmt: skip


def _topology(phones: int) -> bytes:
    """All phones have one state, which is stayed in or left, and the state behind it."""
    emitting = io.integer(0) + io.integer(2)
    for state in (0, 1):
        emitting += io.integer(state) + io.real(_HALF)
    behind = io.integer(-1) + io.integer(0)
    return (
        io.token("<Topology>")
        + io.integers(range(1, phones + 1))
        + io.integers([-1] + [0] * phones)  # every phone has the first and only entry
        + io.integer(1) + io.integer(2) + emitting + behind
        + io.token("</Topology>")
    )  # fmt: skip


def _network(layers: Layers, tuning: Tuning) -> bytes:
    last = len(layers.weights) - 1
    biases = [np.array(bias, dtype=np.float64) for bias in layers.biases]
    # The decoder takes likelihoods: what the network says, without how common the sound was in training.
    biases[last] = biases[last] - np.log(layers.priors)
    biases[last][-1] += tuning.strange_bonus
    biases[last][0] += tuning.silence_bonus
    around = ", ".join("input" if offset == 0 else f"Offset(input, {offset})" for offset in OFFSETS)
    wiring = [f"input-node name=input dim={DIMENSION}"]
    parts = []
    source = f"Append({around})"
    for layer, (weight, bias) in enumerate(zip(layers.weights, biases, strict=True)):
        wiring.append(f"component-node name=affine{layer} component=affine{layer} input={source}")
        parts.append(io.token("<ComponentName>") + io.token(f"affine{layer}") + _affine(weight, bias))
        source = f"affine{layer}"
        if layer < last:
            wiring.append(f"component-node name=relu{layer} component=relu{layer} input={source}")
            parts.append(io.token("<ComponentName>") + io.token(f"relu{layer}") + _rectifier(weight.shape[1]))
            source = f"relu{layer}"
    wiring.append(f"output-node name=output input={source} objective=linear")
    return (
        io.token("<Nnet3>") + b"\n" + "\n".join(wiring).encode() + b"\n\n"
        + io.token("<NumComponents>") + io.integer(len(parts)) + b"".join(parts) + io.token("</Nnet3>")
        + io.token("<LeftContext>") + io.integer(CONTEXT)
        + io.token("<RightContext>") + io.integer(CONTEXT)
        + io.token("<Priors>") + io.vector(np.zeros(0))
    )  # fmt: skip


def _affine(weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float64]) -> bytes:
    return (
        io.token("<AffineComponent>") + io.token("<LearningRate>") + io.real(0.001)
        + io.token("<LinearParams>") + io.matrix(weight.T)
        + io.token("<BiasParams>") + io.vector(bias)
        + io.token("</AffineComponent>")
    )  # fmt: skip


def _rectifier(size: int) -> bytes:
    none = io.vector(np.zeros(0))
    return (
        io.token("<RectifiedLinearComponent>") + io.token("<Dim>") + io.integer(size)
        + io.token("<ValueAvg>") + none + io.token("<DerivAvg>") + none + io.token("<Count>") + io.double(0)
        + io.token("<NumDimsSelfRepaired>") + io.double(0) + io.token("<NumDimsProcessed>") + io.double(0)
        + io.token("<SelfRepairScale>") + io.real(0)
        + io.token("</RectifiedLinearComponent>")
    )  # fmt: skip
