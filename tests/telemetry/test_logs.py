"""Customer text and secrets cannot get into a log line, whoever logs carelessly."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from structlog.testing import capture_logs

from bot.telemetry.access import ACCESS, AccessLog, request_ids
from bot.telemetry.logs import error_by_place, only_known_names, safe

CARELESS = """
import asyncio, logging, structlog
from bot.telemetry.logs import configure
log = structlog.get_logger("early")
configure("info", "json")
log.info("fine", conversation_id="c1", count=3)
log.info("careless", text="SECRET words", conversation_id="c1")
log.info("quiet", reason="Bearer SECRET123 whsec_SECRET= redis://u:SECRET@h/ jan@SECRET.example")
log.info("long", reason="x" * 5000)
log.info("object", reason={"text": "SECRET"})
log.debug("too quiet to be seen", count=1)
try:
    raise ValueError("SECRET words")
except ValueError:
    log.exception("failed", conversation_id="c2")
logging.getLogger("library").warning("about %s", "SECRET words")
logging.getLogger("library").info("SECRET chatter")
async def main():
    async def fail():
        raise ValueError("SECRET words")
    task = asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)
    del task
asyncio.run(main())
"""


def test_what_a_whole_process_writes() -> None:
    done = subprocess.run([sys.executable, "-c", CARELESS], capture_output=True, text=True, check=True)
    assert "SECRET" not in done.stderr
    assert done.stdout == ""
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stderr.splitlines()]
    by_event = {line["event"]: line for line in lines}
    assert by_event["fine"]["conversation_id"] == "c1"
    assert by_event["fine"]["level"] == "info"
    assert by_event["fine"]["timestamp"].endswith("Z")
    assert by_event["careless"]["dropped"] == ["text"]
    assert by_event["quiet"]["reason"].count("[redacted]") == 4
    assert len(by_event["long"]["reason"]) == 301
    assert by_event["object"]["reason"] == "dict"
    assert by_event["failed"]["error"] == "ValueError"
    assert "<string>:" in by_event["failed"]["place"]
    assert by_event["about %s"]["logger"] == "library"
    assert by_event["Task exception was never retrieved"]["error"] == "ValueError"
    assert len(lines) == 8


def test_values() -> None:
    assert safe(3) == 3
    assert safe(None) is None
    assert safe(["a", 1]) == ["a", 1]
    assert safe(object()) == "object"
    assert safe("eyJhbGciOi.eyJzdWIi.c2ln") == "[redacted]"
    assert only_known_names(None, "", {"event": "e", "text": "x"}) == {"event": "e", "dropped": ["text"]}
    assert error_by_place(None, "", {"event": "e"}) == {"event": "e"}


async def test_requests_are_logged_by_route_and_id_without_the_query() -> None:
    inside: list[Any] = []

    async def contact(request: web.Request) -> web.StreamResponse:
        inside.append(structlog.contextvars.get_contextvars()["request_id"])
        if request.match_info["id"] == "missing":
            raise web.HTTPNotFound
        return web.Response(text="hello")

    async def healthz(_: web.Request) -> web.StreamResponse:
        return web.Response()

    application = web.Application(middlewares=[request_ids])
    application.router.add_get("/api/v1/contacts/{id}", contact)
    application.router.add_get("/healthz", healthz)
    runner = web.AppRunner(application, access_log_class=AccessLog, access_log=ACCESS)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with capture_logs() as lines:
        async with aiohttp.ClientSession() as session:
            first = await session.get(
                f"{base}/api/v1/contacts/jan?q=secret", headers={"X-Request-ID": "proxy-12345"}
            )
            second = await session.get(
                f"{base}/api/v1/contacts/missing", headers={"X-Request-ID": "bad id\tx"}
            )
            await session.get(f"{base}/nothing/jan@shop.example")
            await session.get(f"{base}/healthz")
        await asyncio.sleep(0.05)
    await runner.cleanup()
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/api/v1/contacts/{id}", 200),
        ("/api/v1/contacts/{id}", 404),
        ("unknown", 404),
    ]
    assert "jan" not in str(lines)
    assert "secret" not in str(lines)
    assert first.headers["X-Request-ID"] == lines[0]["request_id"] == inside[0] == "proxy-12345"
    assert lines[1]["request_id"] == inside[1] != "bad id"
    assert second.status == 404
    assert structlog.contextvars.get_contextvars() == {}
