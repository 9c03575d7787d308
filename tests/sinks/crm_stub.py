"""A CRM that fails as real ones do: errors, throttling, answers that get lost, and being away."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook


@dataclass
class CrmStub:
    """Listens on a port of its own; `away` and `back` close and open it."""

    secret: str = "whsec_bWFkZSB1cCBmb3IgdGVzdHM="
    fails: float = 0.0
    """The share of posts that fail."""
    seed: int = 1
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """(webhook-id, body) of what was answered with 200, in the order of arrival, repeats included."""
    bad_signatures: int = 0
    posts: int = 0
    at_once: int = 0
    most_at_once: int = 0
    answer: Any = None
    """A handler that replaces the usual one."""
    port: int = 0

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Handlers that hang wait for it, so that none outlives its test."""

    async def start(self) -> None:
        self._random = random.Random(self.seed)
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/hook", self._hook)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.back()

    async def back(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def away(self) -> None:
        await self._site.stop()

    async def stop(self) -> None:
        self.ended.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        self.posts += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.answer is not None:
                response: web.StreamResponse = await self.answer(request)
                return response
            return await self._usual(request)
        finally:
            self.at_once -= 1

    async def _usual(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            data = Webhook(self.secret).verify(body, dict(request.headers))
        except Exception:
            self.bad_signatures += 1
            return web.Response(status=401)
        await asyncio.sleep(self._random.uniform(0, 0.01))
        way = self._random.choice(["error", "throttle", "taken-but", "cut", "refuse"])
        if self._random.random() >= self.fails:
            way = "take"
        if way in ("take", "taken-but"):
            self.taken.append((request.headers["webhook-id"], data))
        match way:
            case "take":
                return web.Response(text="thanks " * 10)
            case "throttle":
                return web.Response(status=429, headers={"Retry-After": "0"})
            case "cut" | "taken-but":
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case "refuse":
                return web.Response(status=422, text="customer text in an answer")
        return web.Response(status=503)
