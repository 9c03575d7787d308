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

    def add(self, name: str, check: Check, *, vital: bool) -> None:
        """Watch one more dependency."""
        self._dependencies[name] = Dependency(check, vital)

    async def look(self) -> tuple[bool, dict[str, Any]]:
        """Check everything at once; return whether the gateway is ready, and the document that says so."""
        results = await asyncio.gather(*(self._one(one.check) for one in self._dependencies.values()))
        checks = dict(zip(self._dependencies, results, strict=True))
        bad = {name for name, result in checks.items() if result != "ok"}
        ready = not any(self._dependencies[name].vital for name in bad)
        status = "ready" if not bad else "degraded" if ready else "unready"
        return ready, {"status": status, "checks": checks}

    async def _one(self, check: Check) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                return await check()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except Exception as error:  # what a driver says may hold an address or a password
            return type(error).__name__
