"""Passwords: argon2id (RFC 9106, its second recommended option), never on the event loop."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import InvalidInputError, UnavailableError

T = TypeVar("T")
MIN_CHARS = 8
MAX_CHARS = 512
WORKERS = 2
MAX_WAITING = 32
"""Checks that may wait for a thread; each takes 64 MiB and some 50 ms once it runs."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    matches: bool
    outdated: bool
    """It matches, and was hashed with other parameters than today's."""


class Passwords:
    """Hashes and checks passwords in threads of its own."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="argon2")
        self._waiting = 0
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """Return an encoded hash with its parameters."""
        return await self._run(partial(self._hasher.hash, password))

    async def check(self, hashed: str | None, password: str) -> Checked:
        """Compare; without a hash (nobody has this e-mail) the same work is done in vain."""
        return await self._run(partial(self._check, hashed, password))

    def _check(self, hashed: str | None, password: str) -> Checked:
        if self._decoy is None:  # made at the first check of any kind, so that its time tells nothing
            self._decoy = self._hasher.hash(secrets.token_urlsafe())
        try:
            self._hasher.verify(hashed or self._decoy, password)
        except (VerificationError, InvalidHashError):
            return Checked(matches=False, outdated=False)
        if hashed is None:
            return Checked(matches=False, outdated=False)
        return Checked(matches=True, outdated=self._hasher.check_needs_rehash(hashed))

    async def _run(self, work: partial[T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise UnavailableError("too many sign-ins at once; try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def check_strength(password: str) -> None:
    """Refuse a password that is too short or too long (`InvalidInputError`, `weak_password`)."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise InvalidInputError(f"a password has {MIN_CHARS} to {MAX_CHARS} characters", code="weak_password")
