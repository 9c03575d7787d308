"""/healthz and /readyz: is the process alive, and which of its dependencies are not well."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Check = Callable[[], Awaitable[str]]
"""Returns `ok`, or in a few words what is wrong; may raise."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that the gateway leans on."""

    check: Check
    vital: bool
    """Without it nothing can be taken from a customer; others degrade to something named."""


class Health:
    """The checks of one gateway."""

    def __init__(self, timeout: float = 2.0) -> None:
        self._timeout = timeout
        self._dependencies: dict[str, Dependency] = {}
        self._looking: asyncio.Task[tuple[bool, dict[str, Any]]] | None = None

    def add(self, name: str, check: Check, *, vital: bool) -> None:
        """Watch one more dependency."""
        self._dependencies[name] = Dependency(check, vital)

    async def look(self) -> tuple[bool, dict[str, Any]]:
        """Check everything at once; return whether the gateway is ready, and the document that says so.

        `status` is `ready`, `degraded` (something said `degraded: why`, and customers are still
        served) or `unready`. Anybody may ask, so those who ask at once share one look.
        """
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="health-look")
            self._looking.add_done_callback(self._looked)
        return await asyncio.shield(self._looking)

    def _looked(self, _: object) -> None:
        self._looking = None

    async def _look(self) -> tuple[bool, dict[str, Any]]:
        results = await asyncio.gather(*(self._one(one.check) for one in self._dependencies.values()))
        checks = dict(zip(self._dependencies, results, strict=True))
        bad = {name for name, result in checks.items() if result != "ok"}
        ready = not any(self._dependencies[name].vital for name in bad)
        status = "ready" if not bad else "degraded" if ready else "unready"
        for name in bad:
            if not self._dependencies[name].vital:
                checks[name] = f"degraded: {checks[name]}"
        return ready, {"status": status, "checks": checks}

    async def _one(self, check: Check) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                return await check()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except Exception as error:  # what a driver says may hold an address or a password
            return type(error).__name__
