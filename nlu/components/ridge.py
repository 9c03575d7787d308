"""Kernel ridge regression over sparse and dense features together, solved in one step.

What is learned is a weight for every training example and class; a text is scored by how alike it is to each
example. With an RBF kernel an example speaks for its own neighbourhood only, so that hundreds of short,
really different ways to say the same thing do not have to share one direction, as in a linear model
(docs/quality.md has the figures). Source: Rifkin and Klautau, In Defense of One-Vs-All Classification, 2004.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

Matrix = np.ndarray[Any, np.dtype[np.float32]]

ROWS_AT_ONCE = 256
"""Rows of the examples' likenesses that are computed at once: all at once would take gigabytes."""


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
    factor = cho_factor(likeness, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve(factor, (wanted - shares).astype(np.float32), check_finite=False)
    return Fit(classes, weights.astype(np.float32), shares.astype(np.float32))


def kernel(products: Matrix, gamma: float) -> Matrix:
    """Turn dot products of rows of length one into likenesses, in place: 1 for the same row."""
    products -= 1.0
    products *= 2.0 * gamma
    likeness: Matrix = np.exp(products, out=products)
    return likeness


def _likeness(sparse: csr_matrix, dense: Matrix, gamma: float) -> Matrix:
    rows = sparse.shape[0]
    found = np.empty((rows, rows), dtype=np.float32)
    transposed = sparse.T.tocsr()
    for start in range(0, rows, ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        found[part] = (sparse[part] @ transposed).toarray() + dense[part] @ dense.T
    return kernel(found, gamma)
