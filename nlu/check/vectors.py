"""An encoder that remembers: `centrala check` compares with thousands of sentences that change rarely."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu.encoder import SIZE, Encoder, Vectors

MAX_KEPT = 50_000
"""Sentences; 50 MB. Beyond that it begins anew."""


class RememberingEncoder:
    """An `Encoder` with a file of what it has encoded before; a file that cannot be used is made anew."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self._encoder = encoder
        self._path = path
        self._known = _read(path)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, see `Encoder`; new ones are kept."""
        names = [hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16] for text in texts]
        by_length = sorted(zip(names, texts, strict=True), key=lambda pair: len(pair[1]))  # less padding
        missing = {name: text for name, text in by_length if name not in self._known}
        if missing:
            fresh = self._encoder.encode(list(missing.values())).astype(np.float16)
            self._known |= dict(zip(missing, fresh, strict=True))
            self._write()
        rows = [self._known[name] for name in names]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, SIZE), np.float32)

    def _write(self) -> None:
        kept = dict(list(self._known.items())[-MAX_KEPT:])
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part.npz")
        np.savez(part, names=np.array(list(kept)), rows=np.stack(list(kept.values())))
        part.replace(self._path)


def _read(path: Path) -> dict[str, "np.ndarray[tuple[int], np.dtype[np.float16]]"]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            names, rows = kept["names"], kept["rows"]
    except (OSError, ValueError, KeyError):
        return {}
    if rows.shape != (len(names), SIZE):
        return {}
    return {str(name): row for name, row in zip(names, rows, strict=True)}
