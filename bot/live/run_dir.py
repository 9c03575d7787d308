"""The place of a gateway's unix socket: private, short enough for the kernel, and ours alone."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from bot.errors import ConfigurationError

MAX_PATH = 107
"""Bytes of a unix socket's path on Linux, its closing zero not counted; unix(7)."""


class RunDir:
    """`data_dir/run`, mode 700 and locked while held; its sockets in a temporary folder where needed.

    Every method touches the disk: not for the event loop's thread.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir.absolute() / "run"
        self._lock: int | None = None
        self._short: Path | None = None

    @property
    def moved_to(self) -> Path | None:
        """Where sockets are because `data_dir` is too long a path; None where they are in it."""
        return self._short

    def take(self, longest_name: str) -> None:
        """Make the folder and lock it; raises `ConfigurationError` where another gateway has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        # Not inherited by children, and the kernel lets go of it whatever we die of.
        lock = os.open(self.path / "live.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise ConfigurationError(
                "data_dir: another gateway is using it; give this one its own data_dir, or set redis.url"
            ) from None
        self._lock = lock
        if len(os.fsencode(self.path / longest_name)) > MAX_PATH:
            self._short = Path(tempfile.mkdtemp(prefix="centrala-"))  # mode 700 by itself

    def socket(self, name: str) -> Path:
        """Return the socket's path; the file of an earlier process is removed."""
        path = (self._short or self.path) / name
        path.unlink(missing_ok=True)
        return path

    def release(self, name: str) -> None:
        """Unlock, and remove the socket and what was temporary."""
        if self._lock is None:  # never taken: what is there is another gateway's
            return
        self.socket(name)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
            self._short = None
        os.close(self._lock)
        self._lock = None
