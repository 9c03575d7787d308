"""Rendered prompts on disk. Blocking: call it in a thread.

A file's name is a hash of engine, version, language and worded text, so no text can be read off a listing;
what it holds is checked at every reading, so a torn or foreign file is rendered anew. Files are for their
owner only, appear whole or not at all, and those longest unheard go first when there are too many bytes.
"""

import hashlib
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from voice.tts.synthesiser import SynthesiserInfo

logger = logging.getLogger(__name__)

_MAGIC = b"CPR1"
_DIGEST = 32
_SUFFIX = ".pcm"
_UNFINISHED = ".tmp"
_ABANDONED = 3600.0
"""Seconds after which an unfinished file belongs to nobody who still runs."""
_KEPT_SHARE = 0.9
"""Pruned down to this share of the limit, so that not every new prompt prunes."""


def prompt_name(info: SynthesiserInfo, wording: int, lang: str, text: str) -> str:
    """Return the name under which a worded text is kept."""
    parts = (info.name, info.version, str(wording), lang, text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class PromptCache:
    """A directory of prompts; several gateways may share one."""

    def __init__(self, folder: Path, limit: int = 100_000_000) -> None:
        """`limit` in bytes; a second of speech takes 16,000."""
        self._folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._bytes = 0
        self._complained = False

    def open(self) -> None:
        """Make the directory, drop what was never finished, and count what is there."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            for path in self._folder.glob(f"*{_UNFINISHED}"):
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > _ABANDONED:  # file times are the machine's
                        path.unlink()
            with self._lock:
                self._prune()
        except OSError as error:
            self._complain(error)

    def get(self, name: str) -> bytes | None:
        """Return a prompt's audio, or none where there is none that can be trusted."""
        path = self._folder / (name + _SUFFIX)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head, pcm = data[: len(_MAGIC) + _DIGEST], data[len(_MAGIC) + _DIGEST :]
        if head != _MAGIC + hashlib.sha256(pcm).digest() or not pcm or len(pcm) % 2:
            logger.warning("a kept prompt is broken and is rendered anew: %s", path.name)
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            os.utime(path)
        return pcm

    def put(self, name: str, pcm: bytes) -> None:
        """Keep a prompt's audio. A full or read-only disk is told once and costs only the cache."""
        unfinished = self._folder / f"{uuid4().hex}{_UNFINISHED}"
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_MAGIC + hashlib.sha256(pcm).digest() + pcm)
                unfinished.replace(self._folder / (name + _SUFFIX))
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            with self._lock:
                self._bytes += len(_MAGIC) + _DIGEST + len(pcm)
                if self._bytes > self._limit:
                    self._prune()
        except OSError as error:
            self._complain(error)

    def _prune(self) -> None:
        """Count the files, and drop those longest unheard where there are too many bytes."""
        kept: list[tuple[float, int, Path]] = []
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                about = path.stat()
                kept.append((about.st_mtime, about.st_size, path))
        self._bytes = sum(size for _, size, _ in kept)
        if self._bytes <= self._limit:
            return
        for _, size, path in sorted(kept):
            if self._bytes <= self._limit * _KEPT_SHARE:
                return
            with suppress(OSError):
                path.unlink(missing_ok=True)
                self._bytes -= size

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            logger.warning("prompts cannot be kept in %s: %s", self._folder, error.strerror)
