"""Kernel ridge regression over sparse and dense features together, solved in one step.

What is learned is a weight for every training example and class; a text is scored by how alike it is to each
example. With an RBF kernel an example speaks for its own neighbourhood only, so that hundreds of short,
really different ways to say the same thing do not have to share one direction, as in a linear model
(docs/quality.md has the figures). Source: Rifkin and Klautau, In Defense of One-Vs-All Classification, 2004.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

Matrix = np.ndarray[Any, np.dtype[np.float32]]

ROWS_AT_ONCE = 1024
"""Rows of the examples' likenesses that are computed at once: all at once would take twice the memory."""


@dataclass(frozen=True)
class Fit:
    """What was learned."""

    classes: np.ndarray[Any, Any]
    """Labels in alphabetical order; the columns of `weights` stand for them."""
    weights: Matrix
    """A row an example, a column a class."""
    shares: Matrix
    """What a text like no example scores, a number a class; they add up to 1."""


def fit(
    sparse: csr_matrix, dense: Matrix, labels: Sequence[str], *, gamma: float, ridge: float, balance: float
) -> Fit:
    """Learn from rows whose sparse and dense parts together have length one or less; needs rows² * 4 bytes.

    The equations are solved on every core, as nothing else can go on before they are.

    `gamma`: how fast an example's influence fades with the distance; `ridge`: how little one example is
    trusted; `balance`: 0 trusts every example alike, 1 every class.
    """
    classes, target = np.unique(np.asarray(labels), return_inverse=True)
    counts = np.bincount(target)
    weight = ((len(target) / (len(counts) * counts)) ** balance)[target]
    wanted = np.eye(len(classes))[target]
    shares = weight @ wanted / weight.sum()
    likeness = _likeness(sparse.tocsr(), dense, gamma)
    likeness[np.diag_indices_from(likeness)] += (ridge / weight).astype(np.float32)
    with threadpool_limits(limits=os.cpu_count(), user_api="blas"):
        # Turned over, because so LAPACK takes it as it lies and needs no second one.
        factor = cho_factor(likeness.T, lower=False, overwrite_a=True, check_finite=False)
        weights = cho_solve(factor, (wanted - shares).astype(np.float32), check_finite=False)
    return Fit(classes, weights.astype(np.float32), shares.astype(np.float32))


def axes(dense: Matrix, size: int) -> Matrix:
    """Return the `size` directions, a column each, that keep most of the rows' dot products."""
    _, directions = np.linalg.eigh(dense.T.astype(np.float64) @ dense)
    found: Matrix = directions[:, ::-1][:, :size].astype(np.float32)
    return found


def kernel(products: Matrix, gamma: float) -> Matrix:
    """Turn dot products of rows of length one into likenesses, in place: 1 for the same row."""
    products -= 1.0
    products *= 2.0 * gamma
    likeness: Matrix = np.exp(products, out=products)
    return likeness


def _likeness(sparse: csr_matrix, dense: Matrix, gamma: float) -> Matrix:
    """Return how alike the rows are to each other; only on and below the diagonal, where it is looked at."""
    rows = sparse.shape[0]
    found = np.empty((rows, rows), dtype=np.float32)
    for start in range(0, rows, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, rows)
        words = (sparse[start:stop] @ sparse[:stop].T).toarray()
        found[start:stop, :stop] = kernel(words + dense[start:stop] @ dense[:stop].T, gamma)
    return found
