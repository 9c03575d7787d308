"""Multinomial logistic regression over sparse and dense features at once, each by what suits it.

scikit-learn wants one matrix: dense features in a sparse one make training five times as slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Fit:
    """What was learned."""

    classes: np.ndarray[Any, Any]
    """Labels in alphabetical order; the rows of the weights stand for them."""
    weights: Matrix
    """A row a class: the sparse features' weights, then the dense ones'."""
    intercepts: Matrix
    steps: int


def fit(
    sparse: csr_matrix, dense: Matrix, labels: Sequence[str], *, strength: float, max_iter: int, tol: float
) -> Fit:
    """Minimise the cross entropy, every class weighing the same, plus the squared weights over 2 `strength`.

    `sparse` and `dense` have a row a label; `dense` may have no columns. Ends after `max_iter` steps, or
    where a step improves the loss by less than the share `tol`.
    """
    classes, target = np.unique(np.asarray(labels), return_inverse=True)
    shape = (sparse.shape[1] + dense.shape[1] + 1, len(classes))
    problem = _Problem(sparse.tocsr(), np.ascontiguousarray(dense, dtype=np.float32), target, shape, strength)
    found = minimize(
        problem.loss,
        np.zeros(shape).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": max_iter, "ftol": tol, "gtol": 0.0},
    )
    weights = found.x.reshape(shape)
    return Fit(classes, weights[:-1].T.copy(), weights[-1].copy(), int(found.nit))


class _Problem:
    def __init__(
        self,
        sparse: csr_matrix,
        dense: np.ndarray[Any, np.dtype[np.float32]],
        target: np.ndarray[Any, np.dtype[np.int64]],
        shape: tuple[int, int],
        strength: float,
    ) -> None:
        self._sparse, self._dense, self._target = sparse, dense, target
        self._transposed = sparse.T.tocsr()
        self._shape, self._strength = shape, strength
        counts = np.bincount(target)
        self._rows = np.arange(len(target))
        self._weight = (len(target) / (len(counts) * counts))[target]

    def loss(self, flat: Matrix) -> tuple[float, Matrix]:
        """Return the loss and its gradient, both divided by the number of examples."""
        weights = flat.reshape(self._shape)
        words, meaning = weights[: self._sparse.shape[1]], weights[self._sparse.shape[1] : -1]
        scores = self._sparse @ words + self._dense @ meaning.astype(np.float32) + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        errors = self._weight @ (np.log(sums[:, 0]) - scores[self._rows, self._target])
        shares /= sums
        shares[self._rows, self._target] -= 1.0
        shares *= self._weight[:, np.newaxis]
        gradient = np.empty_like(weights)
        gradient[: len(words)] = self._transposed @ shares
        gradient[len(words) : -1] = self._dense.T @ shares.astype(np.float32)
        gradient[-1] = shares.sum(axis=0)
        kept = weights[:-1]
        gradient[:-1] += kept / self._strength
        total = errors + 0.5 * float(np.vdot(kept, kept)) / self._strength
        return total / len(self._rows), gradient.ravel() / len(self._rows)
