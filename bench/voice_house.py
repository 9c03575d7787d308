"""A gateway that takes the bench's calls, and what it wrote down about them."""

import asyncio
import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from bench.peers import model
from tests.gateway_process import GatewayProcess, free_port

SETTINGS: dict[str, Any] = {
    "voice.enabled": "true",
    "limits.burst": 0,
    "limits.proofs_per_hour": 0,
    "voice.drain_seconds": 5,
    "voice.wrap_up_seconds": 5,
    "telemetry.log_level": "warning",
}


class House:
    """The gateway, asked over REST."""

    def __init__(self, url: str, port: int, session: aiohttp.ClientSession) -> None:
        self.port = port
        """Of AudioSocket."""
        self._url = url
        self._session = session

    async def _api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer demo"}
        async with self._session.request(
            method, f"{self._url}/api/v1{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            if answer.status != 200:
                raise SystemExit(f"{method} {path}: {answer.status} {text}")
            return json.loads(text or "null")

    async def announce(self, lang: str, caller: str) -> str:
        """Announce a call; its id."""
        call_id = str(uuid.uuid4())
        await self._api("PUT", f"/calls/{call_id}", {"lang": lang, "caller": caller})
        return call_id

    async def turns(self, call_id: str) -> list[dict[str, Any]]:
        """The call's turns so far."""
        found: list[dict[str, Any]] = (await self._api("GET", f"/calls/{call_id}"))["turns"]
        return found

    async def with_bot(self, call_id: str) -> bool:
        """Whether the caller still talks to the bot."""
        call = await self._api("GET", f"/calls/{call_id}")
        if not call["conversation_id"]:
            return True
        state: str = (await self._api("GET", f"/conversations/{call['conversation_id']}"))["state"]
        return state == "bot"


@contextlib.asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    """Start a gateway as it is delivered, with limits lifted; end it."""
    model()  # trained where it is missing
    port = free_port()
    gateway = GatewayProcess(folder, settings={**SETTINGS, "voice.audiosocket.port": port})
    gateway.start()
    try:
        await gateway.ready(180)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield House(gateway.url, port, session)
        try:
            await asyncio.to_thread(gateway.stop, 60)
        except subprocess.TimeoutExpired:  # what was measured is worth telling all the same
            print("the gateway did not end within 60 s and was killed", file=sys.stderr)
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.kill()
