"""Kaldi's binary format, as `kaldi/src/base/io-funcs-inl.h` and `matrix/` write it."""

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BINARY = b"\0B"
"""What a binary file begins with."""


def token(name: str) -> bytes:
    """A word that the reader expects."""
    return name.encode() + b" "


def integer(value: int) -> bytes:
    """A number of 32 bits with its size."""
    return struct.pack("<bi", 4, value)


def real(value: float) -> bytes:
    """A number of single precision with its size."""
    return struct.pack("<bf", 4, value)


def double(value: float) -> bytes:
    """A number of double precision with its size."""
    return struct.pack("<bd", 8, value)


def integers(values: Sequence[int]) -> bytes:
    """Numbers of 32 bits."""
    return struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: npt.NDArray[np.floating]) -> bytes:
    """A vector of single precision."""
    return token("FV") + integer(len(values)) + values.astype("<f4").tobytes()


def matrix(rows: npt.NDArray[np.floating]) -> bytes:
    """A matrix of single precision, row by row."""
    return token("FM") + integer(rows.shape[0]) + integer(rows.shape[1]) + rows.astype("<f4").tobytes()
