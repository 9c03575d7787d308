"""/desk/ws: the handshake, and every open page of this gateway."""

import asyncio

import structlog
from aiohttp import WSCloseCode, web

from bot.errors import CentralaError, ForbiddenError
from bot.store import agents
from handoff.deps import Desk
from handoff.desk_connection import DeskConnection, Shared
from handoff.guard import Guard, UnauthenticatedError
from handoff.origin import own_origin
from handoff.reads import DeskReads
from handoff.snapshot import Snapshot

log = structlog.get_logger(__name__)
FRAME_BYTES = 16 * 1024
HEARTBEAT = 25.0
"""Seconds between protocol pings, which find a dead network where the page itself cannot."""
MAX_PAGES = 2_000
SEEN_SECONDS = 15.0
"""How often open pages are noted in SQL at most; a third of how long a page may be gone."""


class DeskSockets:
    """The desk's WebSocket endpoint."""

    def __init__(self, deps: Desk, guard: Guard) -> None:
        self._deps = deps
        self._guard = guard
        reads = DeskReads(deps)
        self._shared = Shared(queue=Snapshot(reads.queue), agents=Snapshot(reads.agents))
        self._open: dict[str, DeskConnection] = {}
        self._seen: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to note in SQL which pages are open."""
        if self._seen is None:
            self._seen = asyncio.create_task(self._note_seen(), name="desk-seen")

    async def close_all(self) -> None:
        """Tell every page to connect again (elsewhere), and stop."""
        if self._seen is not None:
            self._seen.cancel()
            await asyncio.gather(self._seen, return_exceptions=True)
            self._seen = None
        pages = list(self._open.values())
        await asyncio.gather(
            *(page.close(WSCloseCode.SERVICE_RESTART) for page in pages), return_exceptions=True
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one page until it is gone."""
        if not own_origin(request, self._deps.rules.own_origins):
            raise ForbiddenError("the desk is opened on the gateway's own pages", code="forbidden_origin")
        session = (await self._guard.authenticate(request)).session
        if session is None:
            raise UnauthenticatedError("the desk is for agents")
        if len(self._open) >= MAX_PAGES:
            raise web.HTTPServiceUnavailable(text="too many open pages", headers={"Retry-After": "10"})
        # aiohttp counts a frame as too large from max_msg_size on; ours may be exactly as large.
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=FRAME_BYTES + 1, compress=False)
        await socket.prepare(request)
        page = DeskConnection(self._deps, self._shared, socket, session, request.transport)
        self._open[page.id] = page
        try:
            await self._saw([page.agent_id])
            self._deps.hub.wake("agents")
            await page.run()
        except (ConnectionError, CentralaError):
            await page.close(WSCloseCode.TRY_AGAIN_LATER)
        finally:
            self._open.pop(page.id, None)
            await self._deps.live.gone("agent", page.agent_id, page.id)
            self._deps.hub.wake("agents")
        return socket

    async def _note_seen(self) -> None:
        seconds = min(SEEN_SECONDS, self._deps.rules.agent_gone_seconds / 3)
        while True:
            await asyncio.sleep(seconds)
            try:
                await self._saw(sorted({page.agent_id for page in self._open.values()}))
            except Exception:
                log.exception("desk_seen_failed")

    async def _saw(self, agent_ids: list[str]) -> None:
        if agent_ids:
            now = self._deps.clock.now()
            await self._deps.store.write(lambda c: agents.saw_desks(c, agent_ids, now))
