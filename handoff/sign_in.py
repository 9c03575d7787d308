"""Signing in and out: throttled, and as slow and as silent for an unknown e-mail as for a wrong password."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.errors import CentralaError, RateLimitedError
from bot.live.store import LiveStore
from bot.model.agent import Agent
from bot.store import agents, sessions
from bot.store.engine import Store
from handoff.passwords import Passwords

LIFETIME = timedelta(hours=12)
"""Of a session since it was last used."""
AT_ONCE = 2
"""Sign-ins between their first check and their last note; more wait, so that parallel guesses gain little."""


class ThrottledError(RateLimitedError):
    """Too many failed sign-ins for this e-mail or from this address."""

    code = "throttled"


class BadCredentialsError(CentralaError):
    """No agent, wrong password, or no longer active: never said which."""

    code = "bad_credentials"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session."""

    token: str
    """Known to the browser alone; the store has its hash."""
    csrf: str
    agent: Agent


class SignIn:
    """Opens and ends sessions."""

    def __init__(
        self,
        store: Store,
        live: LiveStore,
        clock: Clock,
        passwords: Passwords,
        *,
        failures_per_minute: int = 5,
    ) -> None:
        self._store = store
        self._live = live
        self._clock = clock
        self._passwords = passwords
        self._tiers = tiers(failures_per_minute)
        self._few = asyncio.Semaphore(AT_ONCE)

    async def login(self, email: str, password: str, ip: str) -> SignedIn:
        """Open a session.

        Raises:
            ThrottledError: after repeated failures, with the seconds to wait.
            BadCredentialsError: in every other case.
        """
        buckets = [f"login:email:{_short_hash(agents.normal_email(email))}", f"login:ip:{ip}"]
        async with self._few:
            await self._throttle(buckets)
            agent = await self._check(email, password)
            for bucket in buckets:
                for limit, window in self._tiers:
                    await self._live.clear(f"{bucket}:{limit}:{window}")
        return await self._open(agent)

    async def logout(self, token_hash: str) -> None:
        """End a session; nothing where it has ended already."""
        await self._store.write(lambda c: sessions.end(c, token_hash))

    async def _throttle(self, buckets: list[str]) -> None:
        """Count this try as a failure until it proves to be none."""
        wait = 0.0
        for bucket in buckets:
            for limit, window in self._tiers:
                taken = await self._live.take(f"{bucket}:{limit}:{window}", limit=limit, window=window)
                wait = max(wait, taken)
        if wait > 0:
            raise ThrottledError("too many failed sign-ins; wait before another try", retry_after=wait)

    async def _check(self, email: str, password: str) -> Agent:
        found = await self._store.read(lambda c: agents.by_email(c, email))
        hashed = found[1] if found else None
        checked = await self._passwords.check(hashed, password)
        if found is None or hashed is None or not checked.matches or not found[0].active:
            raise BadCredentialsError("the e-mail or the password is wrong")
        agent = found[0]
        if checked.outdated:
            new = await self._passwords.hash(password)
            await self._store.write(lambda c: agents.rehash(c, agent.id, hashed, new))
        return agent

    async def _open(self, agent: Agent) -> SignedIn:
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._clock.now()
        await self._store.write(
            lambda c: sessions.open_session(c, agent.id, hash_token(token), csrf, now, now + LIFETIME)
        )
        return SignedIn(token, csrf, agent)


def tiers(failures_per_minute: int) -> tuple[tuple[int, float], ...]:
    """Return (failures, seconds) of the buckets; each one that runs empty makes the next wait longer.

    0 switches throttling off. At 5: the sixth failure waits 12 s, the 11th a minute, the 21st three.
    """
    if failures_per_minute <= 0:
        return ()
    n = failures_per_minute
    return (n, 60.0), (2 * n, 600.0), (4 * n, 3600.0)


def hash_token(token: str) -> str:
    """Return what the store knows of a token: it has 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]
