"""A small feed-forward network in numpy, trained with Adam: features around a frame to the units' scores."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voice.training.corpus import IGNORED, STRANGE, Utterance
from voice.training.features import DIMENSION

Array = npt.NDArray[np.float32]
OFFSETS = (-15, -12, -9, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7, 9, 12, 15)
"""Which frames around the present one it sees."""
CONTEXT = 15
_LIKE_ANY = 0.1
"""How much of each sound counts as any sound, so that the strange-word unit scores all speech a little."""
_BATCH = 256
_RATE = 1.2e-3
_WARM_UP = 300


@dataclass(frozen=True, slots=True)
class Layers:
    """What the export needs."""

    weights: tuple[Array, ...]
    """(inputs, outputs) each; a rectifier between them."""
    biases: tuple[Array, ...]
    priors: npt.NDArray[np.float64]
    """How often each output was right in training: silence, units, strange words."""


class Network:
    """Outputs: 0 silence, then the units, and last the sound of a word that the model does not know."""

    def __init__(self, units: int, hidden: int, mean: Array, deviation: Array, seed: int) -> None:
        """`mean` and `deviation` (DIMENSION,) are those of the features."""
        self.outputs = units + 2
        self._mean, self._deviation = mean, deviation
        sizes = [DIMENSION * len(OFFSETS), hidden, hidden, hidden, self.outputs]
        numbers = np.random.default_rng(seed)
        self._order = numbers
        self._weights = [
            numbers.normal(0, np.sqrt(2 / before), (before, after)).astype(np.float32)
            for before, after in pairwise(sizes)
        ]
        self._biases = [np.zeros(size, np.float32) for size in sizes[1:]]
        parameters = self._weights + self._biases
        self._slow = [np.zeros_like(parameter) for parameter in parameters]
        self._square = [np.zeros_like(parameter) for parameter in parameters]
        self._steps = 0
        self._right = np.zeros(self.outputs)

    def learn(self, utterances: list[Utterance], share: float, progress: float) -> float:
        """Take a share of the frames in random order; `progress`, 0 to 1, lowers the rate. Gives the loss."""
        frames, centres, labels = self._laid_out(utterances)
        chosen = self._order.permutation(len(centres))[: int(len(centres) * share)]
        losses = [
            self._step(frames, centres[batch], labels[batch], progress)
            for batch in np.array_split(chosen, max(1, len(chosen) // _BATCH))
        ]
        return float(np.mean(losses))

    def accuracy(self, utterances: list[Utterance]) -> float:
        """Give the share of frames whose best output is the right one."""
        frames, centres, labels = self._laid_out(utterances)
        right = total = 0
        for batch in np.array_split(np.arange(len(centres)), max(1, len(centres) // 4096)):
            best = self._forward(frames, centres[batch])[-1].argmax(1)
            right += int((best == labels[batch]).sum())
            total += len(batch)
        return right / max(total, 1)

    def layers(self) -> Layers:
        """Give the network with the normalisation of the features folded into its first layer."""
        first = self._weights[0].reshape(len(OFFSETS), DIMENSION, -1)
        shift = (first * (self._mean / self._deviation)[None, :, None]).sum((0, 1))
        scaled = (first / self._deviation[None, :, None]).reshape(self._weights[0].shape)
        return Layers(
            (scaled, *self._weights[1:]),
            (self._biases[0] - shift, *self._biases[1:]),
            (self._right + 1) / (self._right + 1).sum(),
        )

    def _laid_out(
        self, utterances: list[Utterance]
    ) -> tuple[Array, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Put utterances in a row, their ends repeated; give frames, places that count, and labels."""
        padded = [np.pad(u.frames, ((CONTEXT, CONTEXT), (0, 0)), "edge") for u in utterances]
        starts = np.cumsum([0, *(len(frames) for frames in padded[:-1])])
        centres = np.concatenate(
            [start + CONTEXT + np.arange(len(u.frames)) for start, u in zip(starts, utterances, strict=True)]
        )
        labels = np.concatenate([u.labels for u in utterances]).astype(np.int64)
        labels[labels == STRANGE] = self.outputs - 1
        told = labels != IGNORED
        frames = (np.concatenate(padded) - self._mean) / self._deviation
        return frames.astype(np.float32), centres[told], labels[told]

    def _forward(self, frames: Array, centres: npt.NDArray[np.int64]) -> list[Array]:
        values = [frames[centres[:, None] + np.array(OFFSETS)].reshape(len(centres), -1)]
        for layer, (weight, bias) in enumerate(zip(self._weights, self._biases, strict=True)):
            out = values[-1] @ weight + bias
            values.append(np.maximum(out, 0) if layer < len(self._weights) - 1 else out)
        return values

    def _step(
        self, frames: Array, centres: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], progress: float
    ) -> float:
        values = self._forward(frames, centres)
        scores = values[-1] - values[-1].max(1, keepdims=True)
        likely = np.exp(scores)
        likely /= likely.sum(1, keepdims=True)
        rows = np.arange(len(labels))
        loss = -float(np.log(likely[rows, labels] + 1e-9).mean())
        as_any = np.where((labels > 0) & (labels < self.outputs - 1), np.float32(_LIKE_ANY), np.float32(0))
        np.add.at(self._right, labels, 1 - as_any)
        self._right[-1] += float(as_any.sum())
        slope = likely
        slope[rows, labels] -= 1 - as_any
        slope[:, -1] -= as_any
        slope /= len(labels)
        weights: list[Array] = []
        biases: list[Array] = []
        for layer in range(len(self._weights) - 1, -1, -1):
            weights.insert(0, values[layer].T @ slope)
            biases.insert(0, slope.sum(0))
            if layer:
                slope = (slope @ self._weights[layer].T) * (values[layer] > 0)
        self._descend(weights + biases, progress)
        return loss

    def _descend(self, slopes: list[Array], progress: float) -> None:
        """Adam, with a warm-up and a rate that falls to nearly nothing."""
        self._steps += 1
        rate = _RATE * min(1.0, self._steps / _WARM_UP) * max(0.01, 1 - progress)
        first, second = 1 - 0.9**self._steps, 1 - 0.999**self._steps
        for place, (parameter, slope) in enumerate(zip(self._weights + self._biases, slopes, strict=True)):
            self._slow[place] += 0.1 * (slope - self._slow[place])
            self._square[place] += 0.001 * (slope * slope - self._square[place])
            parameter -= rate * (self._slow[place] / first) / (np.sqrt(self._square[place] / second) + 1e-8)
