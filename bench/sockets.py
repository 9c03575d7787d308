"""Memory of idle sockets: ours after `hello`, and raw aiohttp sockets that do nothing."""

import asyncio
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench.peers import Gateway, end, free_port, serving

RAW = """
import asyncio, sys
from aiohttp import web
async def ok(request): return web.Response()
async def handle(request):
    socket = web.WebSocketResponse(heartbeat=25.0, compress=False)
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data)
    return socket
async def main():
    app = web.Application()
    app.router.add_get("/", ok)
    app.router.add_get("/chat/ws", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[1]), backlog=1024).start()
    await asyncio.Event().wait()
import uvloop
uvloop.run(main())
"""


def resident_kib(pid: int) -> int:
    """Return a process's resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


async def grown(url: str, pid: int, count: int) -> float:
    """KiB that a server grows by for each idle socket that has said hello."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one() -> aiohttp.ClientWebSocketResponse:
            socket = await session.ws_connect(url.replace("http", "ws", 1) + "/chat/ws", autoping=True)
            await socket.send_json({"type": "hello", "lang": "pl"})
            await socket.receive()
            return socket

        warm = [await one() for _ in range(50)]
        before = resident_kib(pid)
        sockets = []
        for _ in range(count // 50):
            sockets += await asyncio.gather(*(one() for _ in range(50)))
        await asyncio.sleep(1)
        after = resident_kib(pid)
        for socket in warm + sockets:
            response = socket._response.connection
            if response is not None and response.transport is not None:
                response.transport.abort()
    return (after - before) / len(sockets)


async def echo_ms(seconds: float) -> list[float]:
    """A message to a raw aiohttp socket and back, in milliseconds: what any chat server would cost."""
    port = free_port()
    raw = subprocess.Popen([sys.executable, "-c", RAW, str(port)])
    times: list[float] = []
    try:
        url = f"http://127.0.0.1:{port}"
        await serving(f"{url}/", raw)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url.replace("http", "ws", 1) + "/chat/ws") as socket,
        ):
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                started = time.perf_counter()
                await socket.send_str('{"type":"message","text":"dzień dobry"}')
                await socket.receive()
                times.append((time.perf_counter() - started) * 1e3)
                await asyncio.sleep(0.004)  # as far apart as turns are
    finally:
        await asyncio.to_thread(end, raw)
    return times


async def idle_sockets(data: Path, count: int) -> dict[str, Any]:
    """Measure both servers, one after the other."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count * 2 + 1000)), hard))
    async with Gateway(data / "sockets") as gateway:
        ours = await grown(gateway.url, gateway.process.pid, count)
    port = free_port()
    raw = subprocess.Popen([sys.executable, "-c", RAW, str(port)])
    try:
        url = f"http://127.0.0.1:{port}"
        await serving(f"{url}/", raw)
        theirs = await grown(url, raw.pid, count)
    finally:
        await asyncio.to_thread(end, raw)
    return {
        "sockets": count,
        "centrala_kib_each": round(ours, 1),
        "aiohttp_kib_each": round(theirs, 1),
        "ratio": round(ours / theirs, 2),
    }
